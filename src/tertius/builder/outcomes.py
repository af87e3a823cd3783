"""What a draft's brief reports; below `material` a difference does not matter."""

from __future__ import annotations

from tertius.builder.fighting import THEATRE, contingent_of, party_of
from tertius.builder.request import Request
from tertius.builder.sizes import WEEKLY_LOSSES, Sizes
from tertius.builder.written import Written, chosen, whose


def outcomes(request: Request, sizes: Sizes) -> Written:
    """Land, losses and soldiers of both sides, the entrant's contingent, tempo and balance."""
    return {
        **_of_land(request, sizes),
        **_of_side(request, sizes, "A"),
        **_of_side(request, sizes, "B"),
        **_of_entrant(request, sizes),
    }


def _of_land(request: Request, sizes: Sizes) -> Written:
    holder = party_of(request, sizes.holder).name
    land = max(1.0, 0.13 * sizes.front)
    place = f"theatres.{THEATRE}"
    gain = _outcome(f"Gain of land by {holder}", f"{place}.area", "change", "km2", sizes.holder, land)
    return {
        "land": {**gain, "label": f"{whose(holder)} gain of land", "headline": True},
        "tempo": _outcome(f"Weekly gain of {holder}", f"{place}.gain", "level", "km2/week", sizes.holder, 0.1 * land),
        "balance": _outcome("Balance of power, log ratio", f"{place}.balance", "level", "1", "A", 0.02),
    }


def _of_side(request: Request, sizes: Sizes, side: str) -> Written:
    name, men = party_of(request, side).name, sizes.troops(side)
    losses = f"sides.{side}.cumulative_losses"
    toll = f"Toll of killed and wounded on {whose(name)} side"
    lost = _outcome(toll, losses, "total", "persons", _enemy(side), WEEKLY_LOSSES[0] * men)
    troops = f"theatres.{THEATRE}.forces.{side}.troops"
    return {
        f"losses-{side.lower()}": {**lost, "label": f"toll on {whose(name)} side", "headline": True},
        f"troops-{side.lower()}": _outcome(f"Soldiers of {name}", troops, "level", "persons", side, 0.01 * men),
    }


def _of_entrant(request: Request, sizes: Sizes) -> Written:
    soldiers, band = f"{whose(request.entrant.name)} soldiers", 0.1 * sizes.entrants
    place, side = f"contingents.{contingent_of(request.entrant.key)}", request.side
    usable, lost = f"{soldiers}, the part that can be used", f"{whose(request.entrant.name)} losses"
    return {
        "contingent": _outcome(f"{soldiers} present", f"{place}.troops", "level", "persons", side, band),
        "usable": _outcome(usable, f"{place}.usable", "level", "persons", side, band),
        "contingent-losses": _outcome(lost, f"{place}.cumulative_losses", "total", "persons", _enemy(side), band),
    }


def _enemy(side: str) -> str:
    return "B" if side == "A" else "A"


def _outcome(name: str, output: str, measure: str, unit: str, favours: str, size: float) -> Written:
    told: Written = {"name": name, "output": output, "measure": measure, "unit": unit, "favours": favours}
    return {**told, "material": chosen(max(float(f"{size:.1g}"), 0.01), unit)}
