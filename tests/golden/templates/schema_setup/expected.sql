CREATE SCHEMA IF NOT EXISTS main.sales
COMMENT 'Cleaned orders, one row per business event'
WITH DBPROPERTIES (
  'owner_team' = 'sales'
);

ALTER SCHEMA main.sales SET TAGS (
  'layer' = 'silver'
);
