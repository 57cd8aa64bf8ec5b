-- Made by Lakewright from node 'orders' of model 'uc_table_example' with template 'managed_delta_table'.

CREATE TABLE IF NOT EXISTS main.silver.orders (
  id BIGINT NOT NULL COMMENT 'The order\'s key',
  amount DECIMAL(18,2),
  day DATE GENERATED ALWAYS AS (CAST(ordered_at AS DATE)),
  ordered_at TIMESTAMP DEFAULT current_timestamp(),
  CONSTRAINT pk_orders PRIMARY KEY (id)
)
USING DELTA
CLUSTER BY (id)
COMMENT 'One row per order'
TBLPROPERTIES (
  'delta.enableChangeDataFeed' = 'true',
  'delta.feature.allowColumnDefaults' = 'supported'
);

ALTER TABLE main.silver.orders DROP CONSTRAINT IF EXISTS positive;
ALTER TABLE main.silver.orders ADD CONSTRAINT positive CHECK (amount > 0);

ALTER TABLE main.silver.orders SET TAGS (
  'domain' = 'sales'
);
