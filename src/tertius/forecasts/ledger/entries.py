"""An entry of the ledger, and the chain: each hash covers the entry and the hash before it.

    hash = sha256(previous, seq, kind, recorded, identity, body), lines parted by a line feed                       (1)

`body` is JSON with sorted keys and no blanks, kept as text, so that what was hashed is what is stored.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final

KINDS: Final = ("opened", "methodology", "sealed", "resolved")
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
        """The body, read."""
        found = json.loads(self.body)
        assert isinstance(found, dict)
        return found

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
