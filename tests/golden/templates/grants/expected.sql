GRANT SELECT ON TABLE main.sales.orders TO `order-analysts`;
GRANT SELECT ON TABLE main.gold.daily_revenue TO `order-analysts`;
