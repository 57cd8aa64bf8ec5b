-- A new catalog comes with an empty schema.
DROP SCHEMA IF EXISTS sales_dev.`default` RESTRICT;
-- RESTRICT refuses while anything is left in the catalog.
DROP CATALOG IF EXISTS sales_dev RESTRICT;
