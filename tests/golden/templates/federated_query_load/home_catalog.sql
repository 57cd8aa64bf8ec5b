USE CATALOG IDENTIFIER(:catalog);

CREATE OR REPLACE TABLE bronze.erp_orders AS
SELECT *
FROM remote_query(
  'erp_postgres',
  database => 'erp_production',
  query => 'SELECT order_id, amount FROM public.orders WHERE paid'
);
