// MAGIC %md
// MAGIC # Write main.gold.orders

// COMMAND ----------

val targetTable = "main.gold.orders"

// COMMAND ----------

val result = spark.sql("""
    SELECT
      order_id,
      customer_id,
      upper(country) AS country,
      amount * 1.19 AS gross_amount,
      sum(amount) OVER (PARTITION BY customer_id ORDER BY ordered_at) AS customer_total
    FROM main.silver.orders
    WHERE status <> 'cancelled'
    QUALIFY row_number() OVER (PARTITION BY order_id ORDER BY updated_at DESC) = 1
""")
val rows = result

// COMMAND ----------

// One atomic commit: readers see the old rows or the new ones.
rows.write.mode("overwrite").saveAsTable(targetTable)
