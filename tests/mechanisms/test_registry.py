"""What every law must be: described, truthful about what it reads and writes, exact when off, blind to labels."""

import ast
import importlib
import inspect
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.mechanisms.worlds import SEEDS, World, field_of, mirrored, random_world, same, shipped, weeks_of
from tests.mechanisms.worlds_system import TURNED, turned

from tertius.engine import WEEKS_A_YEAR
from tertius.engine.layout import Layout
from tertius.kernel import Field, Mechanism, State, laws
from tertius.kernel.fields import TABLE
from tertius.world import load_scenario

every_law = pytest.mark.parametrize("law", laws(), ids=lambda law: law.name)


def module_of(law: Mechanism) -> object:
    return importlib.import_module(law.module)


def rows(law: Mechanism) -> dict[str, str]:
    """Return the rows of the docstring's symbol table by the name in code."""
    doc = inspect.getdoc(module_of(law)) or ""
    found = {}
    lines = doc[doc.index("symbol  in code") : doc.index("Limits:")].splitlines()[1:]
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        cells = re.split(r"\s{2,}", line.strip())
        names = [cell for cell in cells[:2] if re.fullmatch(r"[a-z]+(_[a-z]+)*", cell)]
        if len(cells) >= 3 and names:
            found[names[-1]] = line if cells[-1] != cells[2] else line + following  # a meaning of two lines
    return found


@every_law
def test_the_docstring_has_all_its_parts(law: Mechanism) -> None:
    doc = module_of(law).__doc__ or ""
    for part in ("symbol  in code", "meaning", "unit", "range", "Limits:", "Source:", "Evidence:"):
        assert part in doc, f"{law.name}: no {part!r}"


@every_law
def test_the_symbol_table_names_every_parameter(law: Mechanism) -> None:
    own = {field for field in vars(module_of(law)).values() if isinstance(field, Field) and field.kind == "parameter"}
    elsewhere = {name for other in laws() for name in rows(other)}
    source = inspect.getsource(module_of(law))
    for field in own:
        declared_here = re.search(rf'parameter\(\s*"{field.entity}",\s*"{field.name}"', source)
        where = rows(law) if declared_here else elsewhere
        assert field.name in where, f"{law.name}: {field.name} is in no symbol table"
        if declared_here:
            assert re.search(rf"\s{re.escape(field.unit)}(\s|$)", rows(law)[field.name]), f"{field.name}: {field.unit}"


class Scan(ast.NodeVisitor):
    """Subscripts by a field in a law's module: what is loaded, what is stored; and streams drawn from."""

    def __init__(self, module: object) -> None:
        self.names = vars(module)
        self.loops: dict[str, list[str]] = {}
        self.loaded: set[tuple[str, str, int]] = set()
        self.stored: set[tuple[str, str, int]] = set()
        self.streams: set[int] = set()
        self.wrong: list[str] = []

    def visit_For(self, node: ast.For) -> None:
        if isinstance(node.iter, ast.Tuple):
            self.loops[ast.unparse(node.target)] = [ast.unparse(item) for item in node.iter.elts]
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Subscript):
            self.note(node.target, self.loaded)
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self.note(node, self.stored if isinstance(node.ctx, ast.Store) else self.loaded)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        if ast.unparse(node.func) in ("uniform", "uniform_once", "normal"):
            self.streams.add(int(self.names[ast.unparse(node.args[1])]))
        self.generic_visit(node)

    def note(self, node: ast.Subscript, into: set[tuple[str, str, int]]) -> None:
        table = re.fullmatch(r"(state|params)\.([a-z_]+?)(_links)?", ast.unparse(node.value))
        if not table or not isinstance(node.slice, ast.Tuple):
            return
        kind = "link" if table[3] else {"state": "state", "params": "parameter"}[table[1]]
        written = ast.unparse(node.slice.elts[1])
        for name in self.loops.get(written, [written]):
            field = self.names[name]
            if (field.kind, field.entity) != (kind, table[2]):
                self.wrong.append(f"{ast.unparse(node)}: {name} is the {field.kind} {field.path}")
            into.add((field.kind, field.entity, int(field)))


def scanned(law: Mechanism) -> Scan:
    scan = Scan(module_of(law))
    scan.visit(ast.parse(inspect.getsource(module_of(law))))
    return scan


def named(keys: set[tuple[str, str, int]]) -> set[str]:
    return {f"{f.kind} {f.path}" for f in TABLE.values() if (f.kind, f.entity, int(f)) in keys}


