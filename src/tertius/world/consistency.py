"""Checks across records: what refers must find, memberships, and nothing from after the as-of date."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, TypeAlias

from tertius.errors import Problem, listed, nearest
from tertius.world.deciding import Actor, Instrument
from tertius.world.entry import SIDE_IDS, Entry
from tertius.world.fitting import problem_at
from tertius.world.quantity import NOT_A_SOURCE
from tertius.world.recorded import RecordedStep, misfits
from tertius.world.records import Contingent, Event, Relation, Side, Source, SupplyLine
from tertius.world.references import Output, Past, Ref, marked
from tertius.world.sections import SECTIONS, within
from tertius.world.striking import Defence, Target, Weapon
from tertius.world.system import Bargain, RedLine, Tie
from tertius.world.yaml_source import Node

Claim: TypeAlias = tuple[Hashable, str, str, str]


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

    def run(self) -> list[Problem]:
        """Return all problems found."""
        self._sides()
        checks: Mapping[type[Entry], Callable[[str, Any], None]] = {
            Side: self._side,
            Source: self._source,
            Contingent: self._contingent,
            Actor: self._actor,
            Instrument: self._instrument,
            RedLine: self._red_line,
            Bargain: self._bargain,
            Event: self._event,
            Weapon: self._strikes,
            Defence: self._strikes,
            SupplyLine: self._strikes,
        }
        for path, record in self.records.items():
            for place, value, mark in marked(record, path):
                if isinstance(mark, Ref):
                    for name in value if isinstance(value, tuple) else (value,):
                        self._named(place, name, mark)
                elif isinstance(mark, Output):
                    self._output(place, value, mark, path.partition(".")[0])
                elif isinstance(mark, Past):
                    self._not_later(place, value)
            check = checks.get(type(record))
            if check is not None:
                check(path, record)
        self._recorded()
        self._circles()
        self._each_once()
        return self.problems

    def _note(self, path: str, given: str, allowed: str, fix: str, near: str | None = None) -> None:
        node, _ = self.root.deepest(tuple(path.split(".")))
        self.problems.append(problem_at(node, path, given, allowed, fix, near))

    def _ids(self, section: str) -> tuple[str, ...]:
        held = self.root.children().get(section)
        return tuple(held.children()) if held else ()

    def _named(self, path: str, name: str, ref: Ref) -> None:
        ids = SIDE_IDS if ref.section == "sides" else self._ids(ref.section)  # a side that is lacking is told once
        if name in ids or name in ref.but or (ref.also is not None and name in self._ids(ref.also)):
            return
        near = nearest(name, ids)
        fix = f"write {near}" if near else f"add {name} to {ref.section}"
        self._note(path, repr(name), f"an id of {ref.section}: {listed(ids)}", fix, near)

    def _output(self, path: str, output: str, mark: Output, own: str) -> None:
        """An output of a section that has some; none of its own where it drives: which moves first must not matter."""
        section, name = output.split(".")[:2]
        held = {key: (each.record, *within(each.record).values()) for key, each in SECTIONS.items()}
        if mark.driving:
            sections = [key for key, records in held.items() if key != own and any(each.drives for each in records)]
        else:
            sections = [key for key, records in held.items() if any(each.entity for each in records)]
        if section not in sections:
            near = nearest(section, sections)
            fix = f"write {near}" if near else "name an output of one of these"
            self._note(path, repr(output), f"an output of {listed(sections)}", fix, near)
        elif not SECTIONS[section].single:
            self._named(path, name, Ref(section))

    def _not_later(self, path: str, day: date, more: str = "") -> None:
        if self.as_of is not None and day > self.as_of:
            fix = f"remove it, correct the date or move as_of: what became known later may not enter{more}"
            self._note(path, str(day), f"a date up to as_of, {self.as_of}", fix)

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
                    given_twice = f"{actor!r}, a member of A too"
                    self._note("sides.B.members", given_twice, "each actor on one side", "remove it")

    def _side(self, path: str, side: Side) -> None:
        if side.lead in self._ids("actors") and side.lead not in side.members:
            allowed = f"one of members: {listed(side.members)}"
            self._note(f"{path}.lead", repr(side.lead), allowed, "add it to members")

    def _source(self, path: str, source: Source) -> None:
        if source.id in NOT_A_SOURCE:
            self._note(path, repr(source.id), f"any id but {listed(NOT_A_SOURCE)}", "rename the source")
        if source.describes is None:
            more = "; a history of that time says with describes which day it tells of"
            self._not_later(f"{path}.date", source.date, more)

    def _contingent(self, path: str, contingent: Contingent) -> None:
        side = self.records.get(f"sides.{contingent.side}")
        for name in ("actor", "host"):
            actor = getattr(contingent, name)
            there = (
                name == "host" or "troops" not in contingent.quantities or contingent.quantities["troops"].value != 0
            )
            if there and isinstance(side, Side) and actor in self._ids("actors") and actor not in side.members:
                allowed = f"a member of side {side.id}: {listed(side.members)}"
                fix = f"add {actor} to sides.{side.id}.members, or correct actor or side"
                self._note(f"{path}.{name}", repr(actor), allowed, fix, nearest(actor, side.members))

    def _actor(self, path: str, actor: Actor) -> None:
        written = self.root.children().get("instruments")
        rows = written.children().values() if written and isinstance(written.value, dict) else ()
        holders = {row.children()["actor"].value for row in rows if "actor" in row.children()}
        if actor.interests and actor.id not in holders and rows:
            fix = f"add an instrument with actor: {actor.id}, or remove the interests"
            self._note(f"{path}.interests", "interests without an instrument", "an actor that can act on them", fix)

    def _instrument(self, path: str, instrument: Instrument) -> None:
        for key, lever in instrument.levers.items():
            sent = self.records.get(f"contingents.{lever.contingent}")
            if isinstance(sent, Contingent) and sent.actor != instrument.actor:
                allowed = f"a contingent of {instrument.actor}"
                given = f"{lever.contingent!r}, of {sent.actor}"
                self._note(f"{path}.levers.{key}.contingent", given, allowed, "correct actor or contingent")

    def _recorded(self) -> None:
        """Steps on record that their instrument cannot have taken."""
        for told in [record for record in self.records.values() if isinstance(record, Instrument)]:
            steps = [
                (path, record)
                for path, record in self.records.items()
                if isinstance(record, RecordedStep) and record.instrument == told.id
            ]
            for path, given, allowed, fix in misfits(told, steps):
                self._note(path, given, allowed, fix)

    def _red_line(self, path: str, line: RedLine) -> None:
        for role in ("signal", "answer", "deters"):
            name = getattr(line, role)
            held = self.records.get(f"instruments.{name}")
            if isinstance(held, Instrument) and (held.actor == line.actor) is (role == "deters"):
                whose = "another actor" if role == "deters" else line.actor
                self._note(f"{path}.{role}", repr(name), f"an instrument of {whose}", "correct actor or instrument")

    def _bargain(self, path: str, bargain: Bargain) -> None:
        paid = self.records.get(f"instruments.{bargain.payment}")
        if isinstance(paid, Instrument) and (paid.actor, paid.towards) != (bargain.taker, bargain.giver):
            allowed = f"an instrument of {bargain.taker} towards {bargain.giver}"
            self._note(f"{path}.payment", repr(bargain.payment), allowed, "name what the taker pays with")
        for _, place, given in _sent(path, bargain):
            held = self.records.get(given)
            if not isinstance(held, Contingent | SupplyLine):
                continue
            if held.actor != bargain.giver:
                self._note(place, repr(held.id), f"what {bargain.giver} sends", "correct giver or remove it")
                continue
            against = self.records.get(f"sides.{'B' if held.side == 'A' else 'A'}")
            if isinstance(against, Side) and bargain.taker in against.members:
                what = f"{held.id!r}, which fights for side {held.side}, against {bargain.taker}"
                self._note(place, what, f"what does not serve the enemy of {bargain.taker}", "correct taker or side")

    def _strikes(self, path: str, record: Weapon | Defence | SupplyLine) -> None:
        """Targets of a weapon and weapons that a defence meets are the other side's; what a record needs is its own."""
        for name in (*getattr(record, "aims", ()), *getattr(record, "intercepts", ())):
            section, inner = ("targets", "aims") if isinstance(record, Weapon) else ("weapons", "intercepts")
            held = self.records.get(f"{section}.{name}")
            if isinstance(held, Weapon | Target) and held.side == record.side:
                allowed = f"one of {section} of the other side"
                self._note(f"{path}.{inner}.{name}", f"{name!r}, of side {held.side} too", allowed, "correct side")
        own = (("at", "targets"), ("weapon", "weapons"), ("defence", "defences"))
        for name, section in own:
            held = self.records.get(f"{section}.{getattr(record, name, None)}")
            if isinstance(held, Weapon | Target | Defence) and held.side != record.side:
                allowed = f"one of {section} of side {record.side}"
                self._note(f"{path}.{name}", f"{held.id!r}, of side {held.side}", allowed, "correct side")

    def _event(self, path: str, event: Event) -> None:
        said = [name for name in event.source or () if name in NOT_A_SOURCE]
        if event.status == "happened" or event.source not in tuple((word,) for word in NOT_A_SOURCE):
            for name in said:
                self._named(f"{path}.source", name, Ref("sources"))
        if event.date is None or self.as_of is None:
            return
        if event.status == "happened":
            self._not_later(f"{path}.date", event.date)
        elif event.date < self.as_of:
            allowed = f"a day from as_of, {self.as_of}, on: it is {event.status}"
            self._note(f"{path}.date", str(event.date), allowed, "say happened, or correct the date")

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

    def _each_once(self) -> None:
        """What two records may not both have: keys, names and donors, what bargains, ties and relations hold."""
        fix = "give each record its own key, or both draw the same random numbers"
        for section in SECTIONS:
            claims = [
                (record.key, path, f"{path}.key", f"the key {record.key!r}, which ")
                for path, record in self.records.items()
                if path.startswith(f"{section}.")
            ]
            self._once(claims, " has too", f"a key used once in {section}", fix)
        names: list[Claim] = []
        donors: list[Claim] = []
        sent: list[Claim] = []
        tied: list[Claim] = []
        told: list[Claim] = []
        layers: list[Claim] = []
        for path, record in self.records.items():
            if isinstance(record, Actor):
                names.append((record.name.casefold(), path, f"{path}.name", f"{record.name!r}, as "))
                for row, donor in enumerate(record.donors):
                    place = f"{path}.donors.{row}"
                    donors.append((donor.casefold(), place, place, f"{donor!r}, which "))
            elif isinstance(record, Bargain):
                sent += [(given, place, place, f"{name!r}, which ") for name, place, given in _sent(path, record)]
            elif isinstance(record, Tie):
                pair = " and ".join(record.between)
                tied.append((frozenset(record.between), path, f"{path}.between", f"{pair}, whom "))
            elif isinstance(record, Defence):
                layers.append(((record.side, record.order), path, f"{path}.order", f"order {record.order}, which "))
            elif isinstance(record, Relation):
                whose = f"a second record of actor {record.actor or 'none'}, side {record.side or 'none'} (first: "
                told.append(((record.actor, record.side), path, path, whose))
        self._once(names, "", "a name of its own", "rename one")
        self._once(donors, " names already", "each donor once, in one actor", "remove it here")
        self._once(sent, " names already", "each in one bargain", "remove it here")
        self._once(tied, " joins already", "each two actors in one tie", "merge the two")
        self._once(layers, " has too", "an order of its own among its side's defences", "renumber them")
        self._once(told, ")", "one record for each actor and side", "merge them")

    def _once(self, claims: Iterable[Claim], after: str, allowed: str, fix: str) -> None:
        """Note claims to what an earlier one has: told as `before`, the path of the first, `after`."""
        owner: dict[Hashable, str] = {}
        for thing, path, place, before in claims:
            first = owner.setdefault(thing, path)
            if first != path:
                self._note(place, f"{before}{first}{after}", allowed, fix)


def _sent(path: str, bargain: Bargain) -> Iterator[tuple[str, str, str]]:
    """What a bargain's giver sends: id, place where the bargain names it, path of its record."""
    for section in ("contingents", "supply_lines"):
        for row, name in enumerate(getattr(bargain, section)):
            yield name, f"{path}.{section}.{row}", f"{section}.{name}"
