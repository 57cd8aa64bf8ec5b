-- Made by Lakewright from node 'silver' of model 'uc_table_example' with template 'schema_setup'.

CREATE SCHEMA IF NOT EXISTS main.silver;
