CREATE OR REFRESH STREAMING TABLE orders_bronze
CLUSTER BY (order_date)
COMMENT 'Orders exactly as the shop sent them'
TBLPROPERTIES (
  'quality' = 'bronze'
)
AS
SELECT *
FROM STREAM read_files('/Volumes/main/landing/orders', format => 'json');
