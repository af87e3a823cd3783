"""The last entry that this machine saw of each ledger, kept outside the database, so that another one is noticed."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path

from tertius.evidence.address import without_secrets
from tertius.evidence.store import default_folder
from tertius.nested import read_json

FILE = "ledgers-seen.json"


def _place() -> Path:
    return default_folder() / FILE


def _key(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()[:16]


def last_seen(address: str) -> tuple[int, str] | None:
    """Number and hash of the last entry seen at an address; None where none was, or the note cannot be read."""
    try:
        told = read_json(_place().read_text("utf-8"))[_key(address)]
        return int(told["seq"]), str(told["hash"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def note(address: str, seq: int, hashed: str) -> None:
    """Note the last entry of an address. What cannot be written is left: the ledger itself stands."""
    place = _place()
    with suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            every = read_json(place.read_text("utf-8"))
        except (OSError, ValueError):
            every = {}
        every = every if isinstance(every, dict) else {}
        known = every.get(_key(address))
        if isinstance(known, dict) and isinstance(known.get("seq"), int) and known["seq"] > seq:
            return  # another process has written since
        every[_key(address)] = {"address": without_secrets(address), "seq": seq, "hash": hashed}
        scratch = place.with_name(f".{FILE}.{os.getpid()}")
        scratch.write_text(json.dumps(every, indent=1) + "\n", "utf-8")
        os.replace(scratch, place)
