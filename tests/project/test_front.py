"""The public surface: every name of `tertius.__all__` is there, documented and typed, and commands are calls of it."""

import doctest
import inspect
import json
import os
import pickle
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.commands import tertius as command
from tests.impact.levies import LEVY

import tertius
from tertius import errors
from tertius.cli.app import loaded
from tertius.cli.overview import commands, overview
from tertius.defaults import FUTURES
from tertius.engine import Options

PACKAGE = Path(tertius.__file__).parent
FUNCTIONS = sorted(name for name in tertius.__all__ if inspect.isfunction(getattr(tertius, name)))
GROUPS = {"aid", "data", "evidence", "history", "ledger", "runs", "strikes"}
"""Commands that hold commands of their own; docs/api.md says which functions lie behind them."""
SERVERS = {"bundle", "mcp", "serve"}
"""Commands of the workbench and for assistants, which stand over the functions of the front."""
OF_A_WORLD = {"without", "mode", "settings", "assume"}
WAR = str(LEVY["B"])
FEW = {"futures": 40, "weeks": 5}


def test_import_is_light_and_names_come_when_asked_for() -> None:
    code = (
        "import sys, json, tertius; before = [n for n in ('numpy', 'pydantic', 'typer') if n in sys.modules];"
        "names = [n for n in tertius.__all__ if n not in dir(tertius)];"
        "missing = [n for n in tertius.__all__ if getattr(tertius, n, None) is None];"
        "print(json.dumps([before, names, missing]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [[], [], []]


def test_every_error_is_public() -> None:
    tree = {name for name, held in vars(errors).items() if isinstance(held, type) and issubclass(held, Exception)}
    assert tree <= set(tertius.__all__)
    assert (PACKAGE / "py.typed").is_file()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_says_what_it_takes_gives_and_raises(name: str) -> None:
    function = getattr(tertius, name)
    told = inspect.getdoc(function) or ""
    taken = inspect.signature(function).parameters
    assert get_type_hints_of(function)["return"]
    assert "Example:" in told, "an example"
    if taken:
        assert "Args:" in told or "Takes what" in told
        assert "Raises:" in told
        if "Args:" in told:
            missing = [each for each in taken if each not in told]
            assert not missing, f"not told of: {missing}"


def get_type_hints_of(function: object) -> dict[str, object]:
    inner = inspect.unwrap(function)  # type: ignore[arg-type]
    hints = dict(inner.__annotations__)
    assert {"return", *inspect.signature(inner).parameters} == set(hints), "every argument has a type"
    return hints


@pytest.mark.usefixtures("compiled")
@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_examples_of_docstrings_run(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if name in ("read", "claims_of"):
        pytest.importorskip("spacy", reason="the extra 'read' is not installed")
    monkeypatch.chdir(tmp_path)
    test = doctest.DocTestParser().get_doctest(
        inspect.getdoc(getattr(tertius, name)) or "", {"tertius": tertius}, name, None, 0
    )
    report: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=report.append)
    assert not report, "".join(report)


def test_a_name_that_is_not_there_is_answered_with_the_nearest() -> None:
    with pytest.raises(AttributeError, match="nearest: compare"):
        tertius.compaer  # noqa: B018
    assert not hasattr(tertius, "zzzzzz")


def test_what_readers_call_a_thing_leads_to_its_name() -> None:
    called = {"KOR-arms": "South Korean arms for Ukraine", "KOR-watch": "South Korea's watchers and envoys"}
    told = tertius.UnknownName("target", "arms, South Korean", called, called=called)
    assert told.nearest == "KOR-arms"
    assert "nearest: KOR-arms (South Korean arms for Ukraine)" in str(told)
    assert "watch (South" in str(told).partition("nearest")[0]
    assert tertius.UnknownName("target", "the arms of Peru", called, called=called).nearest is None
    assert pickle.loads(pickle.dumps(told)).called == called
    with pytest.raises(tertius.UnknownName, match=r"nearest: instruments\.durian-shells"):
        tertius.explain("Durian shells", "river-war")


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name not in ("doctor", "scenarios", "schema")])
def test_a_misspelt_keyword_names_the_nearest(name: str) -> None:
    function = getattr(tertius, name)
    known = list(inspect.signature(function).parameters)[-1]
    with pytest.raises(tertius.OptionError, match=f"write {known}"):
        function(**{known[:-1]: 1})
    with pytest.raises(tertius.OptionError, match="write futures"):
        tertius.Scenario.load("river-war").run(futurs=3)  # type: ignore[call-arg]


def test_every_command_is_a_function_and_takes_what_it_takes() -> None:
    for name in commands():
        if name in GROUPS | SERVERS:
            continue
        function = getattr(tertius, name)
        assert name in tertius.__all__
        taken = {option.name for option in loaded(name).params}
        known = set(inspect.signature(function).parameters)
        if OF_A_WORLD & known:
            assert known >= taken & {"without", "mode", "settings", "assume", "futures", "weeks", "seed", "threads"}
            assert (known & (OF_A_WORLD | {"futures", "weeks", "seed", "threads"})) <= taken


def test_a_word_means_the_same_everywhere() -> None:
    told: dict[str, set[tuple[object, ...]]] = {}
    for name in commands():
        command_of = loaded(name)
        for each in getattr(command_of, "commands", {name: command_of}).values():
            for option in each.params:
                for word in option.opts:
                    if word in ("--without", "--set", "--assume", "--mode", "--seed", "--json", "--weeks", "--threads"):
                        told.setdefault(word, set()).add((option.name, getattr(option, "help", None)))
                    if word == "--futures" and name not in ("causes", "diff", "options", "inverse"):
                        assert option.default == FUTURES
    told["--seed"] = {row for row in told["--seed"] if "of a scenario" not in str(row[1])}  # of diff, which has two
    weeks_ahead = {row for row in told.pop("--weeks") if "ahead" not in str(row[1])}
    assert len(weeks_ahead) == 1
    assert {word: len(rows) for word, rows in told.items()} == dict.fromkeys(told, 1)
    assert Options().futures == FUTURES


