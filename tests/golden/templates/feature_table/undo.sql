DROP TABLE IF EXISTS main.features.customer_activity;
