CREATE EXTERNAL LOCATION IF NOT EXISTS landing_orders
URL 's3://acme-landing/orders'
WITH (STORAGE CREDENTIAL acme_landing_role)
COMMENT 'Files the shop exports';
