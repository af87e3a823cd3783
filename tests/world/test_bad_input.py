"""Broken and hostile input: always a ScenarioError that says where, what, what else and how to mend it."""

import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.world.conftest import EXAMPLE, changed, line_of

from tertius.errors import Problem, ScenarioError
from tertius.world import extending, load_scenario
from tertius.world.loader import build
from tertius.world.yaml_source import read_yaml

Problems = Callable[..., tuple[Problem, ...]]
Case: TypeAlias = tuple[str, str, str, str, str, str, str | None, str]

# (replaced, by, path, line holds, part of given, part of allowed, nearest, part of fix)
# ruff: noqa: E501 (one fault a row)
CASES: dict[str, Case] = {
    "unknown top key": ("weeks: 26", "weaks: 26", "weaks", "weaks", "weaks", "weeks", "weeks", "write weeks"),
    "unknown record key": ("  borland: {name: Borland}", "  borland: {name: Borland, nmae: x}", "actors.borland.nmae",
                           "nmae", "nmae", "name, adjective", "name", "write name"),
    "id is not written": ("  borland: {name: Borland}", "  borland: {name: Borland, id: x}", "actors.borland.id",
                          "id: x", "'id'", "name", None, "remove"),
    "unknown key beside quantities": ("    host: avria", "    hots: avria", "contingents.legion.hots", "hots",
                                      "'hots'", "host", "host", "quantity {value|prior, unit, source}"),
    "number for a quantity": ("    host: avria", "    host: avria\n    discrd: 3", "contingents.legion.discrd",
                              "discrd", "discrd", "keys", None, "quantity {value|prior, unit, source}"),
    "unknown quantity key": ("{value: 100, unit:", "{value: 100, unti: x, unit:", "supply_lines.shells.rate.unti",
                             "unti", "unti", "unit", "unit", "write unit"),
    "unknown force key": ("A: {troops:", "A: {posture: 2, troops:", "theatres.front.forces.A.posture", "posture",
                          "posture", "note", None, "quantity"),
    "unknown history key": ("area: 500.5", "aera: 500.5, area: 1", "theatres.front.history.0.aera", "aera", "aera",
                            "area", "area", "write area"),
    "bad quantity name": ("discord:", "Discord-1:", "contingents.legion.Discord-1", "Discord-1", "Discord-1",
                          "small letters", None, "rename"),
    "bad id": ("  avria: {", "  1avria: {", "actors.1avria", "1avria", "1avria", "a letter", None, "rename"),
    "missing key": ("    host: avria\n", "", "contingents.legion.host", "  legion:\n", "no host", "required", None, "add"),
    "text for a number": ("{value: 30000", "{value: '30000'", "theatres.front.forces.A.troops.value", "30000",
                          "'30000'", "a number", None, "without quotes"),
    "bool for a number": ("{value: 30000", "{value: true", "theatres.front.forces.A.troops.value", "value: true",
                          "True", "a number", None, "number"),
    "nan": ("{value: 30000", "{value: .nan", "theatres.front.forces.A.troops.value", ".nan", "nan", "finite", None, "finite"),
    "inf": ("{value: 30000", "{value: -.inf", "theatres.front.forces.A.troops.value", ".inf", "inf", "finite", None, "finite"),
    "overflow": ("{value: 30000", "{value: 1e999", "theatres.front.forces.A.troops.value", "1e999", "inf", "finite",
                 None, "finite"),
    "value and prior": ("prior: {uniform:", "value: 1, prior: {uniform:", "contingents.legion.discord", "discord",
                        "value and prior", "exactly one", None, "remove"),
    "neither": ("{value: 900, unit", "{unit", "sides.A.recruits", "recruits", "neither", "exactly one", None, "add"),
    "no unit": ("{value: 900, unit: persons per week,", "{value: 900,", "sides.A.recruits.unit", "recruits", "no unit",
                "required", None, "add"),
    "no source": ("week, source: press}\nfacts", "week}\nfacts", "supply_lines.shells.rate.source", "rate", "no source",
                  "required", None, "add"),
    "judgement fixed": ("{value: 900, unit: persons per week, source: press}",
                        "{value: 900, unit: persons per week, source: judgement}", "sides.A.recruits.source",
                        "recruits", "judgement with a fixed", "judgement with a prior", None, "prior"),
    "choice with prior": ('unit: "1", source: judgement}', 'unit: "1", source: choice}',
                          "contingents.legion.discord.source", "discord", "choice with a prior", "fixed", None, "value"),
    "judgement among ids": ("source: [daily, press]", "source: [daily, judgement]",
                            "theatres.front.forces.A.troops.source", "[daily, judgement", "judgement", "alone", None, "remove"),
    "unknown source": ("source: [daily, press]", "source: [daily, pres]", "theatres.front.forces.A.troops.source",
                       "pres]", "'pres'", "daily, press", "press", "write press"),
    "bad prior": ("{uniform: {low: 0, high: 1}}", "{uniform: {low: 2, high: 1}}",
                  "contingents.legion.discord.prior.uniform.high", "discord", "1", "low < high", None, "low < high"),
    "unknown family": ("{uniform: {low: 0", "{unifrom: {low: 0", "contingents.legion.discord.prior.unifrom", "discord",
                       "unifrom", "loguniform", "uniform", "uniform"),
    "list for a mapping": ("  borland: {name: Borland}", "  borland: [name, Borland]", "actors.borland", "[name",
                           "a list of 2", "a mapping", None, "key: value"),
    "text for a list": ("members: [borland]", "members: borland", "sides.B.members", "members: borland", "'borland'",
                        "a list", None, "[first"),
    "scalar for a section": ("world:\n", "world: 3\nx:\n", "world", "world: 3", "3", "a mapping", None, "key: value"),
    "list for a force": ("A: {troops: {value: 30000, unit: persons, source: [daily, press]}}", "A: []",
                         "theatres.front.forces.A", "A: []", "a list", "a mapping", None, "key: value"),
    "third force": ("      B: {troops:", "      C: {troops:", "theatres.front.forces.C", "C: {", "'C'", "A and of B", None, "A or B"),
    "not a date": ("as_of: 2024-11-03", "as_of: 2024-13-03", "as_of", "as_of", "2024-13-03", "2024-11-03", None, "calendar"),
    "date form": ("date: 2024-10-15", "date: 15.10.2024", "facts.seen.date", "15.10", "15.10.2024", "2024-11-03", None,
                  "year-month-day"),
    "date far": ("date: 2024-10-15", "date: 0024-10-15", "facts.seen.date", "0024", "0024", "1700", None, "year"),
    "weeks too many": ("weeks: 26", "weeks: 521", "weeks", "weeks", "521", "at most 520", None, "520"),
    "weeks too few": ("weeks: 26", "weeks: 0", "weeks", "weeks", "0", "at least 1", None, "1"),
    "weeks fraction": ("weeks: 26", "weeks: 2.5", "weeks", "weeks", "2.5", "a whole number", None, "whole"),
    "grade": ("grade: B2", "grade: G7", "sources.daily.grade", "G7", "G7", "A-F", None, "grade"),
    "url with markup": ('"https://example.org/map"', "'https://e.org/>![b](http://e.org/x)'", "sources.daily.url", "![b]", "![b]", "http", None, "http"),
    "url": ('"https://example.org/map"', '"javascript:1"', "sources.daily.url", "javascript", "javascript", "http", None, "http"),
    "bad choice": ("kind: arrival\n    contingent: legion\n    date", "kind: arival\n    contingent: legion\n    date",
                   "events.entry.kind", "arival", "arival", "mobilisation", "arrival", "write arrival"),
    "third side": ("  B: {name: Borland, lead", "  C: {name: Borland, lead", "sides.C", "  C:", "'C'", "A and B", None, "rename"),
    "unknown lead": ("lead: borland", "lead: borlund", "sides.B.lead", "borlund", "borlund", "borland", "borland", "borland"),
    "lead not a member": ("lead: avria", "lead: borland", "sides.A.lead", "lead", "borland", "avria, corvia", None, "members"),
    "member of both": ("members: [borland]", "members: [borland, corvia]", "sides.B.members", "members: [borland,",
                       "corvia", "one side", None, "remove"),
    "unknown member": ("members: [borland]", "members: [borland, borlan]", "sides.B.members.1", "borlan]", "borlan",
                       "borland", "borland", "borland"),
    "unknown theatre": ("theatre: front", "theatre: fornt", "contingents.legion.theatre", "fornt", "fornt", "front",
                        "front", "front"),
    "actor on the other side": ("    actor: corvia\n    side: A\n    theatre", "    actor: borland\n    side: A\n    theatre",
                                "contingents.legion.actor", "actor: borland", "borland", "member of side A", None, "members"),
    "host on the other side": ("host: avria", "host: borland", "contingents.legion.host", "host", "borland",
                               "member of side A", None, "members"),
    "unknown supplier": ("actor: corvia\n    side: A\n    good", "actor: corvio\n    side: A\n    good",
                         "supply_lines.shells.actor", "corvio", "corvio", "corvia", "corvia", "corvia"),
    "unknown target": ("    contingent: legion\n    date", "    contingent: legoin\n    date", "events.entry.contingent",
                       "legoin", "legoin", "legion", "legion", "legion"),
    "wrong target": ("kind: arrival\n    contingent: legion\n    date", "kind: mobilisation\n    contingent: legion\n    date",
                     "events.entry.contingent", "contingent: legion", "contingent", "side", "side", "side"),
    "no target": ("kind: arrival\n    contingent: legion\n    date", "kind: arrival\n    date", "events.entry",
                  "  entry:", "no contingent", "contingent", None, "add contingent"),
    "date and week": ("    week: {prior", "    date: 2024-12-01\n    week: {prior", "events.wave", "  wave:",
                      "date and week", "exactly one", None, "one of the two"),
    "happened in the future weeks": ("status: assumed", "status: happened", "events.wave", "  wave:", "week", "a date", None, "date"),
    "unknown part_of": ("part_of: entry", "part_of: entri", "events.wave.part_of", "entri", "entri", "entry", "entry", "entry"),
    "part_of itself": ("part_of: entry", "part_of: wave", "events.wave.part_of", "part_of", "wave -> wave", "end", None, "cut"),
    "part_of circle": ("    status: expected", "    part_of: wave\n    status: expected", "events.entry.part_of",
                       "part_of: wave", "entry -> wave -> entry", "end", None, "cut"),
    "unknown outcome": ("output: theatres.front.area", "output: theatres.frnt.area", "outcomes.land.output", "frnt",
                        "frnt", "front", "front", "front"),
    "unknown outcome section": ("output: theatres.front.area", "output: theaters.front.area", "outcomes.land.output",
                                "theaters", "theaters", "theatres", "theatres", "theatres"),
    "outcome form": ("output: theatres.front.area", "output: theatres", "outcomes.land.output", "output: theatres",
                     "theatres", "dotted path", None, "dotted"),
    "unknown without": ("without: entry", "without: entrt", "comparison.without", "entrt", "entrt", "entry", "entry", "entry"),
    "bad horizons": ("horizons: [4, 13]", "horizons: [13, 4]", "comparison.horizons", "[13", "[13, 4]", "rise", None, "sort"),
    "horizon 0": ("horizons: [4, 13]", "horizons: [0, 4]", "comparison.horizons.0", "[0", "0", "at least 1", None, "1"),
    "key twice": ("  avria: {name: Avria,", "  avria: {name: Avria, key: borland,", "actors.borland.key", "  borland:",
                  "'borland'", "once", None, "own key"),
    "source called judgement": ("  press: {title", "  choice: {title: a, publisher: b, date: 2020-01-01, grade: A1}\n  press: {title",
                                "sources.choice", "  choice:", "choice", "any id", None, "rename"),
    "later source": ("publisher: Agency, date: 2024-10-20", "publisher: Agency, date: 2024-11-04", "sources.press.date",
                     "2024-11-04", "2024-11-04", "2024-11-03", None, "later may not enter"),
    "described later": ("publisher: Agency, date: 2024-10-20", "publisher: Agency, date: 2025-06-01, describes: 2024-11-04",
                        "sources.press.describes", "2024-11-04", "2024-11-04", "2024-11-03", None, "later may not enter"),
    "described before it was": ("publisher: Agency, date: 2024-10-20",
                                "publisher: Agency, date: 2024-10-20, describes: 2024-10-21", "sources.press.describes",
                                "2024-10-21", "2024-10-21", "its own date", None, "correct"),
    "later fact": ("date: 2024-10-15", "date: 2025-01-01", "facts.seen.date", "2025-01-01", "2025-01-01", "2024-11-03",
                   None, "later may not enter"),
    "later history": ("{date: 2024-10-27", "{date: 2024-11-04", "theatres.front.history.1.date", "2024-11-04",
                      "2024-11-04", "2024-11-03", None, "later may not enter"),
    "later happened": ("status: expected", "status: happened", "events.entry.date", "date: 2024-11-10", "2024-11-10",
                       "2024-11-03", None, "later may not enter"),
    "history falls": ("{date: 2024-10-27", "{date: 2024-10-20", "theatres.front.history.1.date", "9.5}", "2024-10-20",
                      "rise", None, "sort"),
    "history without source": ("    history_source: daily\n", "", "theatres.front", "  front:", "without a source",
                               "history_source", None, "add"),
    "negative area": ("area: 500.5", "area: -500.5", "theatres.front.history.0.area", "-500.5", "-500.5", "at least 0", None, "0"),
    "number for text": ("  borland: {name: Borland}", "  borland: {name: 3}", "actors.borland.name", "name: 3", "3",
                        "text", None, "quotes"),
    "empty text": ("  borland: {name: Borland}", '  borland: {name: ""}', "actors.borland.name", 'name: ""', "''", "not empty",
                   None, "fill"),
    "merge key": ("  press: {title: Press report,", "  press: {<<: {a: 1}, title: Press report,", "sources.press.<<",
                  "<<", "<<", "title", None, "remove"),
    "version": ("tertius: 1\n", "tertius: 2\n", "tertius", "tertius", "2", "version 1", None, "tertius: 1"),
    "version as bool": ("tertius: 1\n", "tertius: true\n", "tertius", "tertius", "True", "version 1", None, "tertius: 1"),
    "no version": ("tertius: 1\n", "", "tertius", "title", "no tertius", "required", None, "add"),
    "no as_of": ("as_of: 2024-11-03\n", "", "as_of", "tertius: 1", "no as_of", "required", None, "add"),
    "repeated key": ("    host: avria", "    host: avria\n    host: corvia", "contingents.legion.host", "host: corvia",
                     "second time", "once", None, "remove"),
    "anchor": ("title: Avria", "title: &a Avria", "title", "&a", "'a'", "no anchors", None, "write the value out"),
    "alias": ("title: Avria against Borland", "title: *a", "title", "*a", "'a'", "no anchors", None, "write the value out"),
    "tag": ("title: Avria", "title: !!python/object/apply:os.system Avria", "title", "!!python", "os.system", "no tags", None, "remove"),
    "syntax": ("title: Avria", "title: : Avria", "", "title", "column", "YAML", None, "colons"),
    "escape": ("title: Avria against Borland", r'title: "\U99999999"', "", "title", "", "YAML", None, "escapes"),
    "surrogate": ("title: Avria against Borland", r'title: "\uD800"', "title", "title", "U+D800", "control", None, "remove"),
    "terminal escape": ("title: Avria against Borland", r'title: "\e[31m"', "title", "title", "U+001B", "control", None, "remove"),
    "raw control": ("title: Avria", "title: \x07Avria", "", "title", "x0007", "YAML", None, "control"),
    "list as a key": ("title: Avria", "? [a, b]\n: 3\ntitle: Avria", "", "? [a", "as a key", "text", None, "plain name"),
    "two documents": ("title: Avria", "---\ntitle: Avria", "", "---", "second document", "one document", None, "---"),
    "deep": ("title: Avria against Borland", "title: " + "[" * 25 + "]" * 25, "title" + ".0" * 19, "title", "nesting",
             "20", None, "flatten"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_every_fault_says_where_what_and_how(problems: Problems, case: Case) -> None:
    old, new, path, marker, given_part, allowed, near, fix = case
    text = changed(old, new)
    found = [p for p in problems(text) if p.path == path]
    assert len(found) == 1, [str(p) for p in problems(text)]
    (problem,) = found
    assert Path(problem.file).name == "example.yaml"
    assert problem.line == line_of(text, marker)
    assert given_part in problem.given
    assert allowed in problem.allowed
    assert problem.nearest == near
    assert fix in problem.fix


def test_a_single_fault_is_told_once(problems: Problems) -> None:
    for name in (
        "unknown record key",
        "unknown source",
        "unknown theatre",
        "bad prior",
        "later fact",
        "nan",
        "unknown lead",
    ):
        old, new, *_ = CASES[name]
        assert len(problems(changed(old, new))) == 1, name


def test_all_faults_are_told_at_once_by_line(problems: Problems) -> None:
    text = (
        EXAMPLE.replace("weeks: 26", "weeks: 0").replace("host: avria", "host: avri").replace("grade: B2", "grade: Z")
    )
    found = problems(text)
    assert [p.path for p in found] == ["weeks", "sources.daily.grade", "contingents.legion.host"]
    lines = [p.line or 0 for p in found]
    assert lines == sorted(lines)


def test_at_most_twenty_are_shown(problems: Problems, load: Callable[..., object]) -> None:
    text = EXAMPLE + "".join(f"x{n}: 1\n" for n in range(25))
    assert len(problems(text)) == 25
    with pytest.raises(ScenarioError, match="and 5 more") as caught:
        load(text)
    assert str(caught.value).count("  fix:") == 20
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.problems == caught.value.problems


@pytest.mark.parametrize(
    ("data", "given_part", "line"),
    [
        (b"", "empty", None),
        (b" \n\t\n", "empty", None),
        (b"# nothing\n", "only comments", 1),
        (b"a: 1\n\0\n", "NUL", 2),
        ("a: 1\n".encode("utf-16"), "NUL", 1),
        (b"a: 1\nb: \xff\n", "0xff", 2),
        (b"a: " + b"x" * 1_000_000, "1 MB", None),
        (b"- 1\n- 2\n", "a list", 1),
        (b"text\n", "'text'", 1),
        (b"a: [" + b"1," * 40_001 + b"]", "40,000", 1),
        (b"[" * 5000, "nesting", 1),
        (b"{" * 5000, "as a key", 1),
        (b"\ta: 1", "column 1", 1),
        (b"a: [1\nb: 2", "column", 2),
        (b"a: 'open\n", "column", 2),
    ],
)
def test_files_that_are_no_scenario(problems: Problems, data: bytes, given_part: str, line: int | None) -> None:
    (problem,) = problems(data)
    assert given_part in problem.given
    assert problem.line == line
    assert problem.fix


def test_a_missing_file_names_the_nearest_shipped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(extending, "shipped_scenarios", lambda: {"river-war": tmp_path / "river-war.yaml"})
    for asked in ("river-wor", str(tmp_path / "rivr-war.yaml")):
        with pytest.raises(ScenarioError) as caught:
            load_scenario(asked)
        (problem,) = caught.value.problems
        assert problem.nearest == "river-war"
        assert "river-war" in problem.allowed
        assert "does not exist" in problem.given


@pytest.mark.parametrize("asked", ["", ".", "x" * 5000, "a\0b", "/dev/null", "\ud800"])
def test_strange_paths(asked: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(asked)
    assert len(caught.value.problems) == 1


def test_folders_pipes_and_closed_files(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="a folder"):
        load_scenario(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ScenarioError, match="pipe"):
        load_scenario(tmp_path / "pipe")


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(EXAMPLE) - 1),
            st.integers(0, 12),
            st.sampled_from(
                [
                    "",
                    "\n",
                    "null",
                    "[]",
                    "{}",
                    "-1",
                    "&",
                    "*",
                    "!",
                    '"',
                    "'",
                    "{",
                    "]",
                    ":",
                    "\t",
                    "é",
                    "#",
                    "%",
                    "~: x",
                ]
            ),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_damaged_text_never_gives_another_error(cuts: list[tuple[int, int, str]]) -> None:
    text = EXAMPLE
    for at, length, by in cuts:
        text = text[:at] + by + text[at + length :]
    for problem in _problems_of(text):
        assert problem.given
        assert problem.allowed
        assert problem.fix


def _problems_of(text: str) -> tuple[Problem, ...]:
    """Return the problems of a text, none if it is a scenario; any other error goes through."""
    try:
        root, found = read_yaml(text, "f")
        if not isinstance(root.value, dict):
            return ()
        build(root, "f", found)
    except ScenarioError as error:
        return error.problems or (Problem("f", None, "", "", "", None, ""),)
    return ()


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    assert all(problem.fix for problem in _problems_of(text))
