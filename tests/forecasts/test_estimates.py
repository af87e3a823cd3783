"""Estimates of several analysts: blind until the round opens, revised once, pooled; and what is told of it."""

import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, logit

import tertius
from tertius.forecasts.estimates.pooling import mean_of_odds, pooled, prior_of
from tertius.forecasts.estimates.records import LEVELS, Analyst, Estimate, Question, Round
from tertius.forecasts.estimates.rounds import KEPT, Table, leads, let_in

pytestmark = pytest.mark.usefixtures("compiled")
DISCORD = "contingents.legion.discord"
TEMPO = "theatres.river.tempo"
MINE, YOURS = 0.123456, 0.654321
CHANCES = st.lists(st.floats(0.001, 0.999), min_size=1, max_size=8)


@pytest.fixture
def held(tmp_path: Path) -> tertius.Estimates:
    return tertius.begin_estimates(
        tmp_path / "r", "river-war", ["war-ends"], [DISCORD, TEMPO], ["second-legion"], analysts=3, futures=200
    )


def chance(value: float, reason: str = "") -> dict[str, dict[str, object]]:
    return {"war-ends": {"values": [value], "reason": reason}}


def quantity(*values: float) -> dict[str, dict[str, object]]:
    return {DISCORD: {"values": list(values)}}


@given(CHANCES)
def test_odds_are_averaged_geometrically(chances: list[float]) -> None:
    assert mean_of_odds(chances) == pytest.approx(expit(logit(chances).mean()), rel=1e-9)
    assert mean_of_odds([1 - p for p in chances]) == pytest.approx(1 - mean_of_odds(chances), abs=1e-12)
    assert min(chances) - 1e-12 <= mean_of_odds(chances) <= max(chances) + 1e-12


def test_quantiles_are_averaged_and_what_shares_no_value_is_told() -> None:
    def analyst(place: int, *values: float) -> Analyst:
        return Analyst(str(place), "", "t", {"q": Estimate(values, "")}, None)

    question = Question("q", "quantity", "q", "km2", (0.0, 20.0, 30.0))
    told = Round(1, "s", "d", "t", (question,), (analyst(1, 0, 2, 4), analyst(2, 4, 6, 11)), "l", "open")
    (pool,) = pooled(told)
    assert (pool.values, pool.lowest, pool.highest) == ((2.0, 4.0, 7.5), 2, 6)
    assert (pool.overlap, pool.outside) == (True, True)
    apart = Round(1, "s", "d", "t", (question,), (analyst(1, 0, 2, 3.9), analyst(2, 4, 6, 21)), "l", "open")
    assert not pooled(apart)[0].overlap


def test_nobody_sees_another_nor_the_program_before_the_round_opens(held: tertius.Estimates) -> None:
    held.hand_in("1", chance(MINE, "secret reason"), "Ann")
    held.hand_in("2", chance(YOURS))
    for you in ("", "1", "2", "3"):
        told = held.seen(you)
        assert told.pools == told.before == ()
        assert all(question.own == () for question in told.questions)
        assert ("0.123456" in repr(told), "secret reason" in repr(told)) == (you == "1", you == "1")
        assert ("0.654321" in repr(told)) == (you == "2")
        assert [hand.handed for hand in told.hands] == [True, True, False]
        assert [hand.name for hand in told.hands] == ["Ann", "", ""]
    assert "2 of 3 have handed in" in held.text()
    assert "12%" not in held.text() + repr(held)
    with pytest.raises(tertius.OptionError, match="has been open"):
        _ = held.assumed
    with pytest.raises(tertius.OptionError, match="has been open"):
        held.brief(None)  # type: ignore[arg-type]


def test_a_round_opens_is_revised_once_and_closes(held: tertius.Estimates) -> None:
    held.hand_in("1", chance(0.9))
    held.hand_in("1", chance(0.1))
    with pytest.raises(tertius.OptionError, match="2 analysts or more"):
        held.open()
    held.hand_in("2", chance(0.5))
    with pytest.raises(tertius.OptionError, match="open without them"):
        held.open()
    told = held.open(without_missing=True)
    assert told.questions[0].own != ()
    assert told.pools == told.before
    assert told.pools[0].values[0] == pytest.approx(mean_of_odds([0.1, 0.5]))
    with pytest.raises(tertius.OptionError, match="takes no part"):
        held.hand_in("3", chance(0.5))
    held.hand_in("1", chance(0.3, "The second is right."))
    with pytest.raises(tertius.OptionError, match="one revision"):
        held.hand_in("1", chance(0.9))
    told = held.close()
    assert told.pools[0].values[0] == pytest.approx(mean_of_odds([0.3, 0.5]))
    assert told.before[0].values[0] == pytest.approx(mean_of_odds([0.1, 0.5]))
    assert told.hands[0].first["war-ends"].values == (0.1,)
    with pytest.raises(tertius.OptionError, match="it is closed"):
        held.hand_in("2", chance(0.9))
    text = held.text()
    assert "| Analyst 1 | 10% | 30% | The second is right. |" in text
    assert "2 analysts estimated blind" in text


