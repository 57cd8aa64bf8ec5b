USE CATALOG IDENTIFIER(:catalog);

CREATE SCHEMA IF NOT EXISTS sales
COMMENT 'Cleaned orders, one row per business event'
WITH DBPROPERTIES (
  'owner_team' = 'sales'
);

ALTER SCHEMA sales SET TAGS (
  'layer' = 'silver'
);
