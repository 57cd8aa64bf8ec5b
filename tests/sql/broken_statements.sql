--- misspelt select
SELEC 1
--- misspelt from
SELECT a FORM t WHERE a = 1
--- misspelt where
SELECT a FROM t WHER b = 1
--- misspelt group by
SELECT a, count(*) FROM t GRUOP BY a
--- group without by
SELECT a, count(*) FROM t GROUP a
--- order without by
SELECT a FROM t ORDER a
--- two commas
SELECT a,, b FROM t
--- comma before from
SELECT a, b, FROM t
--- comma first
SELECT (, a) FROM t
--- comma at the end
SELECT a, b,
--- text not closed
SELECT 'abc FROM t
--- name not closed
SELECT `abc FROM t
--- double quote not closed
SELECT "abc FROM t
--- comment not closed
SELECT a /* why FROM t
--- bracket not closed
SELECT (a + b FROM t
--- bracket not opened
SELECT a + b) FROM t
--- function not closed
SELECT count(DISTINCT a FROM t
--- function without closing argument
SELECT coalesce(a, ) FROM t
--- from without table
SELECT a FROM
--- where without condition
SELECT a FROM t WHERE
--- dangling and
SELECT a FROM t WHERE a = 1 AND
--- dangling operator
SELECT a + FROM t
--- join without table
SELECT a FROM t JOIN ON t.id = u.id
--- join using without bracket
SELECT a FROM t JOIN u USING id
--- limit without number
SELECT a FROM t LIMIT
--- two froms
SELECT a FROM t FROM u
--- two wheres
SELECT a FROM t WHERE a = 1 WHERE b = 2
--- where before from
SELECT a WHERE a = 1 FROM t
--- case without end
SELECT CASE WHEN a > 1 THEN 'x' ELSE 'y' AS bucket FROM t
--- case without then
SELECT CASE WHEN a > 1 'x' END FROM t
--- in without list
SELECT a FROM t WHERE a IN
--- in with an empty list
SELECT a FROM t WHERE a IN ()
--- between without and
SELECT a FROM t WHERE a BETWEEN 1 2
--- operator with a gap
SELECT a FROM t WHERE a > = 1
--- equals three times
SELECT a FROM t WHERE a === 1
--- cte without query
WITH c AS (SELECT 1)
--- cte without brackets
WITH c AS SELECT 1 SELECT * FROM c
--- union without second query
SELECT a FROM t UNION ALL
--- window without brackets
SELECT row_number() OVER PARTITION BY a FROM t
--- window order without by
SELECT row_number() OVER (PARTITION BY a ORDER b) FROM t
--- having without condition
SELECT a FROM t GROUP BY a HAVING
--- cast without type
SELECT CAST(a AS) FROM t
--- cast without as
SELECT CAST(a STRING) FROM t
--- double colon without type
SELECT a:: FROM t
--- lateral view without function
SELECT a FROM t LATERAL VIEW AS x
--- three words in a row
SELECT a b c FROM t
--- template left over
SELECT {{ column }} FROM t
--- template block left over
SELECT a {% if x %} FROM t
--- template variable in a name
CREATE TABLE {{ catalog }}.raw.t (id INT)
--- typographic quotes
SELECT ’abc’ FROM t
--- two statements without a semicolon
SELECT 1 SELECT 2
--- only a word
customers
--- python
import pandas as pd
--- insert without into or values
INSERT main.raw.t 1, 2
--- insert values not closed
INSERT INTO t VALUES (1, 2
--- insert values without brackets
INSERT INTO t VALUES 1, 2,
--- insert empty columns
INSERT INTO t () VALUES (1)
--- insert values with trailing comma
INSERT INTO t VALUES (1, 2),
--- insert two comma
INSERT INTO t (a,, b) VALUES (1, 2)
--- insert into nothing
INSERT INTO SELECT 1
--- insert replace where without condition
INSERT INTO t REPLACE WHERE SELECT * FROM s
--- insert replace using without bracket
INSERT INTO t REPLACE USING day SELECT * FROM s
--- insert schema evolution misplaced
INSERT INTO t WITH SCHEMA EVOLUTION SELECT * FROM s
--- update without set
UPDATE t a = 1
--- update without value
UPDATE t SET a =
--- update two sets
UPDATE t SET a = 1 SET b = 2
--- delete without from
DELETE t WHERE a = 1 AND
--- delete columns
DELETE a, b FROM t
--- merge without when
MERGE INTO t USING s ON t.id = s.id
--- merge without on
MERGE INTO t USING s WHEN MATCHED THEN UPDATE SET *
--- merge without using
MERGE INTO t ON t.id = s.id WHEN MATCHED THEN DELETE
--- merge without then
MERGE INTO t USING s ON t.id = s.id WHEN MATCHED UPDATE SET *
--- merge insert without star or values
MERGE INTO t USING s ON t.id = s.id WHEN NOT MATCHED THEN INSERT
--- merge evolution in the wrong place
MERGE INTO t WITH SCHEMA EVOLUTION USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET *
--- merge evolution without into
MERGE WITH SCHEMA EVOLUTION t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET *
--- merge set with comma at the end
MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET t.a = s.a, WHEN NOT MATCHED THEN INSERT *
--- copy without format
COPY INTO main.raw.t FROM '/Volumes/a/b/c'
--- copy without from
COPY INTO main.raw.t FILEFORMAT = CSV
--- copy options without brackets
COPY INTO main.raw.t FROM '/x' FILEFORMAT = CSV FORMAT_OPTIONS 'header' = 'true'
--- copy unknown option
COPY INTO main.raw.t FROM '/x' FILEFORMAT = CSV HEADER = TRUE
--- copy empty options
COPY INTO main.raw.t FROM '/x' FILEFORMAT = CSV COPY_OPTIONS ()
--- execute immediate without text
EXECUTE IMMEDIATE USING 5
--- call without brackets
CALL main.ops.reload
--- pipe unknown step
FROM t |> FILTER a > 1
--- pipe without step
FROM t |> WHERE a > 1 |>
--- pipe select with two commas
FROM t |> SELECT a,, b
--- pipe where bad condition
FROM t |> WHERE a > 1 foo bar |> SELECT b
--- create table misspelt
CREATE TABEL main.raw.t (id INT)
--- create table unknown type
CREATE TABLE main.raw.t (id STRIGN)
--- create table without type in the middle
CREATE TABLE main.raw.t (id INT, name, city STRING)
--- create table missing comma
CREATE TABLE main.raw.t (id INT name STRING)
--- create table trailing comma
CREATE TABLE main.raw.t (id INT, name STRING,)
--- create table leading comma
CREATE TABLE main.raw.t (, id INT)
--- create table empty columns
CREATE TABLE main.raw.t ()
--- create table not closed
CREATE TABLE main.raw.t (id INT, name STRING
--- create table closed twice
CREATE TABLE main.raw.t (id INT))
--- create table four parts
CREATE TABLE a.b.c.d. (id INT)
--- create table dot at the end
CREATE TABLE main.raw. (id INT)
--- create table without name
CREATE TABLE (id INT)
--- create table if exists
CREATE TABLE IF EXISTS main.raw.t (id INT)
--- create table name with a hyphen
CREATE TABLE main.raw.my-table (id INT)
--- create table name with a space
CREATE TABLE main.raw.my table (id INT)
--- constraint after properties
CREATE TABLE main.raw.t (id BIGINT) USING DELTA TBLPROPERTIES ('a' = 'b') CONSTRAINT t_pk PRIMARY KEY (id)
--- constraint after using
CREATE TABLE main.raw.t (id BIGINT) USING DELTA CONSTRAINT t_pk PRIMARY KEY (id)
--- primary key outside
CREATE TABLE main.raw.t (id BIGINT) PRIMARY KEY (id)
--- partition and cluster
CREATE TABLE main.raw.t (id BIGINT, day DATE) PARTITIONED BY (day) CLUSTER BY (id)
--- properties twice
CREATE TABLE main.raw.t (id BIGINT) TBLPROPERTIES ('a' = 'b') TBLPROPERTIES ('c' = 'd')
--- comment twice
CREATE TABLE main.raw.t (id BIGINT) COMMENT 'a' COMMENT 'b'
--- using twice
CREATE TABLE main.raw.t (id BIGINT) USING DELTA USING PARQUET
--- same property twice
CREATE TABLE main.raw.t (id BIGINT) TBLPROPERTIES ('a' = 'b', 'a' = 'c')
--- same column twice
CREATE TABLE main.raw.t (id BIGINT, name STRING, ID INT)
--- same quoted column twice
CREATE TABLE main.raw.t (`order id` BIGINT, `Order ID` INT)
--- partition column missing
CREATE TABLE main.raw.t (id BIGINT) PARTITIONED BY (day)
--- cluster column missing
CREATE TABLE main.raw.t (id BIGINT) CLUSTER BY (dya)
--- key column missing
CREATE TABLE main.raw.t (id BIGINT, CONSTRAINT t_pk PRIMARY KEY (identifier))
--- empty partition list
CREATE TABLE main.raw.t (id BIGINT) PARTITIONED BY ()
--- empty primary key
CREATE TABLE main.raw.t (id BIGINT, CONSTRAINT t_pk PRIMARY KEY ())
--- empty properties
CREATE TABLE main.raw.t (id BIGINT) TBLPROPERTIES ()
--- partitioned without by
CREATE TABLE main.raw.t (id BIGINT, day DATE) PARTITIONED (day)
--- cluster by without brackets
CREATE TABLE main.raw.t (id BIGINT) CLUSTER BY id
--- comment without text
CREATE TABLE main.raw.t (id BIGINT COMMENT)
--- comment without quotes
CREATE TABLE main.raw.t (id BIGINT COMMENT key of it)
--- comment with a quote inside
CREATE TABLE main.raw.t (id BIGINT COMMENT 'it's the key')
--- not without null
CREATE TABLE main.raw.t (id BIGINT NOT)
--- decimal of forty
CREATE TABLE main.raw.t (amount DECIMAL(40, 2))
--- decimal scale too large
CREATE TABLE main.raw.t (amount DECIMAL(10, 12))
--- decimal three sizes
CREATE TABLE main.raw.t (amount DECIMAL(10, 2, 1))
--- array not closed
CREATE TABLE main.raw.t (tags ARRAY<STRING)
--- map with one type
CREATE TABLE main.raw.t (tags MAP<STRING>)
--- identity without as
CREATE TABLE main.raw.t (sk BIGINT GENERATED ALWAYS IDENTITY)
--- default without value
CREATE TABLE main.raw.t (a INT DEFAULT, b INT)
--- foreign key without references
CREATE TABLE main.raw.t (a INT, CONSTRAINT fk FOREIGN KEY (a))
--- row filter without on
CREATE TABLE main.raw.t (a INT) WITH ROW FILTER main.security.f
--- mask without function
CREATE TABLE main.raw.t (a STRING MASK)
--- as without query
CREATE TABLE main.raw.t AS
--- as with a bad query
CREATE TABLE main.raw.t AS SELEC 1
--- location without path
CREATE TABLE main.raw.t (a INT) LOCATION
--- clone without source
CREATE TABLE main.raw.t SHALLOW CLONE
--- clone bad version
CREATE TABLE main.raw.t DEEP CLONE main.raw.s VERSION 3
--- alter table nothing
ALTER TABLE main.raw.t
--- alter table add check unfinished
ALTER TABLE main.raw.t ADD CONSTRAINT c CHECK (x > )
--- alter table add check without brackets
ALTER TABLE main.raw.t ADD CONSTRAINT c CHECK x > 0
--- alter table add column without type
ALTER TABLE main.raw.t ADD COLUMNS (a, b)
--- alter table rename without to
ALTER TABLE main.raw.t RENAME main.raw.t2
--- alter column without action
ALTER TABLE main.raw.t ALTER COLUMN a
--- alter column set not
ALTER TABLE main.raw.t ALTER COLUMN a SET NOT
--- set tags without brackets
ALTER TABLE main.raw.t SET TAGS 'a' = 'b'
--- set row filter without function
ALTER TABLE main.raw.t SET ROW FILTER ON (region)
--- set mask without function
ALTER TABLE main.raw.t ALTER COLUMN a SET MASK
--- predictive optimization misspelt
ALTER TABLE main.raw.t ENABLE PREDICTIVE OPTIMISATION
--- drop without object
DROP main.raw.t
--- drop misspelt
DROP TABL main.raw.t
--- drop table twice
DROP TABLE a DROP TABLE b
--- undrop view
UNDROP main.raw.t
--- create view without query
CREATE VIEW main.gold.v
--- create view with types
CREATE VIEW main.gold.v (id INT) AS SELECT 1
--- create view bad query
CREATE VIEW main.gold.v AS SELECT a FORM t WHERE x
--- create function without return
CREATE FUNCTION f(a INT) RETURNS INT
--- streaming table bad schedule
CREATE OR REFRESH STREAMING TABLE t SCHEDULE 1 HOUR AS SELECT * FROM STREAM s
--- streaming table expect without brackets
CREATE OR REFRESH STREAMING TABLE t (CONSTRAINT c EXPECT id IS NOT NULL) AS SELECT * FROM STREAM s
--- streaming table unknown violation
CREATE OR REFRESH STREAMING TABLE t (CONSTRAINT c EXPECT (id IS NOT NULL) ON VIOLATION SKIP ROW) AS SELECT * FROM STREAM s
--- streaming table bad query
CREATE OR REFRESH STREAMING TABLE t AS SELECT * FORM STREAM s WHERE 1
--- materialized view without query
CREATE MATERIALIZED VIEW main.gold.v
--- materialized view misspelt
CREATE MATERIALISED VIEW main.gold.v AS SELECT 1
--- flow without keys
CREATE FLOW f AS AUTO CDC INTO t FROM STREAM(s) SEQUENCE BY ts
--- flow with an unknown scd type word
CREATE FLOW f AS AUTO CDC INTO t FROM STREAM(s) KEYS (id) SEQUENCE BY ts STORED AS SCD 2
--- apply changes without into
APPLY CHANGES t FROM STREAM(s) KEYS (id) SEQUENCE BY ts
--- apply changes bad condition
APPLY CHANGES INTO t FROM STREAM(s) KEYS (id) APPLY AS DELETE WHEN op = SEQUENCE BY ts
--- optimize without table
OPTIMIZE
--- optimize zorder without by
OPTIMIZE main.raw.t ZORDER (a)
--- optimize zorder empty
OPTIMIZE main.raw.t ZORDER BY ()
--- optimize where bad
OPTIMIZE main.raw.t WHERE a = ZORDER BY (b)
--- vacuum retain without unit
VACUUM main.raw.t RETAIN 168
--- vacuum misspelt
VACUUM main.raw.t RETAN 168 HOURS
--- vacuum days
VACUUM main.raw.t RETAIN 7 DAYS
--- analyze without compute
ANALYZE TABLE main.raw.t STATISTICS
--- restore without version
RESTORE TABLE main.raw.t TO
--- reorg without apply
REORG TABLE main.raw.t PURGE
--- refresh unknown
REFRESH MATERIALISED VIEW main.gold.v FULL
--- describe history with a word
DESCRIBE HISTORY main.raw.t LAST 5
--- create catalog two names
CREATE CATALOG main.raw.x
--- create catalog without location text
CREATE CATALOG main MANAGED LOCATION
--- create schema without name
CREATE SCHEMA IF NOT EXISTS
--- create schema comment without text
CREATE SCHEMA main.raw COMMENT
--- create volume bad clause
CREATE VOLUME main.raw.v PATH '/x'
--- external location without credential
CREATE EXTERNAL LOCATION l URL 's3://b/p'
--- external location bad url
CREATE EXTERNAL LOCATION l URL s3 WITH (STORAGE CREDENTIAL c)
--- connection without type
CREATE CONNECTION pg OPTIONS (host 'x')
--- connection without options
CREATE CONNECTION pg TYPE postgresql OPTIONS ()
--- share without name
CREATE SHARE
--- policy without function
CREATE POLICY p ON SCHEMA main.sales ROW FILTER TO analysts FOR TABLES
--- comment on without is
COMMENT ON TABLE main.raw.t 'x'
--- comment on without text
COMMENT ON TABLE main.raw.t IS
--- grant without to
GRANT SELECT ON TABLE main.raw.t
--- grant misspelt privilege
GRANT SELCT ON TABLE main.raw.t TO analysts
--- grant two privileges without comma
GRANT SELECT MODIFY ON TABLE main.raw.t TO analysts
--- grant to a hyphenated name
GRANT SELECT ON TABLE main.raw.t TO data-engineers
--- grant from
GRANT SELECT ON TABLE main.raw.t FROM analysts
--- revoke to
REVOKE SELECT ON TABLE main.raw.t TO analysts
--- use catalog without name
USE CATALOG
--- use identifier not closed
USE CATALOG IDENTIFIER(:catalog
--- script without end
BEGIN SELECT 1;
--- script if without end if
BEGIN IF 1 > 0 THEN SELECT 1; END
--- dot twice
SELECT * FROM main..orders
--- dot at the end
DELETE FROM main.raw. WHERE id = 1
--- dot at the beginning
DESCRIBE DETAIL .raw.t
--- gap in a name
OPTIMIZE main. raw.t
--- select twice
SELECT SELECT a FROM t
--- alias missing
SELECT a FROM t AS WHERE a = 1
--- comma after as
SELECT upper(a) AS , b FROM t
--- named argument without comma
SELECT * FROM read_files('/x' format => 'json')
--- equals twice
SET spark.sql.shuffle.partitions = = 200
--- refresh a plain table
CREATE OR REFRESH TABLE t AS SELECT 1
--- streaming table dangling name
CREATE OR REFRESH STREAMING TABLE main. AS SELECT 1
--- nested comment not closed
SELECT 1 /* a /* b */
