CREATE CATALOG IF NOT EXISTS sales_dev
MANAGED LOCATION 's3://acme-lake/catalogs/sales_dev'
COMMENT 'Sales data products, development';

ALTER CATALOG sales_dev SET TAGS (
  'cost_center' = '4711',
  'environment' = 'dev'
);

ALTER CATALOG sales_dev ENABLE PREDICTIVE OPTIMIZATION;

-- Last: the new owner, not the one who runs this, may change the catalog from here on.
ALTER CATALOG sales_dev OWNER TO `data-platform`;