def test_help_lists_every_command_and_short_options_work() -> None:
    for words in (("-h",), ("--help",)):
        assert command(*words).out.strip() == overview().strip()
    assert all(name in overview() for name in commands())
    for words in (("compare", "-h"), ("data", "-h"), ("data", "pull", "-h")):
        told = command(*words)
        assert (told.code, told.out[:6]) == (0, "Usage:")


def test_the_list_of_scenarios_is_read_without_loading_them() -> None:
    from tertius.world import load_scenario

    for row in tertius.scenarios():
        record = load_scenario(row.name)
        assert (row.title, row.as_of) == (record.title, record.as_of)
    code = (
        "import atexit, sys; sys.argv = ['tertius', 'scenarios']; from tertius.cli import main;"
        "atexit.register(lambda: print([n for n in ('numpy', 'ruamel', 'tertius.world') if n in sys.modules])); main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_shell_completes_scenarios_events_and_paths() -> None:
    from tertius.cli.completing import complete_any, complete_event, complete_path, complete_scenario

    class Context:
        def __init__(self, **params: str) -> None:
            self.params = params

    assert complete_scenario("riv") == ["river-war"]
    war = Context(scenario=WAR)
    assert complete_event(war, "le") == ["levy"]  # type: ignore[arg-type]
    assert complete_path(war, "sides.A.fung") == ["sides.A.fungible="]  # type: ignore[arg-type]
    assert "sides." in complete_path(war, "si")  # type: ignore[arg-type]
    for nothing in (Context(), Context(scenario="nowhere.yaml")):
        assert complete_path(nothing, "si") == complete_event(nothing, "l") == []  # type: ignore[arg-type]
    assert "ground" in complete_any("gro")


@pytest.mark.usefixtures("compiled")
def test_results_show_themselves_briefly() -> None:
    war = tertius.load(WAR)
    assert repr(war) == "Scenario('levy-b', as of 2031-03-02, 8 weeks, 2 outcomes)"
    found = war.compare(**FEW)
    assert repr(found) == "Comparison('levy-b', less 'without levy (never)', 40 pairs of futures, 5 weeks)"
    assert repr(found.base) == "Ensemble('levy-b', 40 futures, 5 weeks, seed 1)"
    for shown in (war, found, found.base):
        assert shown._repr_html_().startswith("<table>")
        assert len(repr(shown)) < 120
    table = found.to_pandas()
    assert list(table["difference"]) == [row.mean for row in found.table()]
    assert {"outcome", "week", "unit", "low", "with_q50"} <= set(table.columns)
    assert {"outcomes", "columns"} <= set(found.tables)
    for difference in (False, True):
        assert found.plot("land", difference).to_dict()["layer"]
    with pytest.raises(tertius.UnknownName, match="nearest: land"):
        found.plot("lnd")
    assert "| land, km² | 4 |" in found.text()


@pytest.mark.usefixtures("compiled")
def test_a_result_opened_without_its_futures_says_what_it_lacks(tmp_path: Path) -> None:
    found = tertius.compare(WAR, **FEW)
    bare = tertius.show(found.save(tmp_path / "c"), worlds=False)
    assert isinstance(bare, tertius.Comparison)
    assert bare.at("land", 5).mean == pytest.approx(found.at("land", 5).mean)
    with pytest.raises(tertius.OptionError, match="worlds=True"):
        bare.base  # noqa: B018
    with pytest.raises(tertius.OptionError, match="4, 5"):
        bare.at("land", 2)
    whole = tertius.show(tmp_path / "c")
    assert isinstance(whole, tertius.Comparison)
    assert whole.at("land", 2).week == 2


def test_a_scenario_is_saved_with_what_is_set(tmp_path: Path) -> None:
    war = tertius.assume(WAR, {"sides.A.recruitment": 7.0})
    again = tertius.load(war.save(tmp_path / "w.yaml"))
    assert again.layout.by_path["sides.A.recruitment"].quantity.value == 7.0
    with pytest.raises(tertius.OptionError, match=r"\.yaml"):
        tertius.save(war, tmp_path / "w.txt")
    with pytest.raises(tertius.OptionError, match="save what a function"):
        tertius.save(3, tmp_path / "three")  # type: ignore[arg-type]
    with pytest.raises(tertius.UnknownName, match="nearest"):
        tertius.assume(WAR, {"sides.A.recruitmnt": 7.0})


def test_a_command_is_one_file(tmp_path: Path) -> None:
    copy = shutil.copytree(PACKAGE, tmp_path / "tertius", ignore=shutil.ignore_patterns("__pycache__"))
    text = '"""Greet a war."""\n\n\ndef greet(name: str) -> None:\n    print("hail", name)\n'
    (copy / "cli" / "commands" / "greet.py").write_text(text, encoding="utf-8")
    code = "import sys; from tertius.cli import main; main()"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    for words, expected in ((["-h"], r"greet +Greet a war\."), (["greet", "Avria"], "hail Avria")):
        made = subprocess.run(
            [sys.executable, "-c", code, *words], env=environment, capture_output=True, text=True, check=True
        )
        assert re.search(expected, made.stdout)
