"""The way of the letters through the stages: files, lines, tables.

Belongs here: which letters are pending, and in what order results are stored. Does not belong here: how a letter is
read (`imr_etl.ingest`), parsed (`imr_etl.parse`) or turned into tables (`imr_etl.transform`), and who starts a run
(`assets`, `imr_etl.cli`).
"""
