-- Made by Lakewright from node 'count_orders' of model 'sql_warehouse_example' with template 'sql_query_file'.

SELECT 1 AS one;
