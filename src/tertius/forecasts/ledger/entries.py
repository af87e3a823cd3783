"""An entry of the ledger, and the chain: each hash covers the entry and the hash before it.

    hash = sha256(previous, seq, kind, recorded, identity, body), lines parted by a line feed                       (1)

`body` is JSON with sorted keys and no blanks, kept as text, so that what was hashed is what is stored.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final

from tertius.errors import DataError
from tertius.nested import read_json

KINDS: Final = ("opened", "methodology", "sealed", "resolved", "stamped")
NEEDED: Final = {
    "sealed": ("kind", "scenario", "question", "question_digest", "starts", "ends", "terms", "forecast", "methodology"),
    "resolved": ("seals", "status", "value", "rows", "by"),
    "stamped": ("stamps", "hash", "authority", "nonce", "response"),
}
START: Final = "0" * 64
FORM: Final = 1


@dataclass(frozen=True)
class Entry:
    """One entry.

    seq       1, 2, ...
    kind      one of KINDS
    recorded  when it was written, UTC, by the clock of the machine that wrote it
    identity  what may stand only once in a ledger
    body      JSON
    previous  hash of the entry before; START of the first
    hash      (1)
    """

    seq: int
    kind: str
    recorded: str
    identity: str
    body: str
    previous: str
    hash: str

    @property
    def told(self) -> dict[str, Any]:
        """The body, read. Raises DataError where it is none."""
        try:
            found = read_json(self.body)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            fix = "put the ledger back from a copy; tertius ledger verify says more"
            raise DataError(f"ledger, entry {self.seq}", f"the body {self.body[:40]!r}", "a mapping in JSON", fix)
        return found

    @property
    def is_whole(self) -> bool:
        """Whether its body holds what its kind has to hold."""
        try:
            told = self.told
        except DataError:
            return False
        return set(NEEDED.get(self.kind, ())) <= set(told)

    @property
    def computed(self) -> str:
        """What its hash has to be."""
        return hash_of(self.previous, self.seq, self.kind, self.recorded, self.identity, self.body)


def hash_of(previous: str, seq: int, kind: str, recorded: str, identity: str, body: str) -> str:
    """The hash (1), in hex."""
    return hashlib.sha256("\n".join((previous, str(seq), kind, recorded, identity, body)).encode()).hexdigest()


def written(body: Any) -> str:
    """A body as it is kept. Raises ValueError for numbers that are not finite."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(value: Any) -> str:
    """Sha256 of plain data, in hex."""
    return hashlib.sha256(written(value).encode()).hexdigest()
