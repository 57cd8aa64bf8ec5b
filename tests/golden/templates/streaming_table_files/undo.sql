DROP TABLE IF EXISTS main.bronze.orders;
