"""What a kept file and a shipped table rest on: hashes of code and of laws.

Comments and the docstrings of modules and functions do not count.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import Final

from tertius.engine import laws
from tertius.engine.posterior import bare, law_stamp

OWN: Final = ("baselines", "cases", "hindcasting", "learning", "running", "scenario", "scores")
_LAWS: Final = ("ending", "joining", "pool", "sided", "timing", "trees")
_FITS: Final = ("ageing", "columns", "features", "fitting", "panel")
MODULES: Final = (
    *(f"forecasts/hindcast/{name}.py" for name in OWN),
    *(f"history/{name}.py" for name in sorted((*_LAWS, *_FITS))),
    *(f"builder/{name}.py" for name in ("text", "written")),
)
"""Files that make scenarios and forecasts of past wars."""


@cache
def hindcast_digest() -> str:
    """Sha256 of `MODULES`, by name."""
    whole = hashlib.sha256()
    for name in MODULES:
        whole.update(f"{name}\n{bare((files('tertius') / name).read_text(encoding='utf-8'))}\n".encode())
    return whole.hexdigest()


def laws_digest() -> str:
    """Sha256 of all laws, as fits stamp them."""
    return law_stamp(field for law in laws() for field in (*law.reads, *law.writes))
