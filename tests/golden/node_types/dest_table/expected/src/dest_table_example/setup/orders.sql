-- Made by Lakewright from node 'orders' of model 'dest_table_example' with template 'managed_delta_table'.

CREATE TABLE IF NOT EXISTS main.bronze.orders (
  id BIGINT NOT NULL COMMENT 'The order\'s key',
  amount DECIMAL(18,2)
)
USING DELTA;
