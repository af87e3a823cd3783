"""Whom an instrument favours: side A, side B or neither, and which side an actor leans to."""

from collections.abc import Mapping

from tertius.world.deciding import Instrument
from tertius.world.sections import Sections

HELPING = ("troops", "arms", "munitions", "finance", "technology", "strike-permission", "basing")
HURTING = ("sanctions", "pressure", "warning", "strikes")
SIGNS: Mapping[str, int] = {"A": 1, "B": -1, "none": 0}


def camps(told: Sections) -> Mapping[str, int]:
    """Which side each actor leans to: 1 for A, -1 for B, 0 for neither.

    A member of a side leans to it, then who sends it soldiers or goods, then who helps those that lean already more
    than it hurts them.
    """
    leaning = {name: SIGNS[side] for side, record in told.sides.items() for name in record.members}
    sent: dict[str, int] = {}
    givers = [(held.actor, held.side) for held in told.contingents.values() if held.quantities["troops"].central > 0]
    givers += [(line.actor, line.side) for line in told.supply_lines.values()]
    for actor, side in givers:
        sent[actor] = sent.get(actor, 0) + SIGNS[side]
    leaning |= {name: _sign(total) for name, total in sent.items() if name not in leaning and total}
    rest: dict[str, int] = {}
    for instrument in told.instruments.values():
        if instrument.actor not in leaning:
            rest[instrument.actor] = rest.get(instrument.actor, 0) + _favours(instrument, leaning)
    return {name: leaning.get(name, _sign(rest.get(name, 0))) for name in told.actors}


def favours(told: Sections) -> Mapping[str, int]:
    """Which side a step up of each instrument favours: 1 for A, -1 for B, 0 for neither or where nothing says."""
    leaning = camps(told)
    return {name: _favours(instrument, leaning) for name, instrument in told.instruments.items()}


def _favours(instrument: Instrument, leaning: Mapping[str, int]) -> int:
    if instrument.favours is not None:
        return SIGNS[instrument.favours]
    if instrument.kind == "mobilisation":
        return leaning.get(instrument.actor, 0)
    if instrument.kind in HELPING:
        helped, own = leaning.get(instrument.towards, 0), leaning.get(instrument.actor, 0)
        return own if own == -helped else helped  # soldiers or strikes towards an enemy serve one's own side
    if instrument.kind in HURTING:
        return -leaning.get(instrument.towards, 0)
    return 0


def _sign(total: int) -> int:
    return (total > 0) - (total < 0)
