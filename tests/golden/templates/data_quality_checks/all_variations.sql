CREATE TABLE IF NOT EXISTS main.quality.check_results (
  checked_at TIMESTAMP NOT NULL COMMENT 'When the rule was checked',
  table_name STRING NOT NULL COMMENT 'Table that was checked',
  rule STRING NOT NULL COMMENT 'Name of the rule',
  action STRING NOT NULL COMMENT 'warn, drop or fail',
  total_rows BIGINT NOT NULL COMMENT 'Rows in the table',
  bad_rows BIGINT NOT NULL COMMENT 'Rows that break the rule; an unknown answer counts as broken'
)
COMMENT 'Results of data quality checks, one row per rule and run';

-- Written before anything can fail, so that a failed run shows too.
INSERT INTO main.quality.check_results
SELECT
  current_timestamp(),
  'main.silver.orders',
  'known_order',
  'fail',
  count(*),
  count_if(NOT coalesce(order_id IS NOT NULL, false))
FROM main.silver.orders;

INSERT INTO main.quality.check_results
SELECT
  current_timestamp(),
  'main.silver.orders',
  'amount_not_negative',
  'drop',
  count(*),
  count_if(NOT coalesce(amount >= 0, false))
FROM main.silver.orders;

INSERT INTO main.quality.check_results
SELECT
  current_timestamp(),
  'main.silver.orders',
  'has_country',
  'warn',
  count(*),
  count_if(NOT coalesce(country IS NOT NULL, false))
FROM main.silver.orders;

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
    WHEN bad_1 > total_rows * 0.5 / 100
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
