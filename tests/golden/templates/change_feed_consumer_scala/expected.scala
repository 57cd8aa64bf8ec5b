// MAGIC %md
// MAGIC # Follow main.silver.customers
// MAGIC
// MAGIC The checkpoint knows the last version that was read; a batch that is run twice changes nothing.

// COMMAND ----------

import io.delta.tables.DeltaTable
import org.apache.spark.sql.DataFrame
import org.apache.spark.sql.expressions.Window
import org.apache.spark.sql.functions._
import org.apache.spark.sql.streaming.Trigger

val sourceTable = "main.silver.customers"
val targetTable = "main.gold.customers"
val checkpoint = "/Volumes/main/gold/checkpoints/customers"
val keys = Seq("customer_id")

// COMMAND ----------

val changes = spark.readStream
  .option("readChangeFeed", "true")
  .table(sourceTable)
  .where("_change_type <> 'update_preimage'")

// COMMAND ----------

def mergeBatch(batch: DataFrame, batchId: Long): Unit = {
  // A row may change more than once in a batch: only its last change counts, and of one
  // commit that deletes and inserts a key the insert.
  val latest = Window
    .partitionBy(keys.map(col): _*)
    .orderBy(col("_commit_version").desc, col("_change_type") === "delete")
  val newest = batch.withColumn("_rank", row_number().over(latest)).where("_rank = 1")
  val own = Set("_change_type", "_commit_version", "_commit_timestamp", "_rank")
  val values = newest.columns
    .filterNot(own.contains)
    .map(name => s"`$name`" -> s"source.`$name`")
    .toMap
  val sameRow = keys.map(key => s"target.$key = source.$key").mkString(" AND ")
  DeltaTable
    .forName(batch.sparkSession, targetTable)
    .as("target")
    .merge(newest.as("source"), sameRow)
    .whenMatched("source._change_type = 'delete'")
    .delete()
    .whenMatched()
    .updateExpr(values)
    .whenNotMatched("source._change_type <> 'delete'")
    .insertExpr(values)
    .execute()
}

// COMMAND ----------

val query = changes.writeStream
  .foreachBatch(mergeBatch _)
  .option("checkpointLocation", checkpoint)
  .trigger(Trigger.AvailableNow())
  .start()
query.awaitTermination()
