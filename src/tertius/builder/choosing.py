"""Which third states a draft has, and as what: by neighbourhood, pacts, rivalry, trade, power; each with its reason.

The likeliest joiners by past disputes come first among those that have a reason; the patron of the entrant, its rivals
next door, and the two strongest powers are always there.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tertius.builder.bearing import Bearing, Field
from tertius.builder.request import Party
from tertius.builder.written import whose

MOST = 9
PATRON_TRADE = 0.25
PATRON_STRENGTH = 4.0
LEAN = 0.6
POWERS = 2
ROLES = ("patron", "rival", "opponent", "supporter", "neighbour", "bystander")


@dataclass(frozen=True)
class Third:
    """A third state of the draft.

    role    patron (of the entrant), rival (of the entrant), opponent (a power against the entrant's side), supporter
            (of a side), neighbour (of the fighting), bystander
    side    the side that it leans to; None for neither
    reasons why it is there, in words
    """

    bearing: Bearing
    role: str
    side: str | None
    reasons: tuple[str, ...] = field(default=())

    @property
    def key(self) -> str:
        """Its id."""
        return self.bearing.state.code

    @property
    def name(self) -> str:
        """Its name."""
        return self.bearing.state.name

    @property
    def likelier(self) -> str:
        """The side that it would rather join: that to which it leans, else by past disputes."""
        return self.side or ("A" if self.bearing.joins[0] >= self.bearing.joins[1] else "B")


def choose(ground: Field) -> tuple[Third, ...]:
    """The third states of a draft, those asked for first."""
    request = ground.request
    asked = {each.code for each in request.third}
    every = [third_of(ground, each) for each in ground.bearings]
    always = _always(ground, every)
    first = [each for each in every if each.key in asked]
    second = [each for each in every if each.key in always and each.key not in asked]
    rest = [each for each in every if each.reasons and each.key not in asked | always]
    chosen = [*first, *second[: max(0, MOST - len(first))]]
    chosen += rest[: max(0, MOST - len(chosen))]
    return tuple(_with_reason(each, asked) for each in chosen)


def third_of(ground: Field, bearing: Bearing) -> Third:
    """A state's part in the war: its reasons, its role, its side."""
    request = ground.request
    told = [text for party in request.parties for text in _to_party(bearing, party, party is request.entrant)]
    reasons = [
        text for text in dict.fromkeys(told) if not any(other.startswith(f"{text}, the land of") for other in told)
    ]
    a, b = request.between
    lean = bearing.leans(a, b)
    host, enemy = (a, b) if request.side == "A" else (b, a)
    lean += 0.5 * bearing.warmth(request.entrant) * (1 if request.side == "A" else -1)
    side = "A" if lean > LEAN else "B" if lean < -LEAN else None
    if _is_patron(bearing, request.entrant):
        return Third(bearing, "patron", side if side == request.side else None, tuple(reasons))
    facts = bearing.to.get(request.entrant.key)
    close = bearing.near.get(request.entrant.key)
    allied = facts is not None and "defence" in facts.obligations and request.entrant.key not in bearing.crowded
    if facts is not None and facts.rivalry and not allied and close is not None and (close.near or _major(bearing)):
        return Third(bearing, "rival", _against(lean, request.side), tuple(reasons))
    against = side is not None and side != request.side
    if _major(bearing) and against:
        return Third(bearing, "opponent", side, tuple(reasons))
    if side is not None:
        return Third(bearing, "supporter", side, tuple(reasons))
    where = bearing.near.get(enemy.key) or bearing.near.get(host.key)
    beside = any(each is not None and each.land_border for each in bearing.near.values()) or where is None
    return Third(bearing, "neighbour" if beside else "bystander", None, tuple(reasons))


def _against(lean: float, entered: str) -> str | None:
    """The side of a rival of the entrant: the other one, unless it leans to the one that the entrant joined."""
    towards = lean if entered == "A" else -lean
    return None if towards > 0 else ("B" if entered == "A" else "A")


def _to_party(bearing: Bearing, party: Party, entrant: bool) -> list[str]:
    """What a state is to a party, in words."""
    found = []
    place, facts = bearing.near.get(party.key), bearing.to.get(party.key)
    where = f"{party.at.name}, the land of {party.name}" if party.group else party.name
    if place is not None and place.land_border:
        found.append(f"borders {where}")
    if place is None:
        found.append(f"home of {party.name}")
    if facts is not None:
        if "defence" in facts.obligations:
            found.append(f"owes {party.name} defence")
        elif "defence" in facts.owed:
            found.append(f"is owed defence by {party.name}")
        if facts.rivalry:
            found.append(f"rival of {party.name}")
        share = facts.trade[1]
        if share is not None and share.value >= PATRON_TRADE:
            found.append(f"{share.value:.0%} of {whose(party.name)} trade ({share.year})")
    if entrant and _is_patron(bearing, party):
        found.append(f"patron of {party.name}")
    return found


def _is_patron(bearing: Bearing, party: Party) -> bool:
    """Whether a far stronger state has a defence pact with a party or a quarter of its trade."""
    facts = bearing.to.get(party.key)
    if facts is None or facts.rivalry:
        return False
    own, its = bearing.state.get("capability_share") or 0.0, party.at.get("capability_share") or 1e-4
    if own < PATRON_STRENGTH * its:
        return False
    share = facts.trade[1]
    close = "defence" in facts.obligations and party.key not in bearing.crowded
    return close or (share is not None and share.value >= PATRON_TRADE)


def _major(bearing: Bearing) -> bool:
    return bool(bearing.state.get("major_power"))


def _always(ground: Field, every: list[Third]) -> set[str]:
    """Codes of those that no draft leaves out: strongest patron, rivals of the entrant, two powers, hosts of groups."""
    strongest = sorted(every, key=lambda each: -(each.bearing.state.get("capability_share") or 0.0))
    patrons = [each for each in strongest if each.role == "patron"][:1]
    rivals = [each for each in every if each.role == "rival"][:2]
    powers = [each for each in strongest if _major(each.bearing)][:POWERS]
    hosts = [each for each in every if any(near is None for near in each.bearing.near.values())]
    return {each.key for each in (*patrons, *rivals, *powers, *hosts)}


def _with_reason(third: Third, asked: set[str]) -> Third:
    reasons = list(third.reasons)
    if third.key in asked:
        reasons.insert(0, "asked for")
    if not reasons:
        reasons.append("among the strongest powers")
    if third.side is not None and third.role in ("supporter", "opponent"):
        reasons.append(f"by pacts, rivalries and votes nearer to side {third.side}")
    return Third(third.bearing, third.role, third.side, tuple(reasons))
