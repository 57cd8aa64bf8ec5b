"""The local workspace: a Databricks-compatible service in a process of its own.

It imports nothing of Lakewright but `sql/`, and nothing imports it: everybody else speaks HTTP.
"""
