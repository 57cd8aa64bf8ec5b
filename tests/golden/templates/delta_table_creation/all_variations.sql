CREATE TABLE IF NOT EXISTS main.sales.orders (
  order_id BIGINT NOT NULL COMMENT 'Order number',
  customer_id BIGINT,
  amount DECIMAL(18,2) COMMENT 'Gross amount in the customer\'s currency',
  order_date DATE,
  CONSTRAINT pk_orders PRIMARY KEY (order_id)
)
USING DELTA
PARTITIONED BY (order_date)
TBLPROPERTIES (
  'delta.logRetentionDuration' = 'interval 60 days',
  'quality' = 'silver'
);

-- Dropped first, so that running the script again takes the new expression.
ALTER TABLE main.sales.orders DROP CONSTRAINT IF EXISTS amount_not_negative;
ALTER TABLE main.sales.orders ADD CONSTRAINT amount_not_negative CHECK (amount >= 0);
