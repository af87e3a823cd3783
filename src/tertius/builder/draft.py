"""A scenario draft from names and a day: chosen, filled, written, with what is to be looked up at its head."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from datetime import date
from math import log1p
from typing import Any

from tertius.builder import around, ending, fighting
from tertius.builder.acting import Acting
from tertius.builder.article import ARTICLE, Proposal
from tertius.builder.bearing import Field
from tertius.builder.choosing import Third, choose
from tertius.builder.deciding import Deciding
from tertius.builder.lacking import with_left_out
from tertius.builder.outcomes import outcomes
from tertius.builder.request import Request
from tertius.builder.sizes import Sizes
from tertius.builder.striking import striking
from tertius.builder.text import yaml_of
from tertius.builder.written import Written, is_missing, later_than, sources_used, whose, without_later
from tertius.history.rates import joining_rates
from tertius.reference.states import edition
from tertius.world import Scenario
from tertius.world.loader import build
from tertius.world.yaml_source import read_yaml

HEADER = ("tertius", "title", "description", "as_of", "weeks")
WEEKS = 52
HORIZONS = [4, 13, 26, 52]
JOINERS = 4
LEAST_JOINING = 0.002
"""Probability of joining, while a dispute like this lasts, from which on a third state's soldiers are in the draft."""


@dataclass(frozen=True)
class Draft:
    """A scenario draft.

    text     the YAML file
    missing  paths of what is to be looked up
    thirds   third states with role and reasons
    """

    name: str
    text: str
    missing: tuple[str, ...]
    thirds: tuple[Third, ...]


def draft(name: str, request: Request, article: Proposal | None = None) -> Draft:
    """A draft for a request, with the numbers of an article. It loads, passes every check and runs as it stands."""
    ground, sizes = Field(request), Sizes(request)
    thirds = choose(ground)
    joiners = tuple(
        sorted(
            (each for each in thirds if sum(each.bearing.joins) >= LEAST_JOINING), key=lambda t: -sum(t.bearing.joins)
        )
    )[:JOINERS]
    givers = {side: giver for side in "AB" if (giver := _giver(thirds, side)) is not None}
    tree = striking(_tree(name, ground, sizes, Deciding(request, sizes, thirds, joiners, givers)), request)
    _fill_rates(name, tree, request.as_of, request.present, joiners)
    tree = _sourced(_with_numbers(tree, article), request.as_of, article)
    for side, told in tree["sides"].items():
        told["usual_offers"] = ending.usual_offers(tree["instruments"], side)
    missing = tuple(paths_missing(tree))
    head = _head(name, request, thirds, missing, article)
    return Draft(name, with_left_out(head + yaml_of(tree), request, thirds, tree), missing, thirds)


def _giver(thirds: tuple[Third, ...], side: str) -> Third | None:
    """The strongest of those that lean to a side: whose shells are a line of their own."""
    leaning = [each for each in thirds if each.side == side and each.role in ("supporter", "opponent", "rival")]
    return max(leaning, key=lambda each: each.bearing.state.get("capability_share") or 0.0, default=None)


def _tree(name: str, ground: Field, sizes: Sizes, deciding: Deciding) -> Written:
    request = ground.request
    entrant, host = request.entrant.name, request.beside.name
    a, b = (each.name for each in request.between)
    body: Written = {
        "actors": deciding.actors(),
        "sides": fighting.sides(request, sizes),
        "world": ending.world(request),
        "theatres": fighting.theatre(request, sizes),
        "contingents": fighting.contingents(request, sizes, deciding.joiners),
        "supply_lines": fighting.supply_lines(request, sizes, dict(deciding.givers)),
        "stakes": deciding.stakes(),
        "instruments": Acting(deciding).instruments(),
        "ladders": around.ladders(ground, sizes, deciding.thirds, deciding.joiners),
        "ties": around.ties(ground, deciding.thirds),
        "events": fighting.events(request, sizes),
        "outcomes": outcomes(request, sizes),
        "comparison": {
            "without": fighting.ENTRY,
            "mode": "withdraw" if request.present else "never",
            "horizons": HORIZONS,
            "label": f"{whose(entrant)} soldiers",
        },
        "relations": around.relations(ground, deciding.thirds),
    }
    comes = "fights" if request.present else "comes in"
    about = (
        f"A draft of tertius new: {a} (A) against {b} (B), and {entrant} {comes} beside {host}. Not yet an analyst's."
    )
    return {
        "tertius": 1,
        "title": f"{entrant} beside {host} in the war of {a} and {b}, {request.as_of:%B %Y}",
        "description": about,
        "as_of": request.as_of.isoformat(),
        "weeks": WEEKS,
        **body,
    }


