"""The tables of states, made anew from what a store holds of their publishers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tertius.evidence import Store
    from tertius.reference.states import Edition


def refresh_tables(store: Store) -> tuple[Edition, tuple[str, ...]] | None:
    """Make an edition of the tables from the newest facts in a store, and take it into use where the store is in use.

    Returns:
        the edition and notes on what was not used; None where the store holds no facts.

    Raises:
        DataError: what is held is damaged, in another unit or lacks much; the tables stay as they were.
    """
    from tertius.evidence.choosing import by_day_known, newest_by_name
    from tertius.evidence.lock import locked
    from tertius.evidence.registry import sources
    from tertius.reference.states.refreshing import Pulled, refreshed

    pulled = []
    usable = [each for each in by_day_known(store.vintages()) if each.usable]
    for name, source in sources().items():
        newest = list(newest_by_name([each for each in usable if source.facts and each.source == name]).values())
        if not newest:
            continue
        facts = [(fact.column, fact.of, fact.year, fact.value) for each in newest for fact in store.reading(each).facts]
        digests = tuple(sorted(each.sha256 for each in newest))
        pulled.append(Pulled(name, source.title, source.licence, max(each.known for each in newest), digests, facts))
    if not pulled:
        return None
    with locked(store.folder / "reference.lock", passing=True):
        return refreshed(pulled, datetime.now(UTC).date(), store.folder)
