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
WHERE order_date >= current_date() - INTERVAL '3' DAY AND order_date <= current_date();

-- One atomic commit: readers see the old days or the new ones.
INSERT INTO main.gold.daily_store_sales REPLACE WHERE order_date >= current_date() - INTERVAL '3' DAY AND order_date <= current_date()
SELECT *
FROM (
  SELECT order_date, store_id, count(*) AS orders, sum(total_amount) AS revenue FROM main.silver.orders GROUP BY ALL
) AS computed
WHERE order_date >= current_date() - INTERVAL '3' DAY AND order_date <= current_date();
