-- Made by Lakewright from node 'orders_clean' of model 'source_table_example' with template 'batch_table_load'.

INSERT INTO main.silver.orders BY NAME
SELECT *
FROM main.raw.orders
WHERE country = 'DE';
