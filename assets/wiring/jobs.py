"""Jobs: what an operator starts.

Belongs here: which assets a run makes, and what it makes again. Does not belong here: when (`assets.wiring.schedules`).
"""

import dagster as dg

from assets.wiring.redo import TAG

update = dg.define_asset_job(
    "update",
    dg.AssetSelection.all(),
    description="Load the letters that are new: list, read, parse, build the warehouse, write the report.",
)
reparse = dg.define_asset_job(
    "reparse",
    dg.AssetSelection.all(),
    tags={TAG: "tables"},
    description="Make all tables again from the stored lines, then the warehouse and the report.",
)
reread = dg.define_asset_job(
    "reread",
    dg.AssetSelection.all(),
    tags={TAG: "lines"},
    description="Read all letters again, make all tables again, then the warehouse and the report.",
)
rebuild = dg.define_asset_job(
    "rebuild",
    dg.AssetSelection.groups("warehouse", "reports"),
    tags={TAG: "warehouse"},
    description="Load all tables into a new warehouse, and write the report.",
)

JOBS = [update, reparse, reread, rebuild]