def test_what_was_pooled_can_be_assumed(held: tertius.Estimates) -> None:
    for analyst in ("1", "2"):
        held.hand_in(analyst, {**quantity(0.1, 0.3, 0.5), TEMPO: {"values": [-4, 8, 20]}})
    held.open(without_missing=True)
    assumed = held.assumed
    assert set(assumed) == {DISCORD, TEMPO}
    assert assumed[DISCORD].quantile(np.array(LEVELS)) == pytest.approx([0.1, 0.3, 0.5], abs=0.01)
    assert assumed[DISCORD].support == (0.0, 1.0)
    assert assumed[TEMPO].quantile(np.array(LEVELS)) == pytest.approx([-4, 8, 20], abs=0.1)
    war = tertius.load("river-war").assume(assumed)
    assert war.layout.by_path[DISCORD].quantity.prior == assumed[DISCORD]
    found = war.compare(futures=40, weeks=4)
    brief = held.brief(found)
    assert brief.startswith(found.text().rstrip())
    assert "## What the analysts say" in brief


@given(st.floats(0.01, 100), st.floats(0.05, 2.0), st.sampled_from([(0.0, math.inf), (-math.inf, math.inf)]))
def test_a_prior_comes_near_what_it_can_hold(median: float, sigma: float, bounds: tuple[float, float]) -> None:
    z = 1.6448536269514722
    skewed = [median * math.exp(sign * sigma * z) for sign in (-1, 0, 1)]
    if bounds[0] == 0.0:
        assert prior_of(skewed, *bounds).quantile(np.array(LEVELS)) == pytest.approx(skewed, rel=0.02)
    even = [median - sigma * z, median, median + sigma * z]
    if bounds[0] < 0.0:
        assert prior_of(even, *bounds).quantile(np.array(LEVELS)) == pytest.approx(even, abs=0.02 * sigma)


def test_what_cannot_be_estimated_is_refused(held: tertius.Estimates, tmp_path: Path) -> None:
    for values in ([0.0], [1.0], [float("nan")], [], [0.1, 0.2], ["x"], None, [1e-9]):
        with pytest.raises(tertius.OptionError):
            held.hand_in("1", {"war-ends": {"values": values}})
    for values in ([0.3, 0.2, 0.5], [0.1, 0.3, 1.5], [0.1, 0.1, 0.2], [0.1, 0.2], [0.1, 0.2, float("inf")], [-1, 0, 1]):
        with pytest.raises(tertius.OptionError, match="three rising numbers"):
            held.hand_in("1", quantity(*values))
    for given_so in ("x", 3, ["values"], {}):
        with pytest.raises(tertius.OptionError):
            held.hand_in("1", {"war-ends": given_so})  # type: ignore[dict-item]
    with pytest.raises(tertius.OptionError, match="one estimate at least"):
        held.hand_in("1", {})
    with pytest.raises(tertius.UnknownName, match="no analyst '4'"):
        held.hand_in("4", chance(0.5))
    with pytest.raises(tertius.UnknownName, match="nearest: war-ends"):
        held.hand_in("1", {"war-end": {"values": [0.5]}})
    with pytest.raises(tertius.OptionError, match="60 signs"):
        held.hand_in("1", chance(0.5), "x" * 61)
    assert not any(hand.handed for hand in held.seen().hands)
    for wrong in ({"events": ["nowhere"]}, {"quantities": ["sides.A.nothing"]}, {"questions": ["nothing"]}):
        with pytest.raises(tertius.UnknownName):
            tertius.begin_estimates(tmp_path / "w", "river-war", futures=200, **wrong)
    for wrong in ({}, {"events": ["war-ends"], "analysts": 1}, {"questions": ["steps"]}):
        with pytest.raises(tertius.OptionError):
            tertius.begin_estimates(tmp_path / "w", "river-war", futures=200, **wrong)
    with pytest.raises(tertius.ArchiveError, match="a round of estimates already"):
        tertius.begin_estimates(tmp_path / "r", "river-war", ["war-ends"], futures=200)


def test_hands_at_the_same_moment_lose_nothing_and_damage_is_refused(held: tertius.Estimates) -> None:
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda who: held.hand_in(who, chance(0.2)), ["1", "2", "3"] * 5))
    assert all(hand.handed for hand in held.seen().hands)
    table: Table = held.table
    told = table.round
    assert [let_in(told, each.token) for each in told.analysts] == list(told.analysts)
    assert let_in(told, told.lead) is None
    assert leads(told, told.lead)
    file = table.folder / KEPT.file
    file.write_text(file.read_text().replace("0.2", "0.9", 1))
    with pytest.raises(tertius.ArchiveError, match="cut off or edited"):
        held.seen()
    file.unlink()
    tertius.begin_estimates(table.folder, "river-war", ["war-ends"], futures=200)
    with pytest.raises(tertius.ArchiveError, match="is of the scenario river-war"):
        tertius.open_estimates(table.folder, "gulf-2025")


def test_the_program_s_numbers_are_those_of_the_scenario(held: tertius.Estimates) -> None:
    own = {question.id: question.own for question in held.table.round.questions}
    war = tertius.load("river-war")
    column = war.layout.by_path[DISCORD]
    assert own[DISCORD] == pytest.approx(war.layout.quantile(column, np.array(LEVELS)))
    asked = tertius.ask(war, only=["second-legion"], futures=200).asked[0].branches[0].chances[0].chance
    assert own["second-legion@2"] == (asked,)
    assert 0 < own["war-ends"][0] < 1
