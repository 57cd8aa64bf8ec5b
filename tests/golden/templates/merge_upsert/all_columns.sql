MERGE WITH SCHEMA EVOLUTION INTO main.silver.customers AS t
USING main.bronze.customers AS s
ON t.customer_id = s.customer_id
WHEN MATCHED THEN UPDATE SET *
WHEN NOT MATCHED THEN INSERT *;
