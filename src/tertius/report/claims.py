"""Words for what claims say and what they move."""

from __future__ import annotations

from typing import Any

from tertius.report.made import Brief
from tertius.report.words import interval, number, percent, plain

LONGEST_QUOTE = 240
MOST_FURTHER = 4
STANDINGS = {
    "used": "Already in the scenario, so that they move nothing",
    "repeats": "Told more than once, and counted once",
    "in-force": "They tell what stands at the as-of date",
}


def context(brief: Brief) -> dict[str, Any] | None:
    """Everything that the template prints of claims; None for a brief without."""
    if brief.evidence is None:
        return None
    told = brief.evidence.data
    counting = [one for one in told["claims"] if one["standing"] == "counts"]
    return {
        "articles": [plain(name) for name in dict.fromkeys(one["article"] for one in told["claims"])],
        "claims": len(told["claims"]),
        "week": brief.date(brief.last),
        "moves": told["moves"],
        "sizes": _sizes(told),
        "counting": [_counting(brief, one) for one in counting],
        "outcomes": [_outcome(brief, row) for row in told["outcomes"] if row["week"] == brief.last],
        "effects": [_effect(brief, row) for row in told["effects"] if row["outcome"] in brief.headlines],
        "steps": [_step(brief, row) for row in told["steps"]],
        "usable": [_usable(brief, row) for row in told["usable"]],
        "rests": [_value(row) for row in told["values"]],
        "silent": [
            {"title": title, "lines": [_silent(one) for one in told["claims"] if one["standing"] == standing]}
            for standing, title in STANDINGS.items()
        ],
        "outside": _outside(brief, told["claims"]),
    }


def _sizes(told: dict[str, Any]) -> str:
    """How many futures count, and what was run for it."""
    share = told["effective"] / told["futures"]
    text = f"Of {told['futures']:,} futures {number(told['effective'], 3)} count in effect ({percent(share)})"
    first = told["attempts"][0]
    if len(told["attempts"]) > 1:
        text += f"; of the {first['futures']:,} asked for it were {number(first['effective'], 3)}, so more were run"
    if not told["enough"]:
        text += (
            f". That is fewer than the {told['least_effective']:,.0f} wanted, with as many run as are allowed: "
            "the claims are rare in the futures, and what rests on them is rough"
        )
    return text + "."


def _quote(text: str) -> str:
    words = " ".join(text.split())
    return plain(words if len(words) <= LONGEST_QUOTE else f"{words[: LONGEST_QUOTE - 1].rstrip()}…")


def _counting(brief: Brief, one: dict[str, Any]) -> dict[str, Any]:
    truth = one["truth"]
    moves = [_move(brief, name, one["outcomes"][name]) for name in brief.headlines]
    others = [
        (abs(row["by"]) / (brief.scenario.outcomes[name].material.central or 1.0), _move(brief, name, row))
        for name, row in one["outcomes"].items()
        if name not in brief.headlines and row["detectable"]
    ]
    further = [text for _, text in sorted(others, key=lambda pair: -pair[0])][:MOST_FURTHER]
    said = "false" if one["against"] else "true"
    return {
        "number": one["number"],
        "says": plain(one["says"]),
        "quote": _quote(one["quote"]),
        "grade": one["grade"],
        "ratio": number(one["ratio"], 3),
        "said": said,
        "maps": plain(one["reason"]),
        "truth": f"{percent(truth['without'])} → {percent(truth['with'])}",
        "moves": moves,
        "further": further
        + [_usable(brief, row) for row in one["usable"] if row["detectable"] or one["kind"] == "quantity"]
        + [_step(brief, row) for row in one["steps"]][:MOST_FURTHER],
    }


def _move(brief: Brief, name: str, row: dict[str, Any]) -> str:
    told = brief.scenario.outcomes[name]
    if not row["detectable"]:
        return f"{plain(told.name)}: no detectable change (±{number(row['error'])} {plain(told.unit)})"
    return f"{plain(told.name)}: {number(row['by'], sign=True)} ±{number(row['error'])} {plain(told.unit)}"


def _outcome(brief: Brief, row: dict[str, Any]) -> dict[str, str]:
    told = brief.scenario.outcomes[row["outcome"]]
    spans = {name: f"{number(held[1], 3)} ({interval(held[0], held[2])})" for name, held in row["quantiles"].items()}
    return {
        "outcome": f"{plain(told.name)}, {plain(told.unit)}",
        **spans,
        "by": f"{number(row['by'], sign=True)} ±{number(row['error'])}" if row["by"] else "0",
    }


def _effect(brief: Brief, row: dict[str, Any]) -> str:
    told = brief.scenario.outcomes[row["outcome"]]
    values = f"{number(row['without'], sign=True)} → {number(row['with'], sign=True)} {plain(told.unit)}"
    return f"{plain(told.name)}: {values} (moved by {number(row['by'], sign=True)} ±{number(row['error'])})"


def _step(brief: Brief, row: dict[str, Any]) -> str:
    name = plain(brief.scenario.instruments[row["instrument"]].name)
    return (
        f"{name}, a step {row['direction']}: {percent(row['without'])} → {percent(row['with'])} "
        f"(±{number(100 * row['error'])} percentage points)"
    )


def _usable(brief: Brief, row: dict[str, Any]) -> str:
    name = plain(brief.scenario.contingents[row["contingent"]].name)
    error = f"±{number(100 * row['error'])} percentage points"
    span = f"{percent(row['without'])} → {percent(row['with'])} ({error})"
    moved = span if row["detectable"] else f"no detectable change ({error})"
    return f"{name}, the share of their strength that can be used while they are there: {moved}"


def _value(row: dict[str, Any]) -> str:
    spans = [f"{number(held[1], 3)} ({interval(held[0], held[2])})" for held in (row["without"], row["with"])]
    return f"`{row['path']}`: {spans[0]} → {spans[1]}; rests on claim {', '.join(map(str, row['claims']))}"


def _silent(one: dict[str, Any]) -> str:
    return f"{one['number']}. {plain(one['says'])}: {plain(one['reason'])}"


def _outside(brief: Brief, claims: list[dict[str, Any]]) -> list[str]:
    """What the model has no place for: events and numbers one by one, stances together by who holds them."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in claims:
        if one["standing"] == "outside":
            key = one["says"].split(" ")[0] if one["kind"] == "stance" else str(one["number"])
            found.setdefault(key, []).append(one)
    return [_unplaced(brief, key, held) for key, held in found.items()]


def _unplaced(brief: Brief, key: str, held: list[dict[str, Any]]) -> str:
    numbers = ", ".join(str(one["number"]) for one in held)
    if held[0]["kind"] != "stance":
        return f"{numbers}. {plain(held[0]['says'])} (“{_quote(held[0]['quote'])}”): {plain(held[0]['reason'])}"
    actor = brief.scenario.actors.get(key)
    parts = "; ".join(_quote(one["says"].removeprefix(f"{key} ")) for one in held)
    return f"{numbers}. {plain(actor.name if actor is not None else key)} {parts}. {plain(held[0]['reason'])}"
