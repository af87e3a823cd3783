"""What no file may hold: machine paths, index addresses, overlong code, a scenario's names in the engine."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "tertius"
SCENARIOS = sorted(file for file in (PACKAGE / "scenarios").glob("*.yaml") if "." not in file.stem)
FILE_LINES = 400
FUNCTION_LINES = 60

# An absolute path of somebody's machine; in the path part of an address a letter stands before it.
MACHINE_PATH = re.compile(r"(?<![\w.:/*)\]}$-])/(?:work|home|root|Users)/\w")
INDEX_ADDRESS = re.compile(r"index-url|find-links|trusted-host|/simple/?(?![\w/-])|https?://[^\s/@]+:[^\s/@]+@")

# Names of a scenario's actors that are also what a public source is called or about: (file, name).
NAMES_OF_SOURCES: set[tuple[str, str]] = set()


@cache
def tracked() -> tuple[Path, ...]:
    """Return the files that git has or would take."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = (ROOT / name for name in sorted(set(listed.stdout.split("\0"))) if name)
    return tuple(path for path in paths if path.is_file())


def hits(pattern: re.Pattern[str]) -> list[str]:
    """Return `file:line: text` of each line of a tracked text file that holds the pattern."""
    found = []
    for path in tracked():
        if path == Path(__file__) or path.suffix == ".png":
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        for match in pattern.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            found.append(f"{path.relative_to(ROOT)}:{line}: {match[0]}")
    return found


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the number of lines of a function's body without its docstring."""
    body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def names_of(actors: Any) -> Iterator[tuple[str, str]]:
    """Yield (id, name) of the actors of a scenario, given as a mapping by id or as a list."""
    entries = actors.items() if isinstance(actors, dict) else ((entry["id"], entry) for entry in actors)
    for identifier, entry in entries:
        if isinstance(entry, dict):  # a section may name a pattern beside its records
            yield str(identifier), str(entry.get("name", identifier))


def actor_patterns() -> dict[str, re.Pattern[str]]:
    """Return what to look for, by word: names as phrases, ids as words, short ids as quoted strings only."""
    patterns = {}
    for path in SCENARIOS:
        for identifier, name in names_of(yaml.load(path.read_bytes(), yaml.CSafeLoader)["actors"]):
            for word in {identifier, name}:
                phrase = re.sub(r"[-_\s]+", r"[-_\\s]+", word)
                short = len(word) < 4
                quoted = rf"(?:'{phrase}'|\"{phrase}\")"
                expression = quoted if short else rf"(?<![A-Za-z]){phrase}(?![A-Za-z])"
                patterns[word] = re.compile(expression, 0 if short else re.IGNORECASE)
    return patterns


def test_no_machine_paths() -> None:
    assert hits(MACHINE_PATH) == []


def test_no_index_addresses() -> None:
    assert hits(INDEX_ADDRESS) == []


@pytest.mark.parametrize(
    ("pattern", "text", "is_found"),
    [
        (MACHINE_PATH, "open('/home/me/data.csv')", True),
        (MACHINE_PATH, "cd " + "/work" + "/main", True),
        (MACHINE_PATH, "https://example.org/home/page", False),
        (MACHINE_PATH, "share/work/table.csv", False),
        (INDEX_ADDRESS, "pip install --extra-index-url x", True),
        (INDEX_ADDRESS, "https://packages.example.org/simple", True),
        (INDEX_ADDRESS, "https://me:secret@example.org/", True),
        (INDEX_ADDRESS, "a simple/fast way", False),
    ],
)
def test_the_patterns_find_what_they_should(pattern: re.Pattern[str], text: str, is_found: bool) -> None:
    assert bool(pattern.search(text)) == is_found


def test_no_date_in_a_form_that_one_c_library_alone_knows() -> None:
    found = [hit for hit in hits(re.compile(r"%-[a-zA-Z]")) if hit.endswith(("%-d", "%-m", "%-H", "%-I", "%-j"))]
    assert found == [], "write it with tertius.calendar.day or short_day"


def test_no_overlong_file() -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in PACKAGE.rglob("*.py")}
    assert {str(path.relative_to(ROOT)): n for path, n in lengths.items() if n > FILE_LINES} == {}


def test_no_overlong_function() -> None:
    found = {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}": body_lines(node)
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and body_lines(node) > FUNCTION_LINES
    }
    assert found == {}


def test_general_code_names_no_actor_of_a_scenario() -> None:
    patterns = actor_patterns()
    assert patterns, f"no actors found in {PACKAGE / 'scenarios'}"
    found = []
    # Few files hold how a word begins; only for those are lines looked at.
    leads = {word: re.split(r"[-_\s]+", word)[0].lower() for word in patterns}
    for path in sorted(PACKAGE.rglob("*.py")) + sorted(PACKAGE.rglob("*.html")):
        where = str(path.relative_to(PACKAGE))
        if where.startswith(("scenarios/", "evidence/publishers/")):  # a publisher's own columns and titles
            continue
        text = path.read_text()
        lowered = text.lower()
        there = {word: pattern for word, pattern in patterns.items() if leads[word] in lowered}
        for number, line in enumerate(text.splitlines() if there else (), 1):
            found += [
                f"{where}:{number}: {word}"
                for word, pattern in there.items()
                if pattern.search(line) and (where, word) not in NAMES_OF_SOURCES
            ]
    assert not found, "belongs into the scenario file:\n" + "\n".join(found)


def requirement_names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=!~; ]", requirement)[0].lower() for requirement in requirements}


def test_every_requirement_is_pinned_exactly() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = requirement_names(
        [
            *project["build-system"]["requires"],
            *project["project"]["dependencies"],
            *(entry for extra in project["project"]["optional-dependencies"].values() for entry in extra),
        ]
    )
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    pinned = {line.split("==")[0] for line in lines if re.fullmatch(r"[a-z0-9.-]+==[\w.]+", line)}
    assert len(pinned) == len(lines), "each line is name==version, once"
    assert wanted - pinned == {"tertius"}, "the only requirement without a pin is the project's own extra"


def test_the_version_is_the_same_everywhere() -> None:
    from tertius import __version__

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert (project["version"], citation["version"]) == (__version__, __version__)


OWN_JSON = {  # files that read what comes with the package, or what the same process has just written
    "assistants/telling.py", "builder/request.py", "cli/commands/fit.py", "cli/commands/strikes.py",
    "engine/posterior.py", "forecasts/updating/record.py", "history/effects.py", "history/ends.py",
    "history/hindcasts.py", "reference/decisions.py", "reference/generic.py", "reference/states/refreshing.py",
    "reference/states/tables.py", "report/outlines.py", "report/painter.py", "web/jobs/queue.py", "web/jobs/store.py",
}  # fmt: skip


def test_json_of_others_may_be_nested_as_deep_as_they_like() -> None:
    """A thousand brackets are a RecursionError, no ValueError: `nested.read_json`, or a handler that says so."""
    found = set()
    for file in PACKAGE.rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        caught = {
            id(node)
            for held in ast.walk(tree)
            if isinstance(held, ast.Try)
            and any(each.type is not None and "RecursionError" in ast.unparse(each.type) for each in held.handlers)
            for node in ast.walk(held)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("json.loads", "json.load"):
                name = file.relative_to(PACKAGE).as_posix()
                if id(node) not in caught and name not in OWN_JSON:
                    found.add(f"{name}:{node.lineno}")
    assert not found
