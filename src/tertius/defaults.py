"""What is taken where nothing is said: the same for every command and every function."""

import os
from pathlib import Path
from typing import Final

FUTURES: Final = 4000
"""Futures behind every answer: enough that chance is small beside what is not known."""
MOST_AT_ONCE: Final = 50_000
"""Futures above which a command runs in pieces: as many as half a gigabyte holds of a dozen outcomes and a year."""
SEED: Final = 1
THREADS: Final = 0
"""One for each processor."""
QUIET_WEEKS: Final = 4
"""Weeks within which a watch does not tell a trip again."""
LEAST_RATIO: Final = 1.5
"""Likelihood ratio, or its inverse, from which on a watch tells a trip as new."""
VARIABLE: Final = "TERTIUS_DATA"
"""Environment variable that names the folder of data."""


def data_folder() -> Path:
    """Where data that were got are kept unless another place is named: TERTIUS_DATA, else the user's data folder."""
    from platformdirs import user_data_dir

    named = os.environ.get(VARIABLE)
    return Path(named) if named else Path(user_data_dir("tertius", appauthor=False)) / "data"
