CREATE SCHEMA IF NOT EXISTS backup.silver;
CREATE OR REPLACE TABLE backup.silver.orders SHALLOW CLONE main.silver.orders;
CREATE OR REPLACE TABLE backup.silver.customers SHALLOW CLONE main.silver.customers;
