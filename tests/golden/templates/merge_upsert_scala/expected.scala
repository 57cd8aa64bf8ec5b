// MAGIC %md
// MAGIC # Merge into main.silver.customers
// MAGIC
// MAGIC One atomic commit; running it again with the same rows changes nothing.

// COMMAND ----------

import io.delta.tables.DeltaTable
import org.apache.spark.sql.functions._

val targetTable = "main.silver.customers"
val sameRow = "t.customer_id = s.customer_id"

// COMMAND ----------

val incoming = spark.table("main.bronze.customers")
// Two rows with one key would make the merge fail: the first in this order wins.
val distinctRows = incoming
  .withColumn("_rank", expr("row_number() OVER (PARTITION BY customer_id ORDER BY updated_at DESC)"))
  .where("_rank = 1")
  .drop("_rank")
val source = distinctRows

// COMMAND ----------

DeltaTable
  .forName(spark, targetTable)
  .as("t")
  .merge(source.as("s"), sameRow)
  .whenMatched("s.operation = 'D'")
  .delete()
  .whenMatched("s.updated_at > t.updated_at")
  .updateExpr(Map(
    "email" -> "s.email",
    "city" -> "s.city",
    "updated_at" -> "s.updated_at"
  ))
  .whenNotMatched("NOT coalesce(s.operation = 'D', false)")
  .insertAll()
  .execute()
