CREATE TABLE IF NOT EXISTS main.sales.orders (
  order_key BIGINT COMMENT 'Surrogate key',
  order_id STRING COMMENT 'Number printed on the customer\'s invoice',
  customer_id BIGINT COMMENT 'Who ordered',
  status STRING COMMENT 'new, paid, shipped or returned',
  amount DECIMAL(18,2) COMMENT 'Gross amount in EUR',
  email STRING COMMENT 'Contact address at order time',
  ordered_at TIMESTAMP,
  order_date DATE
)
USING PARQUET
PARTITIONED BY (order_date)
LOCATION 's3://acme-lake/sales/orders'
COMMENT 'One row per order, kept up to date by the orders pipeline'
TBLPROPERTIES (
  'quality' = 'silver'
);

ALTER TABLE main.sales.orders SET TAGS (
  'domain' = 'sales',
  'owner' = 'order-desk'
);

ALTER TABLE main.sales.orders ALTER COLUMN email SET TAGS (
  'class' = 'pii'
);