@every_law
def test_reads_and_writes_are_what_the_source_does(law: Mechanism) -> None:
    scan = scanned(law)
    reads, writes = ({(f.kind, f.entity, int(f)) for f in held} for held in (law.reads, law.writes))
    assert scan.wrong == []
    assert named(scan.stored) == named(writes)
    assert named(scan.loaded - writes) == named(reads - writes)
    assert named(reads) <= named(scan.loaded)


def test_streams_are_unique() -> None:
    owner: dict[int, str] = {}
    for law in laws():
        streams = scanned(law).streams
        assert (law.stream in streams) if streams else law.stream is None, law.name
        for stream in streams:
            assert owner.setdefault(stream, law.name) == law.name, f"stream {stream}"


@every_law
@given(seed=SEEDS)
def test_only_what_is_declared_is_written(law: Mechanism, seed: int) -> None:
    world = random_world(seed)
    after = world.after(law)
    same(world, after, but=law.writes)
    assert all((a == b).all() for a, b in zip(world.params, after.params, strict=True))
    assert all(np.isfinite(table).all() for table in after.state)


@every_law
@given(seed=SEEDS, start=st.booleans())
def test_the_labels_a_and_b_mean_nothing(law: Mechanism, seed: int, start: bool) -> None:
    world = random_world(seed)
    world.week = -1 if start and law.at_start else world.week
    same(mirrored(world.after(law)), mirrored(world).after(law))


@every_law
@example(seed=19)  # an arrival and a withdrawal of one contingent in one week
@given(seed=SEEDS)
def test_the_order_of_records_means_nothing(law: Mechanism, seed: int) -> None:
    world = random_world(seed)
    after, other = world.after(law), turned(world).after(law)
    state = {n: getattr(other.state, n)[:: -1 if n in TURNED else 1] for n in State._fields}
    scale = 1e-9 * (1.0 + max(np.abs(a).max(initial=0.0) for a in after.state))
    for name, table in state.items():
        np.testing.assert_allclose(table, getattr(after.state, name), rtol=1e-9, atol=min(scale, 1e-5), err_msg=name)


# What "off" means for each law: given the world before and after it. What is not named here may not change at all.
def off_deployment(before: World, after: World) -> list[str]:
    for c in range(before.count("contingent")):
        k = int(before.value("contingent.location", c))
        fought_over = k >= 0 and before.value("theatre.open", k) > 0
        assert after.value("contingent.location", c) == (k if fought_over else -1)
    return ["contingent.location"]


def off_calendar(before: World, after: World) -> list[str]:
    assert (after.array(field_of("contingent.newcomers")) == 0).all()
    return ["contingent.newcomers"]


def off_supply(before: World, after: World) -> list[str]:
    none = ["side.fire", "side.shells_delivered", "supply.transit", "supply.delivered"]
    assert all((after.array(field_of(path)) == 0).all() for path in none)
    return none


def off_integration(before: World, after: World) -> list[str]:
    present = after.array(field_of("contingent.troops")) > 0
    assert (after.array(field_of("contingent.integration")) == present).all()
    assert (after.array(field_of("contingent.usable")) == after.array(field_of("contingent.troops"))).all()
    assert (after.array(field_of("force.native_integration")) == 1).all()
    assert (after.array(field_of("side.leadership")) == 1).all()
    assert (after.array(field_of("side.officers_lent")) == 0).all()
    for name in ("interpreters", "officers", "discord", "dilution"):
        assert (after.array(field_of(f"contingent.lost_to_{name}")) == 0).all(), name
    book = ["interpreter_pool", "joint_weeks", "served_weeks", "fluency", "integration", "usable", "concerted"]
    return ["side.leadership", "force.native_integration", *(f"contingent.{name}" for name in book)]


def off_power(before: World, after: World) -> list[str]:
    natives = (after.array(field_of("force.troops")) * after.array(field_of("force.native_integration"))).reshape(-1, 2)
    at_war = (natives * (before.array(field_of("theatre.open")) > 0)[:, None]).sum(axis=0)
    each = np.where(at_war > 0, before.array(field_of("side.leadership")), 0.0)
    assert (after.array(field_of("force.foreign_mass")) == 0).all()
    assert (after.array(field_of("force.mass")) == natives.ravel()).all()
    assert (after.array(field_of("force.power")) == (each * natives).ravel()).all()
    np.testing.assert_allclose(after.array(field_of("side.strength")), at_war, rtol=1e-14)
    return ["force.foreign_mass", "force.mass", "force.power", "side.strength"]


