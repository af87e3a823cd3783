"""What stands around the war in a draft: relations, ties, ladders."""

from __future__ import annotations

from tertius.builder.bearing import Bearing, Field, ideal_distance
from tertius.builder.choosing import Third
from tertius.builder.ending import first_day
from tertius.builder.fighting import contingent_of
from tertius.builder.request import Party, Request
from tertius.builder.sizes import Sizes
from tertius.builder.written import Written, about, believed, chosen, judged, known, short, whose
from tertius.reference import chosen_priors
from tertius.reference.states import columns, pair

WITH_DEAD = 0.2
"""Of militarized disputes, those with dead; Correlates of War, by the order of magnitude."""


def relations(ground: Field, thirds: tuple[Third, ...]) -> Written:
    """What the entrant and every third state are to the sides, as past disputes are read."""
    request = ground.request
    found: Written = {
        "war": {
            "began": first_day(request).isoformat(),
            "third_states": known(
                ground.third_states, "states", "cow-system", f"States of {ground.year} less the two leads."
            ),
        }
    }
    for side, party in zip("AB", request.between, strict=True):
        began = "It began" if side == "A" else "It was attacked"
        found[f"side-{side}"] = {
            "side": side,
            "capability_share": _share(ground, party),
            "attacked": chosen(float(side == "B"), "1", f"{began}: the first of --between is taken to have begun."),
        }
    actors = [] if request.entrant.group else [(request.entrant.key, _entrant(ground))]
    actors += [(third.key, third.bearing) for third in thirds]
    for key, bearing in actors:
        found |= _of_actor(ground, key, bearing)
    return found


def _entrant(ground: Field) -> Bearing:
    """The entrant as an outsider to the two belligerents."""
    found = ground.request.entrant.at
    to = {each.key: ground.facts(found, each) for each in ground.request.between}
    near = {each.key: ground.place(found, each) for each in ground.request.between}
    return Bearing(found, to, near, (0.0, 0.0), ground.crowded)


def _share(ground: Field, party: Party) -> Written:
    own = ground.share(party)
    if party.group:
        note = f"Of {whose(party.at.name)} capabilities a hundredth to a tenth; judgement."
        return judged("loguniform", "1", note, low=own / 2, high=own * 5)
    told = party.at.values.get("capability_share")
    if told is None:
        return judged("loguniform", "1", "None on record.", low=own / 3, high=own * 3)
    return known(told.value, "1", "cow-capabilities", f"CINC of {told.year}.")


def _of_actor(ground: Field, key: str, bearing: Bearing) -> Written:
    state = bearing.state
    own, pairs = ground.raw(state)
    count = own["disputes_10y"]
    to = min(ground.year, columns()["disputes_10y"].until)
    by_itself: Written = {
        "actor": key,
        "capability_share": _share(ground, Party(key, state.name, state)),
        "major_power": known(own["major_power"], "1", "cow-system"),
        "disputes_10y": believed(
            "triangular",
            "disputes",
            "cow-disputes",
            f"{count:g} to {to} that it and another began; joined ones are not counted.",
            low=count,
            mode=count + 0.5,
            high=2 * count + 3,
        ),
    }
    found = {key: by_itself}
    for row, (side, party) in enumerate(zip("AB", ground.request.between, strict=True)):
        values = {name: told[row] for name, told in pairs.items()}
        found[f"{key}-{side}"] = {"actor": key, "side": side, **_of_pair(bearing, party, values)}
    return found


def _of_pair(bearing: Bearing, party: Party, values: dict[str, float]) -> Written:
    facts = bearing.to.get(party.key)
    signed = facts is not None and any(pact.kind == "defence" for pact in facts.pacts)
    nothing = f"{party.name} has none on record." if party.group else ""
    where = f"Of {party.at.name}, where it fights." if party.group else ""
    pact = f"{facts.pacts[0].name}, {facts.pacts[0].since}." if signed and facts is not None else nothing
    opposed = values["opposed_10y"]
    return {
        "defence_pact": known(values["defence_pact"], "1", "pacts" if signed else "atop", pact),
        "land_border": known(values["land_border"], "1", "cow-contiguity", where),
        "near": known(values["near"], "1", "cow-contiguity", where),
        "rivalry": known(values["rivalry"], "1", "rivalries", nothing),
        "capital_distance": known(round(values["capital_distance"]), "km", "capitals", where),
        "opposed_10y": believed(
            "uniform", "disputes", "cow-disputes", "That the two began; to 2015.", low=opposed, high=opposed + 1
        ),
        "together_10y": judged("uniform", "disputes", "Joint ones are not in the table.", low=0, high=1),
    }


def ties(ground: Field, thirds: tuple[Third, ...]) -> Written:
    """How close the entrant stands to its host and to its patron, and supporters to their sides."""
    request = ground.request
    pairs: list[tuple[Party, Party]] = [(request.entrant, request.beside)]
    for third in thirds:
        itself = Party(third.key, third.name, third.bearing.state)
        if third.role in ("patron", "rival"):
            pairs.append((request.entrant, itself))
        elif third.role in ("supporter", "opponent") and third.side is not None:
            pairs.append((request.between[0 if third.side == "A" else 1], itself))
    return {f"{one.key}-{other.key}": _tie(ground, one, other) for one, other in pairs}


