"""Fit and backtest end to end on made-up data: same bits, resumed bits, nothing from the future, bad data by name."""

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.cli.commands import tertius

from tertius.cli.output import says_how_to_go_on
from tertius.engine import Layout
from tertius.errors import DataError
from tertius.forecasts import backtest as module
from tertius.forecasts import forecasting
from tertius.forecasts.backtest import OURS, Backtest, run_backtest
from tertius.forecasts.baselines import BASELINES, POOL, baseline_paths
from tertius.forecasts.fitting import fit_scenario, fit_text
from tertius.forecasts.plan import Plan
from tertius.forecasts.scores import crps
from tertius.forecasts.table import record_of, score_rows
from tertius.inference.fit import Effort
from tertius.world import load_scenario

QUICK = Effort(chains=16, burn=8, keep=8)
PLAN = Plan(horizons=(1, 4), paths=60, every=9, effort=QUICK, automatic=False)
COLUMNS = ["week_end", "ru_occupied_ukraine_km2", "ua_held_russian_territory_km2", "change_km2"]
FIRST = date(2022, 11, 13)
REAL = Path(__file__).parents[3] / "shared" / "data" / "ukraine"
Rows = list[list[Any]]


def made_up(weeks: int = 103) -> Rows:
    rng = np.random.default_rng(2)
    tempo = np.cumsum(rng.normal(0, 6, weeks))
    area = 100_000 + np.cumsum(tempo + rng.normal(0, 15, weeks))
    return [[(FIRST + timedelta(weeks=w)).isoformat(), round(float(area[w]), 2), "", ""] for w in range(weeks)]


def write(folder: Path, rows: Rows) -> Path:
    folder.mkdir(exist_ok=True)
    with (folder / "deepstate_area_weekly.csv").open("w", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *rows])
    return folder


@pytest.fixture(scope="module")
def layout() -> Layout:
    return Layout.of(load_scenario("ukraine-2024").without_fit())


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write(tmp_path / "data", made_up())


def samples(layout: Layout, data: Path, plan: Plan = PLAN, **more: Any) -> dict[str, np.ndarray]:
    found = run_backtest(layout, data, plan, **more)
    assert [track.target.name for track in found.tracks] == ["front-area"]
    return found.tracks[0].samples


