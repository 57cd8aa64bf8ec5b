ALTER SCHEMA main.silver ENABLE PREDICTIVE OPTIMIZATION;
ALTER SCHEMA main.gold ENABLE PREDICTIVE OPTIMIZATION;
ALTER TABLE main.silver.orders CLUSTER BY AUTO;

SELECT
  catalog_name,
  schema_name,
  table_name,
  operation_type,
  count(*) AS operations,
  count_if(operation_status <> 'SUCCESSFUL') AS failures,
  sum(usage_quantity) AS units
FROM system.storage.predictive_optimization_operations_history
WHERE start_time >= current_timestamp() - INTERVAL '30' DAY
  AND schema_name IN ('silver', 'gold')
GROUP BY ALL
ORDER BY units DESC;
