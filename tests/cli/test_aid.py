"""`tertius aid`: rates of made-up donors, their record, and what is refused by name."""

from pathlib import Path

import numpy as np
import pytest
from tests.cli.commands import tertius

DONORS = ("Duria", "Fern", "Gant", "Holm")
ROWS = ("month,donor,aid_type,measure,eur",)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Thirty months of aid that four donors step up and cut by chance."""
    rng = np.random.default_rng(5)
    rows = list(ROWS)
    for place, donor in enumerate(DONORS):
        amounts = np.exp(16 + place + np.cumsum(rng.normal(0, 0.5, 30))) * (rng.random(30) < 0.7)
        rows += [
            f"{2021 + month // 12}-{month % 12 + 1:02d}-01,{donor},Military,Allocation,{eur:.2f}"
            for month, eur in enumerate(amounts)
            if eur > 0
        ]
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "aid_monthly_by_donor.csv").write_text("\n".join(rows) + "\n")
    return folder


@pytest.fixture
def war(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The starting scenario, whose third state is a donor."""
    path = tmp_path / "war.yaml"
    monkeypatch.chdir(tmp_path)
    assert tertius("new", "war").code == 0
    text = path.read_text(encoding="utf-8").replace(
        "    adjective: Durian\n", "    adjective: Durian\n    donors: [Duria]\n"
    )
    path.write_text(text, encoding="utf-8")
    return path


def test_fit_gives_an_actor_rates_as_priors(data: Path, war: Path) -> None:
    told = tertius("aid", "fit", war, "--data", data, "--draws", "200", "--json")
    assert told.code == 0, told.err
    (actor, found), *others = told.data["actors"].items()
    assert (actor, others) == ("duria", [])
    assert (
        0 < found["act_rate_per_week"]["p10"] < found["act_rate_per_week"]["median"] < found["act_rate_per_week"]["p90"]
    )
    assert 0 < found["up_share"]["median"] < 1
    assert found["following"]["p10"] < found["following"]["p90"]
    assert found["level"] in (0, 1, 2, 3)
    assert 0 < found["months"] <= 30


def test_an_unknown_donor_is_named_with_the_nearest(data: Path, war: Path) -> None:
    war.write_text(war.read_text(encoding="utf-8").replace("donors: [Duria]", "donors: [Durja]"), encoding="utf-8")
    told = tertius("aid", "fit", war, "--data", data, "--json")
    assert told.code != 0
    assert "Durja" in told.err
    assert "Duria" in told.err
    assert "Traceback" not in told.err


def test_no_aid_file_and_options_out_of_range_are_refused(tmp_path: Path, data: Path, war: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for words in (("--data", empty), ("--data", data, "--draws", "0"), ("--data", data, "--as-of", "yesterday")):
        told = tertius("aid", "fit", war, *words)
        assert told.code != 0, words
        assert "Traceback" not in told.err
        assert told.err.strip(), words
