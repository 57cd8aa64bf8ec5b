CREATE EXTERNAL LOCATION IF NOT EXISTS landing_orders
URL 's3://acme-landing/orders'
WITH (STORAGE CREDENTIAL acme_landing_role)
COMMENT 'Files the shop exports';

GRANT READ FILES ON EXTERNAL LOCATION landing_orders TO `sales-engineers`;

-- Last: the new owner, not the one who runs this, may change the location from here on.
ALTER EXTERNAL LOCATION landing_orders OWNER TO `data-platform`;
