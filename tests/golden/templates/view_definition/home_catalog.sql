USE CATALOG IDENTIFIER(:catalog);

CREATE OR REPLACE VIEW gold.open_orders (
  order_id COMMENT 'Number printed on the invoice',
  customer_id,
  amount COMMENT 'Gross amount in EUR',
  order_date
)
COMMENT 'Orders that still wait for shipping'
TBLPROPERTIES (
  'quality' = 'gold'
)
AS
SELECT
  order_id,
  customer_id,
  amount,
  order_date
FROM main.sales.orders
WHERE status IN ('new', 'paid');

ALTER VIEW gold.open_orders SET TAGS (
  'domain' = 'sales'
);
