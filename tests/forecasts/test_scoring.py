"""Scores: held to slow loops and to scoringrules; kinds and versions apart; sealing as a whole."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import ndtr
from tests.forecasts.ledgers import fill, sealed

import tertius
from tertius.errors import DataError, OptionError, UnknownName
from tertius.forecasts.ledger.crowd import Price
from tertius.forecasts.ledger.database import TABLE, Ledger
from tertius.forecasts.ledger.entries import Entry, digest, written
from tertius.forecasts.ledger.methodology import version_of
from tertius.forecasts.ledger.prices import read_crowd, read_prices
from tertius.forecasts.ledger.reliability import Luck, reliability
from tertius.forecasts.ledger.resolving import outcome
from tertius.forecasts.ledger.rows import Forecast, forecasts_of
from tertius.forecasts.ledger.scoring import crps_of_quantiles, score
from tertius.forecasts.ledger.sealing import kind_of
from tertius.forecasts.ledger.verifying import verify
from tertius.forecasts.questions.past import LEVELS
from tertius.forecasts.questions.settling import Steps
from tertius.report.scoreboard import scoreboard
from tertius.world import load_scenario
from tertius.world.recorded import RecordedStep

RECORD = """
tertius: 1
scenario: river-war
until: 2031-06-30
record:
  a: {date: 2031-04-07, instrument: durian-sanctions, step: up, after: 1, text: Officers and banks., source: gazette}
