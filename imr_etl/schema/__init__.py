"""What every table is: the one source of dtypes, DDL, data dictionary and checks.

Belongs here: `fields` (each column once), `tables` (each table once) and what is made from them. Does not belong here:
how a value is found (`imr_etl.parse`, `imr_etl.transform`).
"""
