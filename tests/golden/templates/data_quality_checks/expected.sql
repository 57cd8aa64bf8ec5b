SELECT assert_true(count(*) > 0, 'main.silver.orders has no rows') AS has_rows
FROM main.silver.orders;

-- One scan for all rules; the message names the rule and counts its bad rows.
WITH counted AS (
  SELECT
    count(*) AS total_rows,
    count_if(NOT coalesce(order_id IS NOT NULL, false)) AS bad_1
  FROM main.silver.orders
)
SELECT
  CASE
    WHEN bad_1 > 0
    THEN raise_error(concat('Rule known_order: ', bad_1, ' of ', total_rows, ' rows are bad'))
    ELSE 'passed'
  END AS known_order
FROM counted;

-- What the output leaves out is kept here, with the rules it broke; each run adds its own.
CREATE TABLE IF NOT EXISTS main.quality.orders_rejected AS
SELECT
  *,
  CAST(NULL AS ARRAY<STRING>) AS _broken_rules,
  current_timestamp() AS _quarantined_at
FROM main.silver.orders
WHERE false;

INSERT INTO main.quality.orders_rejected BY NAME
SELECT
  *,
  array_compact(array(
    CASE WHEN NOT coalesce(amount >= 0, false) THEN 'amount_not_negative' END
  )) AS _broken_rules,
  current_timestamp() AS _quarantined_at
FROM main.silver.orders
WHERE NOT coalesce(amount >= 0, false);

CREATE OR REPLACE TABLE main.silver.orders_checked AS
SELECT *
FROM main.silver.orders
WHERE (amount >= 0);

-- What a reader of the run sees.
SELECT
  count(*) AS total_rows,
  count_if(NOT coalesce(order_id IS NOT NULL, false)) AS bad_known_order,
  count_if(NOT coalesce(amount >= 0, false)) AS bad_amount_not_negative,
  count_if(NOT coalesce(country IS NOT NULL, false)) AS bad_has_country
FROM main.silver.orders;
