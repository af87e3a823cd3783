"""Korea in October 1950: the state of the day, what the entry must do, and no other war showing through."""

import re
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from tests.scenarios.places import words_of

from tertius.calendar import day
from tertius.engine import Ensemble, Layout, Options, overrides_of, parse_intervention, run, run_arms
from tertius.history import joining_rates
from tertius.history.analogues import find_analogues
from tertius.history.ending import Ending
from tertius.history.fitting import fit_reference
from tertius.history.reference import read_reference, text_of
from tertius.impact.making import make_answer
from tertius.impact.question import question_of
from tertius.report.render import markdown
from tertius.world import Scenario, load_scenario

BOTH_WARS = {"Other", "Korean", "Pyongyang", "States"}  # words of the other scenario that belong here too
DATA = Path(__file__).parents[3] / "shared" / "data" / "history"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the history data beside the project are absent")
PARALLEL = 95_200.0  # km2 of Korea south of the 38th parallel


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario("korea-1950")


@pytest.fixture(scope="module")
def pair(scenario: Scenario, compiled: None) -> tuple[Ensemble, Ensemble]:
    """With the entry and without, same luck."""
    layout = Layout.of(scenario)
    without = Layout.of(scenario, overrides_of(layout, parse_intervention("cpv-entry")))
    base, other = run_arms([layout, without], Options(futures=400, weeks=26))
    return base, other


def held(ensemble: Ensemble, week: int) -> np.ndarray:
    """Land held by the United Nations, km2, shape (trajectory,)."""
    return np.asarray(ensemble.path("theatres.korea.area")[:, week])


def test_its_state_is_that_of_the_day(scenario: Scenario) -> None:
    """All Korea, a start on the parallel in June, and a line well north of it and short of the Yalu in October."""
    theatre = scenario.theatres["korea"]
    land = theatre.quantities
    assert land["area_ceiling"].central == pytest.approx(220_750, rel=0.001)
    assert PARALLEL + 30_000 < land["area"].central < 190_000
    first, last = theatre.history[0], theatre.history[-1]
    assert (first.date, first.area) == (scenario.relations["war"].began, PARALLEL)
    assert (last.date, last.area) == (scenario.as_of, pytest.approx(land["area"].central, rel=0.03))


def test_the_entry_turns_the_balance_and_costs_land(pair: tuple[Ensemble, Ensemble]) -> None:
    base, other = pair
    for week in (4, 13, 26):
        balance = base.path("theatres.korea.balance")[:, week] - other.path("theatres.korea.balance")[:, week]
        assert balance.mean() < -0.2, week
        change = held(base, week) - held(other, week)
        assert change.mean() < -3 * change.std() / np.sqrt(len(change)), week


def test_a_small_entry_hardly_matters_and_a_large_one_does(scenario: Scenario, compiled: None) -> None:
    """As many as Tokyo thought could be got across, against as many as were planned and twice these."""
    parts = ("cpv-entry", "cpv-next-armies")
    arms = [Layout.of(scenario, {f"events.{part}.troops": troops for part in parts}) for troops in (0.0, 2e4, 1e5, 2e5)]
    none, *others = run_arms(arms, Options(futures=200, weeks=13))
    lost = [float((held(none, 13) - held(other, 13)).mean()) for other in others]
    assert 0 < lost[0] < lost[1] < lost[2]


def test_the_front_moves_chinas_reasons(pair: tuple[Ensemble, Ensemble]) -> None:
    """Armies sent keep the enemy from the river, and cost: stakes that pull Beijing apart."""
    base, other = pair
    signs = {"yalu-buffer": 1, "chinese-cost": 1, "wider-war": 1, "un-advance": -1, "korea-one": -1}
    for stake, sign in signs.items():
        change = (base.path(f"stakes.{stake}.level") - other.path(f"stakes.{stake}.level"))[:, 13]
        assert sign * change.mean() > 3 * change.std() / np.sqrt(len(change)), stake


@pytest.fixture(scope="module")
def told(scenario: Scenario, compiled: None) -> str:
    layout = Layout.of(scenario)
    made = make_answer(layout, question_of(layout), Options(futures=16, weeks=4, seed=2))
    return markdown(made.answer, scenario)


def test_the_brief_names_this_war_and_no_other(scenario: Scenario, told: str) -> None:
    assert all(name in told for name in ("China", "Yalu", "MacArthur", "Seventh Fleet", "Appleman"))
    mine = set(words_of(scenario))
    foreign = set(words_of(load_scenario("ukraine-2024"))) - mine - BOTH_WARS
    found = {word for word in foreign if re.search(rf"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])", told)}
    assert found == set()
    assert not re.search(r"\b20(0|1|2[0-5])\d\b-", told), "a date of another century"


def test_later_histories_say_in_the_brief_which_day_they_tell_of(scenario: Scenario, told: str) -> None:
    for name, source in scenario.sources.items():
        line = next(line for line in told.splitlines() if line.startswith(f"- `{name}`"))
        assert (f"used for the state of {source.describes}" in line) == (source.date > scenario.as_of)


