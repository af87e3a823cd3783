"""What a draft leaves out, at its end: the sections record, calendar and red lines as comments to be filled in.

No data set holds dated steps of instruments, days known beforehand, or declared lines, so nothing of them is invented.
Each section has a small example of this war's own ids, which `check` takes once `#~ ` is taken away.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from textwrap import wrap
from typing import Final

from tertius.builder.acting import known_steps
from tertius.builder.choosing import Third
from tertius.builder.fighting import contingent_of
from tertius.builder.request import Request
from tertius.builder.written import MISSING, Written, whose
from tertius.reference.states.tables import pacts

MARK: Final = "#~ "
"""What stands before the lines of an example."""


def with_left_out(text: str, request: Request, thirds: tuple[Third, ...], tree: Written) -> str:
    """A draft's text with the comment at its end, and in the instrument of the example what a record of it needs."""
    name, since = _recorded(tree), request.as_of - timedelta(days=365)
    head = f"\n  {name}:\n    name:"
    text = text.replace(head, f"\n  {name}:\n{MARK}    recorded_since: {since}\n    name:", 1)
    lines = [
        "",
        "# Left out, as no data set holds it. Write it in, or take `#~ ` away before an example and correct it.",
        *_record(request, tree),
        *_calendar(request, thirds),
        *_red_lines(request, tree),
    ]
    return text + "\n".join(lines) + "\n"


def _recorded(tree: Written) -> str:
    """The instrument of the example: of the kinds that are most often on record the first."""
    of_kind: dict[str, str] = {told["kind"]: key for key, told in reversed(tree["instruments"].items())}
    return next(of_kind[kind] for kind in ("sanctions", "arms", "munitions", "mobilisation") if kind in of_kind)


def _record(request: Request, tree: Written) -> Iterator[str]:
    yield "#"
    yield "# Record: dated steps that states took before the as-of date; how often each takes one is learnt from them."
    kinds = {told["kind"] for told in tree["instruments"].values()}
    known = known_steps(request.as_of, kinds)
    yield from (f"# {line}" for line in wrap(f"None is on record here. Rates stand on {known}.", 116))
    here = {party.key for party in request.parties if not party.group}
    for pact in pacts():
        if pact.since <= request.as_of and pact.joins in here and here & set(pact.members):
            yield f"# Dated, and in the relations already: {pact.name}, {pact.since}."
    yield "# `recorded_since` of an instrument is the day from which on every step of it is here."
    name, day = _recorded(tree), request.as_of - timedelta(days=30)
    yield f"{MARK}record:"
    yield f"{MARK}  columns: [date, instrument, step, text, source]"
    yield f'{MARK}  first: [{day}, {name}, up, "What was done, and who says so.", {MISSING}]'


def _calendar(request: Request, thirds: tuple[Third, ...]) -> Iterator[str]:
    yield "#"
    yield "# Calendar: what is known beforehand, such as a summit, a vote, an anniversary, an expiry. `known_since` is"
    yield "# the day from which its date was public. The tables hold no elections and no summits."
    who = ", ".join(dict.fromkeys((request.between[1].key, *(each.key for each in thirds[:1]))))
    day, since = request.as_of + timedelta(days=60), request.as_of - timedelta(days=30)
    yield f"{MARK}calendar:"
    yield f"{MARK}  columns: [name, date, known_since, kind, who, source]"
    yield f'{MARK}  first: ["A summit on the war", {day}, {since}, summit, [{who}], {MISSING}]'


def _red_lines(request: Request, tree: Written) -> Iterator[str]:
    entrant, instruments = request.entrant, tree["instruments"]
    yield "#"
    yield "# Red lines: what an actor has said that it would answer. `tertius check FILE --next` says which line of a"
    yield "# power would move the answer. Only what was declared by the as-of date belongs here."
    warning = next((key for key, told in instruments.items() if told["kind"] == "warning"), None)
    actor = instruments[warning]["actor"] if warning else request.between["AB".index(_other(request.side))].key
    answers = [key for key, told in instruments.items() if told["actor"] == actor and told["kind"] != "warning"]
    yield f"{MARK}red_lines:"
    yield f"{MARK}  first:"
    yield f'{MARK}    name: "{whose(entrant.name)} soldiers in battle"'
    yield f"{MARK}    actor: {actor}"
    yield f"{MARK}    output: contingents.{contingent_of(entrant.key)}.troops"
    held = tree["contingents"][contingent_of(entrant.key)]["troops"]
    most = held["value"] if "value" in held else held["prior"].get("loguniform", {}).get("high", 0)
    yield f"{MARK}    threshold: {{value: {max(1000, 2 * int(most))}, unit: persons, source: choice}}"
    if warning:
        yield f"{MARK}    signal: {warning}"
    yield f"{MARK}    answer: {answers[0]}"
    yield f"{MARK}    deters: {entrant.key}-troops"
    yield f'{MARK}    credibility: {{prior: {{uniform: {{low: 0.1, high: 0.9}}}}, unit: "1", source: {MISSING}}}'
    yield f'{MARK}    deterrence: {{prior: {{lognormal: {{median: 0.3, p90: 1}}}}, unit: "1", source: judgement}}'


def _other(side: str) -> str:
    return "B" if side == "A" else "A"
