"""Two ways to write less: `like` takes over a pattern, `columns` names the keys of records written as rows.

    patterns:
      treaty-ally: {closeness: {prior: {...}, unit: "1", source: judgement}}
    ties:
      north-south: {like: treaty-ally, between: [NOR, SOU]}
    record:
      columns: [date, instrument, step, text, source]
      first: [2024-02-25, NOR-sanctions, up, "A first round.", press]

A pattern lies under every mapping that is `like` it, which may add, change, or take away (`key: null`). Within a
pattern `each` stands for all that the mapping has there, and a quantity without value and prior only completes one
that the mapping has. A bare number is the value of a quantity of which the pattern says the rest. A section that is
`like` a pattern has it under each of its records but those that name another, or none (`like: null`). All is written
out here, before anything else reads the tree; it keeps the line where it stands.
"""

from collections.abc import Mapping

from tertius.errors import Problem, listed, nearest
from tertius.world.fitting import problem_at, shown
from tertius.world.laying import laid_over
from tertius.world.yaml_source import MOST_NODES, Node

PATTERNS, LIKE, COLUMNS, EACH = "patterns", "like", "columns", "each"


class _Writer:
    def __init__(self, patterns: Mapping[str, Node], problems: list[Problem]) -> None:
        self.patterns = patterns
        self.problems = problems
        self.room = 5 * MOST_NODES  # keys that patterns may still add, so that hostile files stop early

    def section(self, node: Node, path: str) -> Node:
        """A section with its rows as records, and its own `like` and `columns` gone."""
        if not isinstance(node.value, dict):
            return node
        rows = dict(node.value)
        columns = self._columns(rows.pop(COLUMNS), f"{path}.{COLUMNS}") if _holds(rows, COLUMNS, tuple) else ()
        shared = rows.pop(LIKE) if _holds(rows, LIKE, str) else None
        if columns is None:
            columns, rows = (), {key: child for key, child in rows.items() if not isinstance(child.value, tuple)}
        for key, child in rows.items():
            below = f"{path}.{key}"
            written = self._row(child, columns, below) if columns and isinstance(child.value, tuple) else child
            if shared is not None and isinstance(written.value, dict) and LIKE not in written.value:
                written = Node({LIKE: shared, **written.value}, written.file, written.line)
            rows[key] = self.written_out(written, below)
        return Node(rows, node.file, node.line)

    def written_out(self, node: Node, path: str) -> Node:
        """A tree with the patterns that it is like laid under."""
        if isinstance(node.value, tuple):
            items = (self.written_out(child, f"{path}.{row}") for row, child in enumerate(node.value))
            return Node(tuple(items), node.file, node.line)
        if not isinstance(node.value, dict):
            return node
        own = {key: self.written_out(child, f"{path}.{key}") for key, child in node.value.items() if key != LIKE}
        for key, child in own.items():
            if child.value is None and " " in key:  # {note: Seen, from afar} is a note and a key without a value
                given, allowed = f"{key!r} without a value", "`key: value`; text with a comma in quotes"
                self.problems.append(problem_at(child, f"{path}.{key}", given, allowed, "put the whole text in quotes"))
        without = Node(own, node.file, node.line)
        named = node.value.get(LIKE)
        pattern = None if named is None or named.value is None else self._pattern(named, f"{path}.{LIKE}")
        if pattern is None:
            return without
        top = _with_values(without, pattern)
        return laid_over(top, _meant(pattern, top), path, self.problems)

    def _pattern(self, named: Node, path: str) -> Node | None:
        found = self.patterns.get(named.value) if isinstance(named.value, str) else None
        if found is None:
            known = tuple(self.patterns)
            near = nearest(str(named.value), known)
            allowed = f"a pattern of this file: {listed(known)}" if known else "a pattern under `patterns:`"
            fix = f"write {near}" if near else "name one of these, or write the pattern"
            self.problems.append(problem_at(named, path, shown(named.plain()), allowed, fix, near))
            return None
        self.room -= _size(found)
        if self.room < 0:
            given, allowed = "patterns that write out too much", f"at most {5 * MOST_NODES:,} keys in all"
            self.problems.append(problem_at(named, path, given, allowed, "use smaller patterns"))
            return None
        return found

    def _columns(self, node: Node, path: str) -> tuple[str, ...] | None:
        """The names of the columns; None where one is none, so that nothing can be said of the rows."""
        cells = tuple(node.children().values())
        names = [child.value for child in cells if isinstance(child.value, str)]
        for row, child in enumerate(cells):
            if not isinstance(child.value, str):
                allowed, fix = "the name of a key, such as date", "write a flat list: `columns: [date, text, source]`"
                self.problems.append(problem_at(child, f"{path}.{row}", shown(child.plain()), allowed, fix))
        if len(names) < len(cells):
            return None
        if len(set(names)) < len(names):
            allowed = "each key once"
            self.problems.append(problem_at(node, path, shown(node.plain()), allowed, "remove the second"))
        return tuple(names)

    def _row(self, node: Node, columns: tuple[str, ...], path: str) -> Node:
        cells = tuple(node.children().values())
        if len(cells) > len(columns):
            given = f"a row of {len(cells)} values"
            allowed = f"at most one for each of {len(columns)} columns: {', '.join(columns)}"
            fix = "remove a value; text with a comma stands in quotes"
            self.problems.append(problem_at(node, path, given, allowed, fix))
        told = {key: child for key, child in zip(columns, cells, strict=False) if child.value is not None}
        return Node(told, node.file, node.line)


