"""Running: interruption, failures, quantiles, and the cache that must notice an edited law."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import tertius
import tertius.engine.run  # the package names its function run too
from tertius.engine import LEVELS, Ensemble, Layout, Options, Sampled, draws_of, run, run_arms
from tertius.engine.parameters import draw_columns
from tertius.errors import Interrupted, KernelError, OptionError
from tertius.world import Quantity, Uniform, load_scenario

run_module = sys.modules["tertius.engine.run"]


def stop_after(futures: int) -> Callable[[int, int], None]:
    def progress(done: int, asked: int) -> None:
        assert 0 <= done <= asked
        if done >= futures:
            raise KeyboardInterrupt

    return progress


def test_an_interrupted_run_keeps_whole_blocks(layout: Layout, compiled: None) -> None:
    options = Options(futures=20_000, weeks=20, block=50, threads=2, outputs=())
    other = Layout.of(layout.scenario, {"contingents.kpa.discord": 0.0})
    arms = run_arms([layout, other], options, stop_after(100))
    whole = run(layout, Options(futures=300, weeks=20, outputs=()))
    for arm in arms:
        assert not arm.complete
        assert arm.asked == 20_000
        kept = arm.trajectories
        assert 100 <= len(kept) < 20_000
        # Whole blocks of 50, the same in both arms, and nothing that was not computed.
        starts = kept[::50]
        assert (starts % 50 == 0).all()
        assert (kept == (starts[:, None] + np.arange(50)).ravel()).all()
        assert (kept == arms[0].trajectories).all()
        assert np.isfinite(arm.samples).all()
    early = arms[0].trajectories < 300
    assert early.any()
    assert (arms[0].samples[early] == whole.samples[arms[0].trajectories[early]]).all()


def test_a_run_stopped_before_its_first_block_saves_nothing(
    layout: Layout, compiled: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = threading.Event()
    compute = run_module.Arm.compute

    def held(*arguments: object) -> None:
        assert release.wait(60)
        compute(*arguments)  # type: ignore[arg-type]

    def at_once(done: int, asked: int) -> None:
        threading.Timer(0.5, release.set).start()
        raise KeyboardInterrupt

    monkeypatch.setattr(run_module.Arm, "compute", held)
    with pytest.raises(Interrupted, match="nothing to save"):
        run_arms([layout, layout], Options(futures=40, weeks=2, block=20, threads=1), at_once)


def test_a_complete_run_reports_to_the_end(layout: Layout, compiled: None) -> None:
    seen: list[tuple[int, int]] = []
    ensemble = run(layout, Options(futures=90, weeks=2, block=20), lambda done, asked: seen.append((done, asked)))
    assert ensemble.complete
    assert seen[-1] == (90, 90)
    assert seen == sorted(seen)


def test_what_is_no_number_stops_the_run(layout: Layout, compiled: None) -> None:
    settings = {"sides.B.recruitment_endurance": 10.0, "sides.B.loss_replacement": 0.0, "sides.B.recruitment": 2000.0}
    large = Layout.of(layout.scenario, settings)
    beyond = Quantity(value=-1000.0, unit="1/week", source=("choice",))  # more than a scenario may say
    columns = [replace(c, quantity=beyond) if c.path == "sides.B.drain" else c for c in large.columns]
    with pytest.raises(KernelError, match=r"is \S+ in trajectory \d+, week \d+ \(seed 1\); allowed") as caught:
        run(replace(large, columns=tuple(columns)), Options(futures=50, weeks=10))
    assert "the largest drawn there: sides.B.drain = -1000 1/week" in str(caught.value)


def test_quantiles_are_numpys(base: Ensemble) -> None:
    expected = np.quantile(np.asarray(base.everything, dtype=np.float64), LEVELS, axis=0)
    assert base.quantiles.shape == expected.shape
    np.testing.assert_allclose(base.quantiles, expected, rtol=2e-6, atol=1e-6)


def test_of_the_first_futures_more_is_kept_and_told_as_if_all_were_kept(
    base: Ensemble, simulate: Callable[..., Ensemble], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("arm", "ensemble"):
        monkeypatch.setattr(sys.modules[f"tertius.engine.{module}"], "FIRST", 60)
    some = base.kept[::3]
    found = simulate(outputs=some, further=base.kept)
    assert set(found.kept) == set(some)
    few = found.part(60)
    assert all(np.array_equal(few.path(path), base.path(path)[:60]) for path in base.kept)
    told = found.of_first()
    assert told is not None
    assert np.array_equal(told, base.part(60).quantiles)
    with pytest.raises(OptionError, match=base.kept[1]):
        found.path(base.kept[1])
    assert simulate(outputs=some).of_first() is None
    assert simulate(outputs=some, further=base.kept[:9]).of_first() is None


def test_outcomes_are_the_outputs_measured(base: Ensemble) -> None:
    area, tempo = base.path("theatres.front.area"), base.path("theatres.front.gain")
    np.testing.assert_allclose(base.of("front-gain"), area - area[:, :1], atol=0.05)
    assert (base.of("front-gain")[:, 0] == 0).all()
    assert (base.of("front-tempo").astype(np.float32) == tempo).all()
    assert len(base.dates) == base.samples.shape[1]
    assert base.dates[0] == base.layout.scenario.as_of


RUN = """
import sys
import numpy as np
import tertius
from tertius.engine import compiled
from tertius.kernel.fields import ENTITIES, LINKED, fields
from tertius.kernel.state import Key, Params, State

