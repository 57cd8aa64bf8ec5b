CREATE TABLE IF NOT EXISTS main.silver.dim_customer AS
SELECT
  *,
  TIMESTAMP'9999-12-31 00:00:00' AS effective_to,
  true AS is_current
FROM (
  SELECT
    customer_id,
    name,
    email,
    city,
    segment,
    -- The struct's JSON tells NULL from an empty text and one column from the next.
    sha2(to_json(struct(name, email, city, segment)), 256) AS row_hash,
    CAST(updated_at AS TIMESTAMP) AS effective_from
  FROM main.bronze.customers AS delivered
) AS versions
WHERE false;

-- A changed row comes twice: with its key, which closes the current version, and without,
-- which matches nothing and is inserted as the new version.
MERGE INTO main.silver.dim_customer AS t
USING (
  WITH incoming AS (
    SELECT
      customer_id,
      name,
      email,
      city,
      segment,
      -- The struct's JSON tells NULL from an empty text and one column from the next.
      sha2(to_json(struct(name, email, city, segment)), 256) AS row_hash,
      CAST(updated_at AS TIMESTAMP) AS effective_from
    FROM main.bronze.customers AS delivered
    QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY updated_at DESC) = 1
  )
  SELECT
    incoming.customer_id AS merge_customer_id,
    incoming.*
  FROM incoming
  UNION ALL
  SELECT
    NULL AS merge_customer_id,
    incoming.*
  FROM incoming
  INNER JOIN main.silver.dim_customer AS known
    ON known.customer_id = incoming.customer_id
  WHERE known.is_current
    AND known.row_hash <> incoming.row_hash
    AND known.effective_from < incoming.effective_from
) AS s
ON t.customer_id = s.merge_customer_id
  AND t.is_current
-- A version that arrives late, older than the current one, is left out.
WHEN MATCHED AND t.row_hash <> s.row_hash AND t.effective_from < s.effective_from THEN UPDATE SET
  effective_to = s.effective_from,
  is_current = false
WHEN NOT MATCHED THEN INSERT (
  customer_id, name, email, city, segment, row_hash, effective_from, effective_to, is_current
) VALUES (
  s.customer_id, s.name, s.email, s.city, s.segment, s.row_hash, s.effective_from, TIMESTAMP'9999-12-31 00:00:00', true
)
WHEN NOT MATCHED BY SOURCE AND t.is_current THEN UPDATE SET
  effective_to = current_timestamp(),
  is_current = false;
