-- Made by Lakewright from node 'silver' of model 'uc_grants_example' with template 'schema_setup'.

CREATE SCHEMA IF NOT EXISTS main.silver;
