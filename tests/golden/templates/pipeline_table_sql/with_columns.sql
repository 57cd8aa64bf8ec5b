CREATE OR REFRESH STREAMING TABLE orders_bronze (
  order_id BIGINT NOT NULL, amount DECIMAL(18,2),
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
FROM STREAM(main.raw.orders);
