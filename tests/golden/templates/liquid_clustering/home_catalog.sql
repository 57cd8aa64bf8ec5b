USE CATALOG IDENTIFIER(:catalog);

ALTER TABLE silver.orders CLUSTER BY (customer_id, order_date);
OPTIMIZE silver.orders FULL;
