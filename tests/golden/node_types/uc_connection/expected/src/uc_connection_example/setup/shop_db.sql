-- Made by Lakewright from node 'shop_db' of model 'uc_connection_example' with template 'connection_setup'.

CREATE CONNECTION IF NOT EXISTS shop_db TYPE POSTGRESQL
OPTIONS (
  host 'db.example.com',
  password secret('shop', 'password'),
  port '5432',
  `user` secret('shop', 'user')
)
COMMENT 'The shop\'s database';
