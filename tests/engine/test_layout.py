"""What a scenario gets wrong in view of the laws, and interventions."""

from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
from tests.engine.conftest import changed

from tertius.engine import Ensemble, Intervention, Layout, Options, overrides_of, parse_intervention
from tertius.errors import LayoutError, OptionError, Problem, UnknownName
from tertius.kernel.fields import EVENT_KINDS, GOODS, LEVER_KINDS, SIDES, STEPS
from tertius.reference import generic_prior
from tertius.world import Scenario, SupplyLine, load_scenario
from tertius.world.deciding import LEVER_TARGETS, STEP_IDS
from tertius.world.entry import SIDE_IDS
from tertius.world.records import EventKind

SHIPPED = Path(__file__).parents[2] / "src" / "tertius" / "scenarios" / "ukraine-2024.yaml"
Simulate = Callable[..., Ensemble]


def problem(tmp_path: Path, old: str, new: str) -> tuple[Problem, str, list[str]]:
    """Return the one problem that a change of the file's text (its first place) makes, its message, and the lines."""
    text = SHIPPED.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "war.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(LayoutError) as caught:
        Layout.of(load_scenario(path))
    assert len(caught.value.problems) == 1, str(caught.value)
    found = caught.value.problems[0]
    assert found.file == str(path) or found.file.endswith("war.yaml")
    return found, str(caught.value), path.read_text(encoding="utf-8").splitlines()


def test_an_unknown_quantity(tmp_path: Path) -> None:
    there = "discord: {prior:"
    extra = "discordd: {value: 0.5, unit: '1', source: choice}\n    " + there
    found, message, lines = problem(tmp_path, there, extra)
    assert found.path == "contingents.kpa.discordd"
    assert found.line is not None
    assert "discordd:" in lines[found.line - 1]
    assert found.nearest == "discord"
    assert "loss_replacement" in found.allowed
    assert "write discord" in found.fix
    for part in ("war.yaml, line", "given:   discordd", "allowed: ", "nearest: discord", "fix: "):
        assert part in message


def test_a_wrong_unit(tmp_path: Path) -> None:
    block = "learning_weeks: {prior: {loguniform: {low: 3, high: 35}}, unit: week,"
    found, _, lines = problem(tmp_path, block, block.replace("unit: week", "unit: month"))
    assert (found.path, found.nearest) == ("contingents.kpa.learning_weeks", "week")
    assert found.line is not None
    assert "learning_weeks" in lines[found.line - 1]
    assert found.given == "unit month"
    assert "unit: week" in found.fix


def test_out_of_range(tmp_path: Path) -> None:
    found, _, lines = problem(tmp_path, "{uniform: {low: 0.05, high: 0.6}}", "{uniform: {low: 0.05, high: 1.6}}")
    assert found.path == "contingents.kpa.discord"
    assert found.line is not None
    assert "discord" in lines[found.line - 1]
    assert (found.given, found.allowed) == ("0.05 to 1.6", "0 to 1")
    assert "truncate" in found.fix


def test_a_missing_quantity(build: Callable[..., Scenario]) -> None:
    def less(keys: dict) -> None:
        del keys["sides"]["B"]["recruitment"]

    with pytest.raises(LayoutError) as caught:
        Layout.of(build(less))
    (found,) = caught.value.problems
    assert (found.path, found.given) == ("sides.B.recruitment", "nothing")
    assert found.line is not None
    assert "persons/week" in found.allowed
    assert "add recruitment" in found.fix


def test_an_outcome_that_no_law_moves(tmp_path: Path) -> None:
    there = "output: theatres.front.area, measure"
    found, _, _ = problem(tmp_path, there, there.replace("area", "aera"))
    assert found.path == "outcomes.front-gain.output"
    assert found.nearest == "theatres.front.area"


def test_all_problems_are_found_at_once(build: Callable[..., Scenario]) -> None:
    def bad(keys: dict) -> None:
        del keys["sides"]["A"]["recruitment"]
        keys["world"]["equipment_exponent"]["unit"] = "2"

    with pytest.raises(LayoutError) as caught:
        Layout.of(build(bad))
    assert {p.path for p in caught.value.problems} == {"sides.A.recruitment", "world.equipment_exponent"}


def test_a_generic_quantity_that_is_left_out_has_its_reference_prior(build: Callable[..., Scenario]) -> None:
    def brief(keys: dict) -> None:
        del keys["sides"]["A"]["fungible"]

    layout = Layout.of(build(brief))
    assert layout.by_path["sides.A.fungible"].quantity == generic_prior("side", "fungible")
    assert layout.by_path["sides.A.fungible"].quantity.prior is not None


def test_overrides_are_checked(layout: Layout) -> None:
    with pytest.raises(UnknownName) as caught:
        Layout.of(layout.scenario, {"contingents.kpa.discrod": 0.1})
    assert caught.value.nearest == "contingents.kpa.discord"
    with pytest.raises(LayoutError, match=r"contingents\.kpa\.discord"):
        Layout.of(layout.scenario, {"contingents.kpa.discord": 1.5})


