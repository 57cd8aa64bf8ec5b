CREATE OR REPLACE MATERIALIZED VIEW main.gold.daily_revenue
CLUSTER BY AUTO
COMMENT 'Orders and revenue of one day'
TBLPROPERTIES (
  'quality' = 'gold'
)
SCHEDULE CRON '0 0 6 * * ?' AT TIME ZONE 'Europe/Berlin'
AS
SELECT
  order_date,
  count(*) AS orders,
  sum(amount) AS revenue
FROM main.sales.orders
GROUP BY order_date;
