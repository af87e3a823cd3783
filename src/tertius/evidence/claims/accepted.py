"""Claims that may move a forecast, from a reading or from the inbox, each with a key that its repeats share."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import count
from typing import Any

from tertius.evidence.claims.repeats import Filed, clusters
from tertius.evidence.reading.records import Reading

SAYS = {
    "event": ("source", "action", "target", "mode"),
    "stance": ("actor", "stance", "object"),
    "quantity": ("what", "value", "per", "per_what"),
}


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim with what it takes to weigh it.

    record     the event, stance or quantity, as `Reading.data` gives it
    grade      Admiralty grade of the article for this claim
    origin     who first told it
    published  day of publication, where it is known
    number     its number in the inbox, where it comes from there
    """

    kind: str
    record: Mapping[str, Any]
    grade: str
    origin: str
    article: str
    published: date | None
    number: int | None = None

    @property
    def quote(self) -> str:
        """The words that it rests on."""
        return str(self.record["quote"])

    @property
    def key(self) -> str:
        """Sixteen hexadecimal digits from its words and what it says; the same in every copy of the text."""
        says = [str(self.record[name]) for name in SAYS[self.kind]]
        words = " ".join(re.findall(r"\w+", self.quote.lower()))
        return hashlib.sha256("\n".join([self.kind, *says, words]).encode()).hexdigest()[:16]


def claims_of(reading: Reading, article: str, grade: str, origin: str = "") -> list[Claim]:
    """Every claim of a reading."""
    return [
        Claim(kind, asdict(one), grade, origin or article, article, reading.published)
        for kind, many in (("event", reading.events), ("quantity", reading.quantities), ("stance", reading.stances))
        for one in many
    ]


def claim_of(row: Mapping[str, Any]) -> Claim:
    """The claim of a row of an inbox."""
    day = date.fromisoformat(row["published"]) if row["published"] else None
    return Claim(row["kind"], row["record"], row["grade"], row["origin"], row["name"], day, row["id"])


def accepted_claims(rows: Iterable[Mapping[str, Any]]) -> list[Claim]:
    """The accepted claims among the rows of an inbox."""
    return [claim_of(row) for row in rows if row["state"] == "accepted"]


def numbers_of(claims: Sequence[Claim]) -> list[int]:
    """The number of each claim: the inbox's own, and after the last of these those that come from no inbox."""
    last = max((claim.number for claim in claims if claim.number is not None), default=0)
    others = count(last + 1)
    return [next(others) if claim.number is None else claim.number for claim in claims]


def repeated(claims: list[Claim]) -> list[int | None]:
    """For each claim the place of the earlier one that it repeats: the same words, or one claim by `clusters`."""
    first: dict[str, int] = {}
    events = [place for place, claim in enumerate(claims) if claim.kind == "event"]
    heads = clusters([_filed(place, claims[place]) for place in events])
    head_of = {place: events[head] for place, head in zip(events, heads, strict=True)}
    found: list[int | None] = []
    for place, claim in enumerate(claims):
        same = first.setdefault(claim.key, place)
        head = min(same, head_of.get(place, place))
        found.append(head if head < place else None)
    return found


def _filed(place: int, claim: Claim) -> Filed:
    said = claim.record
    told = said["said_by"] or claim.origin
    return Filed(place, said["source"], said["action"], said["target"], said["mode"], said["date"], told, claim.quote)
