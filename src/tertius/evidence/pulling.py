"""Pull: what a publisher has, downloaded, checked and kept in a store."""

from __future__ import annotations

from dataclasses import replace

from tertius.errors import DataError, OptionError
from tertius.evidence.address import check_address
from tertius.evidence.download import Client
from tertius.evidence.registry import event_sources, source_named
from tertius.evidence.store import Kept, Store


def pull(
    store: Store, source: str, address: str | None = None, client: Client | None = None, shorter: bool = False
) -> list[Kept]:
    """Download what a source has, check it by parsing it, and keep it. What was there before stays.

    Args:
        store: where to keep it.
        source: name of the source.
        address: another address than the publisher's.
        client: how to download, and of which days.
        shorter: take a file although it is evidently shorter than the version before it.

    Raises:
        UnknownName: no such source.
        OptionError: an empty address, or days of a source that has none.
        DataError: nothing could be downloaded, or it is damaged; files that came before are kept.
    """
    owner = source_named(source)
    used = client or Client(store.folder / "incoming")
    if (used.since or used.until) and not owner.events:
        given = f"days of {source}, which has one file for all"
        allowed = ", ".join(event_sources())
        raise OptionError(
            "--since, --until", given, f"a source with a file for each day or month: {allowed}", "leave it"
        )
    used = replace(used, holds=store.holder(source))
    if address is not None and not address.strip():
        raise OptionError("--from", address, "an http or https address", "name one, or leave it out")
    if address is not None:
        check_address(address)
    found = owner.fetch(used, owner.address if address is None else address)
    kept: list[Kept] = []
    refused: list[DataError] = []
    for each in found:
        try:
            one = store.add(each.data, source, each.name, each.address, shorter=shorter)
        except DataError as error:  # one bad file of many must not stop those behind it, now and at each later pull
            refused.append(error)
            continue
        kept.append(replace(one, notes=(*each.notes, *one.notes)))
    if refused:
        first, count = refused[0], len(refused) + len(kept)
        told = f" ({len(refused)} of {count} files were refused; the others are kept)" if count > 1 else ""
        raise DataError(first.place, f"{first.given}{told}", first.allowed, first.fix)
    return kept
