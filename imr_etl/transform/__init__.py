"""Words as written to codes and numbers: the normalized tables.

Belongs here: one module per table, frames in and frames out. Does not belong here: how words are found in a letter
(`imr_etl.parse`), and the words themselves (`imr_etl.vocabulary`).
"""
