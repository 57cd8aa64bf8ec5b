"""The part of Databricks SQL that sqlfluff does not know, as data."""
