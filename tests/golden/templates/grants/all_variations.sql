GRANT USE CATALOG ON CATALOG main TO `order-analysts`;
GRANT USE SCHEMA ON SCHEMA main.sales TO `order-analysts`;
GRANT USE SCHEMA ON SCHEMA main.gold TO `order-analysts`;
REVOKE ALL PRIVILEGES ON TABLE main.sales.orders FROM `order-analysts`;
GRANT SELECT ON TABLE main.sales.orders TO `order-analysts`;
REVOKE ALL PRIVILEGES ON TABLE main.gold.daily_revenue FROM `order-analysts`;
GRANT SELECT ON TABLE main.gold.daily_revenue TO `order-analysts`;
