"""Sweeps and pairs of scenarios: the same luck everywhere, wrong input refused before anything is run."""

from pathlib import Path

import numpy as np
import pytest
from tests.impact.levies import LEVY

import tertius
from tertius.errors import Interrupted, LayoutError, OptionError, UnknownName
from tertius.impact import sweep as module

pytestmark = pytest.mark.usefixtures("compiled")
WAR = str(LEVY["B"])
FEW = {"futures": 40, "weeks": 5}
PATH = "sides.A.recruitment"


def test_each_cell_is_the_comparison_with_the_quantity_assumed() -> None:
    made = tertius.sweep(WAR, {PATH: [100.0, 300.0]}, **FEW)
    assert (made.asked, made.done, made.complete) == (2, 2, True)
    for value in (100.0, 300.0):
        alone = tertius.compare(WAR, assume={PATH: value}, **FEW)
        for cell in made.cells:
            if cell.values == (value,):
                found = alone.at(cell.outcome, 5)
                assert cell.difference == found.mean
                assert (cell.low, cell.high) == found.interval
                assert cell.mean - cell.other == pytest.approx(found.mean)
                assert cell.mean == pytest.approx(alone.base.of(cell.outcome)[:, -1].mean())


def test_a_grid_has_every_combination_and_a_difference_of_a_no_op_is_exactly_zero() -> None:
    over = [f"{PATH}=100:300:3", "sides.B.fungible=0:1:2"]
    made = tertius.sweep(WAR, over, assume={"events.levy.recruits": 0.0}, **FEW)
    assert [cell.values for cell in made.cells if cell.outcome == "land"] == [
        (a, b) for a in (100.0, 200.0, 300.0) for b in (0.0, 1.0)
    ]
    assert {cell.difference for cell in made.cells} == {0.0}
    row = made.rows()[0]
    assert (row[PATH], row["outcome"], row["week"]) == (100.0, "land", 5)
    table = made.to_pandas()
    assert len(table) == len(made.cells)
    assert np.isfinite(table["difference"]).all()


@pytest.mark.parametrize(
    ("over", "expected"),
    [
        ((), "PATH=LOW:HIGH:N"),
        ("sides.A.recruitment", "PATH=LOW:HIGH:N"),
        ("sides.A.recruitment=1:2", "PATH=LOW:HIGH:N"),
        ("sides.A.recruitment=1:2:3:4", "PATH=LOW:HIGH:N"),
        ("sides.A.recruitment=a:2:3", "PATH=LOW:HIGH:N"),
        ("sides.A.recruitment=1:2:2.5", "PATH=LOW:HIGH:N"),
        ("sides.A.recruitment=nan:2:3", "PATH=LOW:HIGH:N"),
        ("sides.A.recruitment=1:inf:3", "PATH=LOW:HIGH:N"),
        ("=1:2:3", "PATH=LOW:HIGH:N"),
        ("sides.A.recruitment=1:2:1", "N from 2 on"),
        ("sides.A.recruitment=1:2:5000", "to 1,000"),
        ("sides.A.recruitment=3:2:4", "sides.A.recruitment=2:3:4"),
        ("sides.A.recruitment=2:2:4", "LOW below HIGH"),
        (["sides.A.recruitment=1:2:3", "sides.A.recruitment=1:2:3"], "each path once"),
        ({PATH: []}, "1 to 1000 different values"),
        ({PATH: [1.0, 1.0]}, "1 to 1000 different values"),
        ([f"{PATH}=1:2:200", "sides.B.recruitment=1:2:200"], "at most 10,000"),
    ],
)
def test_a_bad_range_is_refused(over: object, expected: str) -> None:
    with pytest.raises(OptionError, match=expected.replace(".", r"\.")):
        tertius.sweep(WAR, over, **FEW)  # type: ignore[arg-type]


def test_a_path_or_value_that_the_scenario_refuses_is_told_before_anything_is_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "run_arms", lambda *_: pytest.fail("futures were run"))
    with pytest.raises(UnknownName, match=r"nearest: sides\.A\.recruitment"):
        tertius.sweep(WAR, "sides.A.recruitmnt=1:2:3", **FEW)
    with pytest.raises(LayoutError, match=r"1\.5"):
        tertius.sweep(WAR, "sides.A.fungible=0:1.5:3", **FEW)
    with pytest.raises(OptionError, match="not set otherwise"):
        tertius.sweep(WAR, f"{PATH}=1:2:3", assume={PATH: 5.0}, **FEW)


def test_an_interruption_keeps_the_points_that_are_done(monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = module.run_arms, []

    def stopping(*args: object, **more: object) -> object:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "run_arms", stopping)
    made = tertius.sweep(WAR, f"{PATH}=100:300:5", **FEW)
    assert (made.asked, made.done, made.complete) == (5, 2, False)
    assert {cell.values for cell in made.cells} == {(100.0,), (150.0,)}
    calls[:] = [1, 1]
    with pytest.raises(Interrupted, match="nothing to save"):
        tertius.sweep(WAR, f"{PATH}=100:300:5", **FEW)


def test_a_war_without_a_question_is_swept_alone(tmp_path: Path) -> None:
    file = tmp_path / "w.yaml"
    file.write_text(Path(WAR).read_text(encoding="utf-8").partition("comparison:")[0], encoding="utf-8")
    made = tertius.sweep(file, f"{PATH}=100:300:2", **FEW)
    assert made.question == ()
    assert {cell.difference for cell in made.cells} == {None}


def variant(folder: Path, text: str, name: str = "b.yaml") -> Path:
    file = folder / name
    file.write_text(f"extends: {WAR}\n{text}", encoding="utf-8")
    return file


def test_two_scenarios_are_two_worlds_with_the_same_luck(tmp_path: Path) -> None:
    text = "sides:\n  A:\n    recruitment: {value: 600, unit: persons/week, source: choice}\n"
    other = variant(tmp_path, text)
    found = tertius.compare(WAR, against=other, **FEW)
    alone = tertius.compare(WAR, settings={PATH: 600.0}, **FEW)
    assert [row.mean for row in found.table()] == [row.mean for row in alone.table()]
    assert any(row.mean != 0 for row in found.table())
    assert found.interventions == ("scenario b",)
    back = tertius.compare(other, against=WAR, **FEW)
    assert [row.mean for row in back.table()] == [-row.mean for row in found.table()]
    same = tertius.compare(WAR, against=WAR, **FEW)
    assert {row.mean for row in same.table()} == {0.0}
    again = tertius.show(tertius.save(found, tmp_path / "out"), worlds=False)
    assert again.answer == found.answer
    with pytest.raises(OptionError, match="a comparison of two scenarios"):
        tertius.diff(tmp_path / "out", WAR)


def test_two_different_wars_are_refused_with_the_right_thing(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="common belligerent"):
        tertius.compare(WAR, against="korea-1950", **FEW)
    with pytest.raises(OptionError, match="tertius diff"):
        tertius.compare(WAR, against=variant(tmp_path, "as_of: 2031-03-09\n", "c.yaml"), **FEW)
    with pytest.raises(OptionError, match="the same outcomes"):
        tertius.compare(WAR, against=variant(tmp_path, "outcomes:\n  losses: null\n", "d.yaml"), **FEW)
    with pytest.raises(OptionError, match="one of the two"):
        tertius.compare(WAR, ["levy"], against=WAR, **FEW)
