// MAGIC %md
// MAGIC # Write gold.orders

// COMMAND ----------

// The job gives the catalog, so the same notebook serves every environment.
dbutils.widgets.text("catalog", "main")
spark.catalog.setCurrentCatalog(dbutils.widgets.get("catalog"))

val targetTable = "gold.orders"

// COMMAND ----------

val result = spark.sql("""
    SELECT
      order_id,
      customer_id,
      upper(country) AS country,
      amount * 1.19 AS gross_amount,
      sum(amount) OVER (PARTITION BY customer_id ORDER BY ordered_at) AS customer_total
    FROM silver.orders
    WHERE status <> 'cancelled'
    QUALIFY row_number() OVER (PARTITION BY order_id ORDER BY updated_at DESC) = 1
""")
val rows = result

// COMMAND ----------

// One atomic commit: readers see the old rows or the new ones.
rows.write.mode("overwrite").saveAsTable(targetTable)
