"""Reading the published warehouse: questions, search, a case, exports and the report.

Belongs here: everything that opens `imr.duckdb` read-only. Does not belong here: how it is built (`warehouse.build`),
and what a command prints (`imr_etl.cli`).
"""
