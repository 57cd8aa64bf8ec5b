-- Takes new columns and types too; earlier versions stay in the table's history.
CREATE OR REPLACE TABLE main.gold.orders AS
SELECT o.order_id, c.name
FROM main.silver.orders AS o
INNER JOIN main.silver.customers AS c ON c.customer_id = o.customer_id;
