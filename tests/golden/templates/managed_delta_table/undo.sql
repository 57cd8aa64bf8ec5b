-- UNDROP TABLE brings it back within seven days.
DROP TABLE IF EXISTS main.sales.orders;
