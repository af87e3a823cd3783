"""What a store holds, for a reader: files, versions, ages, what was left out, held back or is stale, and damage."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from tertius.evidence.choosing import by_day_known, newest_by_name, waiting
from tertius.evidence.index import Vintage
from tertius.evidence.registry import sources
from tertius.evidence.series import stale
from tertius.evidence.store import Store


def status(store: Store) -> list[dict[str, Any]]:
    """Return one record for each source that a store has.

    `vintages` counts those of all files; `first`, `last` and `rows` are those of the newest vintages together;
    `held_back` are the versions that wait for `tertius data accept`.

    Raises:
        DataError: the index is damaged.
    """
    lines = store.vintages()
    every = by_day_known(lines)
    waits = waiting(lines)
    today = datetime.now(UTC).date()
    found = []
    for name in sorted({vintage.source for vintage in lines}):
        own = [vintage for vintage in every if vintage.source == name]
        newest = newest_by_name(own)
        files = [newest[file] for file in sorted(newest)]
        last = max((vintage.last for vintage in files if vintage.last), default=None)
        lag = sources()[name].model.lag_days if name in sources() else None
        found.append(
            {
                "source": name,
                "is_known": name in sources(),
                "vintages": len(own),
                "first": min((vintage.first for vintage in files if vintage.first), default=None),
                "last": last,
                "rows": sum(vintage.rows for vintage in files),
                "usable": any(vintage.usable for vintage in own),
                "files": [_file(vintage, own, today) for vintage in files],
                "held_back": [
                    {"name": each.name, "known": str(each.known), "sha256": each.sha256, "reason": each.held}
                    for each in waits
                    if each.source == name
                ],
                "stale": stale(date.fromisoformat(last), today, lag) if last and lag is not None else "",
                "damage": store.damage([*own, *(each for each in waits if each.source == name)]),
            }
        )
    return found


def _file(vintage: Vintage, own: list[Vintage], today: date) -> dict[str, Any]:
    return {
        "name": vintage.name,
        "vintages": sum(each.name == vintage.name for each in own),
        "first": vintage.first,
        "last": vintage.last,
        "rows": vintage.rows,
        "usable": vintage.usable,
        "known": str(vintage.known),
        "retrieved": vintage.retrieved,
        "age_days": (today - date.fromisoformat(vintage.retrieved[:10])).days,
        "sha256": vintage.sha256,
        "notes": [{"kind": kind, "text": text} for kind, text in vintage.notes],
    }
