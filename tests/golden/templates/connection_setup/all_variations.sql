CREATE CONNECTION IF NOT EXISTS erp_postgres TYPE POSTGRESQL
OPTIONS (
  host 'erp.internal.example.com',
  password secret('erp', 'reader-password'),
  port '5432',
  `user` secret('erp', 'reader')
)
COMMENT 'Read replica of the ERP system';

CREATE FOREIGN CATALOG IF NOT EXISTS erp USING CONNECTION erp_postgres
OPTIONS (database 'erp_production');
