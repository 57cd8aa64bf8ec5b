-- Made by Lakewright from node 'by_country' of model 'uc_materialized_view_example' with template 'materialized_view'.

CREATE OR REPLACE MATERIALIZED VIEW main.gold.by_country
SCHEDULE EVERY 1 HOUR
AS
SELECT country, count(*) AS orders FROM main.silver.orders GROUP BY country;
