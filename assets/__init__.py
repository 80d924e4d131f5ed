"""The Dagster code location: an asset calls one library function and returns what an operator wants to see.

Belongs here: assets, jobs, schedule, resources. Does not belong here: how anything is done (`imr_etl`, `warehouse`).
"""
