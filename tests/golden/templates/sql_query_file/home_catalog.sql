-- :country is given by the task.
USE CATALOG IDENTIFIER(:catalog);

INSERT INTO main.gold.daily_revenue BY NAME
SELECT order_date, sum(amount) AS revenue
FROM main.silver.orders
WHERE country = :country
GROUP BY order_date;
