CREATE TABLE IF NOT EXISTS main.sales.orders (
  order_id BIGINT NOT NULL COMMENT 'Order number',
  customer_id BIGINT,
  amount DECIMAL(18,2) COMMENT 'Gross amount in the customer\'s currency',
  order_date DATE
)
USING DELTA
PARTITIONED BY (order_date)
TBLPROPERTIES (
  'delta.enableChangeDataFeed' = 'true',
  'delta.logRetentionDuration' = 'interval 60 days',
  'quality' = 'silver'
);
