"""How the assets run: resources, jobs, schedule, the settings of a Dagster instance.

Does not belong here: data.
"""
