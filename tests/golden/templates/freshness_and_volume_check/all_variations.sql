-- Freshness: a table that nobody feeds any more looks healthy until somebody asks its age.
SELECT assert_true(
  coalesce(max(ordered_at) >= current_timestamp() - INTERVAL '26' HOUR, false),
  concat('The newest row of main.silver.orders is of ', coalesce(CAST(max(ordered_at) AS STRING), 'never'))
) AS is_fresh
FROM main.silver.orders;

-- Volume.
SELECT assert_true(
  count(*) >= 1000,
  concat('main.silver.orders has only ', count(*), ' rows')
) AS has_enough_rows
FROM main.silver.orders;

SELECT assert_true(
  count_if(ordered_at > current_timestamp() + INTERVAL '1' HOUR) = 0,
  concat(count_if(ordered_at > current_timestamp() + INTERVAL '1' HOUR), ' rows are from the future')
) AS has_no_future
FROM main.silver.orders;

-- Yesterday against the days before; days without rows count as zero.
WITH daily AS (
  SELECT
    count_if(CAST(ordered_at AS DATE) = current_date() - INTERVAL '1' DAY) AS yesterday,
    count_if(
      CAST(ordered_at AS DATE) BETWEEN current_date() - INTERVAL '15' DAY AND current_date() - INTERVAL '2' DAY
    ) / 14 AS usual
  FROM main.silver.orders
)
SELECT assert_true(
  usual = 0 OR abs(yesterday - usual) <= usual * 40 / 100,
  concat('Yesterday brought ', yesterday, ' rows, usual are ', round(usual))
) AS is_usual_volume
FROM daily;
