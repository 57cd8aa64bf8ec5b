OPTIMIZE main.silver.orders WHERE order_date >= DATE'2026-01-01' ZORDER BY (customer_id);
OPTIMIZE main.silver.customers WHERE order_date >= DATE'2026-01-01' ZORDER BY (customer_id);
