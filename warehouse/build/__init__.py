"""Building the warehouse from the parsed tables, and publishing it.

Belongs here: everything that writes `imr.duckdb`: what it holds already (`inputs`), loading blocks (`load`), marts,
checks, and the change of files (`publish`). Does not belong here: reading the published file (`warehouse.query`).
"""
