"""How each kind of job is done: one call of the public front, whose result becomes JSON data.

Every function takes the desk, the id of a case, arguments as `kinds` checks them, and whom to tell how far it is.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeAlias

from tertius.errors import OptionError
from tertius.web.inboxes import accepted

if TYPE_CHECKING:
    from tertius.api.calls import Watch
    from tertius.api.scenario import Scenario
    from tertius.web.desk import Desk

Data: TypeAlias = dict[str, Any]


def warm(desk: Desk) -> None:
    """Load the laws, what the front needs, and the scenarios of answered cases, before the first job asks for them."""
    import tertius

    tertius.compare("river-war", futures=2, weeks=1)
    for case in desk.cases():
        if case.answered:
            with suppress(tertius.TertiusError, OSError):  # its own jobs will tell
                desk.scenario(case.id)


def brief(desk: Desk, case: str, arguments: Data, progress: Watch) -> Data:
    """Make the answer of a case and keep it. Returns the id of the result, its futures, and whether all were run."""
    import tertius
    from tertius.web.resources.ready import make_ready

    asked = dict(arguments)
    claims = accepted(desk, case) if asked.pop("evidence") else []
    made = tertius.brief(desk.scenario(case), **asked, claims=claims or None, light=True, progress=progress)
    progress("keeping", 0, 1)
    result = desk.save(case, made)
    make_ready(desk, case, result, progress)
    return {"result": result, "futures": made.answer.run.futures, "complete": made.complete}


def what_if(desk: Desk, case: str, arguments: Data, progress: Watch) -> Data:
    """Compare the case as it stands with another world. Returns the answer, and both worlds week by week."""
    import tertius
    from tertius.impact.beside import beside
    from tertius.impact.written import plain_data

    war = desk.scenario(case)
    asked = dict(arguments)
    own, both = asked.pop("steps"), asked.pop("both_steps")
    twice = sorted({text.partition(":")[0] for text in own} & {text.partition(":")[0] for text in both})
    if twice:
        raise OptionError("steps", twice[0], "a step of one world or of both", "leave one of the two out")
    asked["settings"] = {**forced(war, own, asked["weeks"]), **asked["settings"]}
    asked["assume"] = {**forced(war, both, asked["weeks"]), **asked["assume"]}
    found = tertius.compare(war, **asked, progress=progress)
    progress("weeks", 0, 1)
    return {"answer": plain_data(found.answer), "beside": plain_data(beside(found.held))}


def forced(war: Scenario, steps: list[str], weeks: int | None) -> dict[str, float]:
    """Quantities that force some steps: path -> value. Raises UnknownName, OptionError."""
    from tertius.impact.moves import move_of, preset_of

    horizon = war.record.weeks if weeks is None else weeks
    moves = [move_of(text, war.layout, horizon, "steps") for text in steps]
    told = [move.instrument for move in moves]
    twice = next((name for name in told if told.count(name) > 1), None)
    if twice is not None:
        raise OptionError("steps", twice, "each instrument once", "leave one of its steps out")
    return preset_of(moves)


def chronicle(desk: Desk, case: str, arguments: Data, progress: Watch) -> Data:
    """Tell one future: the one asked for, else a typical one."""
    import tertius
    from tertius.report.chronicle import chronicle_data

    return chronicle_data(tertius.chronicle(desk.scenario(case), **arguments, progress=progress))


def given(desk: Desk, case: str, arguments: Data, progress: Watch) -> Data:
    """What others do within some weeks of one state's first step."""
    import tertius
    from tertius.impact.written import plain_data

    progress("futures", 0, 1)
    return dict(plain_data(tertius.given(desk.scenario(case), **arguments)))


def options(desk: Desk, case: str, arguments: Data, progress: Watch) -> Data:
    """What one state could do."""
    import tertius
    from tertius.impact.written import plain_data

    return dict(plain_data(tertius.options(desk.scenario(case), **arguments, progress=progress)))


def inverse(desk: Desk, case: str, arguments: Data, progress: Watch) -> Data:
    """What would have to change for an event to become likely, or no longer."""
    import tertius
    from tertius.impact.written import plain_data
    from tertius.report.inverse import inverse_text

    war = desk.scenario(case)
    found = tertius.inverse(war, **arguments, progress=progress)
    return {**plain_data(found), "text": inverse_text(found, war.record)}


def indicators(desk: Desk, case: str, arguments: Data, progress: Watch) -> Data:
    """What to watch for."""
    import tertius
    from tertius.impact.written import plain_data
    from tertius.report.indicators import event, rates, rule
    from tertius.report.words import percent

    war = desk.scenario(case)
    found = tertius.indicators(war, **arguments, progress=progress)
    rows = []
    for one in found:
        told = [{"rule": rule(each, war.record), "rates": rates(each)} for each in one.rules]
        title = f"{event(one.target, war.record)}: {percent(one.chance)} within {one.week} weeks"
        rows.append({**plain_data(one), "told": {"title": title, "rules": told}})
    return {"watchlists": rows}


def hypotheses(desk: Desk, case: str, arguments: Data, progress: Watch) -> Data:
    """What speaks for each of the case's rival hypotheses."""
    import tertius
    from tertius.impact.written import plain_data
    from tertius.report.telling import telling_words

    war = desk.scenario(case)
    found = tertius.hypotheses(war, **arguments, progress=progress)
    return {"tellings": [plain_data(one) for one in found], "told": telling_words(found, war.record)}


def watch(desk: Desk, case: str, arguments: Data, progress: Watch) -> Data:
    """What has tripped by a day, else by today."""
    from datetime import date

    import tertius
    from tertius.impact.written import plain_data

    asked = dict(arguments)
    told = asked.pop("as_of")
    from tertius.report.watched import watch_words
    from tertius.web.series import data_of
    from tertius.web.steps import records_of

    claims = accepted(desk, case) if asked.pop("evidence") else []
    day = date.fromisoformat(told) if told else None
    war = desk.scenario(case)
    found = tertius.watch(
        war, data_of(desk, case), as_of=day, records=records_of(desk, case), claims=claims, **asked, progress=progress
    )
    return {**plain_data(found), "told": watch_words(found, war.record)}


def storylines(desk: Desk, case: str, arguments: Data, progress: Watch) -> Data:
    """The kinds of path that the futures take."""
    import tertius
    from tertius.impact.written import plain_data

    return dict(plain_data(tertius.storylines(desk.scenario(case), **arguments, progress=progress)))


def ask(desk: Desk, case: str, arguments: Data, progress: Watch) -> Data:
    """Answers to the case's questions that can be settled."""
    import tertius
    from tertius.report.asked_questions import asked_data, asked_words
    from tertius.web.questions import file_of

    told = tertius.ask(desk.scenario(case), file_of(desk, case), **arguments, progress=progress)
    data = asked_data(told)
    for row, each in zip(data["questions"], told.asked, strict=True):
        row["told"] = asked_words(told, each)
    return data


def missing(desk: Desk, case: str, arguments: Data, progress: Watch) -> Data:
    """What of the case is yet to be looked up."""
    from dataclasses import asdict

    import tertius

    return {"numbers": [asdict(one) for one in tertius.missing(desk.scenario(case), **arguments, progress=progress)]}
