"""`python -m imr_etl` is `imr-etl`."""

from imr_etl.cli import main

main()
