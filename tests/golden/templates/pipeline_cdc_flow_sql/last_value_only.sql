CREATE OR REFRESH STREAMING TABLE main.silver.customers;

-- Late and repeated changes are put in order by changed_at.
CREATE FLOW customers_cdc AS AUTO CDC INTO main.silver.customers
FROM STREAM(main.bronze.customer_changes)
KEYS (customer_id)
IGNORE NULL UPDATES
APPLY AS DELETE WHEN operation = 'DELETE'
APPLY AS TRUNCATE WHEN operation = 'TRUNCATE'
SEQUENCE BY changed_at
COLUMNS * EXCEPT (operation, changed_at)
STORED AS SCD TYPE 1;
