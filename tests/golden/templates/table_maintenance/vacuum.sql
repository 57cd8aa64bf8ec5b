VACUUM main.silver.orders;
VACUUM main.silver.customers;