def _holds(rows: Mapping[str, Node], key: str, kind: type) -> bool:
    return key in rows and isinstance(rows[key].value, kind)


def _with_values(top: Node, pattern: Node) -> Node:
    """A mapping with its bare numbers as values, where the pattern has a quantity."""
    if not isinstance(top.value, dict) or not isinstance(pattern.value, dict):
        return top
    told = {}
    for key, child in top.value.items():
        below = pattern.value.get(key, pattern.value.get(EACH))
        if below is not None and _is_number(child) and below.children().keys() & {"unit", "source"}:
            child = Node({"value": child}, child.file, child.line)
        told[key] = child if below is None else _with_values(child, below)
    return Node(told, top.file, top.line)


def _is_number(node: Node) -> bool:
    return isinstance(node.value, int | float) and not isinstance(node.value, bool)


def _meant(pattern: Node, top: Node) -> Node:
    """What a pattern says of a mapping: `each` by its keys, and no part of a quantity that it has not."""
    if not isinstance(pattern.value, dict) or not isinstance(top.value, dict):
        return pattern
    named = {key: child for key, child in pattern.value.items() if key != EACH}
    if EACH in pattern.value:
        named |= {key: pattern.value[EACH] for key in top.value if key not in named}
    told = {}
    for key, child in named.items():
        if key in top.value:
            told[key] = _meant(child, top.value[key])
        elif not _is_part(child):
            added = _meant(child, Node({}, child.file, child.line))
            if added.value != {} or child.value == {}:
                told[key] = added
    return Node(told, pattern.file, pattern.line)


def _is_part(node: Node) -> bool:
    """Whether a mapping completes a quantity and is none."""
    keys = node.children().keys()
    return bool(keys & {"unit", "source"}) and not keys & {"value", "prior"}


def _size(node: Node) -> int:
    return 1 + sum(_size(child) for child in node.children().values())


def write_out(root: Node, inherited: Mapping[str, Node], problems: list[Problem]) -> tuple[Node, Mapping[str, Node]]:
    """Return a file's tree with every row and pattern written out, and the patterns that a variant of it may use.

    Args:
        root: the tree of one file, a mapping.
        inherited: patterns of its parents, by name; its own of the same name take their place.
        problems: takes what is wrong.
    """
    assert isinstance(root.value, dict)  # the caller's part
    rows = dict(root.value)
    own = rows.pop(PATTERNS, None)
    patterns = dict(inherited)
    for key, child in own.children().items() if own is not None else ():
        if not isinstance(child.value, dict) or LIKE in child.value:
            given = "a pattern that is like another" if isinstance(child.value, dict) else shown(child.plain())
            fix = "write `key: value` rows below it; patterns do not build on each other"
            problems.append(problem_at(child, f"{PATTERNS}.{key}", given, "a mapping of its own", fix))
        else:
            patterns[key] = child
    writer = _Writer(patterns, problems)
    told = {key: writer.section(child, key) for key, child in rows.items()}
    return Node(told, root.file, root.line), patterns