def _sourced(tree: Written, as_of: date, article: Proposal | None = None) -> Written:
    """The tree with the sources that it names, in their place."""
    plain = without_later(tree, later_than(as_of))
    first = {key: value for key, value in plain.items() if key in HEADER}
    sources = sources_used(plain, as_of)
    if article is not None:
        sources[ARTICLE] = {"date": as_of.isoformat(), **article.source}
    return {**first, "sources": sources, **plain}


def _with_numbers(tree: Written, article: Proposal | None) -> Written:
    """The tree with what an article tells of the entrant's soldiers, in place."""
    if article is None:
        return tree
    entry = tree["events"][fighting.ENTRY]
    sent = tree.get("contingents", {}).get(entry.get("contingent"), {})
    places = {"events": entry, "contingents": sent}
    for (section, name), quantity in article.amounts.items():
        if name in places[section]:
            places[section][name] = quantity
    return tree


def _alone(tree: Written) -> Written:
    """The tree with the leads alone on their sides: before the entrant comes, whose coming is a law's to count."""
    sides = {side: {**told, "members": [told["lead"]]} for side, told in tree["sides"].items()}
    return {**tree, "sides": sides}


def _fill_rates(name: str, tree: Written, as_of: date, present: bool, joiners: tuple[Third, ...]) -> None:
    """Rates at which third states send soldiers, by past disputes of this war's age, in place."""
    if not joiners:
        return
    found = joining_rates(loaded(name, yaml_of(_sourced(tree if present else _alone(tree), as_of))), weeks=WEEKS)
    within = {(rate.actor, rate.side): rate.within for rate in found.rows}
    for third in joiners:
        band = within[third.key, third.likelier]
        if band is not None:
            # the rate falls as the war ages: a constant one with the same chance within the year
            rate = around.joining((-log1p(-band.median), -log1p(-band.high)))
            tree["instruments"][f"{third.key}-troops"]["steps"]["up"]["rate"] = rate


def loaded(name: str, text: str) -> Scenario:
    """The scenario of a text. Raises ScenarioError."""
    root, problems = read_yaml(text, f"{name}.yaml")
    return build(root, name, problems)


def paths_missing(tree: Any, path: str = "") -> list[str]:
    """Paths of the quantities that are to be looked up."""
    if not isinstance(tree, dict):
        return []
    if "unit" in tree and ("prior" in tree or "value" in tree):
        return [path] if is_missing(tree) else []
    return [each for key, value in tree.items() for each in paths_missing(value, f"{path}.{key}" if path else str(key))]


def _head(
    name: str, request: Request, thirds: tuple[Third, ...], missing: tuple[str, ...], article: Proposal | None
) -> str:
    """The comment at the head of the file."""
    told = [
        f"A draft by `tertius new`, from data of {request.data_year} and before ({edition().said}). It runs as it "
        "stands.",
        f"To look up: {len(missing)} numbers, those with `source: missing`. `tertius check {name}.yaml --next` lists "
        "them by how much each would move the answer. Replace prior, source and note of each by what you find.",
        f"The first of --between, {request.between[0].name}, counts as having begun the war; swap the two if not.",
    ]
    if article is not None:
        told.append(f"Taken from {article.file}, to be checked against it; its other claims: tertius brief --article.")
        told += [f'  {each.option}: {each.value}. "{each.words}"' for each in article.grounds]
    groups = [each for each in request.parties if each.group]
    for group in groups:
        told.append(
            f"No state, but a group: {group.name}. No data set says how many fight for it, what it has, who pays. Look "
            f"first at fighters, losses and recruits; geography is that of {group.at.name}."
        )
    told.append("Third states, and why each is here:")
    lines = ["\n".join(textwrap.wrap(text, 116)) for text in told]
    lines += [f"  {each.key}  {each.role}, {'; '.join(each.reasons)}" for each in thirds]
    lines.append(
        "Left out, to add where it matters: red lines, a record of steps, a calendar (at the end, with examples);\na "
        "bargain, more theatres."
    )
    text = "\n".join(lines)
    return "".join(f"# {line}\n" for line in text.splitlines()) + "\n"