def off_activity(before: World, after: World) -> list[str]:
    assert (after.array(field_of("theatre.shock_scale")) == 1).all()
    otherwise = after.copy().put("theatre.activity", 1.0 - after.array(field_of("theatre.activity")))
    for other in laws():  # nothing but this law may look at the spell
        if other.name != "activity":
            same(after.after(other), otherwise.after(other), but=[field_of("theatre.activity")])
    return ["theatre.activity", "theatre.shock_scale"]


def off_ground(before: World, after: World) -> list[str]:
    otherwise = before.copy()
    powers = otherwise.array(field_of("force.power"))
    powers[:] = powers[::-1] * 3.0 + 1.0
    law = next(law for law in laws() if law.name == "ground")
    moved = otherwise.after(law)
    for name in ("area", "level_deviation", "tempo", "gain", "open"):
        path = field_of(f"theatre.{name}")
        assert (moved.array(path) == after.array(path)).all(), f"{name} answers to power"
    still = before.array(field_of("theatre.open")) > 0
    expected = np.where(still, after.array(field_of("theatre.tempo")), 0.0)
    assert (after.array(field_of("theatre.gain")) == expected).all()
    return [f"theatre.{name}" for name in ("balance", "level_deviation", "area", "tempo", "gain", "open")]


def off_losses(before: World, after: World) -> list[str]:
    assert (after.array(field_of("side.losses")) == 0).all()
    assert (after.array(field_of("contingent.losses")) == 0).all()
    return ["side.losses", "contingent.losses", "side.exposed", "side.movement", "side.loss_deviation"]


def off_nothing(before: World, after: World) -> list[str]:
    return []


def off_reserves(before: World, after: World) -> list[str]:
    return ["force.wanted"]


def off_deliberation(before: World, after: World) -> list[str]:
    assert (after.array(field_of("option.value")) == 0).all()
    shares, tops = after.array(field_of("option.rate")).reshape(-1, 2), after.array(field_of("instrument.top_level"))
    levels, held = after.array(field_of("instrument.level")), after.array(field_of("instrument.held"))
    for a in range(after.count("actor")):
        mine = slice(int(after.value("actor.first_instrument", a)), int(after.value("actor.end_instrument", a)))
        masses = (shares * np.stack([levels < tops, levels > 0], axis=1))[mine]
        mass, reference = masses.sum(), after.value("actor.reference_rate", a)
        by_interests = after.value("world.decision_law") == 52
        response = after.value("world.act_response") if by_interests else 1.0
        raised = (mass / reference if mass and reference else 1.0) ** response
        capped = after.array(field_of("instrument.capped"))
        barred = np.stack([(held > 0) | (capped > 0), held > 0], axis=1)[mine]
        free = masses[~barred].sum() / mass if mass else 0.0
        weekly = after.value("actor.pace", a) * reference / WEEKS_A_YEAR
        chance = -np.expm1(-weekly * raised * free)
        np.testing.assert_allclose(after.value("actor.act_chance", a), chance, rtol=1e-12, atol=1e-12)
    chances = ["option.open_rate", "option.chance", "actor.act_chance", "actor.pressure", "instrument.group_recent"]
    parts = [f"instrument.{name}" for name in ("direct", "indirect", "followed", "restrained")]
    assert all((after.array(field_of(path)) == 0).all() for path in parts)
    return chances


def off_exchange(before: World, after: World) -> list[str]:
    assert (after.array(field_of("bargain.end_chance")) == 0).all()
    books = ("received", "cumulative_received", "given", "leverage", "reference_ratio", "end_chance")
    return [f"bargain.{name}" for name in books]


def off_escalation(before: World, after: World) -> list[str]:
    free = after.array(field_of("rung.output_entity")) < 0
    reached = (w.array(field_of("rung.reached"))[free] for w in (before, after))
    assert np.array_equal(*reached)
    assert (after.array(field_of("rung.chance"))[free] == 0).all()
    return ["rung.reached", "rung.chance", "rung.reached_before"]


def off_spill_over(before: World, after: World) -> list[str]:
    assert (after.array(field_of("rung.contagion")) == 0).all()
    return ["rung.contagion"]


def off_red_lines(before: World, after: World) -> list[str]:
    assert (after.array(field_of("instrument.signalled")) == 0).all()
    return [f"red_line.{name}" for name in ("crossed", "waiting", "waited", "unanswered", "answered")]


def off_termination(before: World, after: World) -> list[str]:
    assert after.value("world.end_chance") == 0
    moved = ["world.optimism", "world.reference_optimism", "world.overlap", "world.end_chance"]
    return [*moved, "side.readiness", "theatre.last_balance"]


def off_salvos(before: World, after: World) -> list[str]:
    assert (after.array(field_of("weapon.launched")) == 0).all()
    return [f"weapon.{name}" for name in ("delivered", "launched", "launch_deviation", "stock", "weeks_left")]


