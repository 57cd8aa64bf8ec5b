-- Made by Lakewright from node 'engineers' of model 'uc_grants_example' with template 'grants'.

GRANT USE SCHEMA, MODIFY ON SCHEMA main.silver TO engineers;
