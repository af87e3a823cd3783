"""Hindcasts: cases of past wars, scores by hand, the kept file, what is refused; real wars where the data are there."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tertius.errors import ArchiveError, DataError, OptionError, UnknownName
from tertius.forecasts.hindcast import Settings, hindcast
from tertius.forecasts.hindcast.cases import chosen, day, described, read_wars
from tertius.forecasts.hindcast.hindcasting import OURS, code_digest
from tertius.forecasts.hindcast.keeping import Kept
from tertius.forecasts.hindcast.learning import learn, panel_chances
from tertius.forecasts.hindcast.running import LEVELS, Forecast
from tertius.forecasts.hindcast.scenario import BANDS, WEEKS, joiners, rates, scenario_of, text_of
from tertius.forecasts.hindcast.scores import SCORES, Scored, Table, reliability, scored
from tertius.forecasts.hindcast.table import table_of
from tertius.report.hindcast import shipped_hindcast, standing, standing_sentence

DATA = Path(__file__).parents[2].parent / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the files of past wars are not there (../shared/data)")
STAMP = {"program": "tertius hindcast", "version": "1", "seed": 1}


def test_what_is_kept_goes_on_after_a_line_that_was_cut_off(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "kept.jsonl"
    kept = Kept(file, STAMP)
    kept.put("a", {"join": [0.1]})
    kept.put("b", {"join": [0.2]})
    file.write_bytes(file.read_bytes()[:-5])
    again = Kept(file, STAMP)
    assert again.answers == {"a": {"join": [0.1]}}
    again.put("b", {"join": [0.3]})
    assert Kept(file, STAMP).answers == {"a": {"join": [0.1]}, "b": {"join": [0.3]}}


@pytest.mark.parametrize("change", ["version", "seed"])
def test_a_file_of_other_settings_is_refused(tmp_path: Path, change: str) -> None:
    file = tmp_path / "kept.jsonl"
    Kept(file, STAMP)
    with pytest.raises(ArchiveError, match=f"another {change}.*Name another --keep"):
        Kept(file, {**STAMP, change: "other"})


@pytest.mark.parametrize("text", ["no json\n", '{"program": "another"}\n', '{"program": "tertius hindcast"\n', "[1]\n"])
def test_a_file_of_something_else_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "kept.jsonl"
    file.write_text(text)
    with pytest.raises(ArchiveError, match="no file of tertius hindcast"):
        Kept(file, STAMP)
    assert file.read_text() == text


def case_of(war: int = 1, start: bool = True) -> Any:
    told = SimpleNamespace(id=war, name=f"War {war}")
    return SimpleNamespace(war=told, is_start=start, outside=np.array([3, 5, 9]), as_of=day(0))


def forecast() -> Forecast:
    who = np.zeros((2, 2, 3))
    who[:, 0], who[:, 1] = 0.1, 0.3
    dead = np.linspace(2.0, 4.0, len(LEVELS))
    return Forecast(np.array([0.2, 0.4]), who, np.array([0.5, 0.6, 0.9]), np.array([0.2, 0.5, 0.3]), dead)


def test_scores_are_those_of_the_formulas() -> None:
    came = {"joins": [(5, 1, 1.5)], "lasts": 1.5, "winner": 1, "deaths": 1000.0}
    found = {
        each.score: each.value
        for each in scored(forecast(), case_of(), came, ("join", "who", "side", "end", "wins", "dead"))
    }
    assert found["join-1 Brier"] == pytest.approx(0.04)
    assert found["join-2 log"] == pytest.approx(-np.log(0.4))
    assert found["end-1 Brier"] == pytest.approx(0.25)
    assert found["end-5 log"] == pytest.approx(-np.log(0.9))
    assert found["who-1 log"] == pytest.approx(-3 * np.log(0.6))
    assert found["who-2 log"] == pytest.approx(-2 * np.log(0.6) - np.log(0.3))
    assert found["side Brier"] == pytest.approx(0.0625)
    assert found["wins Brier"] == pytest.approx(0.04 + 0.25 + 0.09)
    assert found["near share"] == 1.0
    assert set(found) == set(SCORES)


def test_nothing_is_scored_of_what_a_forecaster_does_not_speak_of() -> None:
    came = {"joins": [], "lasts": 1.5, "winner": None, "deaths": None}
    assert {each.score.partition("-")[0] for each in scored(forecast(), case_of(), came, ("end", "wins"))} == {"end"}


def test_the_error_of_a_difference_is_that_of_means_over_drawn_wars() -> None:
    generator = np.random.default_rng(2)
    gaps = generator.normal(0.3, 1.0, 200)
    items = {
        "ours": [Scored("end-1 Brier", war, float(gap)) for war, gap in enumerate(gaps)],
        "theirs": [Scored("end-1 Brier", war, 0.0) for war in range(200)],
    }
    gap, error = Table(items, range(200), seed=1).difference("ours", "theirs", "end-1 Brier")
    assert gap == pytest.approx(gaps.mean())
    assert error == pytest.approx(gaps.std() / np.sqrt(200), rel=0.1)


def test_chances_that_come_true_as_often_as_they_say() -> None:
    generator = np.random.default_rng(3)
    drawn = generator.random(400)
    said = [
        SimpleNamespace(question="end-1", case=case_of(war), chance=p, came=generator.random() < p)
        for war, p in enumerate(drawn)
    ]
    row = reliability(said, seed=1)[0]  # type: ignore[arg-type]
    assert abs(row["came"] - row["said"]) < 3 * row["error"]
    assert row["error"] == pytest.approx(np.sqrt((drawn * (1 - drawn)).mean() / 400), rel=0.15)


@pytest.mark.parametrize(
    ("given", "named"),
    [({"to": 1940}, "--to"), ({"futures": 3}, "--futures"), ({"seed": -1}, "--seed")],
)
def test_settings_that_cannot_be_are_refused(given: dict[str, int], named: str) -> None:
    with pytest.raises(OptionError, match=named):
        Settings(Path(), **given)  # type: ignore[arg-type]


def test_a_folder_without_the_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"(?s)no panel_war.parquet.*--data"):
        read_wars(tmp_path)
    with pytest.raises(DataError, match="no such folder"):
        read_wars(tmp_path / "nowhere")
    (tmp_path / "panel_war.parquet").write_bytes(b"PAR1 cut off")
    with pytest.raises(DataError, match="not a Parquet file"):
        read_wars(tmp_path)


def test_the_shipped_table_is_of_this_code_and_its_line_says_what_is_in_it() -> None:
    told = shipped_hindcast()
    assert told["made"]["code"] == code_digest(), "make the table anew: docs/hindcast.md"
    assert told["made"]["train_before"] <= told["made"]["first"]
    rows = told["scores"][OURS[0]]
    better, worse, alike = standing(told)
    assert better == sum(row["ours"] != row["best_score"] and -row["worse_by"] > row["error"] for row in rows)
    assert better + worse + alike == len(rows) == len(SCORES)
    assert f"better on {better} scores and worse on {worse}" in standing_sentence(told)


@needs_data
def test_a_war_is_asked_of_on_its_first_day_and_before_each_entry() -> None:
    wars = read_wars(DATA)
    (war,) = chosen(wars, "korean", 1950, 1989)
    first, second, *rest = wars.cases(war)
    assert (first.age, first.is_start, second.age, len(second.entrants)) == (0, True, 2, 1)
    assert len(rest) == 10
    for case in (first, second, *rest):
        assert not {*case.outside} & {*case.entrants, *case.inside}
        assert len(case.outside) + len(case.entrants) + len(case.inside) == len(war.rows)
        assert all(at > 0 for _, _, at in described(case, wars)["joins"])
    with pytest.raises(UnknownName, match="'Korean'"):
        chosen(wars, "Koraen", 1950, 1989)
    with pytest.raises(OptionError, match=r"1823 to 1987"):
        chosen(wars, None, 1995, 2000)


@needs_data
def test_nothing_after_the_cut_is_learnt() -> None:
    wars = read_wars(DATA)
    assert all(day(war.end).year < 1900 for war in wars.over(1900))
    with pytest.raises(OptionError, match="--train-before"):
        learn(wars, DATA, 1850)


@needs_data
def test_real_wars_whole(tmp_path: Path, compiled: None) -> None:
    settings = Settings(DATA, "Falkland Islands, IfniWar", futures=50)
    kept = tmp_path / "kept.jsonl"
    whole = table_of(hindcast(settings, kept, threads=1))
    lines = kept.read_text().splitlines(keepends=True)
    assert len(lines) == 1 + 2 * len(whole["wars"])
    kept.write_text("".join(lines[:3]) + lines[3][:20])  # as kill -9 leaves it
    assert json.dumps(table_of(hindcast(settings, kept, threads=2))) == json.dumps(whole)
    with pytest.raises(ArchiveError, match="another futures"):
        hindcast(Settings(DATA, "Falkland Islands", futures=60), kept)


@needs_data
def test_a_scenario_has_the_rates_that_were_learnt() -> None:
    wars = read_wars(DATA)
    learnt = learn(wars, DATA, 1950)
    ever = panel_chances(learnt, wars.panel)
    (war,) = chosen(wars, "Korean", 1950, 1989)
    case = next(iter(wars.cases(war)))
    made = scenario_of(text_of(case, wars, learnt, ever), "war")
    for each in joiners(case, wars, ever):
        instrument = made.instruments[each.name]
        base = instrument.steps["up"].quantities["rate"].central
        told = rates(each, case, wars, learnt)
        for (start, end), rate in zip(BANDS, told, strict=True):
            move = made.calendar["age"].moves[f"{each.name}-{start}"].quantities
            assert base * np.exp(move["log_factor"].central) == pytest.approx(rate, rel=1e-4)
            assert move["lasting"].central == end - start
    assert BANDS[-1][1] == WEEKS
    expected = sum(each.ever for each in joiners(case, wars, ever))
    assert expected == pytest.approx(ever[:, case.outside].sum())
