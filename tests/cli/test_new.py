"""`tertius new` and `tertius check --next`: a draft from names and a day, and what to look up in it."""

import io
import re
from pathlib import Path

import pytest
from tests.cli.commands import tertius

WAR = ("--between", "AZE", "ARM", "--entrant", "TUR", "--beside", "AZE", "--as-of", "2020-09-27")


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drafts")
    told = tertius("new", "karabakh", *WAR, "--began", "2020-09-27", "--folder", folder)
    assert told.code == 0, told.err
    assert "To look up: 13 numbers" in told.out
    assert "RUS  neighbour" in told.out
    return folder / "karabakh.yaml"


def test_without_a_war_it_writes_the_made_up_one(tmp_path: Path) -> None:
    told = tertius("new", "my-war", "--folder", tmp_path)
    assert told.code == 0
    assert "Avria" in (tmp_path / "my-war.yaml").read_text(encoding="utf-8")


def test_a_draft_runs_and_says_what_to_look_up(drafted: Path) -> None:
    told = tertius("compare", drafted, "--futures", 40, "--weeks", 6, "--json")
    assert told.code == 0, told.err
    found = tertius("check", drafted, "--next", "--json")
    assert found.code == 0, found.err
    rows = found.data
    assert len(rows) == 13
    bands = [row["bands"] for row in rows]
    assert bands == sorted(bands, reverse=True)
    assert bands[0] > 1
    by_path = {row["path"]: row for row in rows}
    assert by_path["events.entry.troops"]["line"] > 1
    # more soldiers move the land more, in the entrant's favour
    assert by_path["contingents.tur-soldiers.quality"]["low"] < by_path["contingents.tur-soldiers.quality"]["high"]


def test_a_number_that_was_looked_up_leaves_the_list(drafted: Path, tmp_path: Path) -> None:
    lines = drafted.read_text(encoding="utf-8").splitlines()
    row = next(
        number for number, line in enumerate(lines) if line.lstrip().startswith("quality:") and "missing" in line
    )
    lines[row] = '    quality: {value: 1.1, unit: "1", source: atop}'
    file = tmp_path / "looked-up.yaml"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    told = tertius("check", file, "--next")
    assert re.findall(r"^ ?(\d+)\. \S+, line \d+$", told.out, re.MULTILINE) == [str(row) for row in range(1, 13)]
    assert "stands on" in told.out


def test_a_reference_prior_is_explained(drafted: Path) -> None:
    told = tertius("explain", "sides.A.loss_shock", drafted, "--json").data
    assert told["basis"] == "reference prior"
    assert told["file"] is None
    assert "Ukraine" in told["note"]


def test_a_finished_scenario_has_nothing_to_look_up() -> None:
    assert "nothing is marked missing" in tertius("check", "river-war", "--next").out


class Terminal(io.StringIO):
    """Words typed at a terminal."""

    def isatty(self) -> bool:
        return True


def test_bare_on_a_terminal_it_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    typed = ["asked", "AZE", "ARM", "TUR", "AZE", "2020-09-27", "", "n"]
    monkeypatch.setattr("sys.stdin", Terminal("\n".join(typed) + "\n"))
    told = tertius("new")
    assert told.code == 0, told.err
    assert "Who comes in" in told.out
    assert "as_of: 2020-09-27" in (tmp_path / "asked.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("new", "x", "--between", "AZE", "ARM"), "--entrant"),
        (("new",), "a name for the scenario"),
        (("new", "x", *WAR[:-1], "2999-01-01"), "a day up to today"),
        (("new", "x", *WAR[:-1], "yesterday"), "YYYY-MM-DD"),
        (("new", "x", "--between", "Azerbajan", *WAR[2:]), "nearest: Azerbaijan"),
        (("new", "x", *WAR[:4], "ARM", *WAR[5:]), "is a belligerent"),
    ],
)
def test_what_cannot_be_drafted_is_refused(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    told = tertius(*words, "--folder", tmp_path)
    assert told.code == 2
    assert said in told.err
    assert not list(tmp_path.iterdir())
