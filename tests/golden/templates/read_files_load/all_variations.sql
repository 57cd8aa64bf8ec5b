-- Appends every row of every file: run it once for each delivery.
INSERT INTO main.bronze.price_list BY NAME
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
