"""The versions that the benchmark compares must be the same model: no timing here."""

import ctypes
import json
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtri

from benchmarks import kernel, laws_c, war_mesa

TOLERANCE = 1e-9


SPELLS = {"active_scale": 4.0, "becoming_active": 0.2, "becoming_quiet": 0.3}
QUIET = {"active_scale": 1.0}


@pytest.fixture(scope="module")
def case() -> kernel.Case:
    return kernel.Case(kernel.layout_of(), futures=40, weeks=52)


def with_spells(given: dict[str, float]) -> kernel.Case:
    scenario = kernel.war()
    settings = {f"theatres.{k}.{name}": value for k in scenario.theatres for name, value in given.items()}
    return kernel.Case(kernel.layout_of(settings), futures=40, weeks=52)


@pytest.fixture(scope="module", params=[{}, QUIET, SPELLS], ids=["as shipped", "quiet", "spells"])
def any_case(request: pytest.FixtureRequest) -> kernel.Case:
    return with_spells(request.param)


def has_compiler() -> bool:
    try:
        laws_c.compiler()
    except laws_c.NoCompilerError:
        return False
    return True


def has_mesa() -> bool:
    return find_spec("mesa") is not None


needs_compiler = pytest.mark.skipif(not has_compiler(), reason="no C compiler (tried $CC, cc, gcc, clang)")


def recorded(case: kernel.Case, block) -> np.ndarray:
    record = case.record()
    case.task(block, record)()
    return record


def test_numpy_agrees_with_the_kernel(any_case: kernel.Case) -> None:
    ours, theirs = (recorded(any_case, block) for block in (kernel.laws_numba, kernel.laws_numpy.run_block))
    assert kernel.difference(ours, theirs) < TOLERANCE


@needs_compiler
def test_c_agrees_with_the_kernel(any_case: kernel.Case) -> None:
    ours, theirs = (recorded(any_case, block) for block in (kernel.laws_numba, laws_c.laws_in_c()))
    assert kernel.difference(ours, theirs) < TOLERANCE


@needs_compiler
def test_blocked_c_agrees_with_the_kernel(any_case: kernel.Case) -> None:
    ours, theirs = (recorded(any_case, block) for block in (kernel.laws_numba, laws_c.laws_in_c(laws_c.BLOCKED)))
    assert kernel.difference(ours, theirs) < TOLERANCE


