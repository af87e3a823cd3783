"""What states decide in a draft: stakes, interests by role, instruments with the rates of their class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tertius.builder.choosing import Third
from tertius.builder.fighting import THEATRE, contingent_of, party_of
from tertius.builder.request import Request
from tertius.builder.sizes import WEEKLY_LOSSES, Sizes
from tertius.builder.written import MISSING, Written, about, chosen, judged, short, whose
from tertius.reference import decisions_known
from tertius.reference.decisions import GENERIC

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


LEAST_SANCTIONER: Final = 0.01
"""Share of world capability from which on a state's sanctions bite; a weaker one closes its border."""


@dataclass(frozen=True)
class Deciding:
    """What a draft's states decide."""

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
        middle = self.sizes.entry[0]
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

    def instruments(self) -> Written:
        """What every actor can do."""
        request = self.request
        found: Written = {}
        for side, party in zip("AB", request.between, strict=True):
            enemy = party_of(request, "B" if side == "A" else "A")
            found |= self._of_lead(side, party.key, party.name, enemy.key)
        found |= self._of_entrant()
        for third in self.thirds:
            found |= self._of_third(third)
        return found

    def _of_lead(self, side: str, key: str, name: str, enemy: str) -> Written:
        men = self.sizes.troops(side)
        up = 1 if side == "A" else -1
        called: Written = {ADVANCE: _effect(0.3 * up, 0.2, later=True)}
        if side == self.request.side:
            called[SHORTAGE] = _effect(-1, 0.4, later=True)
        recruits = about(0.3 * WEEKLY_LOSSES[0] * men, WEEKLY_LOSSES[0] * men, "persons/week", "judgement")
        settlement = about(0.5, 1.2, "1", "judgement", "Two levels part its terms from a stop on the line.")
        return {
            f"{key}-mobilisation": self._instrument(
                f"{name} calls up more",
                key,
                "mobilisation",
                enemy,
                ["as at the as-of date", "a partial call-up more", "a general call-up"],
                called,
                {"recruits": {"side": side, "recruits": recruits}},
            ),
            f"{key}-ceasefire": self._instrument(
                f"{name} is ready to stop",
                key,
                "ceasefire-offer",
                enemy,
                ["as at the as-of date", "talks on less than its aims", "a ceasefire on the line"],
                {WIDER: _effect(-0.2, 0.15)},
                {"settlement": {"side": side, "settlement": settlement}},
            ),
        }

    def _of_entrant(self) -> Written:
        request = self.request
        key, name = request.entrant.key, request.entrant.name
        middle, high = self.sizes.entry
        effects = {
            SOLDIERS: _effect(0.7, 0.3, later=True),
            WIDER: _effect(0.3, 0.2, later=True),
            SHORTAGE: _effect(-0.15, 0.1, later=True),
        }
        soldiers = about(0.6 * middle, 0.6 * high, "persons", "class-entries", "From half to all of the first number.")
        made = self._instrument(
            f"{name} sends more soldiers",
            key,
            "troops",
            request.beside.key,
            ["those of the entry", "about as many again", "a standing force, relieved and made up"],
            effects,
            {"soldiers": {"contingent": contingent_of(key), "soldiers": soldiers}},
        )
        made["restraint"] = about(0.3, 1, "1", "judgement", "A second step is harder than the first.")
        return {f"{key}-troops": made}

    def _of_third(self, third: Third) -> Written:
        request, key, name = self.request, third.key, third.name
        entered = request.side
        host, entrant = request.beside, request.entrant
        found: Written = {}
        against = third.role in ("rival", "opponent") or (third.role == "supporter" and third.side != entered)
        if against and (third.bearing.state.get("capability_share") or 0.0) < LEAST_SANCTIONER:
            found[f"{key}-pressure"] = self._instrument(
                f"{whose(name)} pressure on {entrant.name}",
                key,
                "pressure",
                entrant.key,
                ["as at the as-of date", "protests, envoys called home", "the border or trade closed"],
                {SOLDIERS: _effect(-0.1, 0.1), SQUEEZED: _effect(0.1, 0.1)},
            )
        elif against:
            strain = about(
                0.002, 0.006, "1/week", "judgement", "A round costs its target some tenths of a percent a week."
            )
            found[f"{key}-sanctions"] = self._instrument(
                f"{whose(name)} sanctions on {entrant.name} and {host.name}",
                key,
                "sanctions",
                entrant.key,
                ["as at the as-of date", "one further round", "two further rounds", "three or more"],
                {SQUEEZED: _effect(0.3, 0.2), SOLDIERS: _effect(-0.05, 0.1)},
                {"strain": {"side": entered, "strain": strain}},
            )
        if third.role in ("rival", "opponent"):
            found[f"{key}-warning"] = self._instrument(
                f"{name} warns {entrant.name}",
                key,
                "warning",
                entrant.key,
                ["as at the as-of date", "a warning in public", "forces moved or drilled as a warning"],
                {SOLDIERS: _effect(-0.1, 0.1), WIDER: _effect(0.05, 0.1)},
            )
        if third.role == "rival" and self.bolder:
            found[f"{key}-guard"] = self._instrument(
                f"{name} on guard against {entrant.name}",
                key,
                "mobilisation",
                entrant.key,
                ["as at the as-of date", "alert raised, leave cancelled", "reserves called, forces moved up"],
                {BOLDER: _effect(-0.3, 0.2), WIDER: _effect(0.1, 0.1)},
            )
        if third.role == "patron":
            found[f"{key}-pressure"] = self._instrument(
                f"{whose(name)} pressure on {entrant.name}",
                key,
                "pressure",
                entrant.key,
                ["none", "words in private or public", "trade or aid slowed", "open sanctions"],
                {SOLDIERS: _effect(-0.3, 0.2), WIDER: _effect(-0.1, 0.1)},
            )
        if third.side is None or third.role == "patron":
            step = about(0.15, 0.4, "1", "judgement", "Envoys bring the two sides' terms nearer.")
            found[f"{key}-mediation"] = self._instrument(
                f"{whose(name)} mediation",
                key,
                "mediation",
                party_of(request, "B").key,
                ["as at the as-of date", "envoys to both", "a conference of both"],
                {WIDER: _effect(-0.1, 0.1)},
                {side.lower(): {"side": side, "settlement": dict(step)} for side in ("A", "B")},
            )
        found |= self._arms(third)
        if third in self.joiners:
            found |= self._joining(third)
        return found

    def _arms(self, third: Third) -> Written:
        if third.side is None:
            return {}
        lead = party_of(self.request, third.side)
        up = 1 if third.side == "A" else -1
        gives = self.givers.get(third.side) == third
        levers: Written = {}
        if gives:
            factor = judged("normal", "1", "What the levels say, as a log factor.", mean=0.6, sd=0.2)
            levers["shells"] = {"supply_line": f"{third.key.lower()}-shells", "log_factor": factor}
        made = self._instrument(
            f"{whose(third.name)} arms for {lead.name}",
            third.key,
            "munitions" if gives else "arms",
            lead.key,
            ["as at the as-of date", "clearly more, or of a new kind", "as much as it can spare"],
            {ADVANCE: _effect(0.2 * up, 0.15, later=gives), BURDEN: _effect(0.3, 0.2), WIDER: _effect(0.05, 0.1)},
            levers,
        )
        return {f"{third.key}-arms": made}

    def _joining(self, third: Third) -> Written:
        lead = party_of(self.request, third.likelier)
        up = 1 if third.likelier == "A" else -1
        army = third.bearing.state.get("soldiers") or 10_000.0
        middle = min(1300.0, max(300.0, army / 6))
        lever = {
            "contingent": contingent_of(third.key),
            "soldiers": about(middle, max(2 * middle, min(25_000.0, army / 3)), "persons", "class-entries"),
            "opens": chosen(1, "1", "The step brings the first soldiers."),
        }
        made = self._instrument(
            f"{whose(third.name)} soldiers in the war",
            third.key,
            "troops",
            lead.key,
            ["none", "a first contingent", "units in number"],
            {WIDER: _effect(0.8, 0.4), ADVANCE: _effect(0.3 * up, 0.2, later=True)},
            {"soldiers": lever},
        )
        made["restraint"] = about(0.5, 1.5, "1", "judgement", "A second step is harder than the first.")
        return {f"{third.key}-troops": made}

    def _instrument(
        self,
        name: str,
        actor: str,
        kind: str,
        towards: str,
        levels: list[str],
        effects: Written,
        levers: Written | None = None,
    ) -> Written:
        told: Written = {"name": name, "actor": actor, "kind": kind, "towards": towards, "levels": levels}
        told["level"] = chosen(0, "1", "Counted from what held at the as-of date.")
        told["steps"] = {way: {"rate": self.rate(kind, way)} for way in ("up", "down")}
        told["effects"] = {stake: row for stake, row in effects.items() if stake != BOLDER or self.bolder}
        return {**told, "levers": levers} if levers else told

    def rate(self, kind: str, way: str) -> Written:
        """Steps a year of an instrument of a class, by the latest fit known on the as-of date."""
        fit = decisions_known(self.request.as_of)
        pool = (GENERIC if fit is None else fit.rates).pool(way)
        shape, years = pool.gamma(kind)
        told = "a stated prior: no fit was known yet" if fit is None else f"of the class {kind}, to {fit.until}"
        prior = {"gamma": {"shape": short(shape), "rate": short(years)}}
        return {"prior": prior, "unit": "1/year", "source": "class-steps", "note": f"Steps {way} a year, {told}."}


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


def _effect(mean: float, sd: float, later: bool = False) -> Written:
    """What a level does to a stake; `later` where it comes by way of the war."""
    told: Written = {"per_level": judged("normal", "1", "By kind of step and role; judgement.", mean=mean, sd=sd)}
    if later:
        told["at_once"] = chosen(0, "1", "It comes through the war.")
    return told


def is_missing(quantity: Mapping[str, object]) -> bool:
    """Whether a written quantity is to be looked up."""
    source = quantity.get("source")
    return source == MISSING or (isinstance(source, list) and MISSING in source)
