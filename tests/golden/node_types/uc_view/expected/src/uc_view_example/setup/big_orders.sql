-- Made by Lakewright from node 'big_orders' of model 'uc_view_example' with template 'view_definition'.

CREATE OR REPLACE VIEW main.gold.big_orders
COMMENT 'Orders over a thousand'
AS
SELECT id, amount FROM main.silver.orders WHERE amount > 1000;
