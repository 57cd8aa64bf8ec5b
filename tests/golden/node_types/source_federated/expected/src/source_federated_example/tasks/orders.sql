-- Made by Lakewright from node 'orders' of model 'source_federated_example' with template 'federated_query_load'.

CREATE OR REPLACE TABLE main.bronze.orders AS
SELECT *
FROM remote_query(
  'shop_db',
  query => 'SELECT id, amount FROM orders'
);