def _tie(ground: Field, one: Party, other: Party) -> Written:
    told: Written = {"between": [one.key, other.key]}
    if one.group or other.group or one.at.ccode == other.at.ccode:
        told["closeness"] = judged("triangular", "1", "No record of a group's ties.", low=0.0, mode=0.5, high=0.9)
        return {**told, **chosen_priors("tie")}
    facts = pair(one.at, other.at, ground.year, ground.request.as_of)
    pact = "defence" in (*facts.obligations, *facts.owed)
    apart = ideal_distance(one.at, other.at)
    middle = (0.6 if pact else 0.2) - (0.7 if facts.rivalry else 0.0) - (0.0 if apart is None else 0.1 * apart)
    middle = min(0.85, max(-0.85, middle))
    words = ["a defence pact" if pact else "no defence pact", "rivals" if facts.rivalry else "no rivalry"]
    if apart is not None:
        words.append(f"{apart:.1f} apart in the General Assembly")
    note = f"Judged from {', '.join(words)}."
    low, high = max(-1.0, middle - 0.35), min(1.0, middle + 0.35)
    told["closeness"] = judged("triangular", "1", note, low=low, mode=middle, high=high)
    return {**told, **chosen_priors("tie")}


def ladders(ground: Field, sizes: Sizes, thirds: tuple[Third, ...], joiners: tuple[Third, ...]) -> Written:
    """Rungs of the war, and a flashpoint at the entrant's nearest rival."""
    request = ground.request
    rungs: Written = {
        "third-soldiers": {
            "name": f"{whose(request.entrant.name)} soldiers fight",
            "height": 1,
            "output": f"contingents.{contingent_of(request.entrant.key)}.troops",
            "threshold": chosen(max(100, short(sizes.entrants / 5)), "persons"),
        }
    }
    for height, third in enumerate(joiners[:3], start=2):
        rungs[f"{third.key.lower()}-joins"] = {
            "name": f"{whose(third.name)} soldiers are in the war",
            "height": height,
            "output": f"instruments.{third.key}-troops.level",
            "threshold": chosen(1, "1"),
        }
    rungs["powers-clash"] = {
        "name": "Forces of two major powers fire on each other",
        "height": 9,
        "is_stated": True,
        "stake": "wider-war",
        "rate": judged("loguniform", "1/week", "A stated prior: few such clashes since 1945.", low=0.00001, high=0.001),
        "response": judged("normal", "1", "Whether a wider war makes it likelier; open.", mean=0.2, sd=0.3),
    }
    found: Written = {"war": {"name": "The war itself", "rungs": rungs}}
    rivals = [
        each for each in thirds if each.role == "rival" and each.bearing.near.get(request.entrant.key) is not None
    ]
    if rivals:
        found["flashpoint"] = _flashpoint(request, rivals[0])
    return found


def _flashpoint(request: Request, rival: Third) -> Written:
    facts = rival.bearing.to.get(request.entrant.key)
    disputes = 0 if facts is None else facts.disputes_10y
    rate = (disputes + 0.5) / (10 * 52) * WITH_DEAD
    counted = f"{disputes} disputes of the two in ten years, a fifth of them with dead."
    return {
        "name": f"{request.entrant.name} and {rival.name}",
        "is_elsewhere": True,
        "rungs": {
            "shots": {
                "name": "Shots with dead",
                "height": 1,
                "stake": "entrant-bolder",
                "rate": about(rate, 4 * rate, "1/week", "cow-disputes", counted),
                "response": judged("normal", "1", "A bolder entrant makes it likelier; judgement.", mean=0.3, sd=0.3),
                "spill_over": judged("normal", "1", "The war itself lends little; judgement.", mean=0.1, sd=0.15),
                "relief": judged("loguniform", "1/week", "Over within days to a season.", low=0.1, high=0.7),
            },
            "war": {
                "name": f"War of {request.entrant.name} and {rival.name}",
                "height": 2,
                "is_stated": True,
                "stake": "entrant-bolder",
                "rate": judged("loguniform", "1/week", "A stated prior, once shots are fired.", low=0.003, high=0.1),
                "response": judged("normal", "1", "As for shots.", mean=0.2, sd=0.3),
                "leap": judged("loguniform", "1", "It can come without shots before it.", low=0.0005, high=0.02),
            },
        },
    }


def joining(rates: tuple[float, float]) -> Written:
    """A rate of joining a year, by past disputes: median and 90%."""
    median, high = (max(rate, 1e-6) for rate in rates)
    note = "Joining within a year, at this age of the war, by past disputes (tertius history rates), as an even rate."
    return about(median, max(high, 1.3 * median), "1/year", "class-joining", note)
