-- The task passes :from_day and :to_day, both included, as in 2026-01-31.
CREATE TABLE IF NOT EXISTS main.gold.daily_store_sales
CLUSTER BY (order_date)
AS SELECT *
FROM (
  SELECT order_date, store_id, count(*) AS orders, sum(total_amount) AS revenue FROM main.silver.orders GROUP BY ALL
) AS computed
WHERE false;

SELECT assert_true(count(*) > 0, 'The query gives no row for the window; nothing was replaced') AS has_rows
FROM (
  SELECT order_date, store_id, count(*) AS orders, sum(total_amount) AS revenue FROM main.silver.orders GROUP BY ALL
) AS computed
WHERE order_date >= CAST(:from_day AS DATE) AND order_date <= CAST(:to_day AS DATE);

-- One atomic commit: readers see the old days or the new ones.
INSERT INTO main.gold.daily_store_sales REPLACE WHERE order_date >= CAST(:from_day AS DATE) AND order_date <= CAST(:to_day AS DATE)
SELECT *
FROM (
  SELECT order_date, store_id, count(*) AS orders, sum(total_amount) AS revenue FROM main.silver.orders GROUP BY ALL
) AS computed
WHERE order_date >= CAST(:from_day AS DATE) AND order_date <= CAST(:to_day AS DATE);
