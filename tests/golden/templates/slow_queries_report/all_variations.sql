SELECT
  -- Texts and numbers become question marks, so that one query with many values is one row.
  regexp_replace(regexp_replace(statement_text, '\'[^\']*\'', '?'), '\\b[0-9]+\\b', '?') AS query,
  count(*) AS runs,
  count(DISTINCT executed_by) AS people,
  sum(total_duration_ms) / 1000 AS seconds,
  max(total_duration_ms) / 1000 AS longest_seconds,
  sum(waiting_at_capacity_duration_ms) / 1000 AS waited_seconds,
  sum(read_bytes) AS read_bytes,
  sum(spilled_local_bytes) AS spilled_bytes,
  max(error_message) AS error_message
FROM system.query.history
WHERE start_time >= current_timestamp() - INTERVAL '7' DAY
  AND total_duration_ms >= 60000
  AND compute.warehouse_id = '1234567890abcdef'
  AND execution_status = 'FAILED'
GROUP BY ALL
ORDER BY seconds DESC
LIMIT 50;
