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

SELECT
  source_column_name,
  target_table_full_name,
  target_column_name,
  max(event_time) AS last_used_at
FROM system.access.column_lineage
WHERE lower(source_table_full_name) = 'main.silver.orders'
  AND event_date >= current_date() - INTERVAL '90' DAY
  AND target_column_name IS NOT NULL
GROUP BY ALL
ORDER BY source_column_name, target_table_full_name;

WITH RECURSIVE edges AS (
  SELECT DISTINCT
    lower(source_table_full_name) AS source,
    lower(target_table_full_name) AS made
  FROM system.access.table_lineage
  WHERE event_date >= current_date() - INTERVAL '90' DAY
    AND source_table_full_name IS NOT NULL
    AND target_table_full_name IS NOT NULL
    AND source_table_full_name <> target_table_full_name
),
reached (made, distance) AS (
  SELECT made, 1
  FROM edges
  WHERE source = 'main.silver.orders'
  UNION ALL
  SELECT edges.made, reached.distance + 1
  FROM reached
  INNER JOIN edges
    ON edges.source = reached.made
  WHERE reached.distance < 5
)
SELECT made, min(distance) AS distance
FROM reached
GROUP BY made
ORDER BY distance, made;
