"""`tertius diff` and `tertius chronicle`: what they print, their JSON, and what they refuse."""

from pathlib import Path

import pytest
from tests.cli.commands import tertius
from tests.impact.levies import LEVY
from tests.impact.neighbours import DECIDING

pytestmark = pytest.mark.usefixtures("compiled")
FEW = ("--futures", 40, "--weeks", 5)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    assert tertius("compare", LEVY["B"], *FEW, "--out", tmp_path / "before", "--json").code == 0
    return tmp_path / "before"


@pytest.fixture
def later(tmp_path: Path) -> Path:
    file = tmp_path / "later.yaml"
    tempo = "{value: 9, unit: km2/week, source: digest, note: 'a | faster spring'}"
    file.write_text(f"extends: {LEVY['B']}\ntheatres: {{ridge: {{tempo: {tempo}}}}}\n", encoding="utf-8")
    return file


def test_a_change_is_told_and_given_its_part(saved: Path, later: Path) -> None:
    told = tertius("diff", saved, later)
    assert told.code == 0
    for text in ("theatres.ridge.tempo", "5 km2/week → 9 km2/week", "a | faster spring", "remainder", "Why"):
        assert text in " ".join(told.out.split())
    data = tertius("diff", saved, later, "--json").data
    assert [change["path"] for change in data["changes"]] == ["theatres.ridge.tempo"]
    assert data["paired"] is True
    land = next(row for row in data["answers"] if (row["outcome"], row["kind"]) == ("land", "level"))
    assert [part["part"] for part in land["parts"]] == ["theatres.ridge.tempo"]
    expected = 4 * sum(0.9**week for week in range(1, 6))
    assert land["change"] == pytest.approx(expected, rel=1e-3)
    assert land["parts"][0]["change"] == pytest.approx(expected, rel=1e-3)
    assert land["explained"] is True
    assert land["remainder"] == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("command", ["run", "compare", "brief"])
def test_the_same_twice_is_no_change(command: str, tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert tertius(command, LEVY["B"], *FEW, "--out", tmp_path / name, "--json").code == 0
    told = tertius("diff", tmp_path / "a", tmp_path / "b")
    assert told.code == 0
    assert "Nothing has changed" in told.out
    assert tertius("diff", tmp_path / "a", LEVY["B"], "--json").data["nothing"] is True


def test_no_futures_are_refused(later: Path) -> None:
    told = tertius("diff", LEVY["B"], later, "--futures", 0)
    assert (told.code, told.out) == (2, "")
    assert "--futures" in told.err


def test_other_answers_than_the_headlines_are_told_where_they_change(later: Path) -> None:
    told = " ".join(tertius("diff", LEVY["B"], later, *FEW).out.split())
    data = tertius("diff", LEVY["B"], later, *FEW, "--json").data
    others = [row for row in data["answers"] if not row["headline"]]
    still = sum(not row["beyond_chance"] for row in others)
    assert still > 0
    assert f"{still} other answer" in told
    assert "Only 40 futures were run" in told


def test_two_scenarios_are_run_alike(later: Path) -> None:
    data = tertius("diff", LEVY["B"], later, *FEW, "--seed", 3, "--json").data
    assert (data["before"]["futures"], data["before"]["seed"], data["week"]) == (40, 3, 5)
    assert data["answers"][0]["parts"]


def test_a_broken_archive_is_named(saved: Path, later: Path) -> None:
    samples = saved / "with" / "samples.parquet"
    samples.write_bytes(samples.read_bytes()[:100])
    told = tertius("diff", saved, later)
    assert told.code == 3
    assert "samples.parquet is cut off" in told.err
    (saved / "comparison.json").write_text("{")
    assert "damaged" in tertius("diff", later, saved).err


def test_what_is_no_run_is_named(saved: Path, tmp_path: Path) -> None:
    told = tertius("diff", saved, "ukraine-2042")
    assert told.code == 2
    assert "ukraine-2024" in told.err
    (tmp_path / "empty").mkdir()
    assert "no archive of Tertius" in tertius("diff", saved, tmp_path / "empty").err


def test_another_war_is_named(saved: Path) -> None:
    told = tertius("diff", saved, "ukraine-2024")
    assert told.code == 2
    assert "two editions of one war" in told.err


def test_a_chronicle_is_printed_and_given_as_json() -> None:
    told = tertius("chronicle", DECIDING, "--futures", 60, "--seed", 3)
    assert told.code == 0
    for text in ("Chosen as typical", "week 4 (30 Mar 2031)", "killed and wounded", "by its base rate"):
        assert text in " ".join(told.out.split())
    data = tertius("chronicle", DECIDING, "--futures", 60, "--seed", 3, "--json").data
    number = data["future"]
    alone = tertius("chronicle", DECIDING, "--future", number, "--seed", 3, "--json").data
    assert alone["lines"] == data["lines"]
    assert alone["chosen"] is None
    step = next(line for line in data["lines"] if line["kind"] == "decisions")
    assert {reason["term"] for reason in step["reasons"]} >= {"rivals", "restraint", "options"}


def test_a_chronicle_without_the_event() -> None:
    def told(*words: str) -> list[str]:
        data = tertius("chronicle", LEVY["B"], "--future", 0, *words, "--json").data
        return [line["text"] for line in data["lines"] if line["kind"] == "events"]

    assert len(told()) == 2
    assert told("--without", "levy") == []
    words = " ".join(tertius("chronicle", LEVY["B"], "--future", 0).out.split())
    assert ("km²" in words, "km2" in words) == (True, False)
    assert "nearest: levy" in tertius("chronicle", LEVY["B"], "--without", "levi").err
    assert tertius("chronicle", LEVY["B"], "--future", -1).code == 2
