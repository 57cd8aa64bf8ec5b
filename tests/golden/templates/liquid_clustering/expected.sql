ALTER TABLE main.silver.orders CLUSTER BY (customer_id, order_date);
OPTIMIZE main.silver.orders FULL;
