USE CATALOG IDENTIFIER(:catalog);

CREATE EXTERNAL VOLUME IF NOT EXISTS landing.orders
LOCATION 's3://acme-landing/orders'
COMMENT 'Order exports that the shop drops every hour';

ALTER VOLUME landing.orders SET TAGS (
  'layer' = 'landing'
);
