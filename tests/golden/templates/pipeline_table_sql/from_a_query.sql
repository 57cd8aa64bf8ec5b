CREATE OR REFRESH PRIVATE STREAMING TABLE orders_bronze (
  CONSTRAINT known_order EXPECT (order_id IS NOT NULL) ON VIOLATION DROP ROW,
  CONSTRAINT amount_not_negative EXPECT (amount >= 0)
)
CLUSTER BY AUTO
COMMENT 'Orders exactly as the shop sent them'
TBLPROPERTIES (
  'quality' = 'bronze'
)
AS
SELECT * FROM STREAM(main.raw.orders) WHERE amount > 0;
