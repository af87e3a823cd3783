"""Names to actors: states, their people, seats, leaders in office, organisations, places, and look-alikes.

The tables are data/*.tsv. A form is found where it begins and ends a word; of several that begin at one place the
longest
wins, and the look-alikes of traps.tsv compete too, so "Washington Post" names nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType
from unicodedata import combining, normalize

from tertius.evidence.reading.speakers import named
from tertius.evidence.reading.words import DATA, listed

FIRST_WORD = re.compile(r"\w+")
# Behind a name: what makes it no actor ("Russian-backed rebels"), and what leaves it one ("Saudi-led").
NOT_ACTING = listed("gazetteer-not-acting")
# A prefix with a hyphen that makes a name no actor ("pro-Russian").
# A family name that is no leader's when another name follows it.
FAMILY = frozenset({"Kim"})
OPPOSING = listed("gazetteer-opposing")
COMMON = listed("gazetteer-common")


@dataclass(frozen=True, slots=True)
class Name:
    """One form of a name and what it stands for."""

    form: str
    code: str | None
    """None for a look-alike."""
    kind: str
    """state, people, seat, leader, organisation, place or trap."""
    since: date | None = None
    until: date | None = None

    def in_office(self, day: date | None) -> bool:
        """Whether a leader was in office on a day; True where there is no day, or no leader. A month's grace."""
        if day is None:
            return True
        grace = timedelta(days=31 if self.kind == "leader" else 0)
        return (self.since is None or self.since - grace <= day) and (self.until is None or day <= self.until + grace)


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a text: character offsets, and the names that share the form (one leader's two terms, say)."""

    start: int
    end: int
    names: tuple[Name, ...]

    @property
    def code(self) -> str:
        """The actor. Look-alikes never become mentions."""
        return self.names[0].code or ""

    @property
    def kind(self) -> str:
        """What kind of name it is."""
        return self.names[0].kind

    def of(self, code: str) -> Mention:
        """The same as one actor's; a short form that several share becomes a seat of that one."""
        if self.kind != "shared":
            return self
        form = self.names[0].form
        return Mention(self.start, self.end, (Name(form, code, "people" if form.endswith("ese") else "seat"),))

    def on(self, day: date | None) -> Mention:
        """The same with what the name stood for on a day first; without a day, what it stands for now."""
        fit = (
            [name for name in self.names if name.in_office(day)]
            if day
            else [name for name in self.names if not name.until]
        )
        return Mention(self.start, self.end, tuple(fit)) if fit and self.kind != "leader" else self


def rows(file: str) -> Iterator[dict[str, str]]:
    """Yield the lines of a table in the package data as records by column."""
    lines = (resources.files(DATA) / "data" / file).read_text(encoding="utf-8").splitlines()
    kept = [line.split("\t") for line in lines if line.strip() and not line.startswith("#")]
    head, *body = kept
    for cells in body:
        yield dict(zip(head, [*cells, *[""] * (len(head) - len(cells))], strict=False))


def _names() -> Iterator[Name]:
    for file, kind in (("states.tsv", "state"), ("successors.tsv", "state"), ("organisations.tsv", "organisation")):
        for row in rows(file):
            for column, sort in (("names", kind), ("people", "people"), ("seats", "seat")):
                for form in filter(None, row[column].split("|")):
                    yield Name(form, row["code"], sort)
    for row in rows("places.tsv"):
        for form in row["names"].split("|"):
            yield Name(form, row["code"], "place")
    for file, sort in (("leaders.tsv", "leader"), ("dated.tsv", "")):
        for row in rows(file):
            since = date.fromisoformat(row["from"]) if row["from"] else None
            until = date.fromisoformat(row["to"]) if row["to"] else None
            for form in row["names"].split("|"):
                yield Name(form, row["code"], sort or row["kind"], since, until)
    for form, speaker in named():
        yield Name(form, speaker.code, "leader", speaker.since, speaker.until)
    for row in rows("shared.tsv"):
        for form in row["names"].split("|"):
            yield Name(form, row["code"], "shared")
    for line in (resources.files(DATA) / "data" / "traps.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            for form in filter(None, line.split("|")):
                yield Name(form, None, "trap")


@cache
def known_codes() -> MappingProxyType[str, str]:
    """Every actor's code with the name shown for it."""
    found: dict[str, str] = {}
    for name in _names():
        if name.code and name.kind in ("state", "organisation"):
            found.setdefault(name.code, name.form)
    return MappingProxyType(found)


@cache
def organisations() -> tuple[str, ...]:
    """Codes of organisations and armed groups, in the order of their table."""
    return tuple(dict.fromkeys(name.code for name in _names() if name.code and name.kind == "organisation"))


@cache
def _index() -> dict[str, list[tuple[str, tuple[Name, ...]]]]:
    """First word -> (form, names), longest form first."""
    forms: dict[str, list[Name]] = {}
    for name in _names():
        forms.setdefault(name.form, []).append(name)
        for other in _spellings(name.form):
            forms.setdefault(other, []).append(name)
    found: dict[str, list[tuple[str, tuple[Name, ...]]]] = {}
    for form, names in forms.items():
        first = FIRST_WORD.search(form)
        if first:
            found.setdefault(first[0], []).append((form, tuple(_one_actor(names))))
    for entries in found.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    return found


def _one_actor(names: list[Name]) -> list[Name]:
    """A form that stands for several: a trap first, then the first table that has it; a leader keeps all terms."""
    if any(name.kind == "trap" for name in names):
        return [name for name in names if name.kind == "trap"]
    if names[0].kind == "shared" or (any(name.since or name.until for name in names) and names[0].kind != "leader"):
        return names
    return [name for name in names if name.code == names[0].code and name.kind == names[0].kind] or names[:1]


def _spellings(form: str) -> set[str]:
    """Other ways to write a name: another apostrophe, hyphens for blanks, no accents."""
    bare = "".join(letter for letter in normalize("NFD", form) if not combining(letter))
    found = {form.replace("'", "’"), bare}
    if " " in form and len(form) > 8 and "." not in form:
        found.add(form.replace(" ", "-"))
    return found - {form}


@cache
def _in_capitals() -> dict[str, list[tuple[str, tuple[Name, ...]]]]:
    """The index by first word in capitals, for headlines set in them."""
    found: dict[str, list[tuple[str, tuple[Name, ...]]]] = {}
    for entries in _index().values():
        for form, names in entries:
            first = FIRST_WORD.search(form.upper())
            if first:
                found.setdefault(first[0], []).append((form.upper(), names))
    for entries in found.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    return found


def find(text: str, *, capitals: bool = False) -> list[Mention]:
    """Return the names in a text, from left to right, without overlaps; in one set in capitals, whatever their case."""
    return list(_found(text, capitals))


@lru_cache(maxsize=256)
def _found(text: str, capitals: bool) -> tuple[Mention, ...]:
    """The same, kept for the next that asks: cleaning and parsing ask for the names of one line in turn."""
    found: list[Mention] = []
    index = _in_capitals() if capitals else _index()
    place = 0
    for word in FIRST_WORD.finditer(text):
        if word.start() < place:
            continue
        for form, names in index.get(word[0], ()):
            if not text.startswith(form, word.start()):
                continue
            end = word.start() + len(form)
            if form[-1].isalnum() and end < len(text) and (text[end].isalnum() or text[end] == "_"):
                continue
            if form in FAMILY and re.match(r" [A-Z]", text[end : end + 2]):
                continue
            place = end
            if names[0].kind != "trap" and not _looks_otherwise(text, word.start(), end):
                found.append(Mention(word.start(), end, names))
            break
    return tuple(found)


def _looks_otherwise(text: str, start: int, end: int) -> bool:
    """Whether what stands around a name makes it no actor."""
    after = re.match(r"[-–](\w+)", text[end : end + 24])
    if after and after[1].lower() in NOT_ACTING:
        return True
    if after and after[1].lower() == "led":
        return False
    before = re.search(r"(\w+)[-–]$", text[max(0, start - 16) : start])
    if before and before[1].lower() in OPPOSING:
        return True
    state = re.match(
        r", (Idaho|Texas|Georgia|Ohio|Pennsylvania|Illinois|Kentucky|Maine|Ontario|Tennessee|Kansas)\b", text[end:]
    )
    return state is not None


def halves(text: str) -> tuple[tuple[re.Pattern[str], Name], ...]:
    """Return the short names that a text means by what it is about ("the North"), each with what it looks like."""
    found = []
    for row in rows("halves.tsv"):
        if any(one in text for one in row["about"].split("|")) and not any(
            one in text for one in row["unlike"].split("|")
        ):
            form = row["form"]
            found.append((re.compile(rf"\b[Tt]he ({form})\b(?! (?:[A-Z]|of\b)|-)"), Name(form, row["code"], "state")))
    return tuple(found)


def with_halves(
    mentions: Iterable[Mention], text: str, short: Iterable[tuple[re.Pattern[str], Name]]
) -> tuple[Mention, ...]:
    """Return the mentions of a line with those of such short names, from left to right."""
    held = list(mentions)
    for form, name in short:
        for match in form.finditer(text):
            start, end = match.span(1)
            if not any(one.start < end and start < one.end for one in held):
                held.append(Mention(start, end, (name,)))
    return tuple(sorted(held, key=lambda one: one.start))


def american_georgia(text: str) -> bool:
    """Whether a text that says Georgia means the American state."""
    here = re.findall(r"\b(?:Atlanta|Savannah|Fulton County|Kemp|Raffensperger|Warnock|peach|Peach State)\b", text)
    there = re.findall(
        r"\b(?:Tbilisi|Abkhazia|South Ossetia|Saakashvili|Ivanishvili|Caucasus|Georgian|Georgians)\b", text
    )
    return len(here) > len(there)


def namesakes(people: Iterable[str]) -> frozenset[str]:
    """Names of states that a text uses as a person's ("Michael Jordan"), given its names of persons."""
    found = set()
    for person in people:
        words = person.split()
        if len(words) > 1 and not find(person)[:1]:
            continue
        if len(words) > 1:
            mentions = find(person)
            last = mentions[-1]
            alone = last.kind in ("state", "seat", "place") and last.end == len(person) and last.start > 0
            if alone and len(mentions) == 1:
                found.add(person[last.start : last.end])
    return frozenset(found)
