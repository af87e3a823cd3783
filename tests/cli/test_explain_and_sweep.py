"""`tertius explain` and `tertius sweep`: what they print and write, and what they refuse."""

import csv
import json
import re
from pathlib import Path

import pytest
from pyarrow import parquet
from tests.cli.commands import tertius
from tests.impact.levies import LEVY

WAR = str(LEVY["B"])
FEW = ("--futures", 40, "--weeks", 5)


def test_a_quantity_is_explained_with_its_source_and_laws() -> None:
    told = tertius("explain", "contingents.legion.discord", "river-war")
    assert told.code == 0
    for text in ("share of power lost on day one", "a pure number", "0 to 1", "judgement", "coalition_integration"):
        assert text in told.out
    data = tertius("explain", "contingents.legion.discord", "river-war", "--json").data
    assert (data["kind"], data["unit"], data["low"], data["high"]) == ("quantity and output", "1", 0.0, 1.0)
    assert data["quantiles"][0] < data["quantiles"][1] < data["quantiles"][2]
    assert data["read_by"] == ["coalition_integration"]
    assert data["line"] > 1


def test_every_row_writes_a_unit_for_readers() -> None:
    told = tertius("explain", "theatres.river.area_noise", "river-war")
    rows = {line.split()[0]: line.rstrip() for line in told.out.splitlines() if line.strip()}
    for name in ("unit", "range", "here", "drawn"):
        assert rows[name].endswith(" km²"), rows[name]
    assert "km2" not in told.out
    assert tertius("explain", "theatres.river.area_noise", "river-war", "--json").data["set_to"].endswith(" km2")
    pure = tertius("explain", "contingents.legion.discord", "river-war").out
    assert any(re.match(r"here .*[0-9] *$", line) for line in pure.splitlines())


def test_outputs_records_sections_and_laws_are_explained_by_name() -> None:
    told = tertius("explain", "theatres.ridge.area", WAR, "--json").data
    assert (told["unit"], told["outcomes"], told["written_by"]) == ("km2", ["land"], ["reopening", "ground"])
    default = tertius("explain", "world.optimism", WAR, "--json").data
    assert default["basis"] == "default"
    section = tertius("explain", "theatres", WAR, "--json").data
    assert (section["kind"], section["holds"]) == ("section", ["theatres.ridge"])
    record = tertius("explain", "theatres.ridge", WAR, "--json").data
    assert "theatres.ridge.area" in record["holds"]
    law = tertius("explain", "ground", "--json").data
    assert (law["kind"], "theatre.area" in law["holds"]) == ("law", True)
    for name in ("theatres", "ground", "sides.A"):
        assert name in tertius("explain", name, WAR).out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("theatres.ridge.aera", WAR), "nearest: theatres.ridge.area"),
        (("grond", WAR), "nearest: ground"),
        (("theatre", WAR), "nearest: theatres"),
        (("contingents.legion.discrod",), "nearest: contingents.legion.discord"),
        (("ground", "ukraine-2042"), "ukraine-2024"),
        (("ground", "nowhere.yaml"), "nowhere.yaml"),
    ],
)
def test_a_name_misspelt_is_answered_with_the_nearest(words: tuple[str, ...], expected: str) -> None:
    told = tertius("explain", *words)
    assert (told.code, told.out) == (2, "")
    assert expected in told.err


@pytest.mark.usefixtures("compiled")
def test_a_sweep_is_printed_and_written_as_a_table(tmp_path: Path) -> None:
    over = ("--over", "sides.A.recruitment=100:300:3")
    told = tertius("sweep", WAR, *over, *FEW, "--out", tmp_path / "s.csv")
    assert told.code == 0
    assert "as it stands less the other world" in " ".join(told.out.split())
    rows = list(csv.DictReader((tmp_path / "s.csv").read_text(encoding="utf-8").splitlines()))
    assert [row["sides.A.recruitment"] for row in rows if row["outcome"] == "land"] == ["100.0", "200.0", "300.0"]
    data = tertius("sweep", WAR, *over, *FEW, "--json").data
    assert (data["points"], data["complete"], len(data["cells"])) == (3, True, 6)
    assert [cell["difference"] for cell in data["cells"]] == [float(row["difference"]) for row in rows]
    for ending in ("parquet", "json"):
        assert tertius("sweep", WAR, *over, *FEW, "--out", tmp_path / f"s.{ending}").code == 0
    assert parquet.read_table(tmp_path / "s.parquet").num_rows == 6
    assert json.loads((tmp_path / "s.json").read_text()) == data


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), "PATH=LOW:HIGH:N"),
        (("--over", "sides.A.recruitment=3:1:3"), "sides.A.recruitment=1:3:3"),
        (("--over", "sides.A.recruitmnt=1:3:3"), "nearest: sides.A.recruitment"),
        (("--over", "sides.A.recruitment=1:3:3", "--out", "table.txt"), ".csv"),
        (("--over", "sides.A.recruitment=1:3:3", "--without", "levvy"), "nearest: levy"),
        (("--over", "sides.A.recruitment=1:3:3", "--assume", "sides.A.recruitment=1"), "not set otherwise"),
    ],
)
def test_a_bad_sweep_is_refused(words: tuple[str, ...], expected: str) -> None:
    told = tertius("sweep", WAR, *words, *FEW)
    assert (told.code, told.out) == (2, ""), told
    assert expected in told.err


@pytest.mark.usefixtures("compiled")
def test_the_question_means_the_same_in_every_command() -> None:
    """--set is of the other world alone, --assume of every world; differences are as it stands less the other."""
    path = "sides.A.recruitment"
    asked = ("--set", f"{path}=900", "--assume", "world.pace=1", "--without", "levy", "--mode", "never")
    if tertius("explain", "world.pace", WAR).code:
        asked = ("--set", f"{path}=900", "--without", "levy", "--mode", "never")
    brief = tertius("brief", WAR, *asked, *FEW, "--json").data
    compared = tertius("compare", WAR, *asked, *FEW, "--json").data
    assert brief["question"] == compared["question"]
    assert brief["differences"] == compared["differences"]
    stands = tertius("run", WAR, *FEW, "--json").data["outcomes"]["land"]["q50"]
    other = tertius("run", WAR, *asked, *FEW, "--json").data["outcomes"]["land"]["q50"]
    row = next(row for row in compared["differences"] if (row["outcome"], row["week"]) == ("land", 5))
    assert row["base"][1] == pytest.approx(stands)
    assert row["other"][1] == pytest.approx(other)
    swept = tertius("sweep", WAR, "--over", "sides.B.fungible=0:1:2", *asked, *FEW, "--json").data
    assert swept["question"] == ["without levy (never)", f"set {path} = 900 persons/week"]


def test_a_mode_needs_an_event() -> None:
    told = tertius("brief", WAR, "--set", "sides.A.recruitment=900", "--mode", "never", *FEW)
    assert told.code == 2
    assert "name the event with --without" in told.err
