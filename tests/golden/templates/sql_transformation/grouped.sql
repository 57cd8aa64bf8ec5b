-- One atomic commit: readers see the old rows or the new ones.
INSERT OVERWRITE TABLE main.gold.orders BY NAME
SELECT
  country,
  count(*) AS orders,
  sum(amount) AS revenue
FROM main.silver.orders
WHERE status <> 'cancelled'
GROUP BY country
HAVING count(*) > 10
ORDER BY revenue DESC;
