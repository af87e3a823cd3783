"""Quantities as a scenario writes them, and the sources that a draft's numbers name.

A value names where it is from: a publisher's data, a reference class (`class-...`), judgement, or `missing`, which is
to be looked up: its range is that of a reference class, so that the draft runs at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, TypeAlias

from tertius.reference.states import OBLIGATIONS, edition

Written: TypeAlias = dict[str, Any]
MISSING: Final = "missing"
"""The word that stands for a source where a number is yet to be looked up."""

PUBLISHED: Final[dict[str, tuple[str, str, date, str, str]]] = {
    "cow-capabilities": ("National Material Capabilities 7.0", "Correlates of War", date(2024, 12, 31), "A2", ""),
    "cow-system": (
        "State System Membership, version 2016, carried on",
        "Correlates of War",
        date(2017, 2, 1),
        "A2",
        "",
    ),
    "cow-contiguity": ("Direct Contiguity 3.2, to 2016", "Correlates of War", date(2017, 12, 31), "A2", ""),
    "cow-disputes": ("Militarized Interstate Disputes 5.0, to 2014", "Correlates of War", date(2021, 12, 31), "A2", ""),
    "atop": ("Alliance Treaty Obligations and Provisions 5.1, to 2018", "ATOP project", date(2022, 12, 31), "A2", ""),
    "pacts": ("Pacts signed since 2018, each with its source", "tertius country", date(2024, 12, 31), "B2", ""),
    "rivalries": ("Strategic rivalries", "Thompson, Sakuwa and Suhas", date(2021, 12, 31), "B2", ""),
    "capitals": ("Great circle between the capitals", "Own computation", date(2024, 12, 31), "A1", ""),
    "geonames": ("Areas of states", "GeoNames", date(2026, 1, 1), "A2", "Within the borders of today."),
    "class-joining": (
        "Rates of third states joining, fitted on militarised disputes that began before 1990",
        "Own fit (tertius history rates)",
        date(2024, 12, 31),
        "B3",
        "",
    ),
    "class-endings": (
        "How interstate wars end by age, fitted on 86 wars since 1823",
        "Own fit (tertius history fit)",
        date(2024, 12, 31),
        "B3",
        "",
    ),
    "class-ends": (
        "How wars between states ended, by kind and side",
        "Own fit (tertius history ends) on COW's wars and UCDP's conflict terminations before 1990",
        date(2024, 12, 31),
        "B3",
        "",
    ),
    "class-civil": (
        "How wars within states end: by age, 112 that began 1945-1989; by kind, 152 that ended 1946-1989",
        "Correlates of War, intra-state wars 5.1, and UCDP conflict termination 3-2021, own fit and count",
        date(2020, 12, 31),
        "B3",
        "For wars in which a group fights a state.",
    ),
    "class-steps": (
        "How often states take a step of each class",
        "Own fit (tertius fit --decisions), or a stated prior before there is one",
        date(2024, 12, 31),
        "C3",
        "",
    ),
    "class-entries": (
        "Armed interventions, 1946-2004: of 295, 44% at most 1,000 soldiers, 28% to 5,000, 5% to 10,000, 23% more",
        "International Military Intervention, own count",
        date(2008, 12, 31),
        "B3",
        "",
    ),
    "class-losses": (
        "Dead a week for each soldier under arms: median .0007, 75% .0027, 90% .010 (42 states in 19 wars, 1947-1989)",
        "Correlates of War, wars 4.0 and capabilities, own count",
        date(2010, 12, 31),
        "B3",
        "",
    ),
}
"""Id -> title, publisher, day of publication, grade, note."""
_SOURCE_OF: Final = {
    **dict.fromkeys(("soldiers", "capability_share"), "cow-capabilities"),
    **dict.fromkeys(OBLIGATIONS, "atop"),
}
"""Column of the tables that drafts read -> the source that they name for it."""


def known(number: float, unit: str, source: str | Sequence[str], note: str = "") -> Written:
    """A fixed quantity."""
    plain: float = int(number) if float(number).is_integer() else float(f"{number:.6g}")
    return _with_note({"value": plain, "unit": unit, "source": _sources(source)}, note)


def believed(family: str, unit: str, source: str | Sequence[str], note: str = "", **numbers: float) -> Written:
    """A quantity with a prior, its numbers to three digits."""
    rounded = {name: short(value) for name, value in numbers.items()}
    return _with_note({"prior": {family: rounded}, "unit": unit, "source": _sources(source)}, note)


def about(middle: float, high: float, unit: str, source: str | Sequence[str], note: str = "") -> Written:
    """A lognormal quantity: median, and the value that one in ten exceeds."""
    return believed("lognormal", unit, source, note, median=middle, p90=high)


def chosen(number: float, unit: str, note: str = "") -> Written:
    """A setting of the analyst."""
    return known(number, unit, "choice", note)


def judged(family: str, unit: str, note: str, **numbers: float) -> Written:
    """A belief without a source."""
    return believed(family, unit, "judgement", note, **numbers)


def short(value: float) -> float:
    """A number to three significant digits, whole where it is."""
    plain = float(f"{value:.3g}")
    return int(plain) if plain.is_integer() else plain


def is_missing(quantity: Written) -> bool:
    """Whether a written quantity is to be looked up."""
    return quantity.get("source") == MISSING


def from_to(low: float, high: float, unit: str, source: str | Sequence[str], note: str = "") -> Written:
    """A quantity of which not even the order of magnitude is known: even in logs between two ends."""
    return believed("loguniform", unit, source, note, low=low, high=high)


def whose(name: str) -> str:
    """A name in the genitive."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def later_than(as_of: date) -> frozenset[str]:
    """Classes counted in what came after a day: not known then, so that a draft as of it calls them judgement."""
    ends = {
        "class-joining": 1989,
        "class-endings": 1989,
        "class-ends": 1989,
        "class-civil": 1989,
        "class-entries": 2004,
        "class-losses": 1989,
    }
    return frozenset(name for name, year in ends.items() if year >= as_of.year)


