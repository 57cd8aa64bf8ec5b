CREATE OR REFRESH STREAMING TABLE main.bronze.orders (
  CONSTRAINT fits_the_schema EXPECT (_rescued_data IS NULL) ON VIOLATION DROP ROW
)
CLUSTER BY AUTO
COMMENT 'Files of /Volumes/main/landing/shop/orders'
SCHEDULE EVERY 6 HOURS
AS SELECT
  *,
  _metadata.file_path AS _source_file,
  current_timestamp() AS _ingested_at
FROM STREAM read_files(
  '/Volumes/main/landing/shop/orders',
  format => 'json',
  -- What does not fit the schema is kept as JSON instead of being lost.
  rescuedDataColumn => '_rescued_data',
  schemaHints => 'order_id BIGINT, total_amount DECIMAL(18,2)'
);
