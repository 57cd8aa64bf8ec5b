import type { NodeType } from '@/document/connections'
import { ranked } from '@/lib/rank'

/** Words that people use for a type and that its row does not have. */
const SYNONYMS: Readonly<Record<string, string>> = {
  source_table: 'select from input bronze extract',
  source_files: 'autoloader cloudfiles s3 adls gcs upload avro csv excel',
  source_jdbc: 'mssql mariadb redshift snowflake extract',
  source_kafka: 'eventhub kinesis pulsar streaming',
  dest_table: 'save load silver gold insert',
  sql_query: 'query select join aggregate filter',
  notebook: 'ipynb spark r',
  select_transform: 'columns rename cast deduplicate group where',
  merge_upsert: 'scd update insert delta',
  data_quality: 'dq great expectations check validate',
  condition: 'if else case when switch',
  for_each: 'map parallel',
  trigger_schedule: 'crontab quartz timer nightly',
  trigger_file_arrival: 'sensor watch',
  job: 'dag pipeline airflow',
  sql_warehouse: 'endpoint compute',
  uc_grants: 'permissions rights acl',
  uc_schema: 'namespace',
  maintenance: 'compact zorder',
}

/** The rows that fit what was typed, best first; all of them for nothing. */
export function findTypes<T extends NodeType>(typed: string, rows: readonly T[]): T[] {
  return ranked(
    typed,
    rows,
    (row) => row.label,
    (row) =>
      [
        row.key.replaceAll('_', ' '),
        ...row.aliases,
        ...row.tags,
        SYNONYMS[row.key] ?? '',
        row.summary,
      ].join(' '),
  )
}
