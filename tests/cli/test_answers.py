"""An answer on the command line: one schema for all that give it, shown again byte for byte with nothing run."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.cli.commands import tertius
from tests.impact.levies import LEVY
from tests.impact.neighbours import DECIDING

from tertius.impact.written import schema

pytestmark = pytest.mark.usefixtures("compiled")
FEW = ("--futures", 40, "--weeks", 5)


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs a future now fails."""

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a future was run")

    for name in ("compiled", "run"):
        monkeypatch.setattr(import_module(f"tertius.engine.{name}"), "run_block", refuse)


def test_what_the_engine_refuses_is_seen(no_engine: None) -> None:
    told = tertius("run", LEVY["B"], *FEW)
    assert told.code == 70
    assert "a future was run" in told.err


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A brief and a comparison with all that they print."""
    folder = tmp_path_factory.mktemp("answers")
    told = {
        "page": tertius("brief", DECIDING, *FEW, "--causes", "--out", folder / "brief").out,
        "full": tertius("brief", DECIDING, *FEW, "--causes", "--full").out,
        "json": tertius("brief", DECIDING, *FEW, "--causes", "--json").out,
        "compare": tertius("compare", DECIDING, *FEW, "--out", folder / "compare").out,
    }
    return folder, told


def test_an_archive_shows_what_was_printed_and_runs_nothing(
    saved: tuple[Path, dict[str, str]], no_engine: None
) -> None:
    folder, told = saved
    for name, words in (("page", ("brief",)), ("full", ("brief", "--full")), ("compare", ("compare",))):
        shown = tertius("show", folder / words[0], *words[1:])
        assert shown.code == 0, shown.err
        before = told[name].partition("written: ")[0]
        assert len(before) > 500
        assert shown.out == before
    assert tertius("show", folder / "brief", "--json").out == told["json"]


def test_files_of_a_brief_are_made_again_from_its_archive(
    saved: tuple[Path, dict[str, str]], no_engine: None, tmp_path: Path
) -> None:
    from tertius.impact.archive import read_answer
    from tertius.report.archive import save_outputs

    folder = saved[0] / "brief"
    save_outputs(*read_answer(folder), tmp_path / "told")
    for name in ("brief.md", "brief.html"):
        again, before = ((place / name).read_text(encoding="utf-8") for place in (tmp_path / "told", folder))
        assert again == before
    figures = sorted(path.name for path in (folder / "figures").iterdir())
    assert sorted(path.name for path in (tmp_path / "told" / "figures").iterdir()) == figures
    assert {"losses.svg", "first-moves.svg", "actors-land-causes.svg"} <= set(figures)


@pytest.mark.parametrize("command", ["brief", "compare", "reactions"])
def test_each_command_gives_a_document_of_the_schema(command: str) -> None:
    told = tertius("schema")
    assert (told.code, told.err) == (0, "")
    printed = told.data
    assert printed == schema()
    assert printed["$id"] == f"urn:tertius:answer:{printed['version']}"
    checker = jsonschema.Draft202012Validator(printed)
    checker.check_schema(printed)
    data = tertius(command, DECIDING, *FEW, "--json").data
    checker.validate(data)
    assert data["form"] == printed["version"]
    broken = {**data, "any_moved": "13"}
    assert [error.json_path for error in checker.iter_errors(broken)] == ["$.any_moved"]
    assert list(checker.iter_errors({**data, "more": 1}))


def test_every_record_and_field_of_the_schema_says_what_it_is() -> None:
    made = schema()
    silent = [
        f"{name}.{field}"
        for name, held in {**made["$defs"], "Answer": made}.items()
        for field, shape in held["properties"].items()
        if not shape.get("description")
    ]
    assert silent == []
    assert all(held["description"] for held in made["$defs"].values())


def test_a_document_of_another_form_is_refused(saved: tuple[Path, dict[str, str]]) -> None:
    from tertius.errors import ArchiveError
    from tertius.impact.written import read

    data = json.loads(saved[1]["json"])
    assert read(json.dumps(data)).form == data["form"]
    with pytest.raises(ArchiveError, match="has form 99"):
        read(json.dumps({**data, "form": 99}))
    with pytest.raises(ArchiveError, match=r"run\.weeks"):
        read(json.dumps({**data, "run": {**data["run"], "weeks": "many"}}))


def test_diff_sees_steps_of_states(saved: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    later = tmp_path / "later.yaml"
    pace = "{value: 20, unit: '1', source: choice}"
    later.write_text(f"extends: {DECIDING}\nactors: {{cordia: {{pace: {pace}}}}}\n", encoding="utf-8")
    data = tertius("diff", saved[0] / "compare", later, "--json").data
    moved = {row["what"] for row in data["chances"] if row["beyond_chance"]}
    assert "step:cordia-arms:up" in moved
    text = tertius("diff", saved[0] / "compare", later).out
    assert "Steps of states, rungs and ends" in text
    assert "a step up" in " ".join(text.split())
    same = tertius("diff", saved[0] / "compare", DECIDING, "--json").data
    assert same["nothing"] is True
    assert {row["change"] for row in same["chances"]} == {0.0}
