CREATE OR REPLACE TEMPORARY VIEW failed_runs AS
WITH newest AS (
  -- A row per change of a job: the newest counts, and deleted jobs are left out.
  SELECT *
  FROM system.lakeflow.jobs
  QUALIFY row_number() OVER (PARTITION BY workspace_id, job_id ORDER BY change_time DESC) = 1
)
SELECT
  runs.workspace_id,
  runs.job_id,
  newest.name AS job_name,
  count(*) AS failures,
  max(runs.period_end_time) AS last_failed_at,
  max_by(runs.result_state, runs.period_end_time) AS last_result,
  max_by(runs.termination_code, runs.period_end_time) AS last_reason
FROM system.lakeflow.job_run_timeline AS runs
INNER JOIN newest
  ON runs.workspace_id = newest.workspace_id
  AND runs.job_id = newest.job_id
  AND newest.delete_time IS NULL
WHERE runs.period_start_time >= current_timestamp() - INTERVAL '7' DAY
  -- A long run has a row per hour; only its last one has a result.
  AND runs.result_state IN ('FAILED', 'ERROR', 'TIMED_OUT')
GROUP BY ALL;

SELECT *
FROM failed_runs
ORDER BY failures DESC, last_failed_at DESC;
