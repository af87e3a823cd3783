"""The import table of DESIGN.md, "Rooms, and who may import whom"."""

import ast
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src" / "tertius"

# Below every room: the error tree and the weeks. A room of arrays has no calendar.
BASE = {"errors", "calendar", "defaults", "memory", "nested", "secret", "shipped", "units", "visible"}
ROOMS: dict[str, set[str]] = {
    "errors": set(),
    "calendar": set(),
    "defaults": set(),
    "memory": set(),
    "nested": set(),
    "secret": set(),
    "shipped": set(),
    "units": set(),
    "visible": set(),
    "scenarios": set(),
    "world": BASE,
    "kernel": {"errors"},
    "mechanisms": {"errors", "kernel"},
    "reference": BASE | {"world"},
    "engine": BASE | {"world", "reference", "kernel", "mechanisms"},
    "evidence": BASE | {"world"},
    "history": BASE | {"world"},
    # Names and a day to a scenario draft: looked-up data and past wars, no laws.
    "builder": BASE | {"world", "reference", "history", "evidence"},
    # A fit starts from the priors of the scenario; a backtest fits anew at each origin.
    "inference": BASE | {"world", "reference", "engine", "evidence", "history"},
    "impact": BASE | {"world", "engine", "evidence", "history", "inference"},
    # A hindcast makes scenarios of past wars from their history; questions are asked of a comparison.
    "forecasts": BASE | {"world", "reference", "engine", "evidence", "inference", "history", "builder", "impact"},
}
ROOMS["report"] = {*ROOMS}
# Above all rooms, in this order: each may import those before it and the package itself.
ROOMS["api"] = {*ROOMS}
ROOMS["__init__"] = {*ROOMS}
ROOMS["web"] = {*ROOMS}
ROOMS["assistants"] = {*ROOMS}
ROOMS["cli"] = {*ROOMS}
ROOMS["__main__"] = {*ROOMS}
ABOVE = {"api", "web", "assistants", "cli", "__main__"}

HEAVY = ["numba", "scipy", "altair", "pyarrow", "pandas"]


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def room_of(path: Path) -> str:
    """Return the first name below the package."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def absolute(node: ast.ImportFrom, path: Path) -> str:
    """Return the dotted name that `from X import ...` in the file `path` means."""
    if node.level == 0:
        return node.module or ""
    inside = ("tertius", *path.relative_to(PACKAGE).parts[:-1])
    return ".".join([*inside[: len(inside) - node.level + 1], *([node.module] if node.module else [])])


def imported(tree: ast.AST, path: Path) -> Iterator[tuple[int, str]]:
    """Yield (line, dotted name) of all that a module imports, at any depth, also by `import_module`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = absolute(node, path)
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            values = (argument.value for argument in node.args if isinstance(argument, ast.Constant))
            yield from ((node.lineno, value) for value in values if isinstance(value, str))


@cache
def names_in(path: Path) -> tuple[tuple[int, str], ...]:
    """Return (line, dotted name) of all that one of our files imports; each file is parsed once."""
    return tuple(imported(ast.parse(path.read_text()), path))


def broken(tree: ast.AST, path: Path) -> Iterator[str]:
    """Yield one line for each import that the table does not allow."""
    yield from not_allowed(imported(tree, path), path)


def not_allowed(names: Iterable[tuple[int, str]], path: Path) -> Iterator[str]:
    """The same of (line, dotted name)."""
    room = room_of(path)
    for line, name in names:
        parts = name.split(".")
        if parts[0] != "tertius":
            continue
        target = parts[1] if len(parts) > 1 and parts[1] in ROOMS else "__init__"
        if target == room or target in ROOMS[room] or (target == "__init__" and room in ABOVE):
            continue
        allowed = ", ".join(sorted(ROOMS[room])) or "nothing of ours"
        yield f"{path.relative_to(PACKAGE.parent)}:{line}: {room} imports {name}; it may import {allowed}"


def test_every_room_is_in_the_table() -> None:
    rooms = {room_of(path) for path in modules()}
    assert rooms, f"no modules under {PACKAGE}"
    assert rooms <= ROOMS.keys(), f"rooms missing from the table in {__file__}: {sorted(rooms - ROOMS.keys())}"


