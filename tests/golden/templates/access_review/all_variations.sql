-- MAGIC %md
-- MAGIC # Access to main
-- MAGIC
-- MAGIC Grants as they are today, inherited ones included.

-- COMMAND ----------

SELECT
  table_schema,
  table_name,
  grantee,
  array_sort(collect_set(privilege_type)) AS privileges,
  -- A direct grant is easily forgotten; an inherited one is changed in one place.
  max(inherited_from = 'NONE') AS direct
FROM main.information_schema.table_privileges
WHERE table_schema <> 'information_schema'
  AND grantee NOT IN ('platform-admins')
  -- Persons are known by their address.
  AND grantee LIKE '%@%'
GROUP BY table_schema, table_name, grantee
ORDER BY table_schema, table_name, grantee;

-- COMMAND ----------

SELECT schema_name, grantee, array_sort(collect_set(privilege_type)) AS privileges
FROM main.information_schema.schema_privileges
WHERE schema_name <> 'information_schema'
  AND grantee NOT IN ('platform-admins')
  -- Persons are known by their address.
  AND grantee LIKE '%@%'
GROUP BY schema_name, grantee
ORDER BY schema_name, grantee;

-- COMMAND ----------

SELECT
  user_identity.email AS person,
  request_params['full_name_arg'] AS table_name,
  count(*) AS times,
  max(event_time) AS last_time
FROM system.access.audit
WHERE event_date >= current_date() - INTERVAL '90' DAY
  AND service_name = 'unityCatalog'
  AND action_name IN ('getTable', 'generateTemporaryTableCredential')
  AND request_params['full_name_arg'] LIKE 'main.%'
GROUP BY ALL
ORDER BY last_time DESC;

-- COMMAND ----------

SELECT tags.schema_name, tags.table_name, tags.column_name, tags.tag_value
FROM main.information_schema.column_tags AS tags
LEFT ANTI JOIN main.information_schema.column_masks AS masks
  ON masks.table_schema = tags.schema_name
  AND masks.table_name = tags.table_name
  AND masks.column_name = tags.column_name
WHERE tags.tag_name = 'pii'
ORDER BY ALL;
