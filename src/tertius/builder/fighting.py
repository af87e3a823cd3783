"""The fighting of a draft: theatre, sides, contingents, supply lines, events, outcomes."""

from __future__ import annotations

from tertius.builder.choosing import Third
from tertius.builder.ending import aims_share
from tertius.builder.request import Party, Request
from tertius.builder.sizes import WEEKLY_LOSSES, Sizes
from tertius.builder.written import MISSING, Written, about, believed, chosen, from_to, judged, known, short, whose
from tertius.reference import chosen_priors

THEATRE = "front"
ENTRY = "entry"
CLASS_OF_FRONTS = "weekly gains had an sd of .05 km a km of front in 2024's largest war, and far more in 1914-18"
GROWTH = 0.002
"""Spread of a force's weekly growth beyond making up for losses, as a share of it; judgement: a tenth a year."""
SUPPLY_SHARE = (0.85, 1.3)


def contingent_of(key: str) -> str:
    """Id of an actor's contingent."""
    return f"{key.lower()}-soldiers"


def theatre(request: Request, sizes: Sizes) -> Written:
    """The one theatre: land of the contested state that the other side holds."""
    front, where = sizes.front, sizes.contested
    side = sizes.holder
    holder = request.between[0 if side == "A" else 1]
    length = (
        f"Front stood for by the square root of {whose(where.at.name)} area, {short(front):,} km; {CLASS_OF_FRONTS}."
    )
    told: Written = {
        "name": f"Front in {where.at.name}",
        "holder": side,
        "area_label": f"Land of {where.at.name} held by {holder.name}",
        "note": "Make a theatre of each front that matters; this one stands for all.",
        "area": believed(
            "loguniform",
            "km2",
            MISSING,
            f"Land held by {holder.name} on the day: a map of the war. From a five-hundredth of the state to half.",
            low=max(1.0, sizes.area / 500),
            high=sizes.area / 2,
        ),
        "area_ceiling": known(sizes.area, "km2", "geonames", f"All of {where.at.name}."),
        "tempo": believed(
            "normal",
            "km2/week",
            MISSING,
            f"Weekly gain of {holder.name} now: the same map, some weeks before. {length}",
            mean=0,
            sd=0.13 * front,
        ),
        "long_run_tempo": believed(
            "normal", "km2/week", "judgement", f"No side is favoured. {length}", mean=0, sd=0.08 * front
        ),
        "level_shock": about(0.008 * front, 0.026 * front, "km2/week", "judgement", length),
        **chosen_priors("theatre"),
        "tempo_shock": about(0.013 * front, 0.042 * front, "km2/week", "judgement", length),
        "area_noise": about(0.02 * front, 0.06 * front, "km2", "judgement", length),
        "power_response": {
            **about(0.13 * front, 0.4 * front, "km2/week", "judgement", length),
            "label": "how much land a stronger side gains",
            "if_wrong": "Every effect on land scales with it.",
        },
    }
    told["forces"] = {each: {"troops": troops(request, sizes, each)} for each in ("A", "B")}
    return {THEATRE: told}


def troops(request: Request, sizes: Sizes, side: str) -> Written:
    """A side's soldiers in the war."""
    party = request.between[0 if side == "A" else 1]
    middle, under_arms = sizes.troops(side), sizes.soldiers(party)
    if party.group:
        note = f"Fighters of {party.name}; no data set counts them by year."
        return about(middle, middle * 4, "persons", MISSING, note)
    if under_arms is None:
        return about(middle, middle * 4, "persons", MISSING, f"Soldiers of {party.name} in the war; none on record.")
    year = party.at.values["soldiers"].year
    note = f"Of {short(under_arms):,} under arms ({year}, cow-capabilities), those in this war."
    return about(middle, min(middle * 2.5, under_arms * 1.1), "persons", MISSING, note)


def sides(request: Request, sizes: Sizes) -> Written:
    """Both sides, with the stocks and rates that scale with their soldiers."""
    return {side: _side(request, sizes, side) for side in ("A", "B")}


def _side(request: Request, sizes: Sizes, side: str) -> Written:
    party = request.between[0 if side == "A" else 1]
    hosts = request.side == side
    men = sizes.troops(side)
    per_man = 0.03 if party.group else 0.1
    fire = men * per_man
    vehicles = men * (0.005 if party.group else 0.03)
    scaled = f"For {short(men):,} soldiers, the middle of their prior."
    told: Written = {
        "name": party.name,
        "lead": party.key,
        "members": [party.key, *([request.entrant.key] if hosts else [])],
        "loss_level": about(
            WEEKLY_LOSSES[0] * men,
            WEEKLY_LOSSES[1] * men,
            "persons/week",
            MISSING,
            f"Killed, wounded and missing of {party.name} a week now. {scaled} By class-losses, 3.5 wounded a dead.",
        ),
        "recruitment": believed(
            "normal",
            "persons/week",
            MISSING,
            f"By how much the force of {party.name} grows a week, beyond making up for losses. {scaled}",
            mean=0,
            sd=GROWTH * men,
        ),
        "aims_share": aims_share(request, side),
        "shells": about(12 * fire, 40 * fire, "rounds", "judgement", f"A quarter's fire. {scaled}"),
        "equipment": about(vehicles, 3 * vehicles, "vehicles", "judgement", f"Armoured vehicles. {scaled}"),
        "fire_demand": about(
            fire, 2.5 * fire, "rounds/week", "judgement", f"{per_man:g} rounds a soldier and week. {scaled}"
        ),
        "officer_pool": known(max(1.0, short(0.05 * men)), "persons", "choice", f"A twentieth. {scaled}"),
        "reserve_cap": about(
            0.01 * men, 0.03 * men, "persons/week", "judgement", f"What it can move between theatres. {scaled}"
        ),
    }
    if not hosts:
        no = "It hosts no foreign soldiers now."
        told |= {name: chosen(0, "1", no) for name in ("fungible", "officers_lendable", "leadership_cost")}
    return {**told, **chosen_priors("side")}


