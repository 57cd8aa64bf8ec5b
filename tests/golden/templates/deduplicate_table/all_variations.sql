SELECT assert_true(count(*) = 0, concat(count(*), ' keys have rows that differ; nothing was removed')) AS only_copies
FROM (
  SELECT order_id
  FROM main.silver.orders
  GROUP BY order_id
  HAVING count(DISTINCT struct(customer_id, total_amount)) > 1
) AS different;

SELECT count(*) AS removed_rows
FROM (
  SELECT order_id
  FROM main.silver.orders
  QUALIFY row_number() OVER (PARTITION BY order_id ORDER BY updated_at DESC NULLS LAST, ingested_at DESC NULLS LAST) > 1
) AS repeated;

CREATE TABLE IF NOT EXISTS main.ops.orders_removed AS
SELECT *, current_timestamp() AS removed_at
FROM main.silver.orders
WHERE false;

INSERT INTO main.ops.orders_removed BY NAME
SELECT *, current_timestamp() AS removed_at
FROM main.silver.orders
QUALIFY row_number() OVER (PARTITION BY order_id ORDER BY updated_at DESC NULLS LAST, ingested_at DESC NULLS LAST) > 1;

-- Reads the version before it writes the next one; RESTORE TABLE ... TO VERSION AS OF takes it back.
INSERT OVERWRITE main.silver.orders
SELECT *
FROM main.silver.orders
QUALIFY row_number() OVER (PARTITION BY order_id ORDER BY updated_at DESC NULLS LAST, ingested_at DESC NULLS LAST) = 1;
