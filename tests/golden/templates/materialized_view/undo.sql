DROP MATERIALIZED VIEW IF EXISTS main.gold.daily_revenue;
