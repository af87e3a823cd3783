"""A chronicle: the very future of an ensemble, lines that agree with its arrays, reasons that add up."""

import re
from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from tests.impact.levies import layout as levy
from tests.impact.neighbours import layout as deciding

from tertius.engine import LARGEST_VALUE, Ensemble, Layout, Options, occurrences, run, run_future
from tertius.errors import OptionError
from tertius.impact.chronicle import Chronicle, Line, Told, chronicle, tellers, typical
from tertius.impact.chronicle.making import lines_of
from tertius.impact.chronicle.telling import _REGISTER, month_ends, teller
from tertius.impact.chronicle.typical import mean_distances
from tertius.report.chronicle import chronicle_data, chronicle_text
from tertius.world import load_scenario

pytestmark = pytest.mark.usefixtures("compiled")
OPTIONS = Options(futures=60, weeks=52, seed=5)
SENDING = {
    "events.prk-entry.probability": 1.0,
    "contingents.kpa.wave_probability": 0.2,
    "contingents.kpa.wave_troops": 900.0,
    "contingents.kpa.loss_replacement": 0.0,
    "contingents.kpa.troops_ceiling": 60000.0,
    "actors.PRK.pace": 8.0,
}


@cache
def war(**settings: float) -> Layout:
    """The shipped scenario without its fit."""
    return Layout.of(load_scenario("ukraine-2024").without_fit(), SENDING | settings)


@cache
def futures() -> tuple[Ensemble, ...]:
    """Some futures of a war with many waves and decisions, each alone."""
    return tuple(run_future(war(), OPTIONS, number) for number in (0, 3, 17, 42, 58))


_TOLD: dict[tuple[int, tuple[str, ...]], tuple[Ensemble, tuple[Line, ...]]] = {}


def all_lines(future: Ensemble) -> tuple[Line, ...]:
    """The lines of a future, made once by the tellers that there are; it is held, so that its id stays its own."""
    key = id(future), tuple(tellers())
    if key not in _TOLD:
        _TOLD[key] = future, tuple(lines_of(future))
    return _TOLD[key][1]


def of_kind(future: Ensemble, kind: str) -> list[Line]:
    return [line for line in all_lines(future) if line.kind == kind]


