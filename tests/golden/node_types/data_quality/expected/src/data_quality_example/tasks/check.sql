-- Made by Lakewright from node 'check' of model 'data_quality_example' with template 'data_quality_checks'.

SELECT assert_true(count(*) > 0, 'main.raw.orders has no rows') AS has_rows
FROM main.raw.orders;

-- One scan for all rules; the message names the rule and counts its bad rows.
WITH counted AS (
  SELECT
    count(*) AS total_rows,
    count_if(NOT coalesce(id IS NOT NULL, false)) AS bad_1
  FROM main.raw.orders
)
SELECT
  CASE
    WHEN bad_1 > 0
    THEN raise_error(concat('Rule has_key: ', bad_1, ' of ', total_rows, ' rows are bad'))
    ELSE 'passed'
  END AS has_key
FROM counted;

-- What a reader of the run sees.
SELECT
  count(*) AS total_rows,
  count_if(NOT coalesce(id IS NOT NULL, false)) AS bad_has_key,
  count_if(NOT coalesce(amount > 0, false)) AS bad_positive
FROM main.raw.orders;
