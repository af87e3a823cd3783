"""A scenario moved to another day: what its file has to say anew, as a file laid over it.

    as-of date     the day
    record         steps on record up to the day; later ones go
    levels         of instruments, after their last step. Where no step on record says which level it left, levels count
                   from the as-of date on and stay
    areas          as the series say, else as the theatre's own history does; a theatre that closes at zero holds
                   nothing before its first reading
    events         what happened is in the numbers of the day; a day that went by without word stays ahead, and is told
    calendar       what went by stays as past; weeks after the as-of date become fewer
    red lines      one that is crossed by then goes; an uncertain one by its median
    days           what is dated later than the day goes: facts, readings, steps, what nobody could know of the calendar

All else stays as it was written, sources of a later date too: they then describe the day, and how
many they are is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tertius.calendar import DAYS
from tertius.errors import OptionError
from tertius.world.deciding import Instrument
from tertius.world.laying import laid_over
from tertius.world.loader import build
from tertius.world.priors import Prior, Triangular, Uniform, read_prior
from tertius.world.quantity import Quantity
from tertius.world.recorded import RecordedStep
from tertius.world.records import Event, Theatre
from tertius.world.references import Past, marked
from tertius.world.scenario import Scenario
from tertius.world.yaml_source import Node

ON_RECORD = "on-record"
PLACE = "moved"
STANDING = ("troops", "equipment", "manpower", "shells", "stock", "interceptors")
"""Quantities that laws move and that no series or record moves to a day; the damage of targets is one too."""


@dataclass(frozen=True)
class Told:
    """What is known of the time up to the day.

    steps      steps on record beside the scenario's own, by key
    record     what they were read from, in words
    areas      theatre -> (area in km2, what says so)
    events     event -> the day on which it happened, by the day; None where it was called off by then
    """

    steps: Mapping[str, RecordedStep] = field(default_factory=dict)
    record: str = ""
    areas: Mapping[str, tuple[float, str]] = field(default_factory=dict)
    events: Mapping[str, date | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Passed:
    """An event or an occasion whose day went by. state: happened, called off or unknown."""

    path: str
    name: str
    state: str


@dataclass(frozen=True)
class Moved:
    """A scenario on another day.

    overlay   what is laid over the old file, as plain data; a key that is None goes
    passed    events and occasions that went by
    notes     what could not be moved, in words
    """

    scenario: Scenario
    overlay: dict[str, Any]
    passed: tuple[Passed, ...]
    notes: tuple[str, ...]


def moved(scenario: Scenario, day: date, told: Told | None = None) -> Moved:
    """A scenario as of another day, later or earlier.

    Raises:
        OptionError: the war had not begun. ScenarioError: what is told does not fit the scenario.
    """
    return _Move(scenario, day, told or Told()).made()


class _Move:
    def __init__(self, scenario: Scenario, day: date, told: Told) -> None:
        self.scenario, self.day, self.told = scenario, day, told
        self.weeks = (day - scenario.as_of).days / DAYS
        self.overlay: dict[str, Any] = {"as_of": day.isoformat()}
        self.passed: list[Passed] = []
        self.notes: list[str] = []

    def made(self) -> Moved:
        began = [each.began for each in self.scenario.relations.values() if each.began is not None]
        if began and self.day <= began[0]:
            raise OptionError("--as-of", str(self.day), f"a day after the war began, {began[0]}", "name a later day")
        tree = self.scenario.tree.children()
        if "fit" in tree:
            self.overlay["fit"] = None
        self._sources()
        self._later()
        self._record()
        self._areas()
        self._events()
        self._calendar()
        self._crossed()
        age = self.scenario.world.quantities.get("war_age")
        if age is not None and age.value is not None:
            self._put("world.war_age", {"value": round(age.value + self.weeks, 2)})
        problems: list[Any] = []
        root = laid_over(Node.of(self.overlay, PLACE, 1), self.scenario.tree, "", problems)
        root = Node(root.value, self.scenario.tree.file, 1)  # what lies beside the file stays beside it
        found = build(root, self.scenario.name, problems)
        return Moved(found, self.overlay, tuple(self.passed), tuple(self.notes))

    def _put(self, path: str, value: Any) -> None:
        """Lay a value under a dotted path, beside what lies there."""
        held = self.overlay
        *above, last = path.split(".")
        for key in above:
            inner = held.setdefault(key, {})
            if not isinstance(inner, dict):
                return  # the record as a whole goes
            held = inner
        if isinstance(value, dict) and isinstance(held.get(last), dict):
            held[last].update(value)
        else:
            held[last] = value

    def _sources(self) -> None:
        late = [name for name, source in self.scenario.sources.items() if source.known > self.day]
        for name in late:
            self._put(f"sources.{name}.describes", self.day.isoformat())
        if late:
            self.notes.append(
                f"written with hindsight: {len(late)} of {len(self.scenario.sources)} sources are later than {self.day}"
            )

    def _later(self) -> None:
        """What is dated later than the day goes."""
        for path, record in self.scenario.records():
            section = path.partition(".")[0]
            for place, value, mark in marked(record, path):
                if not isinstance(mark, Past) or value <= self.day or section == "sources":
                    continue
                if isinstance(record, Theatre):
                    rows = [row.model_dump(mode="json") for row in record.history if row.date <= self.day]
                    self._put(f"{path}.history", [{k: v for k, v in row.items() if v is not None} for row in rows])
                elif place == f"{path}.recorded_since":
                    self._put(place, None)
                else:
                    self._put(path, None)
        if self.scenario.comparison is not None and self._gone("events", self.scenario.comparison.without):
            self._put("comparison", None)

    def _gone(self, section: str, name: str) -> bool:
        held = self.overlay.get(section)
        return isinstance(held, dict) and name in held and held[name] is None

    def _record(self) -> None:
        known = {key: step for key, step in self.scenario.record.items() if step.date <= self.day}
        added = {}
        for key, step in self.told.steps.items():
            begun = self.day == self.scenario.as_of or self.scenario.as_of < step.date
            if begun and step.date <= self.day and key not in known:
                added[key] = step
        for name in sorted({step.instrument for step in added.values()} - set(self.scenario.instruments)):
            self.notes.append(f"{self.told.record}: {name} is no instrument of the scenario; its steps are left out")
        for name, told in self.scenario.instruments.items():
            own = [step for step in known.values() if step.instrument == name]
            new = sorted((row for row in added.items() if row[1].instrument == name), key=lambda row: row[1].date)
            later = [s for s in self.scenario.record.values() if s.instrument == name and s.date > self.day]
            if new and told.recorded_since is None:
                self.notes.append(f"{self.told.record}: {name} has no record in the scenario; its steps are left out")
                new = []
            self._level(name, own, new, min(later, key=lambda step: step.date, default=None))

    def _level(
        self, name: str, own: list[RecordedStep], new: list[tuple[str, RecordedStep]], later: RecordedStep | None
    ) -> None:
        told = self.scenario.instruments[name]
        counts = bool(own) and all(step.after is None for step in own)  # levels count from the as-of date on
        top, level = len(told.levels) - 1, float(told.level.central)
        if later is not None and self.day < self.scenario.as_of and later.after is not None:
            level = float(later.after) + (-1.0 if later.step == "up" else 1.0)
        for key, step in new:
            level = level if counts else float(min(max(level + (1 if step.step == "up" else -1), 0), top))
            if step.after is not None:
                level = float(step.after)
            row: dict[str, Any] = {
                "date": step.date.isoformat(),
                "instrument": name,
                "step": step.step,
                "text": step.text,
                "source": self._cited(step),
            }
            if not counts:
                row["after"] = int(level)
            self._put(f"record.{key}", row)
        if level > told.level.central:
            self._sent(told)
            compared = self.scenario.comparison
            if compared is not None and compared.without == name:
                held = f"the other world holds {name} at its level of {self.day}, {level:g}"
                self.notes.append(f"comparison: {held}, not at the {told.level.central:g} of before")
        if level != told.level.central:
            self._put(f"instruments.{name}.level", {"value": level, "note": f"After its last step up to {self.day}."})

    def _sent(self, told: Instrument) -> None:
        """Soldiers whom a step on record has sent; their number is what the scenario expects of the step."""
        for lever in told.levers.values():
            sent = lever.quantities.get("soldiers")
            there = self.scenario.contingents[lever.contingent] if lever.contingent else None
            if sent is not None and there is not None and there.quantities["troops"].value == 0:
                note = f"Sent by a step on record up to {self.day}; how many is what the scenario expects."
                self._put(f"contingents.{there.id}.troops", _written(sent, note))

    def _cited(self, step: RecordedStep) -> list[str] | str:
        """The sources of a step that the scenario knows; else the record itself."""
        known = [name for name in step.source if name in self.scenario.sources or name in ("judgement", "choice")]
        if known:
            return known
        title = f"Steps on record up to {self.day}: {self.told.record}"[:200]
        row = {"title": title, "publisher": "the record given", "date": self.day.isoformat(), "grade": "F6"}
        self._put(f"sources.{ON_RECORD}", row)
        return ON_RECORD

    def _areas(self) -> None:
        stay: list[str] = []
        for name, theatre in self.scenario.theatres.items():
            given = self.told.areas.get(name)
            before = [row for row in theatre.history if row.date <= self.day]
            if given is None and self.day < self.scenario.as_of and theatre.history:
                opens = not before and theatre.closes_at_zero
                given = (0.0, "no reading yet") if opens else (before[-1].area, "its history") if before else None
            if given is None:
                stay.append(name)
                continue
            note = f"On {self.day}, by {given[1]}."
            self._put(f"theatres.{name}.area", {"value": round(given[0], 1), "note": note})
            last = before[-1].date if before else None
            if theatre.history and given[1] != "no reading yet" and last is not None and last < self.day:
                rows = [row.model_dump(mode="json") for row in before]
                rows.append({"date": self.day.isoformat(), "area": round(given[0], 1)})
                self._put(f"theatres.{name}.history", [{k: v for k, v in r.items() if v is not None} for r in rows])

        if stay:
            self.notes.append(f"area of {', '.join(stay)}: no series and no reading; it stays as written")

    def _events(self) -> None:
        for name, event in self.scenario.events.items():
            if event.status == "happened" or self._gone("events", name):
                continue
            if self.day < self.scenario.as_of:
                self._put(f"events.{name}", None)
                self.notes.append(f"events.{name}: expected at the scenario's own as-of date, not before; left out")
                continue
            if name in self.told.events:
                self._happened(name, event, self.told.events[name])
            elif event.date is not None and event.date <= self.day:
                self.passed.append(Passed(f"events.{name}", event.name, "unknown"))
                week = {"value": 0.0, "unit": "week", "source": "choice", "note": f"Its day, {event.date}, went by."}
                self._put(f"events.{name}", {"date": None, "week": week})
            elif event.week is not None:
                gone = event.week.quantile([0.5])[0] < self.weeks
                if gone:
                    self.passed.append(Passed(f"events.{name}", event.name, "unknown"))
                self._put(f"events.{name}.week", _sooner(event.week, self.weeks))
        without = self.scenario.comparison.without if self.scenario.comparison else ""
        if self._gone("events", without):
            self._put("comparison", None)

    def _happened(self, name: str, event: Event, day: date | None) -> None:
        """An event of which the record says that it happened, or that it was called off."""
        if day is None:
            self.passed.append(Passed(f"events.{name}", event.name, "called off"))
            self._put(f"events.{name}", None)
            return
        self.passed.append(Passed(f"events.{name}", event.name, "happened"))
        self._put(f"events.{name}", {"week": None, "date": day.isoformat(), "status": "happened"})
        if event.date is not None:
            del self.overlay["events"][name]["week"]
        comparison = self.scenario.comparison
        if comparison is not None and comparison.without == name and comparison.mode == "never":
            self._put("comparison.mode", "withdraw")
        sent = event.quantities.get("troops")
        there = self.scenario.contingents[event.contingent].quantities["troops"] if event.contingent else None
        if event.kind == "arrival" and sent is not None and there is not None and there.value == 0:
            self._put(f"contingents.{event.contingent}.troops", _written(sent, f"Arrived on {day}."))
        else:
            self.notes.append(f"events.{name}: it happened; what it brought is not in the numbers of {self.day}")

    def _calendar(self) -> None:
        for name, occasion in self.scenario.calendar.items():
            if self._gone("calendar", name):
                continue
            week = occasion.quantities.get("week")
            if week is not None:
                self._put(f"calendar.{name}.week", _sooner(week, self.weeks))
            elif occasion.date is not None and self.scenario.as_of < occasion.date <= self.day:
                state = "unknown"
                if name in self.told.events:
                    state = "called off" if self.told.events[name] is None else "happened"
                self.passed.append(Passed(f"calendar.{name}", occasion.name, state))

    def _crossed(self) -> None:
        """A red line that what was moved has crossed, by the median of its threshold, is none any more."""
        for name, line in self.scenario.red_lines.items():
            now = self._now(line.output)
            threshold = line.quantities.get("threshold")
            if now is not None and threshold is not None and now >= float(threshold.quantile([0.5])[0]):
                self._put(f"red_lines.{name}", None)
                self.notes.append(f"red_lines.{name}: crossed by {self.day}; left out")

    def _now(self, path: str) -> float | None:
        """The number that a path was moved to; None where it was not."""
        held: Any = self.overlay
        for key in path.split("."):
            held = held.get(key) if isinstance(held, dict) else None
        if not isinstance(held, dict) or not {"value", "prior"} & set(held):
            return None
        prior = held.get("prior")
        return float(held["value"]) if prior is None else float(read_prior(prior).quantile(0.5))


def _sooner(week: Quantity, weeks: float) -> dict[str, Any]:
    """A week after the as-of date, told from a day so many weeks later; what would lie in the past comes next."""
    note = f"{week.note or ''} Told from {weeks:g} weeks later."
    prior: Prior | None = week.prior
    if prior is None:
        return {"value": max(0.0, week.central - weeks), "note": note}
    if isinstance(prior, Triangular | Uniform):
        ends = {key: max(0.0, value - weeks) for key, value in prior.parameters().items()}
        if ends["high"] > ends["low"]:
            return {"prior": {prior.family: ends}, "note": note}
    low, high = (max(0.0, float(q) - weeks) for q in prior.quantile([0.05, 0.95]))
    return {"prior": {"uniform": {"low": low, "high": max(high, low + 1.0)}}, "note": note}


def _written(quantity: Quantity, note: str) -> dict[str, Any]:
    prior = quantity.prior
    number: dict[str, Any] = (
        {"value": quantity.central} if prior is None else {"prior": {prior.family: prior.parameters()}}
    )
    source = list(quantity.source) if len(quantity.source) > 1 else quantity.source[0]
    return {**number, "unit": quantity.unit, "source": source, "note": note}


def unmoved(scenario: Scenario, overlay: Mapping[str, Any]) -> Iterator[str]:
    """Paths of what stands at the as-of date and was not moved: a count of soldiers, a stock, what strikes have hit."""
    for path in scenario.quantities():
        last = path.rpartition(".")[2]
        if last not in STANDING and not (last == "damage" and path.startswith("targets.")):
            continue
        held: Any = overlay
        for key in path.split("."):
            held = held.get(key) if isinstance(held, Mapping) else None
        if held is None:
            yield path
