-- Made by Lakewright from node 'orders' of model 'pipeline_example' with template 'pipeline_table_sql'.

CREATE OR REFRESH STREAMING TABLE orders
AS
SELECT * FROM STREAM(main.raw.orders);
