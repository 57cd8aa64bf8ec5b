MERGE INTO main.silver.customers AS t
USING (
  SELECT
    *,
    current_timestamp() AS _merged_at
  FROM main.bronze.customers AS incoming
  -- Two rows with one key would make the merge fail: the first in this order wins.
  QUALIFY row_number() OVER (PARTITION BY country, customer_id ORDER BY updated_at DESC) = 1
) AS s
ON t.country = s.country
  AND t.customer_id = s.customer_id
WHEN MATCHED AND (s.operation = 'D') THEN DELETE
WHEN MATCHED AND (s.updated_at > t.updated_at) AND (
  t.email IS DISTINCT FROM s.email
  OR t.city IS DISTINCT FROM s.city
  OR t.updated_at IS DISTINCT FROM s.updated_at
) THEN UPDATE SET
  email = s.email,
  city = s.city,
  updated_at = s.updated_at,
  _merged_at = s._merged_at
WHEN NOT MATCHED AND NOT coalesce(s.operation = 'D', false) THEN INSERT *
WHEN NOT MATCHED BY SOURCE AND NOT coalesce(t.is_deleted, false) THEN UPDATE SET
  is_deleted = true;
