CREATE OR REFRESH STREAMING TABLE main.bronze.orders (
  CONSTRAINT known_order EXPECT (order_id IS NOT NULL) ON VIOLATION FAIL UPDATE
)
CLUSTER BY (order_id)
COMMENT 'Orders exactly as the shop sent them'
TBLPROPERTIES (
  'quality' = 'bronze'
)
SCHEDULE EVERY 1 HOUR
AS
SELECT
  *,
  _metadata.file_path AS source_file
FROM STREAM read_files('/Volumes/main/landing/orders', format => 'json');
