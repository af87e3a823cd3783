"""Hindcasts: cases of past wars, scores by hand, the kept file, what is refused; real wars where the data are there."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tertius.errors import ArchiveError, DataError, OptionError, UnknownName
from tertius.forecasts.hindcast import Settings, hindcast
from tertius.forecasts.hindcast.baselines import SAYS, Past, baselines
from tertius.forecasts.hindcast.cases import Wars, chosen, day, described, find, read_wars
from tertius.forecasts.hindcast.hindcasting import OURS
from tertius.forecasts.hindcast.keeping import Kept
from tertius.forecasts.hindcast.learning import DISPUTES, PANEL_OF_DISPUTES, Learnt, learn, panel_chances
from tertius.forecasts.hindcast.running import LEVELS, Forecast
from tertius.forecasts.hindcast.scenario import BANDS, WEEKS, joiners, rates, scenario_of, text_of
from tertius.forecasts.hindcast.scores import SCORES, Scored, Table, reliability, scored
from tertius.forecasts.hindcast.stamps import MODULES, hindcast_digest, laws_digest
from tertius.forecasts.hindcast.table import table_of
from tertius.history.hindcasts import shipped_hindcast, standing
from tertius.impact.past_wars import past_wars
from tertius.report.hindcast import standing_sentence

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
    assert told["made"]["code"] == hindcast_digest(), "make the table anew: docs/hindcast.md"
    assert told["made"]["laws"] == laws_digest(), "make the table anew: docs/hindcast.md"
    assert told["made"]["train_before"] <= told["made"]["first"]
    rows = told["scores"][OURS[0]]
    better, worse, alike = standing(told)
    assert better == sum(row["ours"] != row["best_score"] and -row["worse_by"] > row["error"] for row in rows)
    assert better + worse + alike == len(rows) == len(SCORES)
    assert f"better on {better} of {len(rows)} scores and worse on {worse} than" in standing_sentence(past_wars())


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
    assert [each.id for each in chosen(wars, "Vietnam War, Phase 2", 1950, 1989)] == [163]
    assert [each.id for each in chosen(wars, "vietnam war, phase 2; 151", 1950, 1989)] == [163, 151]
    with pytest.raises(UnknownName, match="'Korean'"):
        chosen(wars, "Koraen", 1950, 1989)
    with pytest.raises(OptionError, match=r"1823 to 1987"):
        chosen(wars, None, 1995, 2000)


def told_by(forecaster: Any, wars: Wars, war: int) -> list[Any]:
    """Forecasts of all cases of a war."""
    (found,) = (each for each in wars.wars if each.id == war)
    return [forecaster(case) for case in wars.cases(found)]


def same(one: Any, other: Any) -> None:
    """Dataclasses, dictionaries and arrays with the same numbers, to the last bit."""
    np.testing.assert_equal(leaves(one), leaves(other))


def leaves(told: Any) -> Any:
    if isinstance(told, np.ndarray | int | float | str | type(None)):
        return told
    if isinstance(told, list | tuple):
        return [leaves(each) for each in told]
    held = told if isinstance(told, dict) else vars(told)
    return {str(name): leaves(value) for name, value in held.items()}


def rewritten(name: str, folder: Path, change: Any) -> None:
    """A file of the data in another folder, its columns as `change` makes them."""
    import pyarrow.parquet

    source = find(DATA, name)
    frame = pyarrow.parquet.read_table(source)
    columns = {key: frame.column(key).to_numpy(zero_copy_only=False).copy() for key in frame.column_names}
    pyarrow.parquet.write_table(pyarrow.table(change(columns)), folder / name)


@pytest.fixture(scope="module")
def learnt() -> tuple[Wars, Learnt, Past]:
    wars = read_wars(DATA)
    return wars, learn(wars, DATA, 1900), Past.of(wars, 1900)


@needs_data
def test_baselines_of_another_panel_read_its_rows(learnt: tuple[Wars, Learnt, Past]) -> None:
    wars, law, past = learnt
    later = wars.begun(1950, 1989)
    places = np.sort(np.concatenate([war.rows for war in later]))
    moved = tuple(replace(war, rows=np.searchsorted(places, war.rows)) for war in later)
    other = Wars(wars.panel.rows(places), moved, wars.digests)
    assert moved[0].rows[0] != later[0].rows[0]
    ours, theirs = (baselines(each, law, past, panel_chances(law, each.panel)) for each in (wars, other))
    for name, forecaster in ours.items():
        for war in later:
            for one, two in zip(told_by(theirs[name], other, war.id), told_by(forecaster, wars, war.id), strict=True):
                for part in SAYS[name]:
                    if (told := getattr(one, {"side": "who"}.get(part, part))) is not None:
                        wanted = getattr(two, {"side": "who"}.get(part, part))
                        np.testing.assert_allclose(told, wanted, rtol=1e-9, err_msg=f"{name} {part}")


def spoilt(held: dict[str, Any], after: Any) -> dict[str, Any]:
    """Every number that tells of a war or dispute in the rows `after` changed; who they are stays."""
    changed = dict(held)
    if "joined" in held:
        joined = np.where(after, 1 - held["joined"], held["joined"])
        changed["joined"] = joined
        changed["side"] = np.where(after, np.where(joined == 1, "B", None), held["side"])
        changed["days"] = np.where(after, np.where(joined == 1, 77.0, np.nan), held["days"])
        changed |= {key: np.where(after, 3.0 * held[key] + 1.0, held[key]) for key in ("cinc", "mids10", "A_cinc")}
    for key in ("batdeath", "deaths"):
        if key in held:
            changed[key] = np.where(after, 12345, held[key])
    if "outcome" in held:
        changed["outcome"] = np.where(after, 3 - np.clip(held["outcome"], 1, 2), held["outcome"])
    if "tend" in held:
        changed["tend"] = np.where(after, held["tend"] + np.timedelta64(400, "D"), held["tend"])
    return changed


@needs_data
def test_nothing_after_the_cut_is_learnt(tmp_path: Path, learnt: tuple[Wars, Learnt, Past]) -> None:
    import pyarrow.parquet

    cut = np.datetime64("1900-01-01")
    ends = {name: pyarrow.parquet.read_table(find(DATA, name)) for name in ("wars.parquet", DISPUTES)}
    over = {name: table["disp"].to_numpy()[table["tend"].to_numpy() < cut] for name, table in ends.items()}
    of = {"panel_war.parquet": "wars.parquet", "cow_interstate.parquet": "wars.parquet", PANEL_OF_DISPUTES: DISPUTES}
    for name in (*of, *ends):
        known = over[of.get(name, name)]
        rewritten(
            name,
            tmp_path,
            lambda held, known=known: spoilt(held, ~np.isin(held["disp" if "disp" in held else "war"], known)),
        )
    wars, law, past = learnt
    other = read_wars(tmp_path)
    again = learn(other, tmp_path, 1900)
    assert (other.panel.outcome != wars.panel.outcome).any()
    assert [war.deaths for war in other.wars] != [war.deaths for war in wars.wars]
    same(again, law)
    ever = panel_chances(law, wars.panel)
    ours, theirs = baselines(wars, law, past, ever), baselines(wars, again, Past.of(other, 1900), ever)
    for war in wars.begun(1900, 1989):
        for name, forecaster in ours.items():
            same(told_by(theirs[name], wars, war.id), told_by(forecaster, wars, war.id))
    with pytest.raises(OptionError, match="--train-before"):
        learn(wars, DATA, 1850)


def test_the_stamp_covers_what_the_forecasts_import() -> None:
    import ast

    import tertius

    folder = Path(tertius.__file__).parent
    found: set[str] = set()
    todo = [f"forecasts/hindcast/{name}.py" for name in ("learning", "scenario", "running", "baselines")]
    while todo:
        name = todo.pop()
        found.add(name)
        for node in ast.parse((folder / name).read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith(("tertius.history", "tertius.builder")):
                file = str(node.module).removeprefix("tertius.").replace(".", "/") + ".py"
                todo += [file] if file not in found else []
    # these write the file of classes; nothing here reads them
    assert found - set(MODULES) == {f"history/{name}.py" for name in ("joiners", "reference", "shares")} & found
    assert all((folder / name).is_file() for name in MODULES)


def test_the_shipped_table_is_given_without_data_and_nothing_else_is(tmp_path: Path) -> None:
    import tertius

    assert tertius.hindcast() == shipped_hindcast()
    with pytest.raises(OptionError, match="keep of hindcast"):
        tertius.hindcast(keep=tmp_path / "kept")


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
