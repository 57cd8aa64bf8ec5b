-- Made by Lakewright from node 'analysts_read' of model 'uc_grants_example' with template 'grants'.

GRANT SELECT ON TABLE main.silver.orders TO analysts;
