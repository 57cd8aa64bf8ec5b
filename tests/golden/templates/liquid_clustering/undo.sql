ALTER TABLE main.silver.orders CLUSTER BY NONE;
