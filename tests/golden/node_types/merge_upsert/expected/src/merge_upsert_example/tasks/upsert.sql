-- Made by Lakewright from node 'upsert' of model 'merge_upsert_example' with template 'merge_upsert'.

MERGE INTO main.silver.orders AS t
USING (
  SELECT *
  FROM main.raw.orders AS incoming
  -- Two rows with one key would make the merge fail: the first in this order wins.
  QUALIFY row_number() OVER (PARTITION BY id ORDER BY updated_at DESC) = 1
) AS s
ON t.id = s.id
WHEN MATCHED AND (s.op = 'D') THEN DELETE
WHEN MATCHED THEN UPDATE SET *
WHEN NOT MATCHED AND NOT coalesce(s.op = 'D', false) THEN INSERT *;
