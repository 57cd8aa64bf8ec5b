USE CATALOG IDENTIFIER(:catalog);

CREATE TABLE IF NOT EXISTS features.customer_activity
CLUSTER BY (customer_id, feature_time)
COMMENT 'Orders and revenue of a customer per day'
AS SELECT *
FROM (
  SELECT customer_id, date_trunc('DAY', ordered_at) AS feature_time, count(*) AS orders, sum(total_amount) AS revenue FROM main.silver.orders GROUP BY ALL
) AS features
WHERE false;

-- A primary key makes a table a feature table; its columns must be NOT NULL first.
ALTER TABLE features.customer_activity ALTER COLUMN customer_id SET NOT NULL;
ALTER TABLE features.customer_activity ALTER COLUMN feature_time SET NOT NULL;
ALTER TABLE features.customer_activity DROP PRIMARY KEY IF EXISTS;
ALTER TABLE features.customer_activity ADD CONSTRAINT pk_customer_activity PRIMARY KEY (customer_id, feature_time TIMESERIES);

MERGE INTO features.customer_activity AS t
USING (
  SELECT customer_id, date_trunc('DAY', ordered_at) AS feature_time, count(*) AS orders, sum(total_amount) AS revenue FROM main.silver.orders GROUP BY ALL
) AS s
ON t.customer_id = s.customer_id
  AND t.feature_time = s.feature_time
WHEN MATCHED THEN UPDATE SET *
WHEN NOT MATCHED THEN INSERT *;
