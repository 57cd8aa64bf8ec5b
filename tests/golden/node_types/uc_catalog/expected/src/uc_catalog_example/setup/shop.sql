-- Made by Lakewright from node 'shop' of model 'uc_catalog_example' with template 'catalog_setup'.

CREATE CATALOG IF NOT EXISTS shop
MANAGED LOCATION 's3://lake/shop'
COMMENT 'The shop\'s data';
