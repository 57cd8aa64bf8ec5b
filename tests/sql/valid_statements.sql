--- select one
SELECT 1
--- select columns with aliases
SELECT id, upper(name) AS name, amount * 1.2 AS gross FROM main.sales.orders WHERE amount > 100 ORDER BY id DESC LIMIT 10
--- select with cte and window
WITH ranked AS (SELECT *, row_number() OVER (PARTITION BY id ORDER BY updated_at DESC) AS rn FROM raw.customers) SELECT * EXCEPT (rn) FROM ranked WHERE rn = 1
--- select with qualify
SELECT * FROM main.raw.events QUALIFY row_number() OVER (PARTITION BY id ORDER BY ts DESC) = 1
--- select with join using
SELECT o.id, c.name FROM orders o LEFT JOIN customers c USING (customer_id)
--- select union all
SELECT id FROM a UNION ALL SELECT id FROM b
--- select from files
SELECT * FROM read_files('/Volumes/main/raw/landing', format => 'json')
--- select from stream
SELECT * FROM STREAM(main.raw.events)
--- select time travel by version
SELECT * FROM main.raw.orders VERSION AS OF 12
--- select time travel by timestamp
SELECT * FROM main.raw.orders TIMESTAMP AS OF '2026-01-01'
--- select variant path
SELECT payload:customer.id::BIGINT AS customer_id FROM raw.events
--- select with named parameter
SELECT * FROM orders WHERE region = :region AND day >= :first_day
--- select lateral view explode
SELECT id, item FROM orders LATERAL VIEW explode(items) exploded AS item
--- select pivot
SELECT * FROM sales PIVOT (sum(amount) FOR quarter IN ('Q1', 'Q2'))
--- select group by all
SELECT region, count(*) FROM orders GROUP BY ALL
--- select with hint
SELECT /*+ BROADCAST(c) */ * FROM orders o JOIN customers c ON o.customer_id = c.id
--- select case expression
SELECT CASE WHEN a > 1 THEN 'x' ELSE 'y' END AS bucket FROM t
--- select from path
SELECT * FROM delta.`/Volumes/main/raw/orders`
--- values
VALUES (1, 'a'), (2, 'b')
--- insert values
INSERT INTO main.raw.t (id, name) VALUES (1, 'a'), (2, 'b')
--- insert select by name
INSERT INTO main.silver.orders BY NAME SELECT * FROM main.bronze.orders
--- insert overwrite
INSERT OVERWRITE main.silver.orders SELECT * FROM main.bronze.orders
--- insert replace where
INSERT INTO main.silver.orders REPLACE WHERE day = '2026-01-01' SELECT * FROM staging
--- insert replace using
INSERT INTO main.silver.orders REPLACE USING (day) SELECT * FROM staging
--- insert with schema evolution
INSERT WITH SCHEMA EVOLUTION INTO main.silver.orders SELECT * FROM staging
--- update
UPDATE main.raw.t SET name = 'x', updated_at = current_timestamp() WHERE id = 1
--- delete
DELETE FROM main.raw.t WHERE id IN (SELECT id FROM gone)
--- truncate
TRUNCATE TABLE main.raw.t
--- merge upsert
MERGE INTO main.silver.customers AS t USING main.bronze.customers AS s ON t.id = s.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *
--- merge with delete and condition
MERGE INTO t USING (SELECT * FROM updates) AS s ON t.id = s.id WHEN MATCHED AND s.deleted = TRUE THEN DELETE WHEN MATCHED THEN UPDATE SET t.name = s.name WHEN NOT MATCHED THEN INSERT (id, name) VALUES (s.id, s.name)
--- merge not matched by source
MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED BY SOURCE THEN UPDATE SET t.is_active = FALSE
--- merge with schema evolution
MERGE WITH SCHEMA EVOLUTION INTO main.silver.customers AS t USING updates AS s ON t.id = s.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *
--- copy into plain
COPY INTO main.raw.orders FROM '/Volumes/main/raw/landing/orders' FILEFORMAT = CSV
--- copy into with options
COPY INTO main.raw.orders FROM 's3://bucket/orders' FILEFORMAT = CSV PATTERN = '*.csv' FORMAT_OPTIONS ('header' = 'true', 'inferSchema' = 'true') COPY_OPTIONS ('mergeSchema' = 'true')
--- copy into select
COPY INTO main.raw.orders FROM (SELECT id::BIGINT AS id, name FROM '/Volumes/main/raw/landing') FILEFORMAT = JSON FORMAT_OPTIONS ('multiLine' = 'true')
--- copy into with credential
COPY INTO main.raw.orders FROM 's3://bucket/orders' WITH (CREDENTIAL landing_reader) FILEFORMAT = PARQUET FILES = ('a.parquet', 'b.parquet')
--- copy into validate
COPY INTO main.raw.orders FROM '/Volumes/main/raw/landing' FILEFORMAT = JSON VALIDATE 15 ROWS
--- execute immediate
EXECUTE IMMEDIATE 'SELECT * FROM orders WHERE id = ?' USING 5
--- execute immediate into
EXECUTE IMMEDIATE statement_text INTO total USING (10 AS low, 20 AS high)
--- call procedure
CALL main.ops.reload_table('orders', 10)
--- call procedure with names
CALL main.ops.reload_table(table_name => 'orders', days => 10)
--- pipe where select
FROM main.raw.orders |> WHERE amount > 100 |> SELECT id, amount |> ORDER BY amount DESC |> LIMIT 10
--- pipe aggregate
FROM main.raw.orders |> AGGREGATE sum(amount) AS total GROUP BY region
--- pipe join
FROM orders AS o |> LEFT JOIN customers AS c ON o.customer_id = c.id |> EXTEND o.amount * 2 AS doubled |> DROP amount
--- create table plain
CREATE TABLE main.raw.customers (id BIGINT, name STRING)
--- create table full
CREATE TABLE IF NOT EXISTS main.raw.customers (id BIGINT NOT NULL COMMENT 'it\'s the key', name STRING, CONSTRAINT customers_pk PRIMARY KEY (id)) USING DELTA CLUSTER BY (id) COMMENT 'Customers' TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true')
--- create or replace table partitioned
CREATE OR REPLACE TABLE main.raw.events (id BIGINT, day DATE) USING DELTA PARTITIONED BY (day)
--- create external table
CREATE TABLE main.raw.orders_ext (id BIGINT) USING PARQUET LOCATION 's3://bucket/orders'
--- create table identity
CREATE TABLE main.dim.customer (sk BIGINT GENERATED ALWAYS AS IDENTITY (START WITH 1 INCREMENT BY 1), id BIGINT)
--- create table generated column
CREATE TABLE main.raw.events (ts TIMESTAMP, day DATE GENERATED ALWAYS AS (CAST(ts AS DATE)))
--- create table defaults
CREATE TABLE main.raw.t (id BIGINT, created_at TIMESTAMP DEFAULT current_timestamp()) TBLPROPERTIES ('delta.feature.allowColumnDefaults' = 'supported')
--- create table foreign key
CREATE TABLE main.sales.orders (id BIGINT NOT NULL, customer_id BIGINT, CONSTRAINT orders_pk PRIMARY KEY (id), CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES main.raw.customers (id))
--- create table primary key rely
CREATE TABLE main.sales.t (id BIGINT NOT NULL, CONSTRAINT t_pk PRIMARY KEY (id) RELY)
--- create table nested types
CREATE TABLE main.raw.events (id BIGINT, tags ARRAY<STRING>, attributes MAP<STRING, STRING>, address STRUCT<street: STRING, zip: INT>)
--- create table variant
CREATE TABLE main.raw.events (id BIGINT, payload VARIANT)
--- create table cluster by auto
CREATE TABLE main.raw.t (id BIGINT) CLUSTER BY AUTO
--- create table cluster by none
CREATE TABLE main.raw.t (id BIGINT) CLUSTER BY NONE
--- create table row filter
CREATE TABLE main.sales.orders (id BIGINT, region STRING) WITH ROW FILTER main.security.region_filter ON (region)
--- create table column mask
CREATE TABLE main.raw.customers (id BIGINT, email STRING MASK main.security.mask_email USING COLUMNS (id))
--- create table quoted names
CREATE TABLE `my catalog`.`select`.`t;--` (`order id` BIGINT, `a``b` STRING)
--- create table as select
CREATE OR REPLACE TABLE main.gold.revenue CLUSTER BY (day) AS SELECT day, sum(amount) AS revenue FROM main.silver.orders GROUP BY day
--- create table as select with comment
CREATE TABLE main.gold.revenue COMMENT 'Revenue by day' TBLPROPERTIES ('quality' = 'gold') AS SELECT day, sum(amount) AS revenue FROM main.silver.orders GROUP BY day
--- create table collation
CREATE TABLE main.raw.t (name STRING COLLATE UTF8_LCASE) DEFAULT COLLATION UTF8_BINARY
--- create table without columns
CREATE TABLE IF NOT EXISTS main.raw.landing
--- create table like
CREATE TABLE main.raw.copy LIKE main.raw.t
--- deep clone
CREATE OR REPLACE TABLE main.backup.t DEEP CLONE main.raw.t
--- shallow clone with version
CREATE TABLE IF NOT EXISTS main.backup.t SHALLOW CLONE main.raw.t VERSION AS OF 3
--- clone with timestamp
CREATE TABLE main.backup.t CLONE main.raw.t TIMESTAMP AS OF '2026-01-01 00:00:00'
--- drop table
DROP TABLE IF EXISTS main.raw.t
--- undrop table
UNDROP TABLE main.raw.t
--- undrop with id
UNDROP TABLE WITH ID 'a1b2c3d4-0000-0000-0000-000000000000'
--- undrop schema
UNDROP SCHEMA main.raw
--- alter table add columns
ALTER TABLE main.raw.t ADD COLUMNS (city STRING COMMENT 'Town' AFTER name, zip STRING)
--- alter table drop column
ALTER TABLE main.raw.t DROP COLUMN city
--- alter table rename column
ALTER TABLE main.raw.t RENAME COLUMN a TO b
--- alter table rename
ALTER TABLE main.raw.t RENAME TO main.raw.t2
--- alter column comment
ALTER TABLE main.raw.t ALTER COLUMN name COMMENT 'Full name'
--- alter column not null
ALTER TABLE main.raw.t ALTER COLUMN id SET NOT NULL
--- alter column type
ALTER TABLE main.raw.t ALTER COLUMN id TYPE BIGINT
--- alter column default
ALTER TABLE main.raw.t ALTER COLUMN created_at SET DEFAULT current_timestamp()
--- alter column mask
ALTER TABLE main.raw.t ALTER COLUMN email SET MASK main.security.mask_email
--- alter column mask with columns
ALTER TABLE main.raw.t ALTER COLUMN email SET MASK main.security.mask_email USING COLUMNS (region, 'EU')
--- alter column drop mask
ALTER TABLE main.raw.t ALTER COLUMN email DROP MASK
--- alter column tags
ALTER TABLE main.raw.t ALTER COLUMN email SET TAGS ('pii' = 'email')
--- alter table add check
ALTER TABLE main.raw.t ADD CONSTRAINT positive CHECK (amount > 0)
--- alter table add primary key
ALTER TABLE main.raw.t ADD CONSTRAINT t_pk PRIMARY KEY (id)
--- alter table drop constraint
ALTER TABLE main.raw.t DROP CONSTRAINT IF EXISTS positive
--- alter table set row filter
ALTER TABLE main.raw.t SET ROW FILTER main.security.region_filter ON (region)
--- alter table row filter without columns
ALTER TABLE main.raw.t SET ROW FILTER main.security.only_admins ON ()
--- alter table drop row filter
ALTER TABLE main.raw.t DROP ROW FILTER
--- alter table set tags
ALTER TABLE main.raw.t SET TAGS ('domain' = 'sales', 'tier' = 'bronze')
--- alter table unset tags
ALTER TABLE main.raw.t UNSET TAGS ('domain', 'tier')
--- alter table set properties
ALTER TABLE main.raw.t SET TBLPROPERTIES ('delta.logRetentionDuration' = 'interval 30 days')
--- alter table unset properties
ALTER TABLE main.raw.t UNSET TBLPROPERTIES IF EXISTS ('quality')
--- alter table cluster by
ALTER TABLE main.raw.t CLUSTER BY (id, day)
--- alter table cluster by auto
ALTER TABLE main.raw.t CLUSTER BY AUTO
--- alter table cluster by none
ALTER TABLE main.raw.t CLUSTER BY NONE
--- alter table owner
ALTER TABLE main.raw.t SET OWNER TO `data-engineers`
--- alter table predictive optimization
ALTER TABLE main.raw.t ENABLE PREDICTIVE OPTIMIZATION
--- alter schema predictive optimization
ALTER SCHEMA main.raw INHERIT PREDICTIVE OPTIMIZATION
--- alter catalog predictive optimization
ALTER CATALOG main DISABLE PREDICTIVE OPTIMIZATION
--- alter table drop feature
ALTER TABLE main.raw.t DROP FEATURE deletionVectors TRUNCATE HISTORY
--- set tag
SET TAG ON COLUMN main.raw.t.email pii = email
--- unset tag
UNSET TAG ON TABLE main.raw.t domain
--- create view
CREATE OR REPLACE VIEW main.gold.active_customers AS SELECT * FROM main.silver.customers WHERE is_active
--- create view with columns and comment
CREATE VIEW IF NOT EXISTS main.gold.v (id COMMENT 'key', name) COMMENT 'View' AS SELECT id, name FROM t
--- create temporary view
CREATE OR REPLACE TEMPORARY VIEW staged AS SELECT * FROM read_files('/Volumes/a/b/c')
--- create view with schema evolution
CREATE VIEW main.gold.v WITH SCHEMA EVOLUTION AS SELECT * FROM t
--- drop view
DROP VIEW IF EXISTS main.gold.v
--- create function sql
CREATE OR REPLACE FUNCTION main.security.mask_email(email STRING) RETURNS STRING RETURN CASE WHEN is_account_group_member('admins') THEN email ELSE '***' END
--- create function table
CREATE FUNCTION main.ops.recent(days INT) RETURNS TABLE (id BIGINT, name STRING) RETURN SELECT id, name FROM t
--- drop function
DROP FUNCTION IF EXISTS main.security.mask_email
--- create materialized view
CREATE MATERIALIZED VIEW main.gold.revenue AS SELECT day, sum(amount) AS revenue FROM main.silver.orders GROUP BY day
--- create materialized view schedule every
CREATE OR REPLACE MATERIALIZED VIEW main.gold.revenue COMMENT 'Revenue' SCHEDULE EVERY 1 HOUR AS SELECT day FROM main.silver.orders
--- create materialized view cron
CREATE MATERIALIZED VIEW main.gold.revenue CLUSTER BY (day) SCHEDULE CRON '0 0 * * * ?' AT TIME ZONE 'UTC' AS SELECT day FROM main.silver.orders
--- create materialized view trigger
CREATE MATERIALIZED VIEW main.gold.revenue TRIGGER ON UPDATE AT MOST EVERY INTERVAL 1 HOUR AS SELECT day FROM main.silver.orders
--- create materialized view refresh policy
CREATE OR REFRESH MATERIALIZED VIEW revenue REFRESH POLICY INCREMENTAL AS SELECT day FROM orders
--- create materialized view with expectations
CREATE OR REFRESH MATERIALIZED VIEW orders_clean (CONSTRAINT valid_id EXPECT (id IS NOT NULL) ON VIOLATION DROP ROW, CONSTRAINT positive EXPECT (amount > 0)) AS SELECT * FROM orders_raw
--- create streaming table
CREATE OR REFRESH STREAMING TABLE orders_raw AS SELECT * FROM STREAM read_files('/Volumes/main/raw/landing', format => 'json')
--- create streaming table schedule
CREATE OR REFRESH STREAMING TABLE main.raw.orders SCHEDULE REFRESH EVERY 1 DAY AS SELECT * FROM STREAM main.landing.orders
--- create streaming table expect fail
CREATE OR REFRESH STREAMING TABLE orders_clean (CONSTRAINT valid_id EXPECT (id IS NOT NULL) ON VIOLATION FAIL UPDATE) COMMENT 'Clean' AS SELECT * FROM STREAM(orders_raw)
--- create streaming table with columns and expectation
CREATE OR REFRESH STREAMING TABLE orders_clean (id BIGINT NOT NULL, amount DECIMAL(18,2), CONSTRAINT positive EXPECT (amount > 0) ON VIOLATION DROP ROW) CLUSTER BY AUTO AS SELECT id, amount FROM STREAM orders_raw
--- create empty streaming table
CREATE OR REFRESH STREAMING TABLE customers_history
--- create streaming table with flow
CREATE OR REFRESH STREAMING TABLE customers FLOW AUTO CDC FROM STREAM(customer_changes) KEYS (id) SEQUENCE BY updated_at STORED AS SCD TYPE 2
--- refresh streaming table
REFRESH STREAMING TABLE main.raw.orders FULL
--- refresh materialized view
REFRESH MATERIALIZED VIEW main.gold.revenue SYNC
--- alter streaming table schedule
ALTER STREAMING TABLE main.raw.orders ADD SCHEDULE EVERY 2 HOURS
--- alter materialized view drop schedule
ALTER MATERIALIZED VIEW main.gold.revenue DROP SCHEDULE
--- drop materialized view
DROP MATERIALIZED VIEW IF EXISTS main.gold.revenue
--- create flow auto cdc
CREATE FLOW customers_flow AS AUTO CDC INTO customers FROM STREAM(customer_changes) KEYS (id) APPLY AS DELETE WHEN operation = 'DELETE' SEQUENCE BY sequence_number COLUMNS * EXCEPT (operation, sequence_number) STORED AS SCD TYPE 2
--- create flow auto cdc track history
CREATE FLOW customers_flow AS AUTO CDC INTO customers FROM STREAM customer_changes KEYS (id) IGNORE NULL UPDATES SEQUENCE BY STRUCT(ts, id) STORED AS SCD TYPE 2 TRACK HISTORY ON * EXCEPT (city)
--- create flow insert once
CREATE FLOW backfill AS INSERT INTO ONCE orders BY NAME SELECT * FROM read_files('/Volumes/main/raw/old')
--- create flow insert
CREATE FLOW more_orders AS INSERT INTO orders BY NAME SELECT * FROM STREAM(other_orders)
--- apply changes
APPLY CHANGES INTO LIVE.customers FROM STREAM(LIVE.customer_changes) KEYS (id) SEQUENCE BY ts STORED AS SCD TYPE 1
--- optimize
OPTIMIZE main.raw.t
--- optimize full
OPTIMIZE main.raw.t FULL
--- optimize zorder
OPTIMIZE main.raw.t WHERE day >= '2026-01-01' ZORDER BY (customer_id, region)
--- vacuum
VACUUM main.raw.t
--- vacuum retain
VACUUM main.raw.t RETAIN 168 HOURS
--- vacuum dry run
VACUUM main.raw.t RETAIN 200 HOURS DRY RUN
--- vacuum lite
VACUUM main.raw.t LITE
--- vacuum path
VACUUM delta.`/Volumes/main/raw/t` RETAIN 168 HOURS
--- analyze
ANALYZE TABLE main.raw.t COMPUTE STATISTICS
--- analyze all columns
ANALYZE TABLE main.raw.t COMPUTE STATISTICS FOR ALL COLUMNS
--- analyze columns
ANALYZE TABLE main.raw.t COMPUTE STATISTICS FOR COLUMNS id, name
--- analyze delta statistics
ANALYZE TABLE main.raw.t COMPUTE DELTA STATISTICS
--- fsck
FSCK REPAIR TABLE main.raw.t DRY RUN
--- reorg purge
REORG TABLE main.raw.t APPLY (PURGE)
--- reorg uniform
REORG TABLE main.raw.t APPLY (UPGRADE UNIFORM(ICEBERG_COMPAT_VERSION = 2))
--- restore version
RESTORE TABLE main.raw.t TO VERSION AS OF 5
--- restore timestamp
RESTORE TABLE main.raw.t TO TIMESTAMP AS OF '2026-01-01'
--- convert to delta
CONVERT TO DELTA parquet.`s3://bucket/orders` PARTITIONED BY (day DATE)
--- msck repair
MSCK REPAIR TABLE main.raw.t SYNC PARTITIONS
--- refresh table
REFRESH TABLE main.raw.t
--- refresh foreign catalog
REFRESH FOREIGN CATALOG legacy
--- sync schema
SYNC SCHEMA main.raw FROM hive_metastore.raw DRY RUN
--- describe history
DESCRIBE HISTORY main.raw.t LIMIT 5
--- describe detail
DESCRIBE DETAIL main.raw.t
--- describe extended as json
DESCRIBE TABLE EXTENDED main.raw.t AS JSON
--- describe catalog
DESCRIBE CATALOG EXTENDED main
--- describe external location
DESCRIBE EXTERNAL LOCATION landing
--- show schemas
SHOW SCHEMAS IN main LIKE 'raw*'
--- show tables
SHOW TABLES IN main.raw
--- show volumes
SHOW VOLUMES IN main.raw
--- show grants
SHOW GRANTS `data-engineers` ON SCHEMA main.raw
--- show create table
SHOW CREATE TABLE main.raw.t
--- show external locations
SHOW EXTERNAL LOCATIONS
--- create catalog
CREATE CATALOG IF NOT EXISTS main MANAGED LOCATION 's3://bucket/main' COMMENT 'Main'
--- create foreign catalog
CREATE FOREIGN CATALOG IF NOT EXISTS legacy USING CONNECTION pg OPTIONS (database 'sales')
--- create catalog from share
CREATE CATALOG partner USING SHARE provider.sales
--- create schema
CREATE SCHEMA IF NOT EXISTS main.raw COMMENT 'Raw data'
--- create schema with location
CREATE SCHEMA IF NOT EXISTS main.raw MANAGED LOCATION 's3://bucket/raw' WITH DBPROPERTIES ('owner' = 'sales')
--- drop schema
DROP SCHEMA IF EXISTS main.raw CASCADE
--- drop catalog
DROP CATALOG IF EXISTS main CASCADE
--- create managed volume
CREATE VOLUME IF NOT EXISTS main.raw.landing COMMENT 'Landing files'
--- create external volume
CREATE EXTERNAL VOLUME main.raw.landing LOCATION 's3://bucket/landing' COMMENT 'Landing'
--- drop volume
DROP VOLUME IF EXISTS main.raw.landing
--- create external location
CREATE EXTERNAL LOCATION IF NOT EXISTS landing URL 's3://bucket/landing' WITH (STORAGE CREDENTIAL lake) COMMENT 'Landing'
--- create connection
CREATE CONNECTION pg TYPE postgresql OPTIONS (host 'db.example.com', port '5432', user secret('db', 'user'), password secret('db', 'password'))
--- create share
CREATE SHARE IF NOT EXISTS sales COMMENT 'For partners'
--- alter share add table
ALTER SHARE sales ADD TABLE main.gold.revenue AS shared.revenue WITH HISTORY
--- create recipient
CREATE RECIPIENT IF NOT EXISTS partner USING ID 'aws:us-west-2:0000' COMMENT 'Partner'
--- grant on share
GRANT SELECT ON SHARE sales TO RECIPIENT partner
--- create policy row filter
CREATE OR REPLACE POLICY regional ON SCHEMA main.sales COMMENT 'By region' ROW FILTER main.security.region_filter TO analysts EXCEPT admins FOR TABLES MATCH COLUMNS has_tag('region') AS region USING COLUMNS (region)
--- create policy column mask
CREATE POLICY hide_email ON CATALOG main COLUMN MASK main.security.mask_email TO `account users` FOR TABLES MATCH COLUMNS has_tag_value('pii', 'email') AS email ON COLUMN email
--- drop policy
DROP POLICY regional ON SCHEMA main.sales
--- comment on table
COMMENT ON TABLE main.raw.t IS 'Orders as they came'
--- comment on catalog
COMMENT ON CATALOG main IS NULL
--- comment on volume
COMMENT ON VOLUME main.raw.landing IS 'Files'
--- comment on column
COMMENT ON COLUMN main.raw.t.id IS 'Key'
--- alter schema owner
ALTER SCHEMA main.raw OWNER TO `data-engineers`
--- alter schema tags
ALTER SCHEMA main.raw SET TAGS ('domain' = 'sales')
--- alter catalog owner
ALTER CATALOG main SET OWNER TO `admins`
--- grant use catalog
GRANT USE CATALOG ON CATALOG main TO `data-engineers`
--- grant several
GRANT USE SCHEMA, SELECT, MODIFY ON SCHEMA main.raw TO `data-engineers`
--- grant all
GRANT ALL PRIVILEGES ON TABLE main.raw.t TO `someone@example.com`
--- grant read volume
GRANT READ VOLUME, WRITE VOLUME ON VOLUME main.raw.landing TO `data-engineers`
--- grant execute
GRANT EXECUTE ON FUNCTION main.security.mask_email TO `account users`
--- grant on external location
GRANT CREATE EXTERNAL TABLE, READ FILES ON EXTERNAL LOCATION landing TO `data-engineers`
--- grant on metastore
GRANT CREATE CATALOG ON METASTORE TO `admins`
--- grant browse and manage
GRANT BROWSE, MANAGE ON CATALOG main TO `stewards`
--- revoke
REVOKE SELECT ON TABLE main.raw.t FROM `data-engineers`
--- use catalog identifier
USE CATALOG IDENTIFIER(:catalog)
--- use catalog
USE CATALOG main
--- use schema identifier
USE SCHEMA IDENTIFIER(:schema)
--- set catalog
SET CATALOG main
--- set configuration
SET spark.sql.shuffle.partitions = 200
--- declare variable
DECLARE OR REPLACE VARIABLE total INT DEFAULT 0
--- set variable
SET VAR total = 5
--- script with block
BEGIN DECLARE counter INT DEFAULT 0; WHILE counter < 3 DO SET counter = counter + 1; END WHILE; SELECT counter; END
--- script with if
BEGIN IF 1 > 0 THEN SELECT 'yes'; ELSE SELECT 'no'; END IF; END
--- explain
EXPLAIN SELECT * FROM t
--- cache table
CACHE TABLE t
--- table as a query
TABLE main.raw.t
