USE CATALOG IDENTIFIER(:catalog);

-- Without columns: the first load brings them.
CREATE TABLE IF NOT EXISTS bronze.orders;

-- Files that were loaded before are skipped, so the statement may run again.
COPY INTO bronze.orders
FROM '/Volumes/main/landing/orders'
FILEFORMAT = CSV
PATTERN = '2026-*.csv'
FORMAT_OPTIONS (
  'delimiter' = ';',
  'header' = 'true',
  'mergeSchema' = 'true'
)
COPY_OPTIONS (
  'mergeSchema' = 'true'
);
