CREATE CATALOG IF NOT EXISTS sales_dev
MANAGED LOCATION 's3://acme-lake/catalogs/sales_dev'
COMMENT 'Sales data products, development';

ALTER CATALOG sales_dev SET TAGS (
  'cost_center' = '4711',
  'environment' = 'dev'
);
