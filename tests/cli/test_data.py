"""`tertius data`."""

from pathlib import Path

import pytest
from tests.cli.commands import tertius

NAME = "isw_area_daily.csv"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "in" / NAME
    path.parent.mkdir()
    path.write_text("date,isw_russia_controlled_km2\n2024-10-06,110005\n2024-10-13,110006\n")
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


def test_the_same_bytes_are_said_to_add_nothing(file: Path, tmp_path: Path) -> None:
    words = ("data", "add", file, "--as", "isw", "--store", tmp_path / "store")
    assert "nothing added" not in tertius(*words).out
    assert "nothing added" in tertius(*words).out
    assert tertius(*words, "--json").data[0]["added"] is False
    file.write_text(file.read_text().replace("2024-10-06,110005\n", ""))
    refused = tertius(*words)
    assert (refused.code, "--shorter" in refused.err) == (3, True)
    file.write_text(file.read_text().rstrip())
    assert "may be cut off" in tertius(*words, "--shorter").out


def test_status_has_a_line_for_each_file_and_fails_on_damage(file: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    other = file.with_name("second.csv")
    other.write_text(file.read_text() + "2024-10-20,110007\n")
    for each in (file, other):
        tertius("data", "add", each, "--as", "isw", "--store", store)
    told = tertius("data", "status", "--store", store)
    assert told.code == 0
    assert f"{NAME}: 2024-10-06 to 2024-10-13, 2 rows; 1 version" in told.out
    assert "second.csv: 2024-10-06 to 2024-10-20, 3 rows; 1 version" in told.out
    for place in (store / "objects").rglob("??*/*"):
        place.write_bytes(b"x")
    for words in ([], ["--json"]):
        assert tertius("data", "status", "--store", store, *words).code == 3


def test_check_folds_a_family(tmp_path: Path) -> None:
    rows = "".join(f"2024-10-01,Donor {number},Military,Allocation,5000000\n" for number in range(30))
    (tmp_path / "aid_monthly_by_donor.csv").write_text("month,donor,aid_type,measure,eur\n" + rows)
    told = tertius("data", "check", tmp_path).out
    assert "kiel.all.* (30 series)" in told
    assert len(told.splitlines()) < 10
    assert "kiel.all.donor-7 " in tertius("data", "check", tmp_path, "--all").out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["add", "none.csv", "--as", "isw"], 3, "none.csv"),
        (["add", "FILE", "--as", "iws"], 2, "nearest: isw"),
        (["add", "FILE", "--as", "isw", "--published", "soon"], 2, "--published"),
        (["add", "FILE", "--as", "deepstate"], 3, NAME),
        (["pull", "isw", "--from", "file:///etc/hostname"], 3, "http or https"),
        (["pull", "isw", "--from", ""], 2, "--from"),
        (["pull", "isw", "--from", "http://[::1"], 3, "http or https"),
        (["add", "FILE", "--as", "isw", "--published", ""], 2, "--published"),
        (["add", "FILE", "--as", "isw", "--published", "2024-10-12"], 2, "2024-10-13"),
        (["add", "/dev/zero", "--as", "isw"], 3, "a device"),
        (["pull", "--from", "https://example.org"], 2, "SOURCE"),
    ],
)
def test_bad_input(file: Path, tmp_path: Path, words: list[str], code: int, said: str) -> None:
    told = tertius("data", *[file if word == "FILE" else word for word in words], "--store", tmp_path / "store")
    assert (told.code, said in told.err) == (code, True), told.err
    assert "Traceback" not in told.err


def test_an_empty_store_says_what_to_do(tmp_path: Path) -> None:
    assert "tertius data pull" in tertius("data", "status", "--store", tmp_path).out
    assert tertius("data", "check", tmp_path).code == 3
