"""Checks across records: names that must exist, memberships, and nothing from after the as-of date."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from tertius.errors import Problem, listed, nearest
from tertius.world.deciding import LEVER_TARGETS, Actor, Instrument, Stake
from tertius.world.entry import SIDE_IDS, Entry
from tertius.world.fitting import problem_at
from tertius.world.quantity import NOT_A_SOURCE
from tertius.world.records import (
    Comparison,
    Contingent,
    Event,
    Fact,
    Observation,
    Outcome,
    Relation,
    Side,
    Source,
    SupplyLine,
    Theatre,
)
from tertius.world.sections import SECTIONS, quantities_of
from tertius.world.system import Bargain, Ladder, RedLine, Tie, Variant
from tertius.world.yaml_source import Node

_DRIVING = (
    "theatres",
    "sides",
    "contingents",
    "supply_lines",
    "actors",
    "instruments",
    "ladders",
    "red_lines",
    "bargains",
    "ties",
)
_WITH_OUTPUTS = (*_DRIVING, "stakes")


class Checker:
    """Looks over the records that could be read and notes what does not fit between them.

    Names are checked against the file's ids, not the readable records', so that one broken record does not
    make every mention of it an error.
    """

    def __init__(self, root: Node, records: Mapping[str, Entry], as_of: date | None) -> None:
        self.root = root
        self.records = records
        self.as_of = as_of
        self.problems: list[Problem] = []
        self._given: dict[str, str] = {}
        self._tied: dict[frozenset[str], str] = {}

    def run(self) -> list[Problem]:
        """Return all problems found."""
        self._sides()
        self._keys()
        self._donors()
        self._names()
        checks: Mapping[type[Entry], Callable[[str, Any], None]] = {
            Source: self._source,
            Theatre: self._theatre,
            Contingent: self._contingent,
            SupplyLine: self._supply_line,
            Fact: self._fact,
            Event: self._event,
            Outcome: self._outcome,
            Observation: self._observation,
            Comparison: self._comparison,
            Relation: self._relation,
            Side: self._side,
            Actor: self._actor,
            Stake: self._stake,
            Instrument: self._instrument,
            Ladder: self._ladder,
            RedLine: self._red_line,
            Bargain: self._bargain,
            Tie: self._tie,
            Variant: self._variant,
        }
        for path, record in self.records.items():
            check = checks.get(type(record))
            if check is not None:
                check(path, record)
        self._circles()
        self._relations_once()
        for path, quantity in quantities_of(self.records.items()):
            self._sources(f"{path}.source", quantity.source_ids)
        return self.problems

    def _note(self, path: str, given: str, allowed: str, fix: str, near: str | None = None) -> None:
        node, _ = self.root.deepest(tuple(path.split(".")))
        self.problems.append(problem_at(node, path, given, allowed, fix, near))

    def _ids(self, section: str) -> tuple[str, ...]:
        held = self.root.children().get(section)
        return tuple(held.children()) if held else ()

    def _named(self, path: str, name: str | None, section: str) -> None:
        ids = self._ids(section)
        if name is not None and name not in ids:
            near = nearest(name, ids)
            fix = f"write {near}" if near else f"add {name} to {section}"
            self._note(path, repr(name), f"an id of {section}: {listed(ids)}", fix, near)

    def _sources(self, path: str, names: Iterable[str]) -> None:
        for name in names:
            self._named(path, name, "sources")

    def _not_later(self, path: str, day: date | None, more: str = "") -> None:
        if self.as_of is not None and day is not None and day > self.as_of:
            fix = f"remove it, correct the date or move as_of: what became known later may not enter{more}"
            self._note(path, str(day), f"a date up to as_of, {self.as_of}", fix)

    def _member(self, path: str, actor: str, side: str) -> None:
        record = self.records.get(f"sides.{side}")
        if isinstance(record, Side) and actor in self._ids("actors") and actor not in record.members:
            allowed = f"a member of side {side}: {listed(record.members)}"
            fix = f"add {actor} to sides.{side}.members, or correct actor or side"
            self._note(path, repr(actor), allowed, fix, nearest(actor, record.members))

    def _sides(self) -> None:
        given = self._ids("sides")
        for name in given:
            if name not in SIDE_IDS:
                self._note(f"sides.{name}", repr(name), "exactly two sides, A and B", "rename or remove it")
        for name in SIDE_IDS:
            if "sides" in self.root.children() and name not in given:
                self._note("sides", f"no side {name}", "exactly two sides, A and B", f"add {name}")
        a, b = self.records.get("sides.A"), self.records.get("sides.B")
        if isinstance(a, Side) and isinstance(b, Side):
            for actor in a.members:
                if actor in b.members:
                    self._note(
                        "sides.B.members",
                        f"{actor!r}, a member of A too",
                        "each actor on one side",
                        "remove it",
                    )

    def _keys(self) -> None:
        for section in SECTIONS:
            owner: dict[str, str] = {}
            for path, record in self.records.items():
                if path.startswith(f"{section}."):
                    first = owner.setdefault(record.key, path)
                    if first != path:
                        given = f"the key {record.key!r}, which {first} has too"
                        fix = "give each record its own key, or both draw the same random numbers"
                        self._note(f"{path}.key", given, f"a key used once in {section}", fix)

    def _names(self) -> None:
        """Names by which a brief tells actors apart."""
        owner: dict[str, str] = {}
        for path, record in self.records.items():
            if isinstance(record, Actor):
                first = owner.setdefault(record.name.casefold(), path)
                if first != path:
                    self._note(f"{path}.name", f"{record.name!r}, as {first}", "a name of its own", "rename one")

    def _donors(self) -> None:
        owner: dict[str, str] = {}
        for path, record in self.records.items():
            for row, donor in enumerate(record.donors if isinstance(record, Actor) else ()):
                place = f"{path}.donors.{row}"
                first = owner.setdefault(donor.casefold(), place)
                if first != place:
                    given = f"{donor!r}, which {first} names already"
                    self._note(place, given, "each donor once, in one actor", "remove it here")

    def _side(self, path: str, side: Side) -> None:
        self._named(f"{path}.lead", side.lead, "actors")
        for row, actor in enumerate(side.members):
            self._named(f"{path}.members.{row}", actor, "actors")
        if side.lead in self._ids("actors") and side.lead not in side.members:
            self._note(
                f"{path}.lead",
                repr(side.lead),
                f"one of members: {listed(side.members)}",
                "add it to members",
            )

    def _source(self, path: str, source: Source) -> None:
        if source.id in NOT_A_SOURCE:
            self._note(path, repr(source.id), "any id but judgement and choice", "rename the source")
        if source.describes is not None:
            self._not_later(f"{path}.describes", source.describes)
        else:
            self._not_later(
                f"{path}.date", source.date, "; a history of that time says with describes which day it tells of"
            )

    def _theatre(self, path: str, theatre: Theatre) -> None:
        self._sources(f"{path}.history_source", theatre.history_source or ())
        for row, reading in enumerate(theatre.history):
            self._not_later(f"{path}.history.{row}.date", reading.date)

    def _contingent(self, path: str, contingent: Contingent) -> None:
        self._named(f"{path}.theatre", contingent.theatre, "theatres")
        for name in ("actor", "host"):
            actor = getattr(contingent, name)
            self._named(f"{path}.{name}", actor, "actors")
            self._member(f"{path}.{name}", actor, contingent.side)

    def _supply_line(self, path: str, line: SupplyLine) -> None:
        self._named(f"{path}.actor", line.actor, "actors")

    def _actor(self, path: str, actor: Actor) -> None:
        for stake in actor.interests:
            self._named(f"{path}.interests.{stake}", stake, "stakes")
        written = self.root.children().get("instruments")
        rows = written.children().values() if written and isinstance(written.value, dict) else ()
        holders = {row.children()["actor"].value for row in rows if "actor" in row.children()}
        if actor.interests and actor.id not in holders and rows:
            fix = f"add an instrument with actor: {actor.id}, or remove the interests"
            self._note(f"{path}.interests", "interests without an instrument", "an actor that can act on them", fix)

    def _stake(self, path: str, stake: Stake) -> None:
        for key, driver in stake.drivers.items():
            self._output(f"{path}.drivers.{key}.output", driver.output, _DRIVING)

    def _instrument(self, path: str, instrument: Instrument) -> None:
        self._named(f"{path}.actor", instrument.actor, "actors")
        self._named(f"{path}.towards", instrument.towards, "actors")
        for stake in instrument.effects:
            self._named(f"{path}.effects.{stake}", stake, "stakes")
        for key, lever in instrument.levers.items():
            self._named(f"{path}.levers.{key}.{lever.kind}", lever.target, LEVER_TARGETS[lever.kind])
            sent = self.records.get(f"contingents.{lever.contingent}")
            if isinstance(sent, Contingent) and sent.actor != instrument.actor:
                allowed = f"a contingent of {instrument.actor}"
                given = f"{lever.contingent!r}, of {sent.actor}"
                self._note(f"{path}.levers.{key}.contingent", given, allowed, "correct actor or contingent")

    def _ladder(self, path: str, ladder: Ladder) -> None:
        for name, rung in ladder.rungs.items():
            self._named(f"{path}.rungs.{name}.stake", rung.stake, "stakes")
            if rung.output is not None:
                self._output(f"{path}.rungs.{name}.output", rung.output, _but("ladders"))

    def _red_line(self, path: str, line: RedLine) -> None:
        self._named(f"{path}.actor", line.actor, "actors")
        self._output(f"{path}.output", line.output, _but("red_lines"))
        for role in ("signal", "answer", "deters"):
            name = getattr(line, role)
            self._named(f"{path}.{role}", name, "instruments")
            held = self.records.get(f"instruments.{name}")
            if isinstance(held, Instrument) and (held.actor == line.actor) is (role == "deters"):
                whose = "another actor" if role == "deters" else line.actor
                self._note(f"{path}.{role}", repr(name), f"an instrument of {whose}", "correct actor or instrument")

    def _bargain(self, path: str, bargain: Bargain) -> None:
        for role in ("giver", "taker", "patron"):
            self._named(f"{path}.{role}", getattr(bargain, role), "actors")
        self._named(f"{path}.payment", bargain.payment, "instruments")
        paid = self.records.get(f"instruments.{bargain.payment}")
        if isinstance(paid, Instrument) and (paid.actor, paid.towards) != (bargain.taker, bargain.giver):
            allowed = f"an instrument of {bargain.taker} towards {bargain.giver}"
            self._note(f"{path}.payment", repr(bargain.payment), allowed, "name what the taker pays with")
        for section in ("contingents", "supply_lines"):
            for row, name in enumerate(getattr(bargain, section)):
                place = f"{path}.{section}.{row}"
                self._named(place, name, section)
                held = self.records.get(f"{section}.{name}")
                if isinstance(held, Contingent | SupplyLine) and held.actor != bargain.giver:
                    self._note(place, repr(name), f"what {bargain.giver} sends", "correct giver or remove it")
                elif isinstance(held, Contingent | SupplyLine):
                    against = self.records.get(f"sides.{'B' if held.side == 'A' else 'A'}")
                    if isinstance(against, Side) and bargain.taker in against.members:
                        given = f"{name!r}, which fights for side {held.side}, against {bargain.taker}"
                        allowed = f"what does not serve the enemy of {bargain.taker}"
                        self._note(place, given, allowed, "correct taker or side")
                first = self._given.setdefault(f"{section}.{name}", place)
                if first != place:
                    self._note(place, f"{name!r}, which {first} names already", "each in one bargain", "remove it here")

    def _tie(self, path: str, tie: Tie) -> None:
        for row, name in enumerate(tie.between):
            self._named(f"{path}.between.{row}", name, "actors")
        first = self._tied.setdefault(frozenset(tie.between), path)
        if first != path:
            given = f"{' and '.join(tie.between)}, whom {first} joins already"
            self._note(f"{path}.between", given, "each two actors in one tie", "merge the two")

    def _variant(self, path: str, variant: Variant) -> None:
        for key, quantity in variant.set.items():
            self._sources(f"{path}.set.{key}.source", quantity.source_ids)

    def _fact(self, path: str, fact: Fact) -> None:
        self._sources(f"{path}.source", fact.source)
        self._not_later(f"{path}.date", fact.date)

    def _event(self, path: str, event: Event) -> None:
        self._named(f"{path}.contingent", event.contingent, "contingents")
        self._named(f"{path}.supply_line", event.supply_line, "supply_lines")
        self._named(f"{path}.part_of", event.part_of, "events")
        said = event.source or ()
        if event.status != "happened" and said in (("judgement",), ("choice",)):
            said = ()
        self._sources(f"{path}.source", said)
        if event.status == "happened":
            self._not_later(f"{path}.date", event.date)
        elif self.as_of is not None and event.date is not None and event.date < self.as_of:
            allowed = f"a day from as_of, {self.as_of}, on: it is {event.status}"
            self._note(f"{path}.date", str(event.date), allowed, "say happened, or correct the date")

    def _observation(self, path: str, observation: Observation) -> None:
        self._outcome(path, observation)
        self._sources(f"{path}.source", observation.source)
        self._not_later(f"{path}.start", observation.start)

    def _outcome(self, path: str, outcome: Outcome | Observation) -> None:
        self._output(f"{path}.output", outcome.output, tuple(SECTIONS))

    def _output(self, path: str, output: str, sections: tuple[str, ...]) -> None:
        section, name = output.split(".")[:2]
        if section not in sections:
            near = nearest(section, sections)
            fix = f"write {near}" if near else "name an output of one of these"
            self._note(path, repr(output), f"an output of {listed(sections)}", fix, near)
        elif section in _WITH_OUTPUTS:
            self._named(path, name, section)

    def _comparison(self, path: str, comparison: Comparison) -> None:
        if comparison.without not in self._ids("instruments"):
            self._named(f"{path}.without", comparison.without, "events")

    def _relation(self, path: str, relation: Relation) -> None:
        self._named(f"{path}.actor", relation.actor, "actors")
        self._not_later(f"{path}.began", relation.began)

    def _relations_once(self) -> None:
        first: dict[tuple[str | None, str | None], str] = {}
        for path, record in self.records.items():
            if isinstance(record, Relation):
                other = first.setdefault((record.actor, record.side), path)
                if other != path:
                    told = f"actor {record.actor or 'none'}, side {record.side or 'none'}"
                    given = f"a second record of {told} (first: {other})"
                    self._note(path, given, "one record for each actor and side", "merge them")

    def _circles(self) -> None:
        events = {record.id: record for record in self.records.values() if isinstance(record, Event)}
        done: set[str] = set()
        for start in events:
            trail: list[str] = []
            at: str | None = start
            while at in events and at not in done and at not in trail:
                trail.append(at)
                at = events[at].part_of
            if at in trail:
                circle = " -> ".join([*trail[trail.index(at) :], at])
                self._note(f"events.{at}.part_of", f"a circle: {circle}", "an entry event at the end", "cut it")
            done.update(trail)


def _but(section: str) -> tuple[str, ...]:
    """Sections whose outputs a record may name, save its own: which of two moves first must not matter."""
    return tuple(each for each in _DRIVING if each != section)
