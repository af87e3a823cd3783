"""What states can do in a draft: instruments by role, with effects on stakes, levers, and the rates of their class."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from tertius.builder.choosing import Third
from tertius.builder.deciding import ADVANCE, BOLDER, BURDEN, SHORTAGE, SOLDIERS, SQUEEZED, WIDER, Deciding
from tertius.builder.fighting import contingent_of, party_of
from tertius.builder.sizes import ENTRY, WEEKLY_LOSSES
from tertius.builder.written import Written, about, chosen, from_to, judged, short, whose
from tertius.reference import decisions_known
from tertius.reference.decisions import GENERIC

LEAST_SANCTIONER: Final = 0.01
"""Share of world capability from which on a state's sanctions bite; a weaker one closes its border."""


@dataclass(frozen=True)
class Acting:
    """What those who decide can do."""

    cast: Deciding

    def instruments(self) -> Written:
        """What every actor can do."""
        request = self.cast.request
        found: Written = {}
        for side, party in zip("AB", request.between, strict=True):
            enemy = party_of(request, "B" if side == "A" else "A")
            found |= self._of_lead(side, party.key, party.name, enemy.key)
        found |= self._of_entrant()
        for third in self.cast.thirds:
            found |= self._of_third(third)
        return found

    def _of_lead(self, side: str, key: str, name: str, enemy: str) -> Written:
        men = self.cast.sizes.troops(side)
        up = 1 if side == "A" else -1
        called: Written = {ADVANCE: _effect(0.3 * up, 0.2, later=True)}
        if side == self.cast.request.side:
            called[SHORTAGE] = _effect(-1, 0.4, later=True)
        recruits = about(0.3 * WEEKLY_LOSSES[0] * men, WEEKLY_LOSSES[0] * men, "persons/week", "judgement")
        settlement = about(0.5, 1.2, "1", "judgement", "Two levels part its terms from a stop on the line.")
        return {
            f"{key}-mobilisation": self._instrument(
                f"{whose(name)} call-up",
                key,
                "mobilisation",
                enemy,
                ["as at the as-of date", "a partial call-up more", "a general call-up"],
                called,
                {"recruits": {"side": side, "recruits": recruits}},
            ),
            f"{key}-ceasefire": self._instrument(
                f"{whose(name)} readiness to stop",
                key,
                "ceasefire-offer",
                enemy,
                ["as at the as-of date", "talks on less than its aims", "a ceasefire on the line"],
                {WIDER: _effect(-0.2, 0.15)},
                {"settlement": {"side": side, "settlement": settlement}},
            ),
        }

    def _of_entrant(self) -> Written:
        request = self.cast.request
        key, name = request.entrant.key, request.entrant.name
        low, high = self.cast.sizes.entry
        effects = {
            SOLDIERS: _effect(0.7, 0.3, later=True),
            WIDER: _effect(0.3, 0.2, later=True),
            SHORTAGE: _effect(-0.15, 0.1, later=True),
        }
        soldiers = from_to(low, high, "persons", "class-entries", "A further contingent.")
        made = self._instrument(
            f"{whose(name)} further soldiers",
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
        found = {**self._against(third), **self._signals(third), **self._between(third), **self._arms(third)}
        return {**found, **self._joining(third)} if third in self.cast.joiners else found

    def _against(self, third: Third) -> Written:
        """What costs the entrant and its host: sanctions of a strong state, a closed border of a weak one."""
        side, host, entrant = self.cast.request.side, self.cast.request.beside, self.cast.request.entrant
        if third.role not in ("rival", "opponent") and (third.role != "supporter" or third.side == side):
            return {}
        if (third.bearing.state.get("capability_share") or 0.0) < LEAST_SANCTIONER:
            made = self._instrument(
                f"{whose(third.name)} pressure on {entrant.name}",
                third.key,
                "pressure",
                entrant.key,
                ["as at the as-of date", "protests, envoys called home", "the border or trade closed"],
                {SOLDIERS: _effect(-0.1, 0.1), SQUEEZED: _effect(0.1, 0.1)},
            )
            return {f"{third.key}-pressure": made}
        note = "A round costs its target some tenths of a percent a week."
        made = self._instrument(
            f"{whose(third.name)} sanctions on {entrant.name} and {host.name}",
            third.key,
            "sanctions",
            entrant.key,
            ["as at the as-of date", "one further round", "two further rounds", "three or more"],
            {SQUEEZED: _effect(0.3, 0.2), SOLDIERS: _effect(-0.05, 0.1)},
            {"strain": {"side": side, "strain": about(0.002, 0.006, "1/week", "judgement", note)}},
        )
        return {f"{third.key}-sanctions": made}

    def _signals(self, third: Third) -> Written:
        """Warnings of rivals and opponents, and a rival's guard."""
        entrant = self.cast.request.entrant
        found: Written = {}
        if third.role in ("rival", "opponent"):
            found[f"{third.key}-warning"] = self._instrument(
                f"{whose(third.name)} warnings to {entrant.name}",
                third.key,
                "warning",
                entrant.key,
                ["as at the as-of date", "a warning in public", "forces moved or drilled as a warning"],
                {SOLDIERS: _effect(-0.1, 0.1), WIDER: _effect(0.05, 0.1)},
            )
        if third.role == "rival":
            found[f"{third.key}-guard"] = self._instrument(
                f"{whose(third.name)} guard against {entrant.name}",
                third.key,
                "mobilisation",
                entrant.key,
                ["as at the as-of date", "alert raised, leave cancelled", "reserves called, forces moved up"],
                {BOLDER: _effect(-0.3, 0.2), WIDER: _effect(0.1, 0.1)},
            )
        return found

    def _between(self, third: Third) -> Written:
        """A patron's pressure on the entrant, and mediation of those that lean to nobody."""
        entrant = self.cast.request.entrant
        found: Written = {}
        if third.role == "patron":
            found[f"{third.key}-pressure"] = self._instrument(
                f"{whose(third.name)} pressure on {entrant.name}",
                third.key,
                "pressure",
                entrant.key,
                ["none", "words in private or public", "trade or aid slowed", "open sanctions"],
                {SOLDIERS: _effect(-0.3, 0.2), WIDER: _effect(-0.1, 0.1)},
            )
        if third.side is None or third.role == "patron":
            step = about(0.15, 0.4, "1", "judgement", "Envoys bring the two sides' terms nearer.")
            found[f"{third.key}-mediation"] = self._instrument(
                f"{whose(third.name)} mediation",
                third.key,
                "mediation",
                party_of(self.cast.request, "B").key,
                ["as at the as-of date", "envoys to both", "a conference of both"],
                {WIDER: _effect(-0.1, 0.1)},
                {side.lower(): {"side": side, "settlement": dict(step)} for side in ("A", "B")},
            )
        return found

    def _arms(self, third: Third) -> Written:
        if third.side is None:
            return {}
        lead = party_of(self.cast.request, third.side)
        up = 1 if third.side == "A" else -1
        gives = self.cast.givers.get(third.side) == third
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
        lead = party_of(self.cast.request, third.likelier)
        up = 1 if third.likelier == "A" else -1
        army = third.bearing.state.get("soldiers") or 10_000.0
        most = max(5 * ENTRY[0], min(ENTRY[1], army / 3))
        lever = {
            "contingent": contingent_of(third.key),
            "soldiers": from_to(ENTRY[0], most, "persons", "class-entries"),
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
        told["steps"] = {way: {"rate": rate(self.cast.request.as_of, kind, way)} for way in ("up", "down")}
        told["effects"] = {stake: row for stake, row in effects.items() if stake != BOLDER or self.cast.bolder}
        return {**told, "levers": levers} if levers else told


def rate(as_of: date, kind: str, way: str) -> Written:
    """Steps a year of an instrument of a class, by the latest fit known on a day."""
    fit = decisions_known(as_of)
    pool = (GENERIC if fit is None else fit.rates).pool(way)
    shape, years = pool.gamma(kind)
    told = "a stated prior: no fit was known yet" if fit is None else f"of the class {kind}, to {fit.until}"
    prior = {"gamma": {"shape": short(shape), "rate": short(years)}}
    return {"prior": prior, "unit": "1/year", "source": "class-steps", "note": f"Steps {way} a year, {told}."}


def known_steps(as_of: date, kinds: Collection[str]) -> str:
    """On what the rates of steps of some classes stand, in words: counts of the latest fit known on a day."""
    fit = decisions_known(as_of)
    if fit is None:
        return "stated priors: no fit of recorded steps was known by the day"
    pool = fit.rates.pool("up")
    told = [f"{pool.steps[kind]:g} of {kind}" for kind in sorted(kinds) if pool.steps.get(kind)]
    return f"steps up of the class on record to {fit.until} ({', '.join(told) or 'none of these'})"


def _effect(mean: float, sd: float, later: bool = False) -> Written:
    """What a level does to a stake; `later` where it comes by way of the war."""
    told: Written = {"per_level": judged("normal", "1", "By kind of step and role; judgement.", mean=mean, sd=sd)}
    if later:
        told["at_once"] = chosen(0, "1", "It comes through the war.")
    return told
