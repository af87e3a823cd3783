"""What was done to an inbox: filed, decided, edited, undone; by whom, when, why, and how to take it back.

Nothing is overwritten: a change keeps what stood before it, and an undone one stays in the list, marked.

    what    before                          after
    filed   nothing                         the article's number
    state   claims with their states        the state
    record  the claim's record              its record as changed
"""

from __future__ import annotations

import getpass
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tertius.nested import read_json

WITHDRAWN = "withdrawn"
"""State of the claims of an article whose filing was undone: kept, listed no more."""


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the list of changes."""

    id: int
    what: str
    claims: tuple[int, ...]
    before: Any
    after: Any
    by: str
    at: str
    why: str
    undone: bool

    def told(self) -> str:
        """What was done, in a line."""
        numbers = ", ".join(map(str, self.claims))
        if self.what == "filed":
            return f"filed article {self.after} (claims {numbers})" if numbers else f"filed article {self.after}"
        if self.what == "state":
            return f"{self.after}: claim {numbers}"
        parts = [
            f"{name} {_short(self.before[name])} -> {_short(self.after[name])}"
            for name in self.after
            if name != "instrument" and self.before.get(name) != self.after[name]
        ]
        return f"edited claim {numbers}: {', '.join(parts)}"


def _short(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(one["quote"]) for one in value) or "none"
    return str(value) if value not in (None, "") else "none"


def somebody() -> str:
    """Name of the user of this machine, or "somebody"."""
    with suppress(OSError, KeyError, ImportError):
        return getpass.getuser()
    return "somebody"


class Changes:
    """The table of changes of one database."""

    def __init__(self, sql: Any, meta: Any) -> None:
        self._sql = sql
        self.table = sql.Table(
            "change", meta,
            sql.Column("id", sql.Integer, primary_key=True),
            sql.Column("what", sql.String(10), nullable=False),
            sql.Column("claims", sql.Text, nullable=False),
            sql.Column("before", sql.Text, nullable=False),
            sql.Column("after", sql.Text, nullable=False),
            sql.Column("by", sql.Text, nullable=False),
            sql.Column("at", sql.String(32), nullable=False),
            sql.Column("why", sql.Text, nullable=False),
            sql.Column("undone", sql.Boolean, nullable=False),
        )  # fmt: skip

    def note(self, connection: Any, what: str, claims: list[int], values: tuple[Any, Any], by: str, why: str) -> None:
        """Add a row. values: before and after."""
        before, after = (json.dumps(value, ensure_ascii=False) for value in values)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        row = {"what": what, "claims": json.dumps(claims), "before": before, "after": after, "undone": False}
        connection.execute(self.table.insert().values(**row, by=by or somebody(), at=now, why=why))

    def all(self, connection: Any) -> list[Change]:
        """Every change, oldest first."""
        rows = connection.execute(self._sql.select(self.table).order_by(self.table.c.id))
        return [_change(row._mapping) for row in rows]

    def mark_undone(self, connection: Any, number: int) -> None:
        """Mark a change as undone."""
        connection.execute(self.table.update().where(self.table.c.id == number).values(undone=True))


def _change(row: Mapping[str, Any]) -> Change:
    return Change(
        row["id"], row["what"], tuple(read_json(row["claims"])), read_json(row["before"]), read_json(row["after"]),
        row["by"], row["at"], row["why"], bool(row["undone"]),
    )  # fmt: skip