def same(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


@pytest.fixture(scope="module")
def whole(layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> Backtest:
    """The backtest of `PLAN` on what is made up, by one thread."""
    return run_backtest(layout, write(tmp_path_factory.mktemp("whole") / "data", made_up()), PLAN, threads=1)


def test_same_seed_same_bits_for_any_number_of_threads(layout: Layout, data: Path, whole: Backtest) -> None:
    first = whole.tracks[0].samples
    assert {OURS, "moving-level", "power-driven", POOL, *BASELINES} <= first.keys()
    assert same(first, samples(layout, data, threads=3))
    assert not same(first, samples(layout, data, replace(PLAN, seed=2)))


def test_an_interrupted_backtest_goes_on_to_the_same_result(
    layout: Layout, data: Path, whole: Backtest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = 0

    def stop(done: int, total: int) -> None:
        nonlocal seen
        seen = done
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_backtest(layout, data, PLAN, work=tmp_path / "work", progress=stop)
    assert len(list((tmp_path / "work").glob("*.npz"))) >= 3
    fits = []
    real = forecasting.fit_structure
    monkeypatch.setattr(forecasting, "fit_structure", lambda *a, **k: fits.append(1) or real(*a, **k))
    assert same(whole.tracks[0].samples, samples(layout, data, work=tmp_path / "work"))
    again = len(fits)
    fits.clear()
    samples(layout, data, work=tmp_path / "work")
    assert again > 0
    assert fits == []


def test_nothing_later_than_the_origin_enters_a_forecast(layout: Layout, whole: Backtest, tmp_path: Path) -> None:
    before, origins = whole.tracks[0].samples, whole.tracks[0].origins
    changed = made_up()
    for row in changed[-20:]:
        row[1] = round(row[1] + 1500, 2)  # a step that can be; larger ones are held back
    after = samples(layout, write(tmp_path / "b", changed))
    early = [place for place, day in enumerate(origins) if day.isoformat() < changed[-20][0]]
    late = [place for place, day in enumerate(origins) if day.isoformat() >= changed[-20][0]]
    assert early
    assert late
    for name in ("moving-level", "power-driven", *BASELINES):
        assert np.array_equal(before[name][:, early], after[name][:, early]), name
        assert name == "no change" or not np.array_equal(before[name][:, late], after[name][:, late]), name


def test_a_score_does_not_depend_on_where_the_backtest_begins(layout: Layout, data: Path, whole: Backtest) -> None:
    track = whole.tracks[0]
    later = run_backtest(layout, data, replace(PLAN, first=track.origins[5])).tracks[0]
    assert later.origins == track.origins[5:]
    np.testing.assert_array_equal(later.weights, track.weights[5:])
    np.testing.assert_array_equal(later.final, track.final)
    assert not np.array_equal(later.weights[0], np.full(2, 1 / 2))
    for name, drawn in later.samples.items():
        np.testing.assert_array_equal(drawn, track.samples[name][:, 5:], err_msg=name)


def test_a_beginning_that_is_no_sunday_and_missing_baselines_are_noted(
    layout: Layout, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "available", lambda: False)
    plan = replace(PLAN, first=date(2024, 8, 6), last=date(2024, 10, 16), every=26, automatic=True)
    found = run_backtest(layout, data, plan)
    assert "--from 2024-08-06 is no Sunday; the first origin can be 2024-08-11" in found.notes
    assert "--to 2024-10-16 is no Sunday; the last origin can be 2024-10-13" in found.notes
    assert any("tertius[baselines]" in note for note in found.notes)
    assert min(found.tracks[0].origins) == date(2024, 8, 11)


@pytest.mark.skipif(not REAL.is_dir(), reason="the reference data beside the project are absent")
def test_series_that_are_missing_or_end_early_are_noted_and_stamped(layout: Layout, tmp_path: Path) -> None:
    plan = replace(PLAN, first=date(2024, 9, 1), every=20)
    for name in ("deepstate_area_weekly.csv", "aid_monthly_by_donor.csv"):
        (tmp_path / name).write_bytes((REAL / name).read_bytes())
    losses = (REAL / "russian_losses_claimed_weekly.csv").read_text().splitlines(keepends=True)
    (tmp_path / "russian_losses_claimed_weekly.csv").write_text("".join(losses[:110]))
    found = run_backtest(layout, tmp_path, replace(plan, first=date(2024, 2, 4)))
    last = losses[109].partition(",")[0]
    assert any(f"claimed-losses.personnel ends early, last known week {last}" in note for note in found.notes)
    assert {"kiel.military", "deepstate.occupied"} <= found.digests.keys()
    assert not any("kiel" in note for note in found.notes)
    (tmp_path / "aid_monthly_by_donor.csv").unlink()
    found = run_backtest(layout, tmp_path, plan)
    assert any("front-area: series kiel.military is missing" in note for note in found.notes)
    assert "kiel.military" not in found.digests


def test_a_slipped_digit_is_left_out_and_named(layout: Layout, tmp_path: Path) -> None:
    rows = made_up()
    rows[60][1] = rows[60][1] * 1e12
    found = run_backtest(layout, write(tmp_path / "data", rows), replace(PLAN, first=date(2024, 10, 1), every=26))
    told = [note for note in found.notes if "deepstate" in note and "left out" in note]
    assert any("e+17" in note or f"{rows[60][1]:.10g}" in note for note in told), found.notes


def test_scores_are_those_of_the_samples(whole: Backtest) -> None:
    rows = score_rows(whole)
    track = whole.tracks[0]
    one = next(r for r in rows if (r["model"], r["kind"], r["horizon"]) == (OURS, "cumulative", 4))
    known = np.isfinite(track.actual[1, :, 1])
    assert one["crps"] == pytest.approx(crps(track.samples[OURS][1, known, 1], track.actual[1, known, 1]).mean())
    assert one["origins"] == known.sum()
    area = {row[0]: row[1] for row in made_up()}
    for place, origin in enumerate(track.origins):
        end = (origin + timedelta(weeks=4)).isoformat()
        if end in area:
            assert track.actual[1, place, 1] == pytest.approx(area[end] - area[origin.isoformat()])
    record = record_of(whole)
    assert {row["horizon"] for row in record["rows"]} == {1, 4}
    json.dumps([rows, record], allow_nan=False)


def test_missing_weeks_are_left_out_and_scored_where_the_ends_are_known(layout: Layout, tmp_path: Path) -> None:
    rows = [row for place, row in enumerate(made_up()) if place >= 14 and place not in (50, 51, 70)]
    found = run_backtest(layout, write(tmp_path / "data", rows), replace(PLAN, every=1, last=date(2023, 12, 1)))
    gone = {(FIRST + timedelta(weeks=week)) for week in (50, 51)}
    assert gone.isdisjoint(found.tracks[0].origins)
    assert any("missing" in note for note in found.notes)
    place = found.tracks[0].origins.index(FIRST + timedelta(weeks=49))
    assert np.isnan(found.tracks[0].actual[1, place, 0])
    assert np.isfinite(found.tracks[0].actual[1, place, 1])


def swap(place: int, column: int, value: Any) -> Callable[[Rows], Rows]:
    def change(rows: Rows) -> Rows:
        rows[place][column] = value
        return rows

    return change


def test_bad_rows_are_left_out_by_name_and_many_are_refused(layout: Layout, tmp_path: Path) -> None:
    rows = made_up()
    for change in (
        swap(60, 1, -5),
        swap(61, 1, "many"),
        swap(62, 0, "2023-99-01"),
        lambda rows: [*rows[:-1], rows[-1][:1]],
    ):
        rows = change(rows)
    few = replace(PLAN, every=26)
    found = run_backtest(layout, write(tmp_path / "data", rows), few)
    (note,) = [note for note in found.notes if "left out" in note and "deepstate_area_weekly.csv" in note]
    for said in ("4 of 103 rows", "1 of 4 columns", "'-5'", "'many'"):
        assert said in note
    for week in range(20, 30):
        rows = swap(week, 1, "many")(rows)
    with pytest.raises(DataError, match="14 of 103 rows cannot be used") as caught:
        run_backtest(layout, write(tmp_path / "data", rows), few)
    assert "deepstate_area_weekly.csv" in caught.value.place


def test_without_any_file_of_it_an_observation_is_left_out_by_name(
    layout: Layout, whole: Backtest, tmp_path: Path
) -> None:
    told = next(note for note in whole.notes if note.startswith("claimed-losses left out: "))
    assert [line.split(":")[0].strip() for line in told.splitlines()[1:]] == ["allowed", "fix"]
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError):
        run_backtest(layout, tmp_path / "empty", PLAN)


def test_a_fit_is_whole_repeatable_and_blind_to_what_came_later(layout: Layout, tmp_path: Path) -> None:
    def fitted(folder: Path, **more: Any) -> str:
        return fit_text(fit_scenario(layout, folder, rows=50, effort=QUICK, plan=PLAN, **more))

    rows = made_up(104)
    first = fitted(write(tmp_path / "a", rows))
    later = [[(FIRST + timedelta(weeks=104 + w)).isoformat(), 99_000.0 + w, "", ""] for w in range(10)]
    last = date.fromisoformat(rows[-1][0])
    assert last <= layout.scenario.as_of < date.fromisoformat(later[0][0])
    assert fitted(write(tmp_path / "b", [*rows, *later])) == first
    told = json.loads(first)
    assert [block["observation"] for block in told["blocks"]] == ["front-area"]
    assert "theatres.kursk.tempo" in told["not_updated_by_data"]
    names = {row["parameter"] for row in told["diagnostics"][0]["parameters"]}
    assert {"tempo_shock", "persistence", "active_scale"} <= names
    assert told["diagnostics"][0]["predictive_checks"]


def test_the_commands_print_json_and_name_bad_options(data: Path, tmp_path: Path) -> None:
    asked = ("ukraine-2024", "--data", data, "--every", 12, "--paths", 50, "--no-automatic", "--threads", 1)
    told = tertius("backtest", *asked, "--horizons", "1,4", "--out", tmp_path / "out", "--json")
    assert told.code == 0, told.err
    keys = {"series", "kind", "horizon", "model", "crps", "coverage80", "origins"}
    assert all(keys <= row.keys() for row in told.data["scores"])
    assert {row["kind"] for row in told.data["scores"]} == {"weekly", "cumulative"}
    assert sorted(path.name for path in (tmp_path / "out" / "figures").iterdir()) == [
        "coverage.svg",
        "pit.svg",
        "skill.svg",
    ]
    for options, said in (
        (("--horizons", "4,1"), "rise"),
        (("--horizons", "x"), "rise"),
        (("--from", "yesterday"), "--from"),
        (("--every", 0), "--every"),
        (("--from", "2024-05-01", "--to", "2023-05-01"), "--to"),
    ):
        refused = tertius("backtest", "ukraine-2024", "--data", data, *options)
        assert refused.code == 2
        assert said in refused.err
    assert tertius("backtest", "ukraine-2024", "--data", tmp_path / "nowhere").code == 3
    assert tertius("fit", "ukraine-2024", "--data", data, "--out", tmp_path / "x.json").code == 2


def test_folders_that_cannot_be_used_are_refused_before_the_work(data: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for option in ("--out", "--work"):
        for given, said in (("", "of its own"), (".", "of its own"), ("file", "no folder"), ("file/x", "no folder")):
            folder = given if given in ("", ".") else tmp_path / given
            told = tertius("backtest", "ukraine-2024", "--data", data / "nowhere", option, folder)
            assert (told.code, said in told.err) == (2, True), (option, given, told.err)
    told = tertius("fit", "ukraine-2024", "--data", data / "nowhere", "--out", tmp_path / "file" / "x.fit.json")
    assert told.code == 2
    told = tertius("backtest", "ukraine-2024", "--data", data, "--horizons", "9" * 5000)
    assert told.code == 2
    assert len(told.err) < 400


def test_the_console_shows_skill_coverage_and_pit(data: Path) -> None:
    asked = ("ukraine-2024", "--data", data, "--every", 12, "--paths", 50, "--no-automatic", "--horizons", "1,52")
    asked += ("--threads", 1)
    told = tertius("backtest", *asked)
    assert told.code == 0, told.err
    lines = [line for line in told.out.splitlines() if "50/80/95% hold" in line]
    assert [line.split(":")[0].strip() for line in lines] == ["1 week", "52 weeks"] * 2
    assert all("log score" in line and "PIT |" in line for line in lines)
    assert "standard error" in lines[0]
    assert "too few" in lines[1]


def test_ctrl_c_says_how_to_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyboardInterrupt), says_how_to_go_on("call it again to go on"):
        raise KeyboardInterrupt
    assert "call it again to go on" in capsys.readouterr().err


@pytest.mark.parametrize("name", list(BASELINES))
def test_a_baseline_is_repeatable_and_knows_gaps_and_constants(name: str) -> None:
    rng = np.random.default_rng(1)
    known = np.where(rng.random(60) < 0.1, np.nan, rng.normal(40, 20, 60))
    one, other = (baseline_paths(known, 5, 50, 9, "level")[name] for _ in range(2))
    np.testing.assert_array_equal(one, other)
    assert np.isfinite(baseline_paths(np.full(20, 3.0), 5, 50, 9, "level")[name]).all()
    gap = np.concatenate([known, np.full(120, np.nan), [4.0]])
    for given in (gap, np.where(np.arange(60) % 2, known, np.nan)):
        assert np.isfinite(baseline_paths(given, 5, 50, 9, "level")[name]).all()
    flows = baseline_paths(np.abs(known) + 1, 5, 50, 9, "flow")[name]
    assert (flows > 0).all()


@pytest.mark.slow
@pytest.mark.skipif(not REAL.is_dir(), reason="the reference data beside the project are absent")
def test_ours_is_no_worse_than_the_best_baseline_on_the_real_front(layout: Layout) -> None:
    """July 2023 to October 2024, every fourth week: a coarser form of what `tertius backtest` prints."""
    plan = Plan(first=date(2023, 7, 2), last=date(2024, 10, 27), every=4, horizons=(1, 4, 13), automatic=False)
    target = replace(layout.scenario, observations={"front-area": layout.scenario.observations["front-area"]})
    rows = score_rows(run_backtest(Layout.of(target), REAL, plan, threads=2))
    for horizon in plan.horizons:
        ours = next(r for r in rows if (r["model"], r["kind"], r["horizon"]) == (OURS, "cumulative", horizon))
        assert ours["difference"] < ours["difference_error"]
        assert 0.6 < ours["coverage80"] < 1
        for row in rows:
            if row["kind"] == "cumulative" and row["horizon"] == horizon and row["model"] in BASELINES:
                assert "local level" in row["model"] or ours["crps"] < row["crps"], row["model"]


def test_a_backtest_in_the_ledger_is_settled_at_what_it_was_scored_on(
    layout: Layout, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tertius as front

    monkeypatch.setenv("TERTIUS_DATA", str(tmp_path / "own"))
    address = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    found = run_backtest(layout, data, replace(PLAN, first=date(2024, 1, 7), last=date(2024, 9, 1), every=12))
    added = front.seal_backtest(found, ledger=address)
    track = found.tracks[0]
    assert added == len(track.origins) * len(track.horizons)
    assert front.seal_backtest(found, ledger=address) == 0
    assert len(front.resolve(ledger=address, data=data).settled) == added
    (group,) = front.score(ledger=address)
    assert (group.kind, group.counts["settled"]) == ("backtest", added)
    entries = front.ledger_entries(ledger=address)
    asked = {each["seq"]: each["body"] for each in entries if each["kind"] == "sealed"}
    for each in (each["body"] for each in entries if each["kind"] == "resolved"):
        told = asked[each["seals"]]
        origin = track.origins.index(date.fromisoformat(told["as_of"]))
        weeks = (date.fromisoformat(told["ends"]) - track.origins[origin]).days // 7
        assert each["value"] == pytest.approx(track.actual[1, origin, track.horizons.index(weeks)])
    monkeypatch.setattr("tertius.forecasts.ledger.methodology.laws_digest", lambda: "changed")
    assert front.seal_backtest(found, ledger=address) == added, "under other laws the same origins are forecast anew"
