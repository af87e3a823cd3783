"""Strikes of a draft: weapons, air defences and targets of both sides, and an entrant that strikes itself.

`striking` takes the draft of a war with a front and turns it into one without (kind strikes), or adds strikes to it
(kind both). In a war with a front the numbers to look up are those of the front, so that strikes stand on judgement.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tertius.builder.request import Request
from tertius.builder.written import MISSING, Written, about, believed, chosen, from_to, judged, whose
from tertius.world.measured import POINTS

FRONT, STRIKES, BOTH = "front", "strikes", "both"
KINDS: Final = (FRONT, STRIKES, BOTH)
ENTRY: Final = "entry"
OF_FRONT: Final = (
    "shells", "equipment", "fire_demand", "vehicles_per_loss", "recruitment", "recruitment_endurance", "officer_pool",
    "officers_lendable", "leadership_cost", "reserve_cap", "fungible", "loss_level", "loss_persistence", "loss_shock",
    "loss_mass", "loss_replacement", "loss_wear", "permanent_share",
)  # fmt: skip
"""Quantities of a side that move nothing where no front is."""
STRENGTH: Final = 50
"""Items of the entrant's that count as one blow."""
PLACES: Final = (
    ("cities", "cities", "cities", (0.0003, 0.0015), (0.01, 0.1), 0.05),
    ("energy", "power plants, refineries and ports", "power", (0.003, 0.015), (0.02, 0.2), 0.02),
    ("bases", "air bases and launchers", "bases", (0.002, 0.008), (0.05, 0.5), 0.0),
    ("plants", "arms plants", "plants", (0.002, 0.008), (0.01, 0.1), 0.0),
)
"""Target, name, kind, log damage an item that gets through does (median, 90%), repair a week, wear when all is out."""
KILLED: Final = (1.0, 4.0)


def striking(tree: Written, request: Request) -> Written:
    """The tree of a draft with the strikes that its kind asks for."""
    if request.kind == FRONT:
        return tree
    alone = request.kind == STRIKES
    source = MISSING if alone else "judgement"
    found = {**tree, "weapons": _weapons(request, source), "defences": _defences(request, source)}
    found["targets"] = {key: told for side in "AB" for key, told in _targets(request, side).items()}
    found["outcomes"] = {**({} if alone else tree["outcomes"]), **_outcomes(request, alone)}
    return _without_front(found, request) if alone else found


def _key(request: Request, side: str) -> str:
    return request.between[0 if side == "A" else 1].key.lower()


def _name(request: Request, side: str) -> str:
    return request.between[0 if side == "A" else 1].name


def _enemy(side: str) -> str:
    return "B" if side == "A" else "A"


def weapon_of(key: str) -> str:
    """Id of an entrant's own strikes."""
    return f"{key.lower()}-strikes"


def _weapons(request: Request, source: str) -> Written:
    found: Written = {}
    for side in "AB":
        key, name = _key(request, side), _name(request, side)
        for kind, what, most in (("missiles", "missiles", 300.0), ("drones", "drones and bombs", 1000.0)):
            count = f"{whose(name)} {what} launched in a week, as counted by those at whom they fly."
            stored = f"{whose(name)} {what} in stock: estimates of staffs and institutes."
            found[f"{key}-{kind}"] = {
                "name": f"{whose(name)} {what}",
                "actor": request.between[0 if side == "A" else 1].key,
                "side": side,
                "kind": "ballistic" if kind == "missiles" else "drones",
                "at": f"{key}-bases",
                "launch_level": from_to(most / 100, most, "items/week", source, count),
                "stock": from_to(most, 30 * most, "items", source if kind == "missiles" else "judgement", stored),
                **_course(),
                "dependence": judged("uniform", "1", "What needs bases and launchers.", low=0.3, high=1),
                "aims": _aims(request, side, 1.0 if kind == "missiles" else 0.1),
            }
    if request.kind == STRIKES:
        found[weapon_of(request.entrant.key)] = _of_entrant(request)
    return found


def _course() -> Written:
    return {
        "launch_persistence": judged("beta", "1", "Spells of a week to a month.", a=3, b=2),
        "launch_shock": judged("lognormal", "1", "A week may have twice or half the last one's.", median=0.4, p90=0.8),
        "ration_weeks": judged(
            "triangular", "week", "Over how many weeks a short stock is spread.", low=1, mode=4, high=12
        ),
    }


def _aims(request: Request, side: str, worth: float) -> Written:
    """What a weapon of a side does to the other's targets. worth: of an item against that of a missile."""
    found: Written = {}
    for target, _, _, (middle, high), _, _ in PLACES:
        told: Written = {
            "weight": chosen(1, "1", "Evenly, until what it aims at is known."),
            "damage": about(
                worth * middle, worth * high, "1/item", "judgement", "For a large state; a small one breaks sooner."
            ),
        }
        if target == "cities":
            told["killed"] = about(
                worth * KILLED[0], worth * KILLED[1], "persons/item", "judgement", "Civilians an item."
            )
        found[f"{_key(request, _enemy(side))}-{target}"] = told
    return found