def output(future: Ensemble, path: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.asarray(future.path(path)[0], dtype=np.float64)


def test_it_is_the_very_future_of_the_ensemble() -> None:
    ensemble = run(war(), OPTIONS)
    for alone in futures():
        number = int(alone.trajectories[0])
        assert np.array_equal(ensemble.everything[number], alone.everything[0])
        assert np.array_equal(ensemble.samples[number], alone.samples[0])
        for path, values in ensemble.parameters.items():
            assert values[number] == alone.parameters[path][0]


def test_which_events_occur_is_what_the_kernel_drew() -> None:
    some = run(levy(events__levy__probability=0.4), Options(futures=400, weeks=3, seed=2))
    happens, week = occurrences(some)["levy"]
    assert 0.3 < happens.mean() < 0.5
    assert set(week.tolist()) == {1}
    assert np.array_equal(some.path("sides.B.mobilised")[:, 2] > 0, happens)
    assert not some.path("sides.B.mobilised")[:, 1].any()


def test_decisions_are_all_steps_of_all_levels_and_their_reasons_add_up() -> None:
    told = 0
    for future in futures():
        lines = of_kind(future, "decisions")
        for name, record in future.layout.scenario.instruments.items():
            level = output(future, f"instruments.{name}.level")
            mine = [line for line in lines if line.subject == f"instruments.{name}"]
            moved = np.flatnonzero(np.diff(level)) + 1
            assert [line.week for line in mine] == moved.tolist()
            assert [line.values["level"] for line in mine] == level[moved].tolist()
            for line in mine:
                assert line.values["words"] == record.levels[int(level[line.week])]
                way = 1 if line.values["way"] == "up" else -1
                effects = [f"effects.{stake}.worth" for stake in record.effects]
                fields = (*effects, "indirect", "followed", "restrained", "signalled")
                worth = sum(output(future, f"instruments.{name}.{field}")[line.week] for field in fields)
                terms = {reason.term: reason.worth for reason in line.reasons}
                rest = terms.pop("options")
                assert sum(terms.values()) == pytest.approx(
                    way * np.clip(worth, -LARGEST_VALUE, LARGEST_VALUE), abs=1e-4
                )
                chance, rate = float(line.values["chance"]), float(line.values["rate"])
                assert sum(terms.values()) + rest == pytest.approx(np.log(chance / rate), abs=1e-6)
                told += 1
    assert told > 50


def test_a_forced_step_is_said_to_be_forced() -> None:
    held = {"actors__cordia__pace": 0.0, "instruments__cordia-arms__forced_week": 4.0}
    future = run_future(deciding(**held), Options(weeks=10, seed=3), 0)
    line = next(line for line in of_kind(future, "decisions") if line.subject == "instruments.cordia-arms")
    assert line.week == 5
    assert "forces" in line.text
    assert line.reasons == ()


def test_soldiers_told_are_the_soldiers_sent() -> None:
    ways: set[str] = set()
    for future in futures():
        came = [line for line in of_kind(future, "contingents") if "total" in line.values]
        sent = output(future, "contingents.kpa.sent")
        assert sum(float(line.values["soldiers"]) for line in came) == pytest.approx(sent[-1] - sent[0], abs=2)
        for line in came:
            assert sent[line.week - 1] < float(line.values["total"]) <= sent[line.week] * (1 + 1e-6)
            ways |= {"event", "instrument"} & line.values.keys() or {"wave"}
        weeks = np.flatnonzero(np.diff(sent) >= 1) + 1
        assert sorted({line.week for line in came}) == weeks.tolist()
    assert ways == {"event", "instrument", "wave"}


def test_losses_made_up_are_no_wave() -> None:
    quiet = war(
        **{"contingents.kpa.wave_probability": 0.0, "contingents.kpa.loss_replacement": 1.0, "actors.PRK.pace": 0.0}
    )
    future = run_future(quiet, OPTIONS, 3)
    came = [line for line in of_kind(future, "contingents") if "total" in line.values]
    assert {"event"} == {key for line in came for key in line.values if key in ("event", "instrument")}
    assert output(future, "contingents.kpa.sent")[-1] > sum(float(line.values["soldiers"]) for line in came) + 100


def test_a_step_down_takes_soldiers_away() -> None:
    seen = 0
    for future in futures():
        troops = output(future, "contingents.kpa.troops")
        for line in of_kind(future, "contingents"):
            if "leave" in line.text:
                before = troops[line.week - 1]
                # What is there after the week, with the week's losses and arrivals, is not more than what stayed.
                assert 0 < float(line.values["soldiers"]) <= before * (1 + 1e-6)
                came = sum(
                    float(other.values["soldiers"])
                    for other in of_kind(future, "contingents")
                    if other.week == line.week and "total" in other.values
                )
                assert troops[line.week] <= before - float(line.values["soldiers"]) + came + 1
                seen += 1
    assert seen > 0


def test_a_withdrawn_contingent_leaves_once() -> None:
    future = run_future(
        war(**{"contingents.kpa.withdrawn_from_week": 20.0, "instruments.PRK-troops.held": 1.0}), OPTIONS, 3
    )
    left = [line for line in of_kind(future, "contingents") if "withdrawn" in line.text]
    assert [line.week for line in left] == [21]
    assert left[0].values["soldiers"] == output(future, "contingents.kpa.troops")[20]


def test_months_add_up() -> None:
    for future in futures():
        for name in future.layout.scenario.theatres:
            area = output(future, f"theatres.{name}.area")
            gained = [line.values.get(f"gained_{name}", 0.0) for line in of_kind(future, "land")]
            assert sum(map(float, gained)) == pytest.approx(area[-1] - area[0], abs=0.1)
        for name in future.layout.scenario.sides:
            lost = [float(line.values[f"lost_{name}"]) for line in of_kind(future, "losses")]
            assert sum(lost) == pytest.approx(output(future, f"sides.{name}.cumulative_losses")[-1], rel=1e-6)
        told = [line.week for line in of_kind(future, "losses")]
        assert told == [last for _, last in month_ends(future.dates[: Told(future).last + 1])]
        assert len({future.dates[week].isoformat()[:7] for week in told}) == len(told) > 1


def test_closings_and_spells_are_those_of_the_arrays() -> None:
    closed = spells = 0
    for future in futures():
        for name in future.layout.scenario.theatres:
            mine = [line for line in of_kind(future, "front") if line.subject == f"theatres.{name}"]
            is_open = output(future, f"theatres.{name}.open")
            weeks = [line.week for line in mine if "closes" in line.text]
            assert weeks == (np.flatnonzero(np.diff(is_open) < 0) + 1).tolist()
            closed += len(weeks)
            active = output(future, f"theatres.{name}.activity")
            begins = [line.week for line in mine if "begins" in line.text]
            if future.layout.scenario.theatres[name].quantities.get("active_scale") is not None and begins:
                assert begins == (np.flatnonzero(np.diff(active) > 0) + 1).tolist()
            spells += len(begins)
    assert closed > 0


def test_spells_are_told_where_they_matter() -> None:
    path = "theatres.ridge"
    on = {f"{path}.active_scale": 3.0, f"{path}.becoming_active": 0.3, f"{path}.becoming_quiet": 0.5}
    future = run_future(levy(**on), Options(weeks=40, seed=1), 0)
    lines = of_kind(future, "front")
    active = output(future, f"{path}.activity")
    assert len(lines) > 5
    assert [line.week for line in lines] == (np.flatnonzero(np.diff(active)) + 1).tolist()
    assert all(("begins" in line.text) == bool(active[line.week]) for line in lines)
    assert (
        of_kind(run_future(levy(**(on | {f"{path}.active_scale": 1.0})), Options(weeks=40, seed=1), 0), "front") == []
    )


def rises(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> list[int]:
    return (np.flatnonzero(np.diff(values) > 0) + 1).tolist()


def test_rungs_lines_bargains_and_the_end_are_those_of_the_arrays() -> None:
    seen = dict.fromkeys(("rungs", "red_lines", "bargains", "ending"), 0)
    for number in range(12):
        future = run_future(war(), OPTIONS, number)
        scenario, last = future.layout.scenario, Told(future).last
        lines = all_lines(future)

        def weeks(kind: str, subject: str, word: str, told: tuple[Line, ...] = lines) -> list[int]:
            return [line.week for line in told if (line.kind, line.subject) == (kind, subject) and word in line.text]

        for key, ladder in scenario.ladders.items():
            for name in ladder.rungs:
                path = f"ladders.{key}.rungs.{name}"
                assert weeks("rungs", path, "is reached") == rises(output(future, f"{path}.reached"))
                assert weeks("rungs", path, "is left") == rises(-output(future, f"{path}.reached"))
        for name in scenario.red_lines:
            path = f"red_lines.{name}"
            assert weeks("red_lines", path, "is crossed") == rises(output(future, f"{path}.crossed"))
            assert weeks("red_lines", path, "answers for") == rises(output(future, f"{path}.answered"))
            assert weeks("red_lines", path, "not answered") == rises(output(future, f"{path}.unanswered"))
        for name in scenario.bargains:
            assert weeks("bargains", f"bargains.{name}", "ends") == rises(-output(future, f"bargains.{name}.alive"))
        ended = rises(output(future, "world.ended"))
        assert [line.week for line in lines if line.kind == "ending"] == ended
        assert max(line.week for line in lines) <= last == (ended[0] if ended else 52)
        for kind in seen:
            seen[kind] += sum(line.kind == kind for line in lines)
    assert all(seen.values()), seen


def test_friction_is_the_worst_of_the_arrays() -> None:
    parts = ("interpreters", "officers", "discord", "dilution")
    for future in futures():
        lost = sum(output(future, f"contingents.kpa.lost_to_{part}") for part in parts)
        lines = of_kind(future, "friction")
        assert lines
        most = next(line for line in lines if "most soldiers" in line.text)
        assert most.week == int(np.argmax(lost))
        for line in lines:
            told = [float(line.values[part]) for part in parts]
            assert sum(told) == pytest.approx(float(line.values["lost"]), rel=1e-6)
            usable = output(future, "contingents.kpa.usable")[line.week]
            assert float(line.values["present"]) - float(line.values["lost"]) == pytest.approx(usable, rel=1e-5)


def test_events_come_and_end_or_do_not_come() -> None:
    some = levy(events__levy__probability=0.5)
    options = Options(futures=20, weeks=8, seed=2)
    happens, _ = occurrences(run(some, options))["levy"]
    texts = {
        bool(happens[n]): [line.text for line in of_kind(run_future(some, options, n), "events")] for n in range(20)
    }
    assert "does not come about" in texts[False][0]
    assert ["more" in text for text in texts[True]] == [True, False]
    with_levy = run_future(some, options, int(np.argmax(happens)))
    begins, ends = of_kind(with_levy, "events")
    raised = output(with_levy, "sides.B.mobilised")
    assert (begins.week, ends.week) == (2, 8)
    assert raised[begins.week] == pytest.approx(float(begins.values["recruits"]))
    assert raised[ends.week] == pytest.approx(0, abs=1e-9)


def test_the_typical_future_is_the_medoid() -> None:
    ensemble = run(levy(), Options(futures=300, weeks=8, seed=4))
    choice = typical(ensemble)
    land = ensemble.of("land")[:, [4, 8]]  # the one headline outcome at the comparison's horizons
    mean = cdist(land / land.std(axis=0), land / land.std(axis=0)).sum(axis=1) / 299
    assert choice.number == int(mean.argmin())
    assert choice.distance == pytest.approx(mean.min(), rel=1e-6)
    assert choice.usual == pytest.approx(np.median(mean), rel=1e-6)
    assert mean_distances(land) == pytest.approx(cdist(land, land).sum(axis=1) / 299, rel=1e-6)


@pytest.mark.parametrize(("probability", "comes"), [(0.8, True), (0.2, False)])
def test_it_is_chosen_where_the_event_comes_as_in_most_futures(probability: float, comes: bool) -> None:
    ensemble = run(levy(events__levy__probability=probability), Options(futures=200, weeks=8, seed=4))
    choice = typical(ensemble)
    happens, _ = occurrences(ensemble)["levy"]
    assert bool(happens[choice.number]) is comes
    assert choice.comes == happens.mean()


def told(threads: int) -> Chronicle:
    return chronicle(deciding(), Options(futures=80, weeks=26, seed=9, threads=threads))


def test_it_is_the_same_every_time() -> None:
    one, two = told(1), told(2)
    assert one.lines == two.lines
    assert one.choice == two.choice
    again = chronicle(deciding(), Options(futures=1, weeks=26, seed=9), int(one.future.trajectories[0]))
    assert again.lines == one.lines
    assert again.choice is None


def test_every_line_can_be_read() -> None:
    for future in futures():
        made = Chronicle(future, None, all_lines(future), {})
        text = chronicle_text(made)
        assert "{" not in text
        assert not re.search(r"\b(nan|n/a|inf)\b", text)
        data = chronicle_data(made)
        assert len(data["lines"]) == len(made.lines) > 20
        assert [line["week"] for line in data["lines"]] == sorted(line["week"] for line in data["lines"])


@pytest.fixture
def dummy() -> Iterator[str]:
    @teller(order=1)
    def quarters(told: Told) -> Iterator[Line]:
        for week in range(13, told.weeks + 1, 13):
            yield Line(week, "quarters", "world", "quarter {number} ends", {"number": week // 13})

    yield "quarters"
    del _REGISTER["quarters"]


def test_a_kind_of_line_is_added_in_one_place(dummy: str) -> None:
    future = next(one for one in futures() if not one.path("world.ended").any())
    lines = of_kind(future, dummy)
    assert [line.week for line in lines] == [13, 26, 39, 52]
    assert "quarter 2 ends" in chronicle_text(Chronicle(future, None, tuple(lines), {}))
    with pytest.raises(ValueError, match="registered already"):
        teller(order=2)(tellers()[dummy])


def test_a_future_out_of_range_is_refused() -> None:
    with pytest.raises(OptionError, match="0 and above"):
        chronicle(levy(), OPTIONS, -1)
    with pytest.raises(OptionError, match="0 to"):
        run_future(levy(), OPTIONS, 10_000_000)
