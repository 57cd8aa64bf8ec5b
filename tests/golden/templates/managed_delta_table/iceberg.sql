CREATE TABLE IF NOT EXISTS main.sales.orders (
  order_key BIGINT NOT NULL COMMENT 'Surrogate key',
  order_id STRING NOT NULL COMMENT 'Number printed on the customer\'s invoice',
  customer_id BIGINT NOT NULL COMMENT 'Who ordered',
  status STRING NOT NULL COMMENT 'new, paid, shipped or returned',
  amount DECIMAL(18,2) COMMENT 'Gross amount in EUR',
  email STRING COMMENT 'Contact address at order time',
  ordered_at TIMESTAMP NOT NULL,
  order_date DATE,
  CONSTRAINT pk_orders PRIMARY KEY (order_key),
  CONSTRAINT fk_orders_customer FOREIGN KEY (customer_id) REFERENCES main.sales.customers (customer_id)
)
USING ICEBERG
CLUSTER BY (order_date, customer_id)
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
