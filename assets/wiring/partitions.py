"""Partitions: the blocks of case numbers, and ranges of them.

Belongs here: how Dagster sees blocks. Does not belong here: which blocks there are (`imr_etl.blocks`).
"""

import dagster as dg

from imr_etl.blocks import BLOCKS

blocks = dg.StaticPartitionsDefinition(BLOCKS)

BLOCKS_A_RUN = 8
"""A run covers so many blocks at most, so that a stopped backlog shows how far it came."""

PLACE = {block: place for place, block in enumerate(BLOCKS)}


def ranges(wanted: list[str], longest: int = BLOCKS_A_RUN) -> list[dg.PartitionKeyRange]:
    """Blocks as ranges without gaps, in the order of blocks, none longer than `longest`."""
    found: list[list[str]] = []
    for block in sorted(wanted, key=PLACE.__getitem__):
        follows = found and PLACE[found[-1][-1]] + 1 == PLACE[block] and len(found[-1]) < longest
        if follows:
            found[-1].append(block)
        else:
            found.append([block])
    return [dg.PartitionKeyRange(run[0], run[-1]) for run in found]


def range_tags(blocks_of_run: dg.PartitionKeyRange) -> dict[str, str]:
    """The tags that make a run one of a range of blocks."""
    return {
        "dagster/asset_partition_range_start": blocks_of_run.start,
        "dagster/asset_partition_range_end": blocks_of_run.end,
    }
