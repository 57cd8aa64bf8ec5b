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
  abs(source_rows - target_rows) <= source_rows * 0 / 100,
  concat('The source has ', source_rows, ' rows, the target ', target_rows)
) AS same_number_of_rows
FROM both_sides;

SELECT assert_true(
  abs(source_sum_1 - target_sum_1) <= abs(source_sum_1) * 0 / 100,
  concat('The sums of total_amount differ: ', source_sum_1, ' and ', target_sum_1)
) AS same_source_sum_1
FROM both_sides;
