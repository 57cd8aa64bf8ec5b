-- Made by Lakewright from node 'lake' of model 'uc_external_location_example' with template 'external_location_setup'.

CREATE EXTERNAL LOCATION IF NOT EXISTS lake
URL 's3://lake/landing'
WITH (STORAGE CREDENTIAL lake_role)
COMMENT 'Drop zone';
