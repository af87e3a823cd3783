"""`tertius causes`, and what a brief says of causes."""

import json
import math
from pathlib import Path

import pytest
from tests.cli.commands import tertius
from tests.impact.levies import LEVY
from tests.impact.neighbours import DECIDING

pytestmark = pytest.mark.usefixtures("compiled")
FEW = ("--futures", 40, "--weeks", 6)


def test_causes_are_printed_and_given_as_json_and_files(tmp_path: Path) -> None:
    told = tertius("causes", LEVY["B"], *FEW, "--out", tmp_path / "out")
    assert told.code == 0
    for text in ("Shared out over mechanisms", "Land held by Borland", "fire and vehicles", "whole difference"):
        assert text in told.out
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"causes.json", "files.json", "mechanisms-land-causes.svg"}
    data = tertius("causes", LEVY["B"], *FEW, "--outcome", "losses", "--outcome", "land", "--json").data["causes"][0]
    assert (data["scenario"], data["by"], data["week"], data["futures"]) == ("levy-b", "mechanisms", 6, 40)
    assert list(data["splits"]) == ["losses", "land"]
    for split in data["splits"].values():
        parts = sum(part["mean"] for part in split["parts"])
        assert math.isclose(split["whole"]["mean"], split["direct"]["mean"] + parts, abs_tol=1e-6)
        assert all(part["interval"][0] <= part["mean"] <= part["interval"][1] for part in split["parts"])
    written = json.loads((tmp_path / "out" / "causes.json").read_text(encoding="utf-8"))
    assert written["splits"] == {"land": data["splits"]["land"]}


def test_actors_share_what_they_do_not_carry_as_nothing() -> None:
    told = tertius("causes", DECIDING, *FEW, "--by", "actors")
    assert told.code == 0
    for text in ("Cordia", "Dorland", "0 exactly"):
        assert text in told.out


def test_what_cannot_be_shared_out_is_refused_by_name() -> None:
    for words, texts in (
        (("--by", "actor"), ("mechanisms or actors",)),
        (("--by", "actors"), ("an actor decides",)),
        (("--outcome", "lnad"), ("lnad", "land")),
        (("--without", "levi"), ("levi", "levy")),
        (("--out", "."), ("--out",)),
    ):
        told = tertius("causes", LEVY["B"], *FEW, *words)
        assert told.code != 0
        for text in texts:
            assert text in told.err


def test_a_brief_shares_the_difference_out_when_asked(tmp_path: Path) -> None:
    few = ("--futures", 40, "--weeks", 4)
    told = tertius("brief", DECIDING, *few, "--causes", "--out", tmp_path / "out")
    assert told.code == 0
    text = (tmp_path / "out" / "brief.md").read_text(encoding="utf-8")
    assert "### Shared out over mechanisms" in text
    assert "### Shared out over those who decide" in text
    assert "![mechanisms-land-causes](figures/mechanisms-land-causes.svg)" in text
    assert (tmp_path / "out" / "figures" / "actors-land-causes.svg").is_file()
    page = (tmp_path / "out" / "brief.html").read_text(encoding="utf-8")
    assert "@@" not in page
    without = tertius("brief", DECIDING, *few, "--full").out
    assert "Shared out" not in without
    assert "tertius causes SCENARIO" in without
