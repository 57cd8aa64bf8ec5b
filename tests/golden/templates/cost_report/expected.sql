-- List prices: discounts of a contract are not in the system tables.
WITH job_names AS (
  -- A row per change of a job: the newest name counts.
  SELECT workspace_id, job_id, max_by(name, change_time) AS job_name
  FROM system.lakeflow.jobs
  GROUP BY workspace_id, job_id
)
SELECT
  current_date() AS report_date,
  u.workspace_id,
  coalesce(CAST(u.usage_metadata.job_id AS STRING), '(none)') AS job,
  max(j.job_name) AS job_name,
  p.currency_code,
  sum(u.usage_quantity) AS units,
  sum(u.usage_quantity * p.pricing.effective_list.default) AS list_cost
FROM system.billing.usage AS u
LEFT JOIN system.billing.list_prices AS p
  ON u.sku_name = p.sku_name
  AND u.cloud = p.cloud
  AND u.usage_unit = p.usage_unit
  -- The price that was valid when the units were used.
  AND u.usage_end_time >= p.price_start_time
  AND (p.price_end_time IS NULL OR u.usage_end_time < p.price_end_time)
LEFT JOIN job_names AS j
  ON u.workspace_id = j.workspace_id
  AND u.usage_metadata.job_id = j.job_id
WHERE u.usage_date >= current_date() - INTERVAL '30' DAY
  AND u.usage_date < current_date()
GROUP BY ALL
ORDER BY list_cost DESC;
