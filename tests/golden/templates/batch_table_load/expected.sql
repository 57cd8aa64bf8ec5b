-- One atomic commit: readers see the old rows or the new ones.
INSERT OVERWRITE TABLE main.bronze.orders BY NAME
SELECT *
FROM main.raw.orders
WHERE country = 'DE';
