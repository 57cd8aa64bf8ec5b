-- A view in SQL counts no broken rules. Set these on the table that reads it:
--   amount_not_negative: amount >= 0 (warn)
CREATE TEMPORARY VIEW orders_clean
COMMENT 'Orders without test accounts'
AS
SELECT *
FROM raw.orders
WHERE (order_id IS NOT NULL);
