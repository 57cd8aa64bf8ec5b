CREATE SCHEMA IF NOT EXISTS backup.silver;
CREATE OR REPLACE TABLE backup.silver.orders DEEP CLONE main.silver.orders;
CREATE OR REPLACE TABLE backup.silver.customers DEEP CLONE main.silver.customers;