@needs_data
def test_rates_of_joining_and_of_ends_are_those_of_disputes_before_1950(scenario: Scenario, tmp_path: Path) -> None:
    file = tmp_path / "joining.json"
    file.write_text(text_of(fit_reference(DATA / "panel_mid.parquet", DATA, 1950, 400, 1, None)))
    found = joining_rates(scenario, 52, read_reference(file))
    assert not found.knows_later
    rates = {(row.actor, row.side): np.asarray(row.draws) * 52 for row in found.rows}
    for name, key in (("SUN-air", ("SUN", "A")), ("TWN-troops", ("TWN", "B"))):
        share = scenario.instruments[name].steps["up"].quantities["rate"]
        assert share.source_ids == ("history-joining",)
        wanted = np.quantile(rates[key], [0.5, 0.9])
        np.testing.assert_allclose(share.quantile([0.5, 0.9]), wanted, rtol=0.1, err_msg=name)
    ending = Ending(read_reference(file).ending_rows)
    ends = {"quick_end_rate": ending.quick * 7, "slow_end_rate": ending.slow * 7, "quick_share": ending.quick_share}
    for name, drawn in ends.items():
        held_by = scenario.world.quantities[name]
        np.testing.assert_allclose(held_by.quantile([0.5, 0.9]), np.quantile(drawn, [0.5, 0.9]), rtol=0.1, err_msg=name)


def test_the_shipped_rates_say_that_they_know_later_wars(scenario: Scenario) -> None:
    assert joining_rates(scenario).knows_later
    assert not joining_rates(load_scenario("ukraine-2024")).knows_later


@needs_data
def test_its_analogues_are_of_wars_that_were_over(scenario: Scenario) -> None:
    found = find_analogues(scenario, DATA, 20)
    assert len(found.wars) > 5
    days = [date.fromisoformat(row.name[-10:]) for row in (*found.wars, *found.entries)]
    assert max(days) < scenario.as_of


def test_the_brief_tells_of_the_entry_asked_about_and_of_every_contingent(told: str) -> None:
    assert "Chinese People's Volunteers: committed in" in told
    assert "Turkish brigade: committed in" not in told
    assert all(f"- {name}, " in told for name in ("Chinese People's Volunteers", "British and Commonwealth brigades"))


def test_a_screen_is_a_smaller_entry_than_all_armies(scenario: Scenario, compiled: None) -> None:
    """The rival hypotheses differ in what they say of the entry, and their weights are near one in all."""
    assert sum(variant.weight.central for variant in scenario.variants.values()) == pytest.approx(1, abs=0.1)
    names = ("all-korea", "a-strip", "a-screen")
    layouts = [Layout.of(scenario, dict(scenario.variants[name].set)) for name in names]
    arms = run_arms(layouts, Options(futures=120, weeks=13))
    sent = [float(arm.path("contingents.cpv.sent")[:, 13].mean()) for arm in arms]
    assert sent[2] < 80_000 < sent[1] < sent[0]
    rung = [float(arm.path("ladders.war.rungs.chinese-armies.reached").any(axis=1).mean()) for arm in arms]
    assert rung[2] < 0.6 < rung[0]


def test_the_table_of_the_docs_is_what_the_scenario_gives(scenario: Scenario, compiled: None) -> None:
    """Every row of docs/korea.md, to rounding: medians, ranges, what lies below, and whether the range holds it."""
    text = (Path(__file__).parents[2] / "docs" / "korea.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| ([^|]+?) \| (.+) \|$", text, flags=re.MULTILINE))
    war = run(Layout.of(scenario), Options(futures=1000, weeks=52))
    land = war.path("theatres.korea.area")
    drawn = {f"land, {day(war.dates[week])}": land[:, week] for week in (4, 8, 13, 26, 39, 52)}
    drawn["losses of North Korea and China by July 1951"] = war.path("sides.A.cumulative_losses")[:, 39]
    drawn["losses of the United Nations by July 1951"] = war.path("sides.B.cumulative_losses")[:, 39]
    for title, values in drawn.items():
        cells = [cell.strip() for cell in rows[title].split("|")]
        middle, low, high = (float(word.replace(",", "")) for word in re.findall(r"[\d,]+", cells[0]))
        assert (low, middle, high) == pytest.approx(tuple(np.quantile(values, (0.1, 0.5, 0.9))), rel=0.02, abs=1500)
        happened = float(cells[1].replace(",", ""))
        assert float((values < happened).mean()) == pytest.approx(float(cells[2].rstrip("%")) / 100, abs=0.011)
        assert (low <= happened <= high) is (cells[3] == "yes")
    near = np.abs(land[:, 39:] - PARALLEL).max(axis=1) < 20_000
    shares = {
        "a line near the 38th parallel from July to October 1951": near,
        "the United Nations in a beachhead or at sea by then": land[:, 52] < 15_000,
        "at the Yalu by then": land[:, 52] > 210_000,
        "the war over by then": war.path("world.ended")[:, 52] > 0,
    }
    for title, came in shares.items():
        told = float(rows[title].split("%")[0]) / 100
        assert float(came.mean()) == pytest.approx(told, abs=0.011), title
