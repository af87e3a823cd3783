"""JSON that others wrote: a file nested a thousand levels deep is a broken one, as any other that cannot be read."""

from __future__ import annotations

import json
from typing import Any


def read_json(text: str | bytes) -> Any:
    """What a text in JSON holds. Raises ValueError for one that is none, or that is nested too deep to be read."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deep") from None
