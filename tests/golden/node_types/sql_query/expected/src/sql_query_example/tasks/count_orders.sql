-- Made by Lakewright from node 'count_orders' of model 'sql_query_example' with template 'sql_query_file'.

-- :country is given by the task.
SELECT count(*) AS orders FROM main.raw.orders WHERE country = :country;
