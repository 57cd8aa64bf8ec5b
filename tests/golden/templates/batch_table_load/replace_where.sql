-- Replaces exactly these rows in one commit, so the load may run again.
INSERT INTO main.bronze.orders REPLACE WHERE order_date >= DATE'2026-01-01'
SELECT *
FROM main.raw.orders
WHERE (country = 'DE')
  AND (order_date >= DATE'2026-01-01');