def _of_entrant(request: Request) -> Written:
    name = request.entrant.name
    return {
        "name": f"{whose(name)} strikes",
        "actor": request.entrant.key,
        "side": request.side,
        "kind": "aircraft",
        "posture": chosen(0, "1", "None at the as-of date; they come by the event."),
        "launch_level": from_to(10, 1000, "items/week", MISSING, f"Bombs and missiles that {name} uses in a week."),
        "stock": from_to(100, 10_000, "items", "judgement", "What it has within reach."),
        "aims": _aims(request, request.side, 1.5),
    }


def _defences(request: Request, source: str) -> Written:
    found: Written = {}
    for side in "AB":
        key, name, enemy = _key(request, side), _name(request, side), _key(request, _enemy(side))
        note = f"Missiles that {name} can shoot at missiles: estimates of staffs and institutes."
        chance = f"Of missiles that {name} engages, those stopped: its own claims, which flatter it."
        meets: Written = {
            f"{enemy}-missiles": {
                "chance": believed("triangular", "1", source, chance, low=0.1, mode=0.6, high=0.95),
                "per_target": judged("triangular", "1", "One or two an item.", low=1, mode=1.5, high=2.5),
            },
            f"{enemy}-drones": {
                "chance": judged("triangular", "1", "Slow ones are mostly stopped.", low=0.3, mode=0.75, high=0.98),
                "per_target": judged("triangular", "1", "Guns and jamming do much of it.", low=0, mode=0.1, high=0.5),
            },
        }
        if request.kind == STRIKES and side != request.side:
            meets[weapon_of(request.entrant.key)] = {
                "chance": judged("triangular", "1", "Of a stronger state's.", low=0, mode=0.1, high=0.6),
                "per_target": judged("triangular", "1", "One or two an item.", low=0.5, mode=1.5, high=2.5),
            }
        found[f"{key}-air-defence"] = {
            "name": f"{whose(name)} air defence",
            "actor": request.between[0 if side == "A" else 1].key,
            "side": side,
            "order": 1,
            "interceptors": from_to(30, 3000, "items", source, note),
            "intercepts": meets,
        }
    return found


def _targets(request: Request, side: str) -> Written:
    key, name = _key(request, side), _name(request, side)
    found: Written = {}
    for target, words, kind, _, (slow, quick), wear in PLACES:
        told: Written = {"name": f"{whose(name)} {words}", "side": side, "kind": kind}
        told["repair"] = judged("loguniform", "1/week", "Weeks to years.", low=slow, high=quick)
        if wear:
            told["wear"] = about(wear, 3 * wear, "1/week", "judgement", "What is out of work wears the country down.")
        if target == "cities":
            told["harm_shock"] = judged("lognormal", "1", "One full house, or a field.", median=0.7, p90=1.3)
        found[f"{key}-{target}"] = told
    return found


def _outcomes(request: Request, alone: bool) -> Written:
    found: Written = {}
    for side in (_enemy(request.side), request.side):  # the entrant's blows first
        key, name, enemy = _key(request, side), _name(request, side), _enemy(side)
        energy = _outcome(
            f"Share of {whose(name)} energy plants out of work", f"targets.{key}-energy.damage", POINTS, enemy, 5
        )
        killed = _outcome(
            f"Civilians killed in {name}", f"sides.{side}.cumulative_civilians_killed", "persons", enemy, 50
        )
        missiles = f"weapons.{key}-missiles.cumulative_launched"
        left = f"defences.{key}-air-defence.interceptors"
        found |= {
            f"energy-{side.lower()}": {**energy, "headline": alone},
            f"killed-{side.lower()}": {**killed, "headline": alone},
            f"missiles-{side.lower()}": _outcome(f"Missiles launched by {name}", missiles, "items", side, 50),
            f"interceptors-{side.lower()}": _outcome(f"{whose(name)} interceptors left", left, "items", side, 20),
        }
    return found


def _outcome(name: str, output: str, unit: str, favours: str, size: float) -> Written:
    measure = "total" if ".cumulative_" in output else "level"
    told: Written = {"name": name, "output": output, "measure": measure, "unit": unit, "favours": favours}
    return {**told, "material": chosen(size, unit)}