def test_imports_follow_the_table() -> None:
    found = [line for path in modules() if room_of(path) in ROOMS for line in not_allowed(names_in(path), path)]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("where", "code", "is_broken"),
    [
        ("kernel/state.py", "from tertius.errors import TertiusError", False),
        ("kernel/state.py", "from tertius.world import Actor", True),
        ("kernel/state.py", "def f():\n    import tertius.engine.run", True),
        ("kernel/state.py", "from ..world import records", True),
        ("kernel/state.py", "from . import fields", False),
        ("kernel/state.py", "from .. import world", True),
        ("world/records.py", "import importlib\nimportlib.import_module('tertius.kernel')", True),
        ("world/records.py", "from tertius import run", True),
        ("report/brief.py", "from tertius import api", True),
        ("cli/main.py", "from tertius import __version__, api", False),
        ("api.py", "from tertius.cli import main", True),
        ("calendar.py", "from tertius.errors import TertiusError", True),
    ],
)
def test_the_check_sees_each_way_to_import(where: str, code: str, is_broken: bool) -> None:
    assert bool(list(broken(ast.parse(code), PACKAGE / where))) == is_broken


@cache
def files_of(name: str) -> tuple[Path, ...]:
    """Return the file that a dotted name of ours lies in: a module, else the package or module that holds it."""
    parts = name.split(".")[1:]
    for length in range(len(parts), -1, -1):
        place = PACKAGE.joinpath(*parts[:length])
        for file in (place.with_suffix(".py"), place / "__init__.py"):
            if file.is_file():
                return (file,)
    return ()


def imported_files(text: str, path: Path) -> set[Path]:
    """Return our files that a file imports, at any depth, also for types alone."""
    return files_named(imported(ast.parse(text), path), path)


def files_named(names: Iterable[tuple[int, str]], path: Path) -> set[Path]:
    """Return our files that (line, dotted name) of a file mean."""
    return {file for _, name in names if name.split(".")[0] == "tertius" for file in files_of(name)} - {path}


@cache
def arrows() -> dict[Path, set[Path]]:
    """Return which of our files each of them imports."""
    return {path: files_named(names_in(path), path) for path in modules()}


def circles(found: dict[Path, set[Path]]) -> list[list[str]]:
    """Return the groups of files that import each other, directly or by way of others (Tarjan 1972)."""
    order: dict[Path, int] = {}
    low: dict[Path, int] = {}
    trail: list[Path] = []
    groups: list[list[str]] = []

    def visit(path: Path) -> None:
        order[path] = low[path] = len(order)
        trail.append(path)
        for other in sorted(found.get(path, ())):
            if other not in order:
                visit(other)
                low[path] = min(low[path], low[other])
            elif other in trail:
                low[path] = min(low[path], order[other])
        if low[path] == order[path]:
            group = trail[trail.index(path) :]
            del trail[trail.index(path) :]
            if len(group) > 1:
                groups.append(sorted(str(each.relative_to(PACKAGE)) for each in group))

    for path in sorted(found):
        if path not in order:
            visit(path)
    return sorted(groups)


def test_no_files_import_each_other_in_a_circle() -> None:
    assert circles(arrows()) == []


@pytest.mark.parametrize(
    "planted",
    [
        "from tertius.world.loader import build",
        "def f():\n    from tertius.world.loader import build",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from tertius.world.loader import build",
        "from .loader import build",
        "import tertius.world.loader",
    ],
)
def test_a_circle_is_seen_however_it_is_imported(planted: str) -> None:
    path = PACKAGE / "world" / "priors.py"
    found = arrows() | {path: arrows()[path] | imported_files(planted, path)}
    assert any({"world/loader.py", "world/priors.py"} <= set(group) for group in circles(found))


def test_the_command_line_starts_without_the_heavy_packages() -> None:
    code = f"import sys, tertius.cli.app; print(*(name for name in {HEAVY!r} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [], "import these inside the commands that use them"


def test_no_module_hides_a_name_that_its_package_gives() -> None:
    """A package's attribute turns into the module of the same name when that module is first imported later."""
    hidden = []
    for init in PACKAGE.rglob("__init__.py"):
        given = {
            (alias.asname or alias.name): node.module or ""
            for node in ast.walk(ast.parse(init.read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        held = {path.stem for path in init.parent.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
        hidden += [f"{init}: {name}" for name in given.keys() & held if not given[name].endswith(f".{name}")]
    assert not hidden
