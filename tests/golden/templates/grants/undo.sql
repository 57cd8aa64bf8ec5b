REVOKE SELECT ON TABLE main.sales.orders FROM `order-analysts`;
REVOKE SELECT ON TABLE main.gold.daily_revenue FROM `order-analysts`;
