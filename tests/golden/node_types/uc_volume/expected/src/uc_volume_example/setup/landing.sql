-- Made by Lakewright from node 'landing' of model 'uc_volume_example' with template 'volume_setup'.

CREATE EXTERNAL VOLUME IF NOT EXISTS main.silver.landing
LOCATION 's3://lake/landing'
COMMENT 'Files from partners';
