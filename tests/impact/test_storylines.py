"""Clusters and storylines: known groups come back, none are made of one, and what is told is that of the futures."""

from __future__ import annotations

import json

import numpy as np
import pytest

import tertius
from tertius.errors import Interrupted, OptionError, UnknownName
from tertius.impact.clusters import Fit, agreement, chosen, fits, nearest
from tertius.impact.traits import Scale, Trait
from tertius.impact.written import plain_data
from tertius.report.storylines import names, storylines_text

pytestmark = pytest.mark.usefixtures("compiled")


def groups(seed: int, count: int = 1200) -> tuple[np.ndarray, np.ndarray]:
    """Points of four groups in three coordinates, with a half, a quarter, and two eighths of them."""
    rng = np.random.default_rng(seed)
    of = rng.choice(4, count, p=[0.5, 0.25, 0.125, 0.125])
    centres = np.array([[0, 0, 0], [4, 0, 0], [0, 4, 0], [0, 0, 4]], dtype=float)
    return centres[of] + rng.normal(0, 0.7, (count, 3)), of


def test_true_groups_are_found_in_their_number_and_come_back() -> None:
    points, of = groups(1)
    tried = fits(points, [groups(2)[0], groups(3)[0]])
    place = chosen([fit for fit, _ in tried])
    assert tried[place][0].count == 4
    assert tried[place][0].stable
    assert agreement(nearest(points, tried[place][1]), of) > 0.95


def test_one_cloud_is_not_said_to_come_back() -> None:
    clouds = [np.random.default_rng(seed).normal(size=(1000, 6)) for seed in (1, 2, 3)]
    assert not any(fit.stable for fit, _ in fits(clouds[0], clouds[1:]))


def test_the_rule_takes_the_clearest_of_those_that_come_back_else_the_most_alike() -> None:
    clear, back = Fit(3, 0.5, (0.5, 0.6)), Fit(4, 0.3, (0.9, 0.95))
    assert chosen([clear, back, Fit(5, 0.2, (1.0, 1.0))]) == 1
    assert chosen([Fit(3, 0.5, (0.2, 0.2)), Fit(4, 0.1, (0.4, 0.5))]) == 1


def test_agreement_is_the_adjusted_rand_index() -> None:
    metrics = pytest.importorskip("sklearn.metrics", reason="the extra 'history' is not installed")
    rng = np.random.default_rng(4)
    one = rng.integers(0, 4, 300)
    for two in (one, rng.integers(0, 3, 300), np.where(rng.random(300) < 0.7, one, 0)):
        assert agreement(one, two) == pytest.approx(metrics.adjusted_rand_score(one, two))


def test_points_that_are_all_alike_have_no_clusters() -> None:
    assert fits(np.zeros((50, 2)), [np.zeros((50, 2))]) == []


def test_groups_of_traits_weigh_alike() -> None:
    traits = (
        Trait("outcome", "a", "1"),
        Trait("outcome", "b", "1"),
        Trait("length", "", "weeks"),
        Trait("steps", "A", ""),
    )
    values = np.random.default_rng(1).normal(size=(500, 4))
    values[:, 3] = 2.0
    points = Scale.of(traits, values).points(values)
    spread = points.var(axis=0)
    assert spread[:2].sum() == pytest.approx(spread[2], rel=0.05)
    assert spread[3] == 0.0


@pytest.fixture(scope="module")
def found() -> object:
    return tertius.storylines("river-war", "land>200", futures=800, weeks=26)


def test_shares_are_of_all_futures_and_each_has_what_it_must(found: tertius.impact.storylines.Storylines) -> None:  # type: ignore[name-defined]
    told = found.storylines
    assert 3 <= len(told) <= 5
    assert sum(one.share for one in told) == pytest.approx(1.0)
    assert [one.share for one in told] == sorted((one.share for one in told), reverse=True)
    for one in told:
        assert one.interval[0] < one.share < one.interval[1]
        assert [abs(each.gap) for each in one.apart] == sorted((abs(each.gap) for each in one.apart), reverse=True)
        assert all(abs(turn.share - turn.other) > 0.1 for turn in one.turns)
        assert one.chronicle


def test_the_typical_path_is_a_future_of_the_run(found: object) -> None:
    for one in found.storylines:  # type: ignore[attr-defined]
        again = tertius.chronicle("river-war", one.typical, weeks=26)
        assert dict(again.outcomes) == one.ends
        assert again.lines == one.chronicle


def test_shares_hold_on_a_fresh_seed() -> None:
    """Fresh points given to the centres of the first ones: each share within four standard errors."""
    points, _ = groups(1)
    fresh, _ = groups(9)
    centres = fits(points, [fresh], (4,))[0][1]
    shares, again = (np.bincount(nearest(each, centres)) / len(each) for each in (points, fresh))
    assert (np.abs(shares - again) < 4 * np.sqrt(2 * shares * (1 - shares) / len(points))).all()


def test_the_box_is_told_with_coverage_and_density(found: object) -> None:
    box = found.box  # type: ignore[attr-defined]
    assert box.measured is not None
    assert box.sure
    assert box.measured.density > box.base
    assert any(limit.name == "theatres.river.long_run_tempo" for limit in box.limits)
    text = storylines_text(found, tertius.load("river-war").record)  # type: ignore[arg-type]
    assert "theatres.river.long_run_tempo" in text
    assert len(set(names(found, tertius.load("river-war").record))) == len(found.storylines)  # type: ignore[arg-type, attr-defined]


def test_the_json_is_that_of_the_schema(found: object) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = tertius.schema("storylines")
    data = plain_data(found)
    jsonschema.validate(data, schema)
    json.dumps(data, allow_nan=False)
    for name, held in {**schema["$defs"], "top": schema}.items():
        for key, shape in held.get("properties", {}).items():
            assert shape.get("description"), f"{name}.{key} is not told"


REFUSED = {
    "too few": ({"futures": 100}, OptionError, "400 or more"),
    "no such outcome": ({"box": "lnd>3"}, UnknownName, "land"),
    "no number": ({"box": "land>far"}, OptionError, "number"),
    "no such event": ({"box": "wars-end"}, UnknownName, "war-ends"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_asked_is_refused(case: str) -> None:
    asked, kind, hint = REFUSED[case]
    with pytest.raises(kind, match=hint):
        tertius.storylines("river-war", **{"futures": 400, "weeks": 8, **asked})  # type: ignore[arg-type]


def test_another_schema_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="storylines"):
        tertius.schema("storyline")


@pytest.mark.parametrize("fewest", [400, 6000])
def test_stopped_early_it_tells_what_was_done_or_says_that_it_is_too_little(
    fewest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_: str, done: int, of: int) -> None:
        if 0 < done < of == 6000:
            raise KeyboardInterrupt

    monkeypatch.setattr("tertius.impact.storylines.FEWEST", fewest)
    asked = {"futures": 6000, "weeks": 26, "threads": 1, "progress": stop}
    if fewest == 6000:
        with pytest.raises(Interrupted, match="6000 or more"):
            tertius.storylines("river-war", **asked)  # type: ignore[arg-type]
        return
    found = tertius.storylines("river-war", **asked)  # type: ignore[arg-type]
    assert 400 <= found.futures < found.asked == 6000
    assert "6,000 futures asked for" in storylines_text(found, tertius.load("river-war").record)
