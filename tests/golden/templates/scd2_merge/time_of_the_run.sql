-- A changed row comes twice: with its key, which closes the current version, and without,
-- which matches nothing and is inserted as the new version.
MERGE INTO main.silver.dim_customer AS t
USING (
  WITH incoming AS (
    SELECT
      country,
      customer_id,
      name,
      -- The struct's JSON tells NULL from an empty text and one column from the next.
      sha2(to_json(struct(name)), 256) AS row_hash,
      current_timestamp() AS effective_from
    FROM main.bronze.customers AS delivered
    QUALIFY row_number() OVER (PARTITION BY country, customer_id ORDER BY name) = 1
  )
  SELECT
    incoming.country AS merge_country,
    incoming.customer_id AS merge_customer_id,
    incoming.*
  FROM incoming
  UNION ALL
  SELECT
    NULL AS merge_country,
    NULL AS merge_customer_id,
    incoming.*
  FROM incoming
  INNER JOIN main.silver.dim_customer AS known
    ON known.country = incoming.country
    AND known.customer_id = incoming.customer_id
  WHERE known.is_current
    AND known.row_hash <> incoming.row_hash
    AND known.effective_from < incoming.effective_from
) AS s
ON t.country = s.merge_country
  AND t.customer_id = s.merge_customer_id
  AND t.is_current
-- A version that arrives late, older than the current one, is left out.
WHEN MATCHED AND t.row_hash <> s.row_hash AND t.effective_from < s.effective_from THEN UPDATE SET
  effective_to = s.effective_from,
  is_current = false
WHEN NOT MATCHED THEN INSERT (
  country, customer_id, name, row_hash, effective_from, effective_to, is_current
) VALUES (
  s.country, s.customer_id, s.name, s.row_hash, s.effective_from, CAST(NULL AS TIMESTAMP), true
);
