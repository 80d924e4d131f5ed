"""Jobs: what an operator starts.

Belongs here: which assets a run makes, and with what settings. Does not belong here: when (`assets.wiring.schedules`).
"""

import dagster as dg

from assets.marts import MARTS, key_of
from imr_etl.transform.tables import TABLE_NAMES

BLOCK_ASSETS = [dg.AssetKey(name) for name in ("letter_lines", *TABLE_NAMES)]
"""What is made block by block."""

WAREHOUSE_ASSETS = [dg.AssetKey("warehouse"), *(key_of(name) for name in MARTS)]
"""What is made once, from all blocks."""

TABLES = dg.AssetSelection.assets(*TABLE_NAMES)
LINES = dg.AssetSelection.assets("letter_lines")
WAREHOUSE = dg.AssetSelection.assets(*WAREHOUSE_ASSETS)
REPORT = dg.AssetSelection.assets("report")
FILES = dg.AssetSelection.assets("letter_files")

REDO = {"config": {"redo": True}}

files = dg.define_asset_job("files", FILES, description="List the folder of letters: which are new.")
update = dg.define_asset_job(
    "update",
    LINES | TABLES | WAREHOUSE | REPORT,
    description="Read and parse new letters of the chosen blocks, build the warehouse and write the report.",
)
reparse = dg.define_asset_job(
    "reparse",
    TABLES | WAREHOUSE | REPORT,
    config={"ops": {"tables": REDO}},
    description="Parse the chosen blocks again from their lines, build the warehouse and write the report.",
)
full = dg.define_asset_job(
    "full",
    FILES | LINES | TABLES | WAREHOUSE | REPORT,
    config={"ops": {"letter_lines": REDO, "tables": REDO}},
    description="List the folder, read and parse the chosen blocks again, build the warehouse and write the report.",
)

JOBS = [files, update, reparse, full]
