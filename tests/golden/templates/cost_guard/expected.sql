-- List prices: discounts of a contract are not in the system tables.
CREATE OR REPLACE TEMPORARY VIEW daily_cost AS
SELECT
  u.usage_date,
  u.custom_tags,
  u.usage_quantity * p.pricing.effective_list.default AS cost
FROM system.billing.usage AS u
INNER JOIN system.billing.list_prices AS p
  ON u.sku_name = p.sku_name
  AND u.cloud = p.cloud
  AND u.usage_unit = p.usage_unit
  AND u.usage_end_time >= p.price_start_time
  AND (p.price_end_time IS NULL OR u.usage_end_time < p.price_end_time)
WHERE u.usage_date >= current_date() - INTERVAL '7' DAY
  AND u.usage_date < current_date();

SELECT assert_true(
  coalesce(sum(cost), 0) <= 2500,
  concat('The last 7 days cost ', round(sum(cost)), ', the limit is ', '2500')
) AS within_limit
FROM daily_cost;
