CREATE OR REPLACE MATERIALIZED VIEW main.gold.daily_revenue (
  CONSTRAINT one_day_per_row EXPECT (order_date IS NOT NULL) ON VIOLATION FAIL UPDATE
)
CLUSTER BY (order_date)
COMMENT 'Orders and revenue of one day'
TBLPROPERTIES (
  'quality' = 'gold'
)
TRIGGER ON UPDATE
AS
SELECT *
FROM main.sales.orders;
