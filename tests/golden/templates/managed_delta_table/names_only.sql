CREATE TABLE IF NOT EXISTS main.sales.orders
USING DELTA
COMMENT 'One row per order, kept up to date by the orders pipeline'
TBLPROPERTIES (
  'quality' = 'silver'
);

ALTER TABLE main.sales.orders SET TAGS (
  'domain' = 'sales',
  'owner' = 'order-desk'
);
