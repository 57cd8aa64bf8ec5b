CREATE OR REFRESH STREAMING TABLE orders_bronze (
  CONSTRAINT known_order EXPECT (order_id IS NOT NULL) ON VIOLATION DROP ROW,
  CONSTRAINT amount_not_negative EXPECT (amount >= 0)
)
CLUSTER BY (order_date)
COMMENT 'Orders exactly as the shop sent them'
TBLPROPERTIES (
  'quality' = 'bronze'
)
AS
SELECT *
FROM STREAM(raw.orders);