"""


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERTIUS_DATA", str(tmp_path / "data"))


def forecast(number: int, chance: float, base: float | None, came: bool | None, **more: Any) -> Forecast:
    """A settled (or void) forecast of one threshold."""
    _, _, told = sealed(f"q{number}", **more)
    told["forecast"][0] |= {"chance": chance, "base": base, "persistence": None}
    rows = [{"branch": None, "threshold": 1.0, "came": came}]
    state = "void" if came is None else "settled"
    result = {"seals": number, "status": state, "value": None, "rows": rows, "by": "rule"}
    return Forecast(Entry(number, "sealed", "", "", "", "", ""), told, result, state)


def some(count: int, seed: int = 1) -> tuple[list[Forecast], np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    chance, base = rng.uniform(0.02, 0.98, count), rng.uniform(0.2, 0.8, count)
    came = rng.random(count) < chance
    rows = [forecast(n, float(chance[n]), float(base[n]), bool(came[n])) for n in range(count)]
    return rows, chance, base, came


def test_scores_are_what_a_loop_makes_of_them() -> None:
    rows, chance, base, came = some(60)
    (found,) = score([*rows, forecast(99, 0.9, 0.5, None)])
    assert found.counts == {"settled": 60, "void": 1, "pending": 0, "overdue": 0}
    assert found.brier == pytest.approx(sum((c - y) ** 2 for c, y in zip(chance, came, strict=True)) / 60)
    smooth = [(c * 4000 + 0.5) / 4001 for c in chance]
    logs = [-np.log(c if y else 1 - c) for c, y in zip(smooth, came, strict=True)]
    assert found.log == pytest.approx(np.mean(logs))
    rival = found.rivals[0]
    assert (rival.name, rival.forecasts) == ("base", 60)
    assert rival.brier == pytest.approx(((base - came) ** 2).mean())
    assert rival.difference == pytest.approx(found.brier - rival.brier)
    assert rival.interval is not None
    assert rival.interval[0] < rival.difference < rival.interval[1]


def test_the_verdict_says_what_it_can_tell() -> None:
    def said(*rows: Forecast) -> str:
        return scoreboard(score(rows), [])

    assert "0.160 below the base rate's on the same 1 thresholds, on too few" in said(forecast(1, 0.7, 0.5, True))
    assert "is the same as the base rate's on the same 1 thresholds." in said(forecast(1, 0.5, 0.5, True))
    assert "too few" not in said(*some(60)[0])


def test_a_forecast_is_overdue_by_the_lag_of_what_settles_it_everywhere() -> None:
    def state(told: dict[str, Any], today: date) -> str:
        (found,) = forecasts_of([Entry(2, "sealed", "", "", written(told), "", "")], today)
        waits = outcome(found, None, [], today)
        assert isinstance(waits, str)
        assert waits.partition(":")[0] == found.state
        return found.state

    told = sealed("q")[2]
    rule = {"output": "theatres.x.area", "series": "acled.x", "take": "max", "at_least": [1.0], "until": "2031-06-01"}
    with_lag = told | {"terms": {"": told["terms"][""] | {"rule": rule}}}
    assert [state(told, date(2031, 6, day)) for day in (29, 30)] == ["pending", "overdue"]
    assert [state(with_lag, date(2031, 7, day)) for day in (13, 14)] == ["pending", "overdue"]


def test_of_several_records_the_latest_settles() -> None:
    held = forecast(1, 0.5, 0.5, True)
    step = RecordedStep(id="s", date=date(2031, 4, 1), instrument="x", step="up", after=1, text="t", source="a page")
    early = Steps({}, date(2031, 5, 1), "early", ("made",))
    late = Steps({"s": step}, date(2031, 7, 1), "late", ("made",))
    for records in ([early, late], [late, early]):
        found = outcome(held, None, records, date(2031, 7, 1))
        assert isinstance(found, dict)
        assert (found["source"], found["value"]) == ("late", 1.0)


def test_kinds_scenarios_and_versions_never_share_a_score() -> None:
    rows = [
        forecast(n, 0.1 * n, 0.5, True, kind=kind, methodology=number, scenario=scenario)
        for n, (kind, number, scenario) in enumerate(
            [("live", 1, "a"), ("backtest", 1, "a"), ("hand", 1, "a"), ("live", 2, "a"), ("live", 1, "b")], 1
        )
    ]
    found = score(rows)
    assert len(found) == 5
    assert [each.forecasts for each in found] == [1] * 5


def test_a_rival_is_compared_on_its_own_forecasts_and_prices_count() -> None:
    rows = [forecast(1, 0.9, None, True), forecast(2, 0.2, 0.5, False)]
    (found,) = score(rows, {("q1", None, 1.0): [Price(date(2031, 3, 2), 0.8)]})
    rivals = {each.name: each for each in found.rivals}
    assert rivals["base"].forecasts == 1
    assert rivals["base"].ours_brier == pytest.approx(0.04)
    assert rivals["crowd"].brier == pytest.approx(0.04)
    assert rivals["crowd"].ours_brier == pytest.approx(0.01)
    assert rivals["base"].interval is None


def test_the_last_price_up_to_the_as_of_date_counts_and_of_its_own_question(tmp_path: Path) -> None:
    file = tmp_path / "crowd.csv"
    head = "question,branch,threshold,chance,date,scenario,deadline\n"
    file.write_text(
        head + "q1,,1,0.9,2031-03-03,made,\nq1,,1,0.6,2031-03-02,made,\nq1,,1,0.7,2031-02-01,made,\n"
        "q1,,1,0.2,2031-03-02,other,\nq2,,1,0.3,2031-03-03,,2031-06-01\n"
    )
    rows = [forecast(1, 0.9, None, True), forecast(1, 0.9, None, True, scenario="other"), forecast(2, 0.9, None, True)]
    found = {each.scenario: each.rivals for each in score(rows, read_crowd(file))}
    assert {name: [rival.forecasts for rival in rivals] for name, rivals in found.items()} == {
        "made": [1],
        "other": [1],
    }
    assert found["made"][0].brier == pytest.approx(0.4**2)
    assert found["other"][0].brier == pytest.approx(0.8**2)
    file.write_text(head + "q1,,1,0.9,2031-03-02,,\n")
    with pytest.raises(DataError, match="column scenario"):
        score(rows, read_crowd(file))
    file.write_text(head + "q1,,1,0.9,2031-03-02,,\nq1,,1,0.8,2031-03-02,,\n")
    with pytest.raises(DataError, match="a second time"):
        read_crowd(file)
    file.write_text(head + "q1,,1,0.9,soon,,\n")
    with pytest.raises(DataError, match="YYYY-MM-DD"):
        read_crowd(file)
    file.write_text("question,threshold,chance\nq1,1,0.9\n")
    with pytest.raises(DataError, match="no column date"):
        read_crowd(file)


def test_difficulty_is_taken_out() -> None:
    hard = [forecast(n, 0.5, 0.5, n % 2 == 0, kind="live") for n in range(10)]
    easy = [forecast(n, 0.1, 0.1, False, kind="backtest") for n in range(10)]
    one, two = score([*hard, *easy])
    assert one.brier != two.brier
    assert one.adjusted == pytest.approx(two.adjusted)


def test_the_crps_of_quantiles_is_that_of_scoringrules() -> None:
    scoringrules = pytest.importorskip("scoringrules")
    quantiles = np.quantile(np.random.default_rng(2).normal(size=5000), LEVELS)
    for value in (-3.0, 0.1, 4.0):
        expected = scoringrules.crps_quantile(value, quantiles, np.array(LEVELS))
        assert crps_of_quantiles(quantiles, value) == pytest.approx(float(expected))


def test_reliability_parts_add_up_and_honest_chances_lie_in_the_band() -> None:
    _, chance, _, came = some(800, 5)
    honest = reliability(chance, came.astype(float), Luck.apart(800))
    assert honest is not None
    brier = ((chance - came) ** 2).mean()
    assert honest.miscalibration - honest.discrimination + honest.uncertainty == pytest.approx(brier)
    assert honest.inside > 0.8
    bold = reliability(np.where(chance > 0.5, 0.97, 0.03), came.astype(float), Luck.apart(800))
    assert bold is not None
    assert bold.inside < 0.2
    shares = [each.share for each in honest.bins]
    assert shares == sorted(shares)


def test_the_band_knows_that_windows_overlap() -> None:
    """Outcomes by right chances, of thirteen weeks asked each week: it holds them; one drawn apart holds fewer."""
    count, weeks, things = 52, 13, 6
    thing, begin = np.repeat(np.arange(things), count), np.tile(7 * np.arange(count), things)
    luck = Luck(thing, begin, begin + 7 * weeks)
    held, apart = [], []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        chance = np.repeat(rng.uniform(0.1, 0.9, things), count) + rng.uniform(-0.05, 0.05, things * count)
        shocks = rng.standard_normal((things, count + weeks))
        level = np.array([[row[at : at + weeks].sum() / weeks**0.5 for at in range(count)] for row in shocks])
        came = (ndtr(level).ravel() < chance).astype(float)
        held.append(reliability(chance, came, luck).inside)  # type: ignore[union-attr]
        apart.append(reliability(chance, came, Luck.apart(len(chance))).inside)  # type: ignore[union-attr]
    assert np.mean(held) > 0.85
    assert np.mean(apart) < np.mean(held) - 0.1


def test_the_clock_tells_live_from_backtest() -> None:
    assert kind_of(date(2026, 12, 1), date(2026, 11, 1), date(2026, 11, 15)) == "live"
    assert kind_of(date(2026, 11, 15), date(2026, 11, 1), date(2026, 11, 15)) == "backtest"
    assert kind_of(date(2027, 11, 15), date(2024, 11, 3), date(2026, 11, 15)) == "backtest"


def test_a_changed_law_or_prior_is_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    from tertius.forecasts.ledger.methodology import methodology_of

    day = date(2031, 3, 3)
    war, other = (tertius.load(name).record for name in ("river-war", "korea-1950"))
    first = version_of([], war, {}, day)
    ((kind, identity, body),) = first.opening
    assert (first.number, kind, body["follows"], body["restated"]) == (1, "methodology", None, [])
    entry = Entry(2, kind, identity, "", written(body), "", "")
    assert (version_of([entry], war, {}, day).number, version_of([entry], war, {}, day).opening) == (1, ())
    assert version_of([entry], other, {}, day).number == 1
    monkeypatch.setattr("tertius.forecasts.ledger.methodology.laws_digest", lambda: "other")
    second = version_of([entry], war, {}, day)
    assert (second.number, second.opening[0][2]["follows"]) == (2, 1)
    assert methodology_of(other)["priors"] != methodology_of(war)["priors"]


@pytest.mark.slow
def test_what_is_assumed_is_sealed_with_its_value_and_scored_apart(compiled: None, tmp_path: Path) -> None:
    path = "sides.A.recruitment"
    asked = {"ledger": f"sqlite:///{tmp_path / 'ledger.sqlite'}", "futures": 400, "only": ["sanctions"]}
    numbers = []
    for assume in ({}, {path: 1.5}, {path: 1.7}, {}):
        numbers.append(tertius.seal("river-war", assume=assume, **asked).number)
    assert numbers == [1, 2, 3, 1]
    entries = [each for each in tertius.ledger_entries(ledger=asked["ledger"]) if each["kind"] == "sealed"]
    assert [each["body"]["assumed"].get(path, {}).get("value") for each in entries] == [None, 1.5, 1.7]
    assert len({each["identity"] for each in entries}) == 3
    assert [each.counts["pending"] for each in tertius.score(ledger=asked["ledger"])] == [1, 1, 1]
    assert tertius.seal("river-war", assume={path: 1.7}, **asked).known == ("sanctions",)


@pytest.mark.slow
def test_seal_resolve_score_verify(compiled: None, tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    asked = {"ledger": address, "futures": 400}
    first = tertius.seal("river-war", **asked)
    assert set(first.left) == {"land", "steps"}
    assert "no series and no record" in first.left["land"]
    assert "fewer than 200" in first.left["steps"]
    assert len(first.added) == 2
    again = tertius.seal("river-war", **asked)
    assert (len(again.added), set(again.known)) == (0, {"sanctions", "second-legion"})
    assert again.head == first.head
    body = first.added[0].told
    assert {"scenario_digest", "data", "code", "version", "seed", "futures", "methodology"} <= set(body)
    assert body["question_digest"] == digest(body["question"])
    with pytest.raises(DataError, match="none of which can be sealed"):
        tertius.seal("river-war", only=["land"], **asked)
    changed = tmp_path / "changed.yaml"
    changed.write_text(
        "tertius: 1\nquestions:\n  sanctions:\n    text: Another text.\n    instrument: durian-sanctions\n"
        "    take: max\n    at_least: 1\n    until: 2031-06-29\n"
    )
    with pytest.raises(DataError, match="an id of its own"):
        tertius.seal("river-war", changed, **asked)

    by_hand = tmp_path / "hand.csv"
    by_hand.write_text("question,threshold,chance\nsanctions,1,0.6\nsanctions,2,0.1\n")
    hand = tertius.seal("river-war", chances=by_hand, **asked)
    assert hand.kinds == {"sanctions": "hand"}
    by_hand.write_text("question,threshold,chance\nsanctions,1,0.6\n")
    with pytest.raises(DataError, match="a chance for each threshold"):
        tertius.seal("river-war", chances=by_hand, **asked)

    assert tertius.resolve(ledger=address).waiting[0][2] == "pending"
    record = tmp_path / "record.yaml"
    record.write_text(RECORD)
    ahead = tertius.resolve(ledger=address, records=[record])
    assert ahead.settled == ()
    assert {state for _, _, state, _ in ahead.waiting} == {"pending"}
    assert "its last week ends on 2031-06-29" in ahead.waiting[0][3]
    found = tertius.resolve(ledger=address, records=[record], today="2031-07-01")
    assert {name for _, name in found.settled} == {"sanctions", "second-legion"}
    groups = {each.kind: each for each in tertius.score(ledger=address)}
    assert set(groups) == {"live", "hand"}
    assert groups["hand"].brier == pytest.approx((0.4**2 + 0.1**2) / 2)
    assert groups["live"].forecasts == 3
    sound = tertius.verify(ledger=address, records=[record], head=first.head[:10])
    assert sound.is_sound
    assert "3 outcomes had come (--today was ahead)" in sound.layers[2].not_shown
    record.write_text(
        RECORD.replace("2031-04-07, instr", "2031-07-07, instr").replace("until: 2031-06-30", "until: 2031-08-01")
    )
    wrong = tertius.verify(ledger=address, records=[record])
    assert "the data now give 0" in wrong.layers[3].faults[0]
    page = scoreboard(tertius.score(ledger=address), tertius.ledger_entries(ledger=address))
    assert page.count("<h2>") == 3
    assert "Forecasts by hand" in page


def test_what_was_changed_is_neither_settled_nor_scored(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    fill(address, 2)
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as connection:
        connection.execute(f"DROP TRIGGER {TABLE}_no_update")
        connection.execute(f"UPDATE {TABLE} SET body = replace(body, '0.25', '0.75') WHERE seq = 3")
        connection.commit()
    for call in (tertius.score, tertius.resolve):
        with pytest.raises(DataError, match="entry 3"):
            call(ledger=address)


def test_by_hand_needs_a_source_and_a_window_that_has_begun(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    with closing(Ledger(address, create=True)) as held:
        held.append([sealed("past", starts="2024-01-01", ends="2024-06-01"), sealed("ahead", starts="2131-03-02")])
    by_hand = {"ledger": address, "source": "a page"}
    assert tertius.resolve(question="past", value=2.0, **by_hand).settled == ((2, "past"),)
    assert tertius.score(ledger=address)[0].brier == pytest.approx(0.75**2)
    tertius.resolve(question="past", value=0.0, **by_hand)  # a later word counts
    assert tertius.score(ledger=address)[0].brier == pytest.approx(0.25**2)
    tertius.resolve(question="past", void=True, **by_hand)
    assert tertius.score(ledger=address)[0].counts["void"] == 1
    with pytest.raises(DataError, match="window has begun"):
        tertius.resolve(question="ahead", value=2.0, **by_hand)
    with pytest.raises(OptionError, match="where the answer can be read"):
        tertius.resolve(question="past", value=2.0, ledger=address)
    with pytest.raises(OptionError, match="exactly one"):
        tertius.resolve(question="past", value=2.0, void=True, **by_hand)
    with pytest.raises(UnknownName, match="past"):
        tertius.resolve(question="pst", value=2.0, **by_hand)


def test_by_hand_only_what_measures_the_same_is_settled_and_a_rule_stands(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    past = {"starts": "2024-01-01", "ends": "2024-06-01"}
    bodies = [
        sealed("same", **past)[2],
        sealed("same", kind="hand", **past)[2],
        sealed("same", scenario="other", **past)[2],
        sealed("same", starts="2024-02-01", ends="2024-06-01")[2],
        sealed("ruled", **past)[2],
    ]
    ruled = {"seals": 6, "status": "settled", "value": 2.0, "rows": [], "by": "rule"}
    with closing(Ledger(address, create=True)) as held:
        held.append([("sealed", f"s{place}", body) for place, body in enumerate(bodies)])
        held.append([("resolved", "resolved:6:1", ruled)])
    by_hand = {"ledger": address, "source": "a page", "value": 2.0}
    with pytest.raises(OptionError, match=r"entry 2: made.*entry 4: other"):
        tertius.resolve(question="same", **by_hand)
    with pytest.raises(OptionError, match=r"entry 2: made.*entry 5: made"):
        tertius.resolve(question="same", scenario="made", deadline="2031-06-01", **by_hand)
    with pytest.raises(OptionError, match="none is meant"):
        tertius.resolve(question="same", deadline="2031-06-02", **by_hand)
    assert tertius.resolve(question="same", scenario="other", **by_hand).settled == ((4, "same"),)
    assert tertius.resolve(question="same", entry=5, **by_hand).settled == ((5, "same"),)
    with pytest.raises(DataError, match="what a rule found stands"):
        tertius.resolve(question="ruled", **by_hand)
    with pytest.raises(OptionError, match="--question"):
        tertius.resolve(ledger=address, scenario="made")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no column"),
        ("question,threshold\n", "no column chance"),
        ("question,threshold,chance\n", "no row"),
        ("question,threshold,chance\nx,1,1.2\n", "line 2"),
        ("question,threshold,chance\nx,one,0.2\n", "two numbers"),
        ("question,threshold,chance\nx,1,nan\n", "from 0 to 1"),
        ("question,threshold,chance\nx,1,0.2\nx,1,0.3\n", "a second time"),
    ],
)
def test_prices_that_are_none_are_refused(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    file.write_text(text)
    with pytest.raises(DataError, match=said):
        read_prices(file)


def test_a_question_asked_often_is_no_single_draw_of_luck() -> None:
    days = [f"20{year}-{month:02d}-15" for year in (23, 24) for month in range(1, 13)]
    windows = [{"starts": day, "ends": (date.fromisoformat(day) + timedelta(days=28)).isoformat()} for day in days]
    rows = [forecast(1, 0.5, 0.6, True, as_of=day, **window) for day, window in zip(days, windows, strict=True)]
    (found,) = score(rows)
    assert found.reliability is not None
    assert found.reliability.inside == 0.0
    assert found.rivals[0].questions == 1
    assert found.rivals[0].interval is not None  # by quarters


def test_a_backtest_of_decisions_is_a_kind_of_its_own_and_settled_by_its_own_word(tmp_path: Path) -> None:
    from tertius.forecasts.decisions import BASELINES, LAWS, Forecasts
    from tertius.forecasts.ledger.settled import seal_decisions

    scenario = load_scenario("river-war")
    chances = {name: np.array([0.2, 0.7]) for name in (*BASELINES, *LAWS, "pool")}
    words = [np.array([word, word]) for word in ("sanctions", "durian-sanctions", "up")]
    days, came = (date(2030, 8, 1), date(2030, 12, 1)), np.array([0.0, 1.0])
    told = Forecasts(days, np.array([0, 1]), np.array([4, 13]), *words, chances, came, np.zeros((3, 3)))
    with closing(Ledger(f"sqlite:///{tmp_path / 'l.sqlite'}", create=True)) as held:
        assert [seal_decisions(held, scenario, told) for _ in range(2)] == [2, 0]
        assert verify(held).is_sound
        (found,) = score(forecasts_of(held.entries(), date(2031, 6, 1)))
        entries = [{**each.__dict__, "body": each.told} for each in held.entries()]
    assert (found.kind, found.counts["settled"], found.by_hand) == ("decisions", 2, 0)
    assert found.brier == pytest.approx((0.2**2 + 0.3**2) / 2)
    assert "Backtest of decisions" in scoreboard((found,), entries)
    (opened,) = [
        each for each in tertius.verify(ledger=f"sqlite:///{tmp_path / 'l.sqlite'}").layers if each.name == "outcome"
    ]
    assert "2 settled by the backtest that made them" in opened.not_shown
