CREATE OR REPLACE TEMPORARY VIEW both_sides AS
SELECT
  s.row_count AS source_rows,
  t.row_count AS target_rows,
  coalesce(s.sum_1, 0) AS source_sum_1,
  coalesce(t.sum_1, 0) AS target_sum_1
FROM (
  SELECT
    count(*) AS row_count,
    sum(total_amount) AS sum_1
  FROM main.bronze.orders
  WHERE ordered_at >= current_date() - INTERVAL '7' DAY
) AS s
CROSS JOIN (
  SELECT
    count(*) AS row_count,
    sum(total_amount) AS sum_1
  FROM main.silver.orders
  WHERE ordered_at >= current_date() - INTERVAL '7' DAY
) AS t;

SELECT assert_true(
  abs(source_rows - target_rows) <= source_rows * 0.5 / 100,
  concat('The source has ', source_rows, ' rows, the target ', target_rows)
) AS same_number_of_rows
FROM both_sides;

SELECT assert_true(
  abs(source_sum_1 - target_sum_1) <= abs(source_sum_1) * 0.5 / 100,
  concat('The sums of total_amount differ: ', source_sum_1, ' and ', target_sum_1)
) AS same_source_sum_1
FROM both_sides;

-- Keys on one side only; a NULL in a key is a key of its own.
SELECT assert_true(
  count(*) = 0,
  concat(count_if(side = 'source'), ' keys are missing in the target, ', count_if(side = 'target'), ' are only there')
) AS same_keys
FROM (
  SELECT 'source' AS side, *
  FROM (
    SELECT order_id FROM main.bronze.orders
    WHERE ordered_at >= current_date() - INTERVAL '7' DAY
    EXCEPT
    SELECT order_id FROM main.silver.orders
    WHERE ordered_at >= current_date() - INTERVAL '7' DAY
  ) AS missing
  UNION ALL
  SELECT 'target' AS side, *
  FROM (
    SELECT order_id FROM main.silver.orders
    WHERE ordered_at >= current_date() - INTERVAL '7' DAY
    EXCEPT
    SELECT order_id FROM main.bronze.orders
    WHERE ordered_at >= current_date() - INTERVAL '7' DAY
  ) AS surplus
) AS differences;

SELECT assert_true(count(*) = 0, concat(count(*), ' keys are in the target more than once')) AS no_key_twice
FROM (
  SELECT order_id
  FROM main.silver.orders
  WHERE ordered_at >= current_date() - INTERVAL '7' DAY
  GROUP BY order_id
  HAVING count(*) > 1
) AS repeated;
