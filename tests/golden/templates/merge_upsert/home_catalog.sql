USE CATALOG IDENTIFIER(:catalog);

MERGE INTO silver.customers AS t
USING (
  SELECT *
  FROM bronze.customers AS incoming
  -- Two rows with one key would make the merge fail: the first in this order wins.
  QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY updated_at DESC) = 1
) AS s
ON t.customer_id = s.customer_id
WHEN MATCHED AND (s.operation = 'D') THEN DELETE
WHEN MATCHED AND (s.updated_at > t.updated_at) THEN UPDATE SET
  email = s.email,
  city = s.city,
  updated_at = s.updated_at
WHEN NOT MATCHED AND NOT coalesce(s.operation = 'D', false) THEN INSERT *;
