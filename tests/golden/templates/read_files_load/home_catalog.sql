USE CATALOG IDENTIFIER(:catalog);

-- One atomic replacement: readers see the old table or the new one, never half of it.
CREATE OR REPLACE TABLE bronze.price_list AS
SELECT
  *,
  _metadata.file_path AS _source_file,
  current_timestamp() AS _ingested_at
FROM read_files(
  '/Volumes/main/landing/price_list',
  format => 'csv',
  schemaHints => 'valid_from DATE, price DECIMAL(18,4)',
  header => 'true'
);