def _without_front(tree: Written, request: Request) -> Written:
    """The tree with all that belongs to a front taken away, and the entry as strikes."""
    found = {key: told for key, told in tree.items() if key not in ("theatres", "contingents", "supply_lines")}
    found["sides"] = {
        side: {key: held for key, held in told.items() if key not in OF_FRONT} for side, told in tree["sides"].items()
    }
    found["stakes"] = _stakes(tree["stakes"], request)
    found["instruments"] = {key: _instrument(key, told, request) for key, told in tree["instruments"].items()}
    weapon = weapon_of(request.entrant.key)
    first = next(iter(tree["ladders"]["war"]["rungs"].values()))
    first |= {
        "name": f"{request.entrant.name} strikes",
        "output": f"weapons.{weapon}.cumulative_launched",
        "threshold": chosen(1, "items"),
    }
    for rung in tree["ladders"]["war"]["rungs"].values():
        rung["name"] = rung["name"].replace("soldiers are in the war", "forces are in the war")
    found["events"] = {ENTRY: _entry(request, weapon)}
    found["comparison"] = {**tree["comparison"], "label": f"{whose(request.entrant.name)} strikes"}
    return found


def _entry(request: Request, weapon: str) -> Written:
    name = request.entrant.name
    return {
        "name": f"{name} strikes beside {request.beside.name}",
        "kind": "strikes",
        "weapon": weapon,
        "status": "expected",
        "source": MISSING,
        "text": f"{name} strikes beside {request.beside.name}.",
        "week": believed("triangular", "week", MISSING, "When it first strikes.", low=0, mode=2, high=10),
        "probability": believed("triangular", "1", MISSING, "That it strikes at all.", low=0.5, mode=0.9, high=1.0),
        "posture": chosen(1, "1", "As its launch_level says."),
        "duration": judged("loguniform", "week", "One blow, or a season.", low=1, high=26),
    }


def _stakes(stakes: Written, request: Request) -> Written:
    """What states care for, moved by damage, interceptors and the entrant's strikes."""
    launched = f"weapons.{weapon_of(request.entrant.key)}.cumulative_launched"
    a, b, host = _key(request, "A"), _key(request, "B"), _key(request, request.side)
    told: Mapping[str, tuple[str | None, str | None, Mapping[str, tuple[str, float, str]]]] = {
        "advance": (
            f"{whose(_name(request, 'A'))} strikes tell",
            "a third of the energy and bases of one side out of work",
            {
                "theirs": (f"targets.{b}-energy.damage", 0.3, "1"),
                "their-bases": (f"targets.{b}-bases.damage", 0.3, "1"),
                "own": (f"targets.{a}-energy.damage", -0.3, "1"),
                "own-bases": (f"targets.{a}-bases.damage", -0.3, "1"),
            },
        ),
        "foreign-soldiers": (
            f"{request.entrant.name} strikes itself",
            "a blow",
            {"sent": (launched, STRENGTH, "items")},
        ),
        "short-of-soldiers": (
            f"{request.beside.name} is short of interceptors",
            "a hundred fewer",
            {"left": (f"defences.{host}-air-defence.interceptors", -100, "items")},
        ),
        "entrant-blood": (f"{request.entrant.name} is hit in return", "a base hit with dead", {}),
        "entrant-bolder": (None, None, {"experience": (launched, 2 * STRENGTH, "items")}),
    }
    found: Written = {}
    for key, held in stakes.items():
        if key in told:
            name, unit, drivers = told[key]
            held = {"name": name or held["name"], "unit": unit or held["unit"]}
            if drivers:
                held["drivers"] = {each: _driver(*row) for each, row in drivers.items()}
        elif key == "wider-war":
            held = {**held, "drivers": {**held["drivers"], "sent": _driver(launched, 2 * STRENGTH, "items")}}
        found[key] = held
    return found


def _driver(output: str, scale: float, unit: str) -> Written:
    effect = judged("normal", "1", "By definition of the scale.", mean=0.5, sd=0.25)
    return {"output": output, "scale": chosen(scale, unit), "effect": effect}


def _instrument(key: str, told: Written, request: Request) -> Written:
    """An instrument without the levers that move a front; soldiers become strikes, and the entrant's move its own."""
    of_front = {"contingent", "supply_line", "recruits"}
    kept = {name: lever for name, lever in told.get("levers", {}).items() if not of_front & set(lever)}
    found = {name: held for name, held in told.items() if name != "levers"}
    if told["kind"] == "troops":
        friend = request.between[0].key == told["towards"]
        found |= {"kind": "strikes", "towards": request.between[1 if friend else 0].key}
        found["name"] = found["name"].replace("soldiers in the war", "strikes in the war")
    if key == f"{request.entrant.key}-troops":
        posture = judged("triangular", "1", "As its first blow each week, or less.", low=0.1, mode=0.5, high=1)
        kept = {"strikes": {"weapon": weapon_of(request.entrant.key), "posture": posture}}
        levels = ["those of the entry", "now and then", "week by week"]
        found |= {"name": f"{whose(request.entrant.name)} further strikes", "levels": levels}
    elif told["kind"] == "troops":
        found["levels"] = ["none", "a first blow", "week by week"]
    return {**found, "levers": kept} if kept else found
