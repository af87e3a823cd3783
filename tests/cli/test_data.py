"""`tertius data`."""

from pathlib import Path

import pytest
from tests.cli.commands import tertius

NAME = "isw_area_daily.csv"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "in" / NAME
    path.parent.mkdir()
    path.write_text("date,isw_russia_controlled_km2\n2024-10-06,5\n2024-10-13,6\n")
    return path


def test_add_status_check(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = tmp_path / "store"
    added = tertius("data", "add", file, "--as", "isw", "--published", "2024-10-14", "--store", store, "--json")
    assert added.data[0]["published"] == "2024-10-14"
    told = tertius("data", "status", "--store", store, "--json").data["sources"][0]
    assert (told["source"], told["vintages"], told["first"], told["last"], told["rows"]) == (
        "isw", 1, "2024-10-06", "2024-10-13", 2,
    )  # fmt: skip
    monkeypatch.setenv("TERTIUS_DATA", str(store))
    assert "isw" in tertius("data", "status").out
    for place in (store, file.parent):
        assert tertius("data", "check", place, "--json").data["series"][0]["weeks"] == 2
        assert "isw.controlled" in tertius("data", "check", place).out
    assert tertius("data", "check", store, "--known-by", "2024-10-08", "--json").data["series"][0]["weeks"] == 1


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["add", "none.csv", "--as", "isw"], 3, "none.csv"),
        (["add", "FILE", "--as", "iws"], 2, "nearest: isw"),
        (["add", "FILE", "--as", "isw", "--published", "soon"], 2, "--published"),
        (["add", "FILE", "--as", "deepstate"], 3, NAME),
        (["pull", "isw", "--from", "file:///etc/hostname"], 3, "http or https"),
        (["pull", "--from", "https://example.org"], 2, "SOURCE"),
        (["pull", "kiel"], 3, "--from"),
    ],
)
def test_bad_input(file: Path, tmp_path: Path, words: list[str], code: int, said: str) -> None:
    told = tertius("data", *[file if word == "FILE" else word for word in words], "--store", tmp_path / "store")
    assert (told.code, said in told.err) == (code, True), told.err
    assert "Traceback" not in told.err


def test_an_empty_store_says_what_to_do(tmp_path: Path) -> None:
    assert "tertius data pull" in tertius("data", "status", "--store", tmp_path).out
    assert tertius("data", "check", tmp_path).code == 3
