-- RESTRICT refuses while anything is left in the schema.
DROP SCHEMA IF EXISTS main.sales RESTRICT;
