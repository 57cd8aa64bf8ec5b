DROP VIEW IF EXISTS main.gold.open_orders;