def without_later(tree: Any, later: frozenset[str]) -> Any:
    """A tree whose quantities that rest on such classes alone say judgement."""
    if not isinstance(tree, dict):
        return tree
    if "prior" in tree and tree.get("source") in later:
        note = f"{tree.get('note', '')} Class {tree['source']}, counted in later years too.".strip()
        return {**tree, "source": "judgement", "note": note}
    return {key: without_later(value, later) for key, value in tree.items()}


def sources_used(tree: Any, as_of: date) -> Written:
    """The sources that a draft names, as its section `sources`, each known by the as-of date.

    Data that were published later describe the world up to the day before: only years before the as-of date were read.
    What was pulled since says so, with its day.
    """
    named = set(_named(tree))
    tables = edition()
    pulled = {_SOURCE_OF[name]: day for name, day in tables.refreshed.items() if name in _SOURCE_OF}
    found = {}
    for name, (title, publisher, day, grade, note) in PUBLISHED.items():
        if name in named:
            if name in pulled:
                title, day = f"{publisher}: as pulled on {pulled[name]}", pulled[name]
                note = f"Edition {tables.name} of the tables; tertius country --sources."
            told: Written = {"title": title, "publisher": publisher, "date": day.isoformat()}
            if day > as_of:
                told["describes"] = as_of.isoformat()
            found[name] = _with_note({**told, "grade": grade}, note)
    return found


def _named(tree: Any) -> list[str]:
    if isinstance(tree, dict):
        found = [name for key, value in tree.items() if key != "source" for name in _named(value)]
        told = tree.get("source", ())
        return found + ([told] if isinstance(told, str) else list(told))
    return [name for value in tree for name in _named(value)] if isinstance(tree, list | tuple) else []


def _sources(source: str | Sequence[str]) -> str | list[str]:
    return source if isinstance(source, str) else list(source)


def _with_note(told: Written, note: str) -> Written:
    return {**told, "note": note} if note else told
