"""The Dagster code location: an asset loads, calls one library function, returns with what an operator wants to see.

Belongs here: assets, jobs, schedule, resources. Does not belong here: how anything is done (`imr_etl`, `warehouse`).
"""