@pytest.fixture
def without_wide_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compile for any machine of the kind: what lanes.h says with plain operators is what runs."""
    monkeypatch.setattr(laws_c, "FLAGS", tuple(flag for flag in laws_c.FLAGS if not flag.startswith("-march")))


@needs_compiler
@pytest.mark.usefixtures("without_wide_vectors")
def test_blocked_c_is_the_same_without_wide_vectors(case: kernel.Case) -> None:
    ours, theirs = (recorded(case, laws_c.laws_in_c(source)) for source in (laws_c.SOURCE, laws_c.BLOCKED))
    assert kernel.difference(ours, theirs) < TOLERANCE


@needs_compiler
def test_a_block_that_is_not_full_writes_no_more_than_its_futures() -> None:
    """7 futures are a block of four lanes and one with an idle lane: the row behind stays as it was."""
    case = kernel.Case(kernel.layout_of(), futures=7, weeks=6)
    ours, theirs = case.record(), kernel.Case(case.layout, 8, case.weeks).record()
    case.task(laws_c.laws_in_c(), ours)()
    case.task(laws_c.laws_in_c(laws_c.BLOCKED), theirs[:7])()
    assert kernel.difference(ours, theirs[:7]) < TOLERANCE
    assert np.isnan(theirs[7]).all()


LANES_APART = """
#include "lanes.h"
void apart(double *numbers, double *grown, double *logs, double *powers, double *normals, int64_t n) {
    for (int64_t i = 0; i < n; i += LANES) {
        lanes x, p;
        memcpy(&x, numbers + i, sizeof x);
        memcpy(&p, normals + i, sizeof p);
        lanes e = exponential(x), l = logarithm(p), r = power(p, x);
        memcpy(grown + i, &e, sizeof e);
        memcpy(logs + i, &l, sizeof l);
        memcpy(powers + i, &r, sizeof r);
        normal_quantiles(&p, 1);
        memcpy(normals + i, &p, sizeof p);
    }
}
"""


def check_functions_of_lanes(folder: Path) -> None:
    source = folder / "apart.c"
    source.write_text(LANES_APART, encoding="utf-8")
    function = laws_c.build(source).apart
    function.argtypes = [*[ctypes.c_void_p] * 5, ctypes.c_int64]
    numbers = np.linspace(-9.0, 9.0, 4000)
    chances = np.concatenate([np.geomspace(1e-16, 0.5, 2000), 1.0 - np.geomspace(1e-15, 0.5, 2000)])
    grown, logs, powers = (np.empty_like(numbers) for _ in range(3))
    normals = chances.copy()
    function(*(array.ctypes.data for array in (numbers, grown, logs, powers, normals)), len(numbers))
    np.testing.assert_allclose(grown, np.exp(numbers), rtol=1e-14)
    np.testing.assert_allclose(logs, np.log(chances), rtol=1e-14)
    np.testing.assert_allclose(powers, chances**numbers, rtol=1e-12)
    np.testing.assert_allclose(normals, ndtri(chances), rtol=1e-13, atol=1e-15)


@needs_compiler
def test_functions_of_lanes_are_those_of_the_library(tmp_path: Path) -> None:
    """exp, log, powers and normal numbers, far into both tails, where no run of the war gets."""
    check_functions_of_lanes(tmp_path)


@needs_compiler
@pytest.mark.usefixtures("without_wide_vectors")
def test_functions_of_lanes_are_those_without_wide_vectors(tmp_path: Path) -> None:
    check_functions_of_lanes(tmp_path)


def test_the_block_is_not_trivial(case: kernel.Case) -> None:
    """Agreement means something: events act, contingents fight, numbers differ between futures."""
    record = recorded(case, kernel.laws_numba)
    moving = {
        path for place, (path, _) in enumerate(case.layout.outputs()) if record[:, :, place].std(axis=0).max() > 0.0
    }
    names = {path.rpartition(".")[2] for path in moving}
    ground = {"area", "tempo", "activity", "shock_scale", "balance"}
    assert ground | {"losses", "integration", "newcomers", "shells", "wanted"} <= names


@pytest.mark.parametrize(("given", "scales"), [(QUIET, {1.0}), (SPELLS, {1.0, 4.0})], ids=["quiet", "spells"])
def test_the_settings_of_the_spells_act(given: dict[str, float], scales: set[float]) -> None:
    case = with_spells(given)
    record = recorded(case, kernel.laws_numba)
    places = [place for place, (path, _) in enumerate(case.layout.outputs()) if path.endswith(".shock_scale")]
    assert set(np.unique(record[:, :, places])) == scales


def test_difference_sees_one_wrong_number_and_nan() -> None:
    ours = np.ones((2, 3, 4))
    theirs = ours.copy()
    assert kernel.difference(ours, theirs) == 0.0
    theirs[1, 2, 3] = 1.0 + 1e-6
    assert kernel.difference(ours, theirs) == pytest.approx(1e-6, rel=1e-3)
    theirs[0, 0, 0] = np.nan
    assert kernel.difference(ours, theirs) == float("inf")


@needs_compiler
def test_the_command_prints_json(capsys: pytest.CaptureFixture[str]) -> None:
    small = ["--rounds", "1", "--calls", "1", "--futures", "8", "--weeks", "3", "--engine-futures", "8"]
    assert kernel.main([*small, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    named = {kernel.KERNEL, kernel.C, kernel.BLOCKED_C, kernel.NUMPY, "engine, 2 threads"}
    assert set(found["trajectory_weeks_per_second"]) == named | ({kernel.MESA} if has_mesa() else set())
    assert max(found["largest_relative_difference_from_kernel"].values()) < TOLERANCE


def test_without_a_compiler_the_command_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(laws_c.shutil, "which", lambda name: None)
    assert kernel.main(["--futures", "4", "--weeks", "1"]) == 1
    assert "no C compiler found" in capsys.readouterr().err


@pytest.mark.skipif(not has_mesa(), reason="no Mesa, which the benchmark does without")
def test_the_war_of_agents_is_a_war() -> None:
    """Fronts move, soldiers are lost, and a seed is a future: so what is timed is no empty loop."""
    layout = kernel.layout_of()
    one, numbers = war_mesa.war_of_agents(), war_mesa.kept(layout, kernel.SEED, 0)
    first, again, other = (one(numbers, seed, 8) for seed in (1, 1, 2))
    areas = [[front.area for front in model.fronts] for model in (first, again, other)]
    assert areas[0] == areas[1] != areas[2]
    assert areas[0] != [theatre["area"] for theatre in numbers["theatre"]]
    assert all(side.losses > 0.0 for side in first.sides)
    assert len(first.collector.get_agenttype_vars_dataframe(type(first.sides[0]))) == 8 * len(first.sides)


def test_without_mesa_the_others_are_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mesa", None)
    with pytest.raises(war_mesa.NoMesaError):
        war_mesa.war_of_agents()
    assert kernel.agents(kernel.Case(kernel.layout_of(), 1, 1)) == {}
