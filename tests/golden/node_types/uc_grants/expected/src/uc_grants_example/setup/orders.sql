-- Made by Lakewright from node 'orders' of model 'uc_grants_example' with template 'managed_delta_table'.

CREATE TABLE IF NOT EXISTS main.silver.orders (
  id BIGINT NOT NULL COMMENT 'The order\'s key',
  amount DECIMAL(18,2)
)
USING DELTA;
