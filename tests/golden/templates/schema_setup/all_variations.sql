CREATE SCHEMA IF NOT EXISTS main.sales
COMMENT 'Cleaned orders, one row per business event'
WITH DBPROPERTIES (
  'owner_team' = 'sales'
);

ALTER SCHEMA main.sales SET TAGS (
  'layer' = 'silver'
);

ALTER SCHEMA main.sales ENABLE PREDICTIVE OPTIMIZATION;

-- Last: the new owner, not the one who runs this, may change the schema from here on.
ALTER SCHEMA main.sales OWNER TO `sales-engineers`;
