INSERT INTO main.bronze.orders BY NAME
SELECT *
FROM main.raw.orders;
