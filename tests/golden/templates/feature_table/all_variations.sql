MERGE INTO main.features.customer_activity AS t
USING (
  SELECT customer_id, date_trunc('DAY', ordered_at) AS feature_time, count(*) AS orders, sum(total_amount) AS revenue FROM main.silver.orders GROUP BY ALL
) AS s
ON t.customer_id = s.customer_id
  AND t.feature_time = s.feature_time
WHEN MATCHED THEN UPDATE SET *
WHEN NOT MATCHED THEN INSERT *;
