CREATE OR REFRESH MATERIALIZED VIEW daily_revenue (
  CONSTRAINT known_day EXPECT (order_date IS NOT NULL) ON VIOLATION DROP ROW,
  CONSTRAINT revenue_not_negative EXPECT (revenue >= 0)
)
CLUSTER BY (order_date)
COMMENT 'Orders and revenue of one day'
TBLPROPERTIES (
  'delta.enableChangeDataFeed' = 'true',
  'delta.enableRowTracking' = 'true',
  'quality' = 'gold'
)
AS
SELECT order_date, count(*) AS orders, sum(amount) AS revenue
FROM main.silver.orders
GROUP BY order_date;
