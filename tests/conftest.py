"""Property tests draw the same examples in every run, so that a red run is a change's doing.

`IMR_RANDOM=1` draws new ones: run it now and then, and mend what it finds.
"""

import os

from hypothesis import settings

settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("random", deadline=None)
settings.load_profile("random" if os.environ.get("IMR_RANDOM") else "same")