def contingents(request: Request, sizes: Sizes, joiners: tuple[Third, ...]) -> Written:
    """The entrant's soldiers, and those that each possible joiner would send."""
    entrant = request.entrant
    found: Written = {
        contingent_of(entrant.key): {
            "name": f"{whose(entrant.name)} soldiers",
            "actor": entrant.key,
            "side": request.side,
            "theatre": THEATRE,
            "host": request.beside.key,
            "command": "under_host",
            "troops": _present(request, sizes),
            "quality": believed(
                "triangular",
                "1",
                MISSING,
                f"Against one of {whose(request.beside.name)} fighters.",
                low=0.4,
                mode=1,
                high=2,
            ),
            "interpreter_pool": believed(
                "loguniform",
                "persons",
                MISSING,
                "Where it serves apart, drop this and write command: side_by_side; with one language, 100000.",
                low=10,
                high=1000,
            ),
            "troops_ceiling": believed(
                "loguniform",
                "persons",
                "judgement",
                "The most it sends in all.",
                low=2 * sizes.entrants,
                high=3 * sizes.entry[1],
            ),
            **chosen_priors("contingent"),
        }
    }
    for third in joiners:
        found[contingent_of(third.key)] = _joiner(request, third)
    return found


def _present(request: Request, sizes: Sizes) -> Written:
    """The entrant's soldiers in the fighting on the day."""
    if not request.present:
        return chosen(0, "persons", "None in the fighting at the as-of date; they come by the event.")
    note = f"{whose(request.entrant.name)} soldiers in the fighting on the day. Class: class-entries."
    return from_to(*sizes.entry, "persons", MISSING, note)


def _joiner(request: Request, third: Third) -> Written:
    host = request.between[0 if third.likelier == "A" else 1]
    return {
        "name": f"{whose(third.name)} soldiers",
        "actor": third.key,
        "side": third.likelier,
        "theatre": THEATRE,
        "host": host.key,
        "command": "side_by_side",
        "note": f"None fight there; they come only where {third.key}-troops is moved up.",
        "troops": chosen(0, "persons"),
    }


def supply_lines(request: Request, sizes: Sizes, givers: dict[str, Third]) -> Written:
    """Each side's own shells, and those of its first supporter."""
    found: Written = {}
    for side, party in zip("AB", request.between, strict=True):
        fire = sizes.troops(side) * (0.03 if party.group else 0.1)
        low, high = (share * fire for share in SUPPLY_SHARE)
        note = "Made, bought or taken: about what it fires."
        found[f"{party.key.lower()}-shells"] = {
            "name": f"Shells of {party.name}",
            "actor": party.key,
            "side": side,
            "good": "shells",
            "per_week": about(low, max(high, low * 1.5), "items/week", "judgement", note),
        }
        if side in givers:
            giver = givers[side]
            found[f"{giver.key.lower()}-shells"] = {
                "name": f"Shells from {giver.name}",
                "actor": giver.key,
                "side": side,
                "good": "shells",
                "per_week": about(
                    0.05 * fire, 0.3 * fire, "items/week", "judgement", "From little to a third of its fire."
                ),
                "lag": judged("triangular", "week", "From ship to gun.", low=2, mode=4, high=10),
            }
    return found


def events(request: Request, sizes: Sizes) -> Written:
    """The entry that the question is about; of an entrant that is there already, that more come."""
    name, host = request.entrant.name, request.beside.name
    chance, what = {"low": 0.5, "mode": 0.9, "high": 1.0}, "soldiers"
    note = f"Soldiers that {name} sends first. Class: class-entries."
    if request.present:
        chance, what = {"low": 0.0, "mode": 0.3, "high": 0.9}, "further soldiers"
        note = f"Further soldiers that {name} sends. Class: class-entries."
    return {
        ENTRY: {
            "name": f"{whose(name)} {what} go into battle beside {host}",
            "kind": "arrival",
            "contingent": contingent_of(request.entrant.key),
            "status": "expected",
            "source": MISSING,
            "text": f"{whose(name)} {what} come in beside {host}.",
            "week": believed("triangular", "week", MISSING, "When the first of them fight.", low=0, mode=2, high=10),
            "probability": believed("triangular", "1", MISSING, "That they come at all.", **chance),
            "troops": {
                **from_to(*sizes.entry, "persons", MISSING, note),
                "if_wrong": "The effect scales with it, until what it needs of its host runs short.",
            },
        }
    }


def party_of(request: Request, side: str) -> Party:
    """The belligerent that leads a side."""
    return request.between[0 if side == "A" else 1]
