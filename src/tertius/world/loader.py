"""The one way from a scenario file to a `Scenario`."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tertius.errors import Problem, ScenarioError
from tertius.shipped import shipped_scenarios
from tertius.world.consistency import Checker
from tertius.world.deciding import Instrument
from tertius.world.entry import ID_PATTERN, Entry
from tertius.world.extending import find_file, read_chain
from tertius.world.fitting import fit, not_a_mapping, problem_at, shown, unknown_key
from tertius.world.kept import kept_scenario
from tertius.world.quantity import Quantity
from tertius.world.records import VERSION, Contingent, Header, Side, World
from tertius.world.scenario import Scenario
from tertius.world.sections import SECTIONS, TOP_KEYS, quantities_of
from tertius.world.system import Bargain, RedLine
from tertius.world.yaml_source import Node


def load_scenario(name_or_path: str | Path) -> Scenario:
    """Return the scenario of a shipped name or of a path.

    Raises:
        ScenarioError: the file or a parent cannot be read, or its content is not a valid scenario; all
            problems that could be found are in it.
    """
    shipped = shipped_scenarios()
    if isinstance(name_or_path, str) and name_or_path in shipped:
        states = [path.stat() for path in shipped.values()]
        return _shipped(name_or_path, tuple((state.st_mtime_ns, state.st_size) for state in states))
    return _loaded(find_file(name_or_path))


@lru_cache(maxsize=8)
def _shipped(name: str, written: tuple[tuple[int, int], ...]) -> Scenario:
    """A shipped scenario, read once as long as the files are as they were written."""
    return kept_scenario(name, lambda: _loaded(find_file(name)))


def _loaded(path: Path) -> Scenario:
    root, problems = read_chain(path)
    return build(root, path.stem, problems)


def build(root: Node, name: str, problems: list[Problem] | None = None) -> Scenario:
    """Return the scenario of a merged tree.

    Args:
        root: the tree, without `extends`.
        name: the scenario's name.
        problems: what reading found already.

    Raises:
        ScenarioError: the content is not a valid scenario.
    """
    found = list(problems or ())
    header = _header(root, found)
    records = _records(root, found)
    found += Checker(root, records, header.as_of if header else None).run()
    if found or header is None:
        raise ScenarioError(sorted(found, key=lambda problem: (problem.file, problem.line or 0)))
    sections: dict[str, Any] = {}
    for key, section in SECTIONS.items():
        if section.single:
            sections[key] = records.get(key)
        else:
            sections[key] = MappingProxyType({r.id: r for path, r in records.items() if path == f"{key}.{r.id}"})
    sections["world"] = sections["world"] or World(id="world")
    return Scenario(
        name=name,
        title=header.title or name,
        description=header.description or "",
        as_of=header.as_of,
        weeks=header.weeks,
        warnings=(*_narrow_judgements(root, quantities_of(records.items())), *_idle(root, records)),
        fit=_beside(root, header.fit),
        tree=root,
        **sections,
    )


def _beside(root: Node, name: str | None) -> Path | None:
    """The file `name` in the folder of the file that named it (which may be a parent)."""
    return None if name is None else Path(root.children()["fit"].file).parent / name


def _header(root: Node, problems: list[Problem]) -> Header | None:
    rows = root.children()
    version = rows.get("tertius")
    if version is not None and (version.value != VERSION or isinstance(version.value, bool | float)):
        allowed = f"version {VERSION} of the form"
        fix = f"write `tertius: {VERSION}` and bring the file to that form"
        fault = problem_at(version, "tertius", shown(version.plain()), allowed, fix)
        # another version may differ in every key, so the other problems would mislead
        raise ScenarioError([*problems, fault])
    for key, child in rows.items():
        if key not in TOP_KEYS:
            problems.append(unknown_key(child, key, key, TOP_KEYS))
    own = Node({key: child for key, child in rows.items() if key in Header.NAMES}, root.file, root.line)
    return fit(Header, own, "", problems)


def _records(root: Node, problems: list[Problem]) -> dict[str, Entry]:
    """Return the readable records by dotted path, in the order of the section table."""
    records: dict[str, Entry] = {}
    for key, section in SECTIONS.items():
        node = root.children().get(key)
        if node is None:
            if section.required:
                problems.append(problem_at(root, key, f"no {key}", f"{key} is required", f"add `{key}:`"))
            continue
        if not isinstance(node.value, dict):
            problems.append(not_a_mapping(node, key))
            continue
        entries = {key: (key, node)} if section.single else _entries(key, node, problems)
        for path, (identity, entry) in entries.items():
            record = fit(section.record, entry, path, problems, identity)
            if record is not None:
                records[path] = record
    return records


def _entries(section: str, node: Node, problems: list[Problem]) -> dict[str, tuple[str, Node]]:
    entries: dict[str, tuple[str, Node]] = {}
    for key, child in node.children().items():
        if re.fullmatch(ID_PATTERN, key):
            entries[f"{section}.{key}"] = (key, child)
        else:
            allowed = "an id: a letter, then letters, digits, - and _"
            problems.append(problem_at(child, f"{section}.{key}", f"the id {key!r}", allowed, "rename it"))
    return entries


def _narrow_judgements(root: Node, quantities: Iterator[tuple[str, Quantity]]) -> Iterator[Problem]:
    for path, quantity in quantities:
        if quantity.narrow and quantity.prior is not None:
            node, _ = root.deepest((*path.split("."), "prior"))
            allowed = "a judgement whose 10-90% range is at least 20% of its median"
            fix = "widen the prior, or name the source that makes it this sure"
            yield problem_at(node, f"{path}.prior", quantity.prior.describe(), allowed, fix)


IDLE: Mapping[type[Entry], Mapping[str, str]] = {
    RedLine: {"signal_cost": "signal", "tied_hands": "answer", "gained": "answer", "deterrence": "deters"},
    Bargain: {"worth_in_kind": "payment", "patron_income": "patron"},
}
"""Quantities that do nothing where a record does not name what they are about."""
LENDABLE = "officers_lendable"


def _idle(root: Node, records: Mapping[str, Entry]) -> Iterator[Problem]:
    yield from _idle_instruments(root, records)
    yield from _idle_officers(root, records)
    for path, record in records.items():
        for name, wanted in IDLE.get(type(record), {}).items():
            quantity = getattr(record, "quantities", {}).get(name)
            if quantity is not None and quantity.central != 0 and getattr(record, wanted) is None:
                node, _ = root.deepest((*path.split("."), name))
                fix = f"name its {wanted}, or remove {name}"
                yield problem_at(node, f"{path}.{name}", f"{name} without {wanted}, which does nothing", wanted, fix)


def _idle_officers(root: Node, records: Mapping[str, Entry]) -> Iterator[Problem]:
    """Officers that a side would lend, where no contingent serves under it."""
    sent = [record for record in records.values() if isinstance(record, Contingent)]
    under = {record.side for record in sent if record.command == "under_host"}
    for path, record in records.items():
        if not isinstance(record, Side) or record.id in under or all(each.side != record.id for each in sent):
            continue
        quantity = record.quantities.get(LENDABLE)
        if quantity is not None and quantity.central != 0:
            node, _ = root.deepest((*path.split("."), LENDABLE))
            given = f"{LENDABLE}, which moves nothing: no contingent of {record.id} is under its host"
            allowed = "command: under_host of a contingent that officers are lent to"
            yield problem_at(node, f"{path}.{LENDABLE}", given, allowed, f"set {LENDABLE} to 0, or correct command")


def _idle_instruments(root: Node, records: Mapping[str, Entry]) -> Iterator[Problem]:
    """Instruments whose steps move nothing, or that send soldiers who reach no theatre."""
    named = {
        getattr(record, role)
        for record in records.values()
        for role in ("signal", "answer", "deters", "payment")
        if isinstance(record, RedLine | Bargain) and hasattr(record, role)
    }
    for path, record in records.items():
        if not isinstance(record, Instrument):
            continue
        node, _ = root.deepest(tuple(path.split(".")))
        if not record.effects and not record.levers and record.id not in named:
            given = "neither effects nor levers, so that its steps move nothing"
            yield problem_at(node, path, given, "effects on stakes, or levers", "say what a step does, or remove it")
        elif record.kind == "troops" and not any(lever.contingent for lever in record.levers.values()):
            given = "soldiers that reach no theatre: no lever names a contingent"
            allowed = "a lever with contingent and soldiers"
            yield problem_at(node, path, given, allowed, "add a contingent without troops, and a lever that sends them")