BLOCK = '''from numba import njit
from tertius.kernel.mechanism import inside
from tertius.mechanisms.ground import ground

ground = inside(ground.py_func)

@njit(cache=True)
def advance(state, params, key):
    ground(state, params, key)

def run_block(*given):
    advance(*given)
    print(given[0].theatre.tobytes().hex(), *advance.stats.cache_hits.values())
'''
assert tertius.__file__.startswith(sys.argv[1]), tertius.__file__
# One theatre with its two forces, two of each other thing, all numbers 1: what the law makes of them is all the same,
# if it is always the same.
state = State(*(np.ones((1 if entity == "theatre" else 2, len(fields("state", entity)))) for entity in ENTITIES))
links = [np.zeros((2, len(fields("link", entity))), dtype=np.int64) for entity in LINKED]
params = Params(*(np.ones((2, len(fields("parameter", entity)))) for entity in ENTITIES), *links)
key = Key(np.uint64(1), np.uint64(2), 1, *(np.ones(2, dtype=np.uint64) for _ in Key._fields[3:]))
compiled.block_source = lambda order: BLOCK
compiled._first_call = lambda block: block(state, params, key)
compiled.run_block()
"""


@pytest.mark.slow
def test_an_edited_law_is_not_run_from_the_cache(tmp_path: Path) -> None:
    """The block is a stand-in of one law: how it is kept hangs on the sources, and compiling them all takes minutes."""
    package = tmp_path / "copy" / "tertius"
    shutil.copytree(Path(tertius.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    environment = {**os.environ, "TERTIUS_CACHE": str(tmp_path / "cache"), "PYTHONPATH": str(package.parent)}

    def moved() -> tuple[str, bool]:
        """The theatres after one week, and whether what moved them was compiled before."""
        words = [sys.executable, "-c", RUN, str(package.parent)]
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        theatres, *hits = done.stdout.split()
        return theatres, bool(hits)

    first = moved()
    assert not first[1]
    law = package / "mechanisms" / "ground.py"
    written = law.read_text(encoding="utf-8")
    line = "state.theatre[k, BALANCE] = math.log(ours / theirs)"
    assert written.count(line) == 1
    law.write_text(written.replace(line, f"{line} + 1.0"), encoding="utf-8")
    edited = moved()
    assert edited[0] != first[0]
    assert not edited[1]
    law.write_text(written, encoding="utf-8")
    assert moved() == (first[0], True)
    assert len(list((tmp_path / "cache" / "kernel").glob("*/block_*.py"))) == 2


def test_what_is_sampled_again_and_again_is_what_is_sampled_once(compiled: None) -> None:
    layout = Layout.of(load_scenario("ukraine-2024"))
    options = Options(futures=6, weeks=5, replicates=1, outputs=())
    held = {"sides.A.reserve_cap": 0.0, "sides.A.shells": 5.0}
    presets = ({}, held, {"events.prk-entry.probability": 0.0}, {"sides.A.reserve_cap": 10.0}, {})
    arm = Sampled(layout, options)
    found = [arm.outcomes(preset) for preset in presets]
    for preset, values in zip(presets, found, strict=True):
        assert np.array_equal(values, Sampled(layout, options).outcomes(preset))
        assert np.array_equal(values, run(Layout.of(layout.scenario, preset), options).samples)
    assert not np.array_equal(found[0], found[1])
    assert not np.array_equal(found[0], found[2])
    drawn = {path: values[4:] for path, values in draws_of(layout, options).items()}
    later = Sampled(layout, replace(options, futures=2), drawn, first=4)
    assert np.array_equal(later.outcomes({}), found[0][4:])


def test_what_two_arms_hold_alike_is_drawn_once_and_is_what_each_draws_alone(compiled: None) -> None:
    layout = Layout.of(load_scenario("river-war"))
    other = Layout.of(layout.scenario, {"contingents.legion.discord": Uniform(low=0.0, high=0.9)})
    rows = np.arange(20)
    first = draw_columns(layout, 3, rows)
    alone, beside = draw_columns(other, 3, rows), draw_columns(other, 3, rows, like=(layout, first))
    assert alone.keys() == beside.keys()
    assert all(np.array_equal(alone[path], beside[path]) for path in alone)
    assert not np.array_equal(first["contingents.legion.discord"], beside["contingents.legion.discord"])
    assert sum(beside[path] is first.get(path) for path in beside) > 0.9 * len(beside)
    one, two = run_arms([layout, other], Options(futures=50, weeks=2, seed=3))
    for ensemble, drawn in ((one, first), (two, alone)):
        found = ensemble.parameters
        assert all(np.array_equal(found[path], drawn[path][np.arange(50) // 4]) for path in found)
        few = ensemble.first(9)
        assert few is not None
        assert all(np.array_equal(few.parameters[path], drawn[path][np.arange(9) // 4]) for path in found)
