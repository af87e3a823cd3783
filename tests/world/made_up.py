"""The starting scenario of made-up states with a system around its war: every kind of record, fixed numbers.

Nobody acts unless a test says so (rates are 0 or steps are forced), and no hazard is on that a test does not set.
"""

from importlib import resources
from pathlib import Path
from typing import Any

from tertius.world import Scenario, load_scenario
from tertius.world.yaml_source import read_yaml, write_yaml

SYSTEM = """\
actors:
  avria: {pace: 0 1}
  borland: {pace: 0 1}
  corvia: {pace: 0 1}
  duria: {pace: 0 1}
sides:
  A: {drain: 0.002 1/week, recruitment_endurance: 1 1, production_endurance: 1 1, weariness: 1 1}
  B: {drain: 0.002 1/week, recruitment_endurance: 1 1, production_endurance: 1 1, weariness: 1 1}
supply_lines:
  corvian-shells: {name: Corvian shells, actor: corvia, side: A, good: shells, per_week: 1000 items/week}
stakes:
  technology: {name: What Corvia learns, unit: a factory}
instruments:
  corvian-soldiers:
    name: More Corvian soldiers
    actor: corvia
    kind: troops
    towards: avria
    levels: [none, some, many]
    level: 0 1
    steps: {up: {rate: 1 1/year}, down: {rate: 1 1/year}}
    levers: {legion: {contingent: legion, soldiers: 500 persons}}
  corvian-trade:
    name: Corvian banks for Avria
    actor: corvia
    kind: finance
    towards: avria
    levels: [none, some]
    level: 0 1
    steps: {up: {rate: 1 1/year}}
    levers: {evasion: {side: A, evaded: 1 1}}
  avrian-technology:
    name: Avrian machines for Corvia
    actor: avria
    kind: technology
    towards: corvia
    levels: [none, some, much]
    level: 0 1
    warmth: 0.1 1
    steps: {up: {rate: 1 1/year}, down: {rate: 1 1/year}}
    effects: {technology: {per_level: 1 1}}
  durian-sanctions:
    name: Durian sanctions
    actor: duria
    kind: sanctions
    towards: avria
    levels: [none, some, all]
    level: 1 1
    steps: {up: {rate: 1 1/year}, down: {rate: 1 1/year}}
    levers: {endurance: {side: A, strain: 0.01 1/week}}
  borlandic-warning:
    name: Warnings of Borland
    actor: borland
    kind: warning
    towards: corvia
    levels: [none, said, said again]
    level: 0 1
    steps: {up: {rate: 1 1/year}, down: {rate: 1 1/year}}
  borlandic-strikes:
    name: Borland strikes far
    actor: borland
    kind: strike-permission
    towards: avria
    levels: [none, some]
    level: 0 1
    steps: {up: {rate: 1 1/year}, down: {rate: 1 1/year}}
ladders:
  war:
    name: The war
    rungs:
      legion: {name: The legion fights, height: 1, output: contingents.legion.troops, threshold: 500 persons}
      strikes: {name: Strikes, height: 2, output: instruments.borlandic-strikes.level, threshold: 1 1}
      clash:
        name: A clash
        height: 3
        stake: technology
        rate: 0.01 1/week
        response: 1 1
        leap: 0.1 1
        relief: 0.1 1/week
  strait:
    name: The strait
    is_elsewhere: true
    rungs:
      crisis: {name: A crisis, height: 1, rate: 0.01 1/week, spill_over: 0.5 1}
red_lines:
  soldiers:
    name: No Corvian soldiers
    actor: borland
    output: contingents.legion.troops
    threshold: 500 persons
    signal: borlandic-warning
    answer: borlandic-strikes
    deters: corvian-soldiers
    credibility: 0.5 1
    signal_cost: 0.5 1
    gained: 0.6 1
    lost: 0.6 1
    answer_weeks: 4 week
    deterrence: 1 1
    tied_hands: 1 1
bargains:
  soldiers-for-machines:
    name: Soldiers for machines
    giver: corvia
    taker: avria
    patron: duria
    contingents: [legion]
    supply_lines: [corvian-shells]
    payment: avrian-technology
    soldier_cost: 100 USD/person/week
    item_cost: 200 USD/item
    pay_per_soldier: 200 USD/person/week
    pay_per_item: 100 USD/item
    worth_in_kind: 100000 USD/week
    patron_income: 1000000 USD/week
    grievance: 1 1
    kept: 0.25 1
ties:
  partners: {between: [corvia, avria], closeness: 0.2 1, fading: 0.02 1/week, balancing: 0.1 1/week}
"""
_PLAIN = ("name", "unit", "height")


def fixed(value: Any) -> Any:
    """Write out quantities that are given short, '3 persons': as fixed values and choices."""
    if isinstance(value, dict):
        return {key: held if key in _PLAIN else fixed(held) for key, held in value.items()}
    number, _, unit = value.partition(" ") if isinstance(value, str) else ("", "", "")
    try:
        return {"value": float(number), "unit": unit, "source": "choice"} if unit else value
    except ValueError:
        return value


def merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Return `below` with what `above` has, at any depth, in its place."""
    both = {key: below[key] for key in below}
    for key, held in above.items():
        nested = isinstance(held, dict) and isinstance(both.get(key), dict) and "value" not in held
        both[key] = merged(both[key], held) if nested else held
    return both


def made_up(tmp_path: Path, old: str | None = None, new: str = "", extra: str = "") -> Scenario:
    """Load the made-up scenario, with one part of SYSTEM replaced and `extra` sections laid over it."""
    assert old is None or SYSTEM.count(old) == 1, f"{old!r} occurs {SYSTEM.count(old or '')} times"
    template = (resources.files("tertius.world") / "template.yaml").read_text(encoding="utf-8")
    plain = read_yaml(template.replace("{title}", "A war"), "template.yaml")[0].plain()
    for text in (SYSTEM if old is None else SYSTEM.replace(old, new), extra):
        if text:
            plain = merged(plain, fixed(read_yaml(text, "made-up")[0].plain()))
    path = tmp_path / "made-up.yaml"
    path.write_text(write_yaml(plain), encoding="utf-8")
    return load_scenario(path)
