-- What it is made of.
SELECT
  coalesce(source_table_full_name, source_path) AS source,
  max(event_time) AS last_used_at,
  count(DISTINCT entity_run_id) AS runs
FROM system.access.table_lineage
WHERE lower(target_table_full_name) = 'main.silver.orders'
  AND event_date >= current_date() - INTERVAL '90' DAY
  AND coalesce(source_table_full_name, source_path) IS NOT NULL
GROUP BY ALL
ORDER BY last_used_at DESC;

-- Who reads it: tables that are made from it, and people, jobs and dashboards that ask.
SELECT
  coalesce(target_table_full_name, target_path, '(only read)') AS made_from_it,
  entity_type,
  entity_id,
  max_by(created_by, event_time) AS last_reader,
  max(event_time) AS last_used_at,
  count(DISTINCT entity_run_id) AS runs
FROM system.access.table_lineage
WHERE lower(source_table_full_name) = 'main.silver.orders'
  AND event_date >= current_date() - INTERVAL '90' DAY
GROUP BY ALL
ORDER BY last_used_at DESC;
