"""What stops a run: one plain sentence each, saying what to do.

Belongs here: faults of the call, the folders, the disk and the locks. Does not belong here: faults of one letter
(`imr_etl.problems`).
"""


class RunError(Exception):
    """A run cannot go on.

    The message is one sentence for the person who started it; nothing that was loaded is lost.
    """
