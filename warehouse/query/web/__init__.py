"""The page: search, letters beside their values, figures, review list, served read-only by `imr-etl serve`.

Belongs here: a module for each kind of page, the templates, the style and the little JavaScript. Does not belong here:
what is found and counted (`warehouse.query.search`, `questions`, `case`, `review`, the marts), and options and messages
(`imr_etl.cli.serve`).

    app          routes, what every request must satisfy and every response carries
    published    the published warehouse, opened for one request, and what is kept of it until the next publication
    view         templates, JSON and CSV
    address      an address as a search, and back
    front        search and filters        summary      the counts beside it        counts   one of them as a table
    letter       a letter beside its pages                                          pages    drawn pages
    figures      marts and questions       review, about
"""
