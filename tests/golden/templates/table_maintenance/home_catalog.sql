USE CATALOG IDENTIFIER(:catalog);

OPTIMIZE silver.orders;
OPTIMIZE silver.customers;
