"""`fit --decisions` and `backtest --decisions`: what they print and write, and what they refuse."""

import json
from pathlib import Path

import pytest
from tests.cli.commands import tertius

from tertius.forecasts import decisions
from tertius.forecasts.decisions import months
from tertius.reference.decisions import read_decisions


def test_fit_writes_what_the_reference_reads(tmp_path: Path) -> None:
    out = tmp_path / "decisions.json"
    told = tertius("fit", "ukraine-2024", "--decisions", "--until", "2023-06-01,2024-11-03", "--out", out)
    assert "sanctions" in told.out
    first, last = read_decisions(out.read_text(encoding="utf-8"))
    assert first.rates.up.steps["sanctions"] < last.rates.up.steps["sanctions"]
    assert str(first.until) == "2023-06-01"
    same = tertius("fit", "ukraine-2024", "--decisions", "--json").data
    assert same["fits"][0]["rates"]["up"]["steps"]["sanctions"] == last.rates.up.steps["sanctions"]


def test_backtest_prints_scores_and_writes_them_with_a_figure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decisions, "months", lambda first, last: months(first, last)[::4])
    told = tertius("backtest", "ukraine-2024", "--decisions", "--json", "--out", tmp_path / "scores").data
    names = [row["name"] for row in told["overall"]]
    assert names == ["pool", "rates", "calendar", "excitation", "status quo", "own rate", "class rate"]
    assert json.loads((tmp_path / "scores" / "scores.json").read_text(encoding="utf-8")) == told
    figure = (tmp_path / "scores" / "reliability.svg").read_text(encoding="utf-8")
    assert figure.startswith("<svg")
    assert "chance given" in figure


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("backtest", "river-war", "--decisions"), "11 months before as_of"),
        (("backtest", "ukraine-2024"), "a folder of data files, or --decisions"),
        (("backtest", "ukraine-2024", "--decisions", "--data", "x"), "no --data with --decisions"),
        (("fit", "ukraine-2024"), "a folder of data files, or --decisions"),
        (("fit", "ukraine-2024", "--decisions", "--data", "x"), "no --data with --decisions"),
        (("fit", "ukraine-2024", "--data", "x", "--until", "2024-01-01"), "with --decisions"),
        (("fit", "ukraine-2024", "--decisions", "--until", "2030-01-01"), "a day up to the as-of date, 2024-11-03"),
        (("fit", "ukraine-2024", "--decisions", "--until", "soon"), "YYYY-MM-DD"),
        (("fit", "ukraine-2024", "--decisions", "--until", "2022-01-01"), "no steps on record"),
    ],
)
def test_what_cannot_be_done_is_said(words: tuple[str, ...], said: str) -> None:
    refused = tertius(*words)
    assert refused.code != 0
    assert said in " ".join(refused.err.split())
    assert "fix:" in refused.err
