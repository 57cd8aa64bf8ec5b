SELECT
  statement_id,
  executed_by,
  start_time,
  execution_status,
  total_duration_ms / 1000 AS seconds,
  -- Waiting is not the query's fault: the warehouse is too small.
  waiting_at_capacity_duration_ms / 1000 AS waited_seconds,
  read_bytes,
  spilled_local_bytes AS spilled_bytes,
  read_partitions,
  pruned_files,
  read_files,
  error_message,
  statement_text AS query
FROM system.query.history
WHERE start_time >= current_timestamp() - INTERVAL '7' DAY
  AND total_duration_ms >= 60000
ORDER BY seconds DESC
LIMIT 50;
