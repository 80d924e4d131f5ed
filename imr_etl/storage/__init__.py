"""How tables are stored on disk: paths, Parquet files, checksums, the lock of a data folder.

Does not belong here: what the tables hold (`imr_etl.schema`), and when they are written (`imr_etl.pipeline`).
"""