def off_air_defence(before: World, after: World) -> list[str]:
    assert (after.array(field_of("weapon.leaked")) == after.array(field_of("weapon.launched"))).all()
    assert (after.array(field_of("interception.downed")) == 0).all()
    assert (after.array(field_of("defence.used")) == 0).all()
    moved = ["interception.deviation", *(f"weapon.{name}" for name in ("leaked", "cumulative_leaked", "leak_share"))]
    return [*moved, *(f"defence.{name}" for name in ("delivered", "engaged", "interceptors", "weeks_left"))]


def off_strike_damage(before: World, after: World) -> list[str]:
    assert (after.array(field_of("target.civilians_killed")) == 0).all()
    left = 1.0 - after.array(field_of("target.repair"))
    np.testing.assert_allclose(
        after.array(field_of("target.damage")), left * before.array(field_of("target.damage")), rtol=1e-12, atol=1e-15
    )
    return ["target.damage", "target.hits"]


OFF: dict[str, Callable[[World, World], list[str]]] = {
    "activity": off_activity,
    "deployment": off_deployment,
    "event_calendar": off_calendar,
    "reopening": off_nothing,
    "further_waves": lambda before, after: ["contingent.room", "contingent.wave", "contingent.made_up"],
    "supply": off_supply,
    "coalition_integration": off_integration,
    "combat_power": off_power,
    "ground": off_ground,
    "losses": off_losses,
    "replacement": off_nothing,
    "reserves": off_reserves,
    "stakes": off_nothing,
    "rates": off_nothing,
    "excitation": lambda before, after: ["contingent.entered", "contingent.was_sent"],
    "occasions": lambda before, after: ["occasion.nearness", "turn.turned"],
    "joiners": lambda before, after: ["contingent.came"],
    "deliberation": off_deliberation,
    "decisions": lambda before, after: ["instrument.recent"],  # what is on record fades whoever acts
    "carrying_out": lambda before, after: ["contingent.room", "contingent.begun"],
    "exchange": off_exchange,
    "homecoming": lambda before, after: ["contingent.sent_while_held"],
    "endurance": off_nothing,
    "escalation": off_escalation,
    "spill_over": off_spill_over,
    "red_lines": off_red_lines,
    "perceived_threat": off_nothing,
    "realignment": off_nothing,
    "termination": off_termination,
    "salvos": off_salvos,
    "air_defence": off_air_defence,
    "strike_damage": off_strike_damage,
    "strike_wear": off_nothing,
}


def check_off(law: Mechanism, world: World) -> None:
    assert law.off, f"{law.name} has no off values"
    met = 0
    for before, after in weeks_of(world, 8, law):
        spared = OFF[law.name](before, after)
        same(before, after, but=[field_of(path) for path in spared])
        met += 1
    assert met == 8


def off_of(law: Mechanism) -> list[tuple[Field, float]]:
    """Off values of a law; of the one that acts on what others urge, theirs too."""
    urging = [other for other in laws() if other.stage == "urging" and law.stage == "deliberation"]
    return [pair for each in (law, *urging) for pair in each.off]


@every_law
@settings(max_examples=40)
@given(seed=SEEDS)
def test_off_is_exact_in_a_made_up_world(law: Mechanism, seed: int) -> None:
    check_off(law, random_world(seed, mid_war=False, off=off_of(law)))


STRIKES_ONLY = Path(__file__).parents[1] / "engine" / "strikes-only.yaml"


@pytest.fixture(scope="module")
def layouts() -> dict[str, Layout]:
    """The shipped scenario laid out, and one of strikes alone, once for all laws."""
    return {name: Layout.of(load_scenario(file)) for name, file in (("", "ukraine-2024"), ("strikes", STRIKES_ONLY))}


@every_law
def test_off_is_exact_in_a_scenario(law: Mechanism, layouts: dict[str, Layout]) -> None:
    layout = layouts["strikes" if law.channel == "strikes" else ""]
    sections = {f.entity: f for f, _ in law.off}
    values = off_of(law)
    overrides = {column.path: value for column in layout.columns for field, value in values if column.field is field}
    for path in list(overrides):  # what moves nothing under a command cannot be set
        section, _, rest = path.partition(".")
        name, _, quantity = rest.partition(".")
        if section == "contingents" and layout.scenario.contingents[name].instead_of(quantity):
            del overrides[path]
    assert sections
    assert overrides, f"no record of the scenario has the off parameters of {law.name}"
    off = Layout.of(layout.scenario, overrides)
    for number in range(5):
        check_off(law, shipped(off, 1, number))
