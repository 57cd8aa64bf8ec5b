"""Lakewright: a drawn Databricks pipeline becomes a proved bundle project."""

__version__ = "0.1.0"
