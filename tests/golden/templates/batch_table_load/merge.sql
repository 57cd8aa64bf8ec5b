MERGE WITH SCHEMA EVOLUTION INTO main.bronze.orders AS target
USING (
  SELECT *
  FROM main.raw.orders
  WHERE country = 'DE'
) AS source
ON target.order_id = source.order_id
  AND target.line_number = source.line_number
WHEN MATCHED THEN UPDATE SET *
WHEN NOT MATCHED THEN INSERT *;
