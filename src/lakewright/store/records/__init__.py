"""Rows of the database as frozen values: one module of functions for each table.

Every function takes a connection of `Database.acting_as`, so row-level security decides what it
sees; the `workspace_id` in each query is for the planner and says what is meant. Errors of the
database pass through: rules that a person can mend carry SQLSTATE `LWnnn`, message and hint.
"""
