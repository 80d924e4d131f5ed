"""Options that several commands take."""

import click

data_option = click.option(
    "--data",
    envvar="IMR_DATA",
    default="data",
    show_default=True,
    help="Folder that the tables and the warehouse are kept in. [env: IMR_DATA]",
)
