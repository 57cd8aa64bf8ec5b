MERGE INTO main.silver.customers AS t
USING (
  SELECT *
  FROM (
    SELECT customer_id, email, city, updated_at
    FROM main.bronze.customers
    WHERE NOT is_test
  ) AS incoming
  -- Two rows with one key would make the merge fail: the first in this order wins.
  QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY updated_at DESC) = 1
) AS s
ON t.customer_id = s.customer_id
WHEN MATCHED THEN UPDATE SET
  email = s.email,
  city = s.city,
  updated_at = s.updated_at
WHEN NOT MATCHED THEN INSERT *
WHEN NOT MATCHED BY SOURCE THEN DELETE;
