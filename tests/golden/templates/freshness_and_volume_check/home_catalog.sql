USE CATALOG IDENTIFIER(:catalog);

-- Freshness: a table that nobody feeds any more looks healthy until somebody asks its age.
SELECT assert_true(
  coalesce(max(ordered_at) >= current_timestamp() - INTERVAL '26' HOUR, false),
  concat('The newest row of silver.orders is of ', coalesce(CAST(max(ordered_at) AS STRING), 'never'))
) AS is_fresh
FROM silver.orders;

-- Volume.
SELECT assert_true(
  count(*) >= 1000,
  concat('silver.orders has only ', count(*), ' rows')
) AS has_enough_rows
FROM silver.orders;
