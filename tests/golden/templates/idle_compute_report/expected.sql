WITH newest AS (
  -- A row per change of a cluster: the newest counts.
  SELECT *
  FROM system.compute.clusters
  QUALIFY row_number() OVER (PARTITION BY workspace_id, cluster_id ORDER BY change_time DESC) = 1
),
load AS (
  SELECT
    workspace_id,
    cluster_id,
    -- One row is one machine for one minute.
    sum(unix_timestamp(end_time) - unix_timestamp(start_time)) / 3600 AS machine_hours,
    avg(cpu_user_percent + cpu_system_percent) AS cpu_percent,
    avg(mem_used_percent) AS memory_percent
  FROM system.compute.node_timeline
  WHERE start_time >= current_timestamp() - INTERVAL '7' DAY
  GROUP BY workspace_id, cluster_id
)
SELECT
  load.workspace_id,
  load.cluster_id,
  newest.cluster_name,
  newest.owned_by,
  newest.tags,
  newest.worker_node_type,
  newest.auto_termination_minutes,
  round(load.machine_hours, 1) AS machine_hours,
  round(load.cpu_percent, 1) AS cpu_percent,
  round(load.memory_percent, 1) AS memory_percent
FROM load
LEFT JOIN newest
  ON load.workspace_id = newest.workspace_id
  AND load.cluster_id = newest.cluster_id
WHERE load.cpu_percent < 25
  AND load.machine_hours >= 5
ORDER BY machine_hours DESC;
