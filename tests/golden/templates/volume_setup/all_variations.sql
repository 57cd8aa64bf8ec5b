CREATE EXTERNAL VOLUME IF NOT EXISTS main.landing.orders
LOCATION 's3://acme-landing/orders'
COMMENT 'Order exports that the shop drops every hour';

ALTER VOLUME main.landing.orders SET TAGS (
  'layer' = 'landing'
);

ALTER VOLUME main.landing.orders OWNER TO `sales-engineers`;
