-- Made by Lakewright from node 'compact' of model 'maintenance_example' with template 'table_maintenance'.

OPTIMIZE main.raw.orders ZORDER BY (customer_id);
