USE CATALOG IDENTIFIER(:catalog);

-- One atomic commit: readers see the old rows or the new ones.
INSERT OVERWRITE TABLE bronze.orders BY NAME
SELECT *
FROM raw.orders
WHERE country = 'DE';
