CREATE OR REPLACE TABLE main.bronze.orders AS
SELECT *
FROM main.raw.orders VERSION AS OF 12
WHERE country = 'DE';
