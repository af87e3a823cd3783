"""The versions that the benchmark compares must be the same model: no timing here."""

import json
import sys
from importlib.util import find_spec

import numpy as np
import pytest

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
    named = {kernel.KERNEL, kernel.C, kernel.NUMPY, "engine, 2 threads"}
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