def test_outputs_are_looked_up_by_name(layout: Layout, base: Ensemble) -> None:
    assert layout.output("theatres.front.area")[2].unit == "km2"
    for wrong in (lambda: layout.output("theatres.front.aera"), lambda: base.path("theatres.front.aera")):
        with pytest.raises(UnknownName) as caught:
            wrong()
        assert caught.value.nearest == "theatres.front.area"
    with pytest.raises(UnknownName) as caught:
        base.of("front-gian")
    assert caught.value.nearest == "front-gain"


@pytest.mark.parametrize(
    ("name", "value"),
    [("futures", 0), ("weeks", 521), ("seed", -1), ("block", 0), ("replicates", True), ("threads", 1.5)],
)
def test_options_out_of_range(name: str, value: object) -> None:
    with pytest.raises(OptionError) as caught:
        Options(**{name: value})  # type: ignore[arg-type]
    assert caught.value.name == name


def test_interventions_are_read() -> None:
    assert parse_intervention("prk-entry") == Intervention("prk-entry", "never")
    assert parse_intervention("prk-entry:withdraw") == Intervention("prk-entry", "withdraw")
    with pytest.raises(OptionError, match="withdraw, no-further"):
        parse_intervention("prk-entry:sometimes")


def test_what_each_mode_sets(layout: Layout) -> None:
    never = overrides_of(layout, Intervention("prk-entry"))
    parts = ("prk-entry", "prk-second-part")
    off = {f"events.{part}.{name}": 0.0 for part in parts for name in ("troops", "interpreters")}
    off |= {f"contingents.kpa.{name}": 0.0 for name in ("wave_probability", "loss_replacement")}
    nothing = {"instruments.PRK-troops.level": 0.0, "instruments.PRK-troops.held": 1.0}
    assert never == off | nothing
    gone = overrides_of(layout, Intervention("prk-entry", "withdraw"))
    assert gone == {**off, **nothing, "contingents.kpa.withdrawn_from_week": 0.0}
    stays = overrides_of(layout, Intervention("prk-entry", "no-further"))
    free_to_leave = {"instruments.PRK-troops.capped": 1.0}
    assert stays == {path: value for path, value in off.items() if "prk-entry" not in path} | free_to_leave
    assert overrides_of(layout, Intervention("ukr-mobilisation")) == {"events.ukr-mobilisation.recruits": 0.0}


def test_interventions_that_do_not_fit(layout: Layout) -> None:
    with pytest.raises(UnknownName) as caught:
        overrides_of(layout, Intervention("prk-entri"))
    assert caught.value.nearest == "prk-entry"
    with pytest.raises(OptionError, match="mobilisation"):
        overrides_of(layout, Intervention("ukr-mobilisation", "withdraw"))
    there = Layout.of(layout.scenario, {"contingents.kpa.troops": 100.0})
    with pytest.raises(OptionError, match="prk-entry:withdraw"):
        overrides_of(there, Intervention("prk-entry"))


@pytest.mark.parametrize("mode", ["never", "withdraw", "no-further"])
def test_each_mode_does_what_it_says(mode: str, layout: Layout, simulate: Simulate, base: Ensemble) -> None:
    present = {"contingents.kpa.troops": 4000.0} if mode == "withdraw" else {}
    start = Layout.of(layout.scenario, present)
    overrides = {**present, **overrides_of(start, Intervention("prk-entry", mode))}
    arm = simulate(overrides=overrides)
    troops, sent = (arm.path(f"contingents.kpa.{name}") for name in ("troops", "sent"))
    if mode == "never":
        assert (troops == 0).all()
        assert (sent == 0).all()
    elif mode == "withdraw":
        assert (troops[:, 0] == 4000).all()
        assert (troops[:, 1:] == 0).all()
        assert (sent == 4000).all()
    else:
        first = base.parameters["events.prk-entry.troops"][:, None]
        assert ((sent == 0) | (abs(sent - first) < 1e-2)).all()
        assert (base.path("contingents.kpa.sent")[:, -1] > sent[:, -1]).mean() > 0.5


def test_the_shipped_file_is_what_the_changes_start_from(build: Callable[..., Scenario]) -> None:
    plain = load_scenario("ukraine-2024").tree.plain()
    assert {**changed(), "fit": plain["fit"], "observations": plain["observations"]} == plain
    assert build().quantities().keys() < load_scenario("ukraine-2024").quantities().keys()


def test_the_kernel_counts_words_in_the_order_of_the_records() -> None:
    """A link that is a word of several is its place in the record's list; laws read it as theirs."""
    assert get_args(get_args(SupplyLine.model_fields["good"].annotation)[0]) == GOODS
    assert get_args(EventKind) == EVENT_KINDS
    assert (SIDE_IDS, STEP_IDS, LEVER_TARGETS) == (SIDES, STEPS, LEVER_KINDS)
