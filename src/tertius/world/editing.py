"""What differs between two scenarios, edit by edit, and a scenario that lies between them.

An edit is the smallest part that can be told apart: a whole record that only one side has, a quantity, a list, or a
single word. Silent edits move no number: sources, facts, notes, titles. They are told, and never have to be tried.

A scenario between the two exists to find out what an edit does to the numbers; it is no forecast. So it has no facts,
no past readings, no variants and no comparison, and it cites the sources of both, dated no later than its as-of date.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from tertius.world.loader import build
from tertius.world.scenario import Scenario, canonical
from tertius.world.sections import SECTIONS
from tertius.world.yaml_source import Node

Keys = tuple[str, ...]
SILENT_KEYS = frozenset(
    {"tertius", "title", "description", "weeks", "sources", "facts", "relations", "comparison", "variants"}
)
WORDS = frozenset(
    {
        "note",
        "if_wrong",
        "name",
        "label",
        "adjective",
        "area_label",
        "text",
        "source",
        "history",
        "history_source",
        "history_unit",
        "headline",
        "favours",
        "donors",
        "material",
    }
)
_LEFT_OUT = ("facts", "relations", "comparison", "variants")
_NUMBERS = ("value", "prior", "unit")


@dataclass(frozen=True)
class Edit:
    """One part that differs: its keys from the top of the file, and what stands there on either side (or None)."""

    keys: Keys
    before: Node | None
    after: Node | None
    silent: bool

    @property
    def path(self) -> str:
        """Dotted path."""
        return ".".join(self.keys)


def edits(one: Scenario, two: Scenario) -> tuple[Edit, ...]:
    """Every part in which two scenarios differ, in the order of the files; empty where their content is the same."""
    quantities = {*one.quantities(), *two.quantities()}
    prints = (_fit_print(one), _fit_print(two))
    found = [edit for edit in _walk(one.tree, two.tree, (), quantities) if edit.keys != ("fit",)]
    if prints[0] != prints[1]:
        ends = (one.tree.children().get("fit"), two.tree.children().get("fit"))
        found.append(Edit(("fit",), *ends, silent=False))
    return tuple(found)


def mixed(one: Scenario, two: Scenario, chosen: Iterable[Edit]) -> Scenario:
    """The scenario `one` with some of its edits towards `two` made.

    Raises ScenarioError where these edits cannot stand without others (a record that names one that is missing).
    """
    tree: Any = one.tree
    for edit in chosen:
        tree = _replaced(tree, edit.keys, edit.after)
    rows = {key: child for key, child in tree.children().items() if key not in _LEFT_OUT}
    sources = {**_section(one, "sources"), **_section(two, "sources")}
    if sources:
        as_of = rows["as_of"]
        dated = {name: _dated(node, as_of) for name, node in sources.items()}
        rows["sources"] = Node(dated, tree.file, tree.line)
    if "theatres" in rows:
        kept = {
            name: Node({k: v for k, v in node.children().items() if not k.startswith("history")}, node.file, node.line)
            for name, node in rows["theatres"].children().items()
        }
        rows["theatres"] = Node(kept, rows["theatres"].file, rows["theatres"].line)
    return build(Node(rows, tree.file, tree.line), one.name)


def _walk(before: Node | None, after: Node | None, keys: Keys, quantities: set[str]) -> Iterator[Edit]:
    if before is not None and after is not None and canonical(before.plain()) == canonical(after.plain()):
        return
    if before is None or after is None:
        # A section of records is told record by record, also where one side lacks it.
        is_leaf = not (len(keys) == 1 and keys[0] in SECTIONS and not SECTIONS[keys[0]].single)
    else:
        is_leaf = _rows(before) is None or _rows(after) is None or ".".join(keys) in quantities
    if is_leaf:
        yield Edit(keys, before, after, _is_silent(keys, before, after))
        return
    first, second = (node.children() if node is not None else {} for node in (before, after))
    for key in dict.fromkeys([*first, *second]):
        yield from _walk(first.get(key), second.get(key), (*keys, key), quantities)


def _rows(node: Node | None) -> Mapping[str, Node] | None:
    """What lies below a mapping by key; None for anything else."""
    return node.value if node is not None and isinstance(node.value, dict) else None


def _is_silent(keys: Keys, before: Node | None, after: Node | None) -> bool:
    if keys[0] in SILENT_KEYS or keys[-1] in WORDS:
        return True
    rows = _rows(before), _rows(after)
    if rows[0] is None or rows[1] is None or not any(key in rows[0] for key in ("value", "prior")):
        return False
    numbers = [canonical({key: row[key].plain() for key in _NUMBERS if key in row}) for row in rows if row is not None]
    return bool(numbers[0] == numbers[1])


def _fit_print(scenario: Scenario) -> str:
    """Hash of the fit's content; a name alone, or the place of the file, does not count."""
    return "" if scenario.fit is None else sha256(scenario.fit.read_bytes()).hexdigest()


def _replaced(node: Node | None, keys: Keys, new: Node | None) -> Node:
    """A tree with what stands at `keys` replaced; None takes it away."""
    assert node is not None or new is not None  # nothing is taken away where nothing stands
    rows = dict(node.children()) if node is not None else {}
    if len(keys) > 1:
        rows[keys[0]] = _replaced(rows.get(keys[0]), keys[1:], new)
    elif new is None:
        rows.pop(keys[0], None)
    else:
        rows[keys[0]] = new
    at = node if node is not None else new
    assert at is not None  # as above
    return Node(rows, at.file, at.line)


def _section(scenario: Scenario, name: str) -> dict[str, Node]:
    held = scenario.tree.children().get(name)
    return held.children() if held is not None else {}


def _dated(source: Node, as_of: Node) -> Node:
    """A source dated no later than the as-of date."""
    rows = source.children()
    late = "date" in rows and str(rows["date"].value) > str(as_of.value)
    return Node({**rows, "date": as_of}, source.file, source.line) if late else source
