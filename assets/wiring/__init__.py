"""How the assets run: partitions, resources, jobs, schedule, the settings of a Dagster instance.

Does not belong here: data.
"""
