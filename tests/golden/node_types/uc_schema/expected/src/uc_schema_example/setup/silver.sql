-- Made by Lakewright from node 'silver' of model 'uc_schema_example' with template 'schema_setup'.

CREATE SCHEMA IF NOT EXISTS shop.silver
COMMENT 'Cleaned data'
WITH DBPROPERTIES (
  'owner_team' = 'sales'
);
