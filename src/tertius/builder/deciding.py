"""What states care for in a draft: stakes, and interests by role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tertius.builder.choosing import Third
from tertius.builder.fighting import THEATRE, contingent_of, party_of
from tertius.builder.request import Request
from tertius.builder.sizes import Sizes
from tertius.builder.written import Written, about, chosen, judged, short, whose

ADVANCE, SOLDIERS, SHORTAGE, BOLDER, BLOOD, WIDER, SQUEEZED, BURDEN = (
    "advance",
    "foreign-soldiers",
    "short-of-soldiers",
    "entrant-bolder",
    "entrant-blood",
    "wider-war",
    "squeezed",
    "givers-burden",
)
MATTERS: Final[Mapping[str, tuple[tuple[str, str, float], ...]]] = {
    "lead-A": ((ADVANCE, "more", 4), (WIDER, "less", 1.5), (SQUEEZED, "A", 2)),
    "lead-B": ((ADVANCE, "less", 5), (WIDER, "less", 1.5), (SQUEEZED, "B", 2)),
    "entrant": ((ADVANCE, "own", 2), (BLOOD, "less", 2), (BOLDER, "more", 1), (SQUEEZED, "less", 1.5)),
    "patron": (
        (WIDER, "less", 3),
        (SOLDIERS, "less", 1),
        (BLOOD, "less", 1),
        (BOLDER, "less", 1),
        (ADVANCE, "own", 0.7),
    ),
    "rival": ((BOLDER, "less", 4), (SOLDIERS, "less", 2), (WIDER, "less", 2), (ADVANCE, "own", 0.7)),
    "opponent": ((ADVANCE, "own", 3), (SOLDIERS, "less", 2), (WIDER, "less", 4), (BURDEN, "less", 2)),
    "supporter": ((ADVANCE, "own", 3), (WIDER, "less", 2), (BURDEN, "less", 1.5)),
    "neighbour": ((WIDER, "less", 4), (SOLDIERS, "less", 1)),
    "bystander": ((WIDER, "less", 2),),
}
"""Role -> stake, what it wants (`own`: by the side it leans to), middle of its weight. Judgement, for all wars."""


@dataclass(frozen=True)
class Deciding:
    """Who decides in a draft, and what they care for.

    joiners  third states whose soldiers may come; givers: side -> the one whose shells are a line of their own
    """

    request: Request
    sizes: Sizes
    thirds: tuple[Third, ...]
    joiners: tuple[Third, ...]
    givers: Mapping[str, Third]

    @property
    def bolder(self) -> bool:
        """Whether some third state fears a bolder entrant."""
        return any(each.role == "rival" for each in self.thirds)

    def stakes(self) -> Written:
        """What states care for, and what moves it."""
        request, front = self.request, self.sizes.front
        entrant, host = request.entrant.name, request.beside
        middle = self.sizes.entrants
        sent = f"contingents.{contingent_of(request.entrant.key)}"
        toward = 1 if self.sizes.holder == "A" else -1
        land, men = short(2.6 * front), short(self.sizes.troops(request.side) / 10)
        a = party_of(request, "A").name
        found: Written = {
            ADVANCE: _stake(
                f"{a} gains ground",
                f"{land:,} km2",
                {"land": (f"theatres.{THEATRE}.area", toward * land, "km2", 1.0, 0.3)},
            ),
            SOLDIERS: _stake(
                f"{whose(entrant)} soldiers fight abroad",
                f"{short(middle):,} soldiers",
                {"sent": (f"{sent}.sent", short(middle), "persons", 1.0, 0.3)},
            ),
            SHORTAGE: _stake(
                f"{host.name} is short of soldiers",
                f"{men:,} fewer at the front",
                {"men": (f"theatres.{THEATRE}.forces.{request.side}.troops", -men, "persons", 1.0, 0.3)},
            ),
            BLOOD: _stake(
                f"{entrant} pays in blood",
                f"{short(middle / 4):,} killed and wounded",
                {"losses": (f"{sent}.cumulative_losses", short(middle / 4), "persons", 1.0, 0.3)},
            ),
            WIDER: _stake(
                "The war widens",
                "another state's forces openly in the fighting",
                {
                    "sent": (f"{sent}.sent", short(2 * middle), "persons", 0.5, 0.25),
                    "clash": ("ladders.war.rungs.powers-clash.reached", 1, "1", 1.5, 0.5),
                },
            ),
            SQUEEZED: _stake(f"Sanctions bite on {host.name} and {entrant}", "a large round of sanctions", {}),
            BURDEN: _stake("Cost and risk of giving", "a tenth more than is given", {}),
        }
        if self.bolder:
            found[BOLDER] = _stake(
                f"{entrant} is stronger and bolder",
                "a step that its rivals' planners would notice",
                {"experience": (f"{sent}.sent", short(2 * middle), "persons", 0.4, 0.25)},
            )
        return found

    def actors(self) -> Written:
        """Every actor with its interests, and why it is there."""
        request = self.request
        found: Written = {}
        for side, party in zip("AB", request.between, strict=True):
            extra = ((SHORTAGE, "less", 3.0),) if side == request.side else ((SOLDIERS, "less", 2.0),)
            told: Written = {"name": party.name}
            if party.group:
                told["note"] = f"No state: what it has and can do is to be looked up; it fights in {party.at.name}."
            told["interests"] = self._interests(f"lead-{side}", side, extra)
            found[party.key] = told
        found[request.entrant.key] = {
            "name": request.entrant.name,
            "note": f"Enters beside {request.beside.name}.",
            "interests": self._interests("entrant", request.side),
        }
        for third in self.thirds:
            found[third.key] = {
                "name": third.name,
                "note": f"{third.role}{f', leans to {third.side}' if third.side else ''}: {'; '.join(third.reasons)}.",
                "interests": self._interests(third.role, third.side),
            }
        return found

    def _interests(self, role: str, side: str | None, extra: tuple[tuple[str, str, float], ...] = ()) -> Written:
        found = {}
        for stake, wants, weight in (*MATTERS[role], *extra):
            if stake == BOLDER and not self.bolder:
                continue
            if wants == "own":
                if side is None:
                    continue
                wants = "more" if side == "A" else "less"
            if wants in "AB":
                wants = "less" if wants == self.request.side else "more"
            note = f"Role: {role.partition('-')[0]}."
            found[stake] = {"wants": wants, "weight": about(weight, 2 * weight, "1", "judgement", note)}
        return found


def _stake(name: str, unit: str, drivers: Mapping[str, tuple[str, float, str, float, float]]) -> Written:
    told: Written = {"name": name, "unit": unit}
    if drivers:
        told["drivers"] = {
            key: {
                "output": output,
                "scale": chosen(scale, measured),
                "effect": judged("normal", "1", "By definition of the scale.", mean=mean, sd=sd),
            }
            for key, (output, scale, measured, mean, sd) in drivers.items()
        }
    return told
