"""`tertius history` and `tertius analogues` as a user types them."""

import json
from pathlib import Path

import pytest
from tests.cli.commands import tertius

REAL = Path(__file__).parents[2].parent / "shared" / "data" / "history"


def test_rates_in_json_and_as_a_table() -> None:
    told = tertius("history", "rates", "ukraine-2024", "--weeks", 13, "--json").data
    assert (told["weeks"], told["age_days"], told["joined_so_far"]) == (13, 983, {"A": 1, "B": 0})
    assert len(told["rates"]) == 20
    for row in told["rates"]:
        if row["member_of"] is None:
            assert 0 < row["within"]["q10"] < row["within"]["q90"] < 1
    table = tertius("history", "rates", "ukraine-2024", "--weeks", 13)
    assert table.code == 0
    assert "Belarus" in table.out


def test_analogues_without_data_give_the_counts() -> None:
    told = tertius("analogues", "ukraine-2024", "--json").data
    assert told["classes"]["other_side_26_weeks"]["cases"] == 45
    assert "wars" not in told
    assert "--data" in tertius("analogues", "ukraine-2024").out


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("history", "rates", "ukraine-2024", "--weeks", 0), 2, "--weeks"),
        (("history", "rates", "no-such-war"), 2, "does not exist"),
        (("history", "score", "absent.parquet"), 3, "cannot be read"),
        (("history", "fit", "absent.parquet"), 3, "cannot be read"),
        (("analogues", "ukraine-2024", "--data", "absent"), 3, "panel_mid.parquet"),
    ],
)
def test_what_cannot_be_answered_is_said_plainly(
    words: tuple[object, ...], code: int, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = tertius(*words)
    assert found.code == code
    assert told in found.err
    assert "Traceback" not in found.err


def test_check_looks_at_relations(tmp_path: Path) -> None:
    variant = tmp_path / "variant.yaml"
    variant.write_text(
        "tertius: 1\nextends: ukraine-2024\nrelations:\n  CHN-A:\n    rivalri: {value: 0, unit: '1', source: atop}\n"
    )
    found = tertius("check", variant)
    assert found.code == 2
    assert "relations.CHN-A.rivalri" in found.err
    assert "nearest: rivalry" in found.err
    assert "line 5" in found.err


def test_fit_score_and_analogues_on_the_reference_data(tmp_path: Path) -> None:
    if not REAL.is_dir():
        pytest.skip(f"reference data absent: {REAL}")
    out = tmp_path / "early.json"
    assert tertius("history", "fit", REAL / "panel_mid.parquet", "--before", 1910, "--rows", 10, "--out", out).code == 0
    assert json.loads(out.read_text())["made"]["before"] == 1910
    words = ("--train-before", 1920, "--test-from", 1920, "--test-to", 1939, "--draws", 20)
    told = tertius("history", "score", REAL / "panel_mid.parquet", *words, "--json").data
    assert told["models"]["tertius"]["skill"] > 0
    assert tertius("history", "score", REAL / "panel_mid.parquet", *words).code == 0
    found = tertius("analogues", "ukraine-2024", "--data", REAL, "--count", 3, "--json").data
    assert len(found["wars"]) == len(found["entries"]) == 3
    assert tertius("analogues", "ukraine-2024", "--data", REAL, "--count", 3).code == 0
