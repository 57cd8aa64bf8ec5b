"""The data plane: what an engine is asked, and the parts that run SQL on real Delta tables.

`port` says what an engine answers, `errors` how it refuses. A session finds a table by name in
`objects`, its columns and history in `delta_log`; `query_rules` puts a query into the words of
Sail. Whoever reads a result must see its fidelity and reasons: `NOT_RUN` never counts as a pass.
"""
