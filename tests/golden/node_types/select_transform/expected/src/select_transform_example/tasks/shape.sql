-- Made by Lakewright from node 'shape' of model 'select_transform_example' with template 'sql_transformation'.

-- One atomic commit: readers see the old rows or the new ones.
INSERT OVERWRITE TABLE main.silver.orders BY NAME
SELECT
  id,
  upper(country) AS country,
  amount
FROM main.raw.orders
WHERE amount > 0
QUALIFY row_number() OVER (PARTITION BY id ORDER BY updated_at DESC) = 1;
