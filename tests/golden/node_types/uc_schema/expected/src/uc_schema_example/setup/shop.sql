-- Made by Lakewright from node 'shop' of model 'uc_schema_example' with template 'catalog_setup'.

CREATE CATALOG IF NOT EXISTS shop;
