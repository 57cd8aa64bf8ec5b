import { expect, it } from 'vitest'
import { cloudOf, hostProblem, tidyHost } from './host'

it.each([
  ['https://adb-1.7.azuredatabricks.net/?o=1#job/2', 'https://adb-1.7.azuredatabricks.net'],
  [' dbc-a1.cloud.databricks.com ', 'https://dbc-a1.cloud.databricks.com'],
  ['http://localhost:8080/x', 'http://localhost:8080'],
  ['https://me:secret@dbc.cloud.databricks.com', 'https://dbc.cloud.databricks.com'],
  ['ftp://files.example.com/a', 'ftp://files.example.com/a'],
  ['', ''],
  ['not a name', 'not a name'],
])('%j is tidied to %j', (typed, tidy) => {
  expect(tidyHost(typed)).toBe(tidy)
})

it.each([
  ['', 'missing'],
  ['http://dbc.cloud.databricks.com', 'protocol'],
  ['ftp://dbc.cloud.databricks.com', 'protocol'],
  ['https://databricks', 'name'],
  ['not a name', 'name'],
  ['https://dbc.cloud.databricks.com', null],
  ['http://127.0.0.1:8000', null],
])('the problem of %j is %j', (host, problem) => {
  expect(hostProblem(host)).toBe(problem)
})

it.each([
  ['https://adb-1.7.azuredatabricks.net', 'azure'],
  ['https://1.2.gcp.databricks.com', 'gcp'],
  ['https://dbc-a1.cloud.databricks.com', 'aws'],
  ['https://databricks.example.com', ''],
  ['https://azuredatabricks.net.example.com', ''],
  ['', ''],
])('%j is on %j', (host, cloud) => {
  expect(cloudOf(host)).toBe(cloud)
})
