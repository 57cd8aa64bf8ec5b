-- Without columns: the first load brings them.
CREATE TABLE IF NOT EXISTS main.bronze.orders;

-- Files that were loaded before are skipped, so the statement may run again.
COPY INTO main.bronze.orders
FROM (
  SELECT
    *,
    _metadata.file_path AS _source_file,
    _metadata.file_modification_time AS _source_modified_at,
    current_timestamp() AS _ingested_at
  FROM '/Volumes/main/landing/orders'
)
FILEFORMAT = CSV
PATTERN = '2026-*.csv'
FORMAT_OPTIONS (
  'delimiter' = ';',
  'header' = 'true',
  'mergeSchema' = 'true'
)
COPY_OPTIONS (
  'force' = 'true',
  'mergeSchema' = 'true'
);
