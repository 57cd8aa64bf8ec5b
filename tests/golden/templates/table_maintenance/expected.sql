OPTIMIZE main.silver.orders;
OPTIMIZE main.silver.customers;
