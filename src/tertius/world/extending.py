"""`extends`: a scenario file laid over its parents; every value keeps the place of the file that set it."""

from collections.abc import Mapping
from pathlib import Path

from tertius.errors import Problem, ScenarioError
from tertius.shipped import shipped_scenarios
from tertius.world.fitting import not_a_mapping, problem_at, shown
from tertius.world.laying import laid_over, without_nulls
from tertius.world.shorthand import write_out
from tertius.world.yaml_source import Node, read_text, read_yaml

LONGEST_CHAIN = 8  # parents above a file
ENDINGS = {".yaml", ".yml"}
OPENS = {"tertius", "extends"}  # keys of which a parent has one


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
    patterns: Mapping[str, Node] = {}
    written = []
    for layer in reversed(layers):
        told, patterns = write_out(layer, patterns, problems)
        written.append(told)
    tree = without_nulls(written[0])
    for layer in written[1:]:
        tree = laid_over(layer, tree, "", problems)
    assert isinstance(tree.value, dict)  # `_read_layer` lets only mappings through
    return Node({key: child for key, child in tree.value.items() if key != "extends"}, tree.file, tree.line), problems


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
    children = node.value if isinstance(node.value, dict) else {}
    if asked is not None and not OPENS & children.keys():  # what else lies on this machine is not shown
        given, fix = f"{shown(asked.value)}: a YAML file that is no scenario", "name one parent"
        allowed = "a scenario, a file that begins with `tertius` or `extends`"
        raise ScenarioError([*problems, problem_at(asked, "extends", given, allowed, fix)])
    if not isinstance(node.value, dict):
        raise ScenarioError([*problems, *found, not_a_mapping(node, "")])
    return node, found


def _parent(asked: Node, child: Path, seen: list[Path], problems: list[Problem]) -> Path:
    if not isinstance(asked.value, str) or not asked.value:
        allowed = "a shipped name or a path relative to this file"
        fault = problem_at(asked, "extends", shown(asked.plain()), allowed, "name one parent")
        raise ScenarioError([*problems, fault])
    parent = find_file(asked.value, child.parent)
    endings = {parent.suffix, parent.resolve().suffix}
    if parent.is_file() and not endings <= ENDINGS:  # what else lies on this machine is not shown
        allowed = "a shipped name or a YAML file, by its path relative to this file"
        given = f"{shown(asked.value)}: a file of another kind"
        fault = problem_at(asked, "extends", given, allowed, "name one parent")
        raise ScenarioError([*problems, fault])
    if parent.resolve() in seen:
        chain = " -> ".join(path.name for path in [*seen, parent])
        fault = problem_at(asked, "extends", f"a circle: {chain}", "a chain that ends", "remove one `extends`")
        raise ScenarioError([*problems, fault])
    if len(seen) > LONGEST_CHAIN:
        allowed = f"at most {LONGEST_CHAIN} parents"
        fault = problem_at(asked, "extends", f"more than {LONGEST_CHAIN} parents", allowed, "merge some of them")
        raise ScenarioError([*problems, fault])
    return parent
