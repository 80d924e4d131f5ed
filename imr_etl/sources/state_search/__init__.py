"""The state's search of decisions: its pages, polite requests, and the folder of letters that they fill.

Belongs here: everything that is about that one web site. Does not belong here: reading the letters (`imr_etl.ingest`);
the folder that is filled is a place like any other (`imr_etl.sources.folder`), so this package has no `SOURCE`.

Nobody has run this against the live site: the form and the pages are as a program of June 2017 used them.
"""
