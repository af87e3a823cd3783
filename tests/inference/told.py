"""Claims written by hand, as a reading would give them."""

from datetime import date
from typing import Any

from tertius.evidence.claims.accepted import Claim
from tertius.evidence.claims.bearings import Weighable, weighable
from tertius.evidence.claims.grades import likelihood_ratios
from tertius.evidence.claims.strengths import read_strengths
from tertius.world import Scenario

DAY = date(2024, 11, 3)


def event(
    source: str = "PRK",
    target: str = "RUS",
    kind: str | None = "troops",
    mode: str = "happened",
    *,
    action: str = "AID",
    soldiers: float | None = None,
    grade: str = "B2",
    origin: str = "wire",
    published: date | None = DAY,
    quote: str = "",
    **more: Any,
) -> Claim:
    """An event's claim."""
    record: dict[str, Any] = {
        "source": source,
        "action": action,
        "target": target,
        "mode": mode,
        "date": None,
        "numbers": [{"value": soldiers, "unit": "soldier", "quote": "", "span": (0, 1)}] if soldiers else [],
        "place": None,
        "span": (0, 1),
        "quote": quote or f"{source} {action} {target} {kind} {mode} {soldiers or ''}",
        "said_by": None,
        "confidence": 1.0,
        "trigger": "send",
        "kind": kind,
        "condition": None,
        "instrument": None,
    }
    return Claim("event", {**record, **more}, grade, origin, f"{origin}.txt", published)


def quantity(
    what: str, value: float, per: float | None, per_what: str | None, about: tuple[str, ...] = (), **more: Any
) -> Claim:
    """A quantity's claim."""
    record = {
        "what": what,
        "value": value,
        "unit": "persons",
        "per": per,
        "per_what": per_what,
        "about": about,
        "span": (0, 1),
        "quote": more.pop("quote", f"{value} {what} for {per} {per_what}"),
    }
    known = {"grade": "B2", "origin": "wire", "published": DAY, **more}
    return Claim("quantity", record, known["grade"], known["origin"], "wire.txt", known["published"])


def stand(scenario: Scenario, *claims: Claim, fitted: tuple[str, ...] = ()) -> list[Weighable]:
    """How claims stand to a scenario by the shipped tables."""
    return weighable(claims, scenario, likelihood_ratios(), read_strengths(), fitted)
