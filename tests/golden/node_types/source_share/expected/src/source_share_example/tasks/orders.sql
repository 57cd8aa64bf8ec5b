-- Made by Lakewright from node 'orders' of model 'source_share_example' with template 'batch_table_load'.

INSERT INTO main.bronze.orders BY NAME
SELECT *
FROM partner.sales.orders;
