"""`extends`: a scenario file laid over its parents; every value keeps the place of the file that set it."""

from collections.abc import Mapping
from pathlib import Path

from tertius.errors import Problem, ScenarioError, nearest
from tertius.shipped import shipped_scenarios
from tertius.world.fitting import not_a_mapping, problem_at, shown
from tertius.world.priors import FAMILIES
from tertius.world.yaml_source import Node, read_text, read_yaml

LONGEST_CHAIN = 8  # parents above a file

# keys of which a record has one: a variant that gives one takes the parent's other away
_EXCLUSIVE = ({"value", "prior"}, {"date", "week"})


def find_file(name_or_path: str | Path, beside: Path | None = None) -> Path:
    """Return the file meant: a shipped name first, else a path (relative to the folder `beside`)."""
    shipped = shipped_scenarios()
    if isinstance(name_or_path, str) and name_or_path in shipped:
        return shipped[name_or_path]
    path = Path(name_or_path)
    return path if beside is None else beside / path


def read_chain(path: Path) -> tuple[Node, list[Problem]]:
    """Return the tree of `path` laid over its parents, without `extends`, and the problems met on the way.

    Raises:
        ScenarioError: a file of the chain cannot be read, the chain is too long or closes on itself.
    """
    problems: list[Problem] = []
    layers: list[Node] = []
    seen: list[Path] = []
    parent: Path | None = path
    asked: Node | None = None
    while parent is not None:
        node, found = _read_layer(parent, asked, problems)
        problems += found
        layers.append(node)
        seen.append(parent.resolve())
        asked = node.children().get("extends")
        parent = None if asked is None or asked.value is None else _parent(asked, parent, seen, problems)
    tree = _without_nulls(layers[-1])
    for layer in reversed(layers[:-1]):
        tree = _laid_over(layer, tree, "", problems)
    assert isinstance(tree.value, dict)  # `_read_layer` lets only mappings through
    return Node({key: child for key, child in tree.value.items() if key != "extends"}, *_place(tree)), problems


def _read_layer(path: Path, asked: Node | None, problems: list[Problem]) -> tuple[Node, list[Problem]]:
    names = tuple(shipped_scenarios())
    try:
        node, found = read_yaml(read_text(path, names), str(path))
    except ScenarioError as error:
        if asked is None or error.problems[0].line is not None:
            raise ScenarioError([*problems, *error.problems]) from None
        # a fault of the parent as a whole is put right where the parent is named
        fault = error.problems[0]
        given = f"{shown(asked.value)}: {fault.given}"
        at = problem_at(asked, "extends", given, fault.allowed, fault.fix, fault.nearest)
        raise ScenarioError([*problems, at]) from None
    if not isinstance(node.value, dict):
        raise ScenarioError([*problems, *found, not_a_mapping(node, "")])
    return node, found


def _parent(asked: Node, child: Path, seen: list[Path], problems: list[Problem]) -> Path:
    if not isinstance(asked.value, str) or not asked.value:
        allowed = "a shipped name or a path relative to this file"
        fault = problem_at(asked, "extends", shown(asked.plain()), allowed, "name one parent")
        raise ScenarioError([*problems, fault])
    parent = find_file(asked.value, child.parent)
    if parent.resolve() in seen:
        chain = " -> ".join(path.name for path in [*seen, parent])
        fault = problem_at(asked, "extends", f"a circle: {chain}", "a chain that ends", "remove one `extends`")
        raise ScenarioError([*problems, fault])
    if len(seen) > LONGEST_CHAIN:
        allowed = f"at most {LONGEST_CHAIN} parents"
        fault = problem_at(asked, "extends", f"more than {LONGEST_CHAIN} parents", allowed, "merge some of them")
        raise ScenarioError([*problems, fault])
    return parent


def _laid_over(top: Node, base: Node, path: str, problems: list[Problem]) -> Node:
    """Return `base` with what `top` sets; mappings are merged, lists and scalars replaced."""
    if not isinstance(top.value, dict) or not isinstance(base.value, dict):
        return _without_nulls(top)
    merged = dict(base.value)
    for key, child in top.value.items():
        below = f"{path}.{key}" if path else key
        if child.value is None:
            if key not in merged:
                near = nearest(key, base.value)
                fix = f"write {near}" if near else "remove this line"
                given = f"{key}: null, but the parent has no {key!r}"
                problems.append(problem_at(child, below, given, "a key of the parent", fix, near))
            merged.pop(key, None)
            continue
        for exclusive in _EXCLUSIVE:
            if key in exclusive:
                for other in exclusive - {key} - set(top.value):
                    merged.pop(other, None)
        if key in merged and not _other_family(key, child, merged[key]):
            merged[key] = _laid_over(child, merged[key], below, problems)
        else:
            merged[key] = _without_nulls(child)
    # What is wrong with it is put right in the file that touched it last, not in its parent.
    return Node(merged, *_place(top))


def _other_family(key: str, top: Node, base: Node) -> bool:
    """Return whether a prior changes its family, so that the parent's parameters mean nothing any more."""
    families = [name for name in top.children() if name in FAMILIES]
    return key == "prior" and bool(families) and not set(families) & set(base.children())


def _without_nulls(node: Node) -> Node:
    if not isinstance(node.value, dict):
        return node
    kept: Mapping[str, Node] = {
        key: _without_nulls(child) for key, child in node.value.items() if child.value is not None
    }
    return Node(dict(kept), *_place(node))


def _place(node: Node) -> tuple[str, int]:
    return node.file, node.line
