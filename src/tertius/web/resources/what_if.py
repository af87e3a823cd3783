"""What-ifs of a case: what can be changed, a few of them side by side, and what one state could do.

A what-if is written in an address as terms parted by `;`: `-EVENT:MODE` undoes an event, `INSTRUMENT:up@WEEK` takes a
step, `PATH=NUMBER` sets a quantity. A step or a quantity is of the other world alone; with `*` before it, of both.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from tertius.errors import OptionError, TertiusError, UnknownName
from tertius.web.asking import TheDesk, TheQueue
from tertius.web.desk import Desk
from tertius.web.jobs import Queue, failure_of
from tertius.web.jobs.kinds import QUICK, checked
from tertius.web.keeping import Kept
from tertius.web.prose import inline
from tertius.web.resources.changes import Data
from tertius.web.resources.exports import FIGURE_FILE, TABLE_FILE, FigureForm, TableForm, file
from tertius.web.resources.jobs import edition, job_data
from tertius.web.tables import layout_of

if TYPE_CHECKING:
    from tertius.api.result import Comparison
    from tertius.impact.answer import Answer
    from tertius.impact.beside import Beside

router = APIRouter(tags=["what-if"])
MOST = 4
BOTH = "*"
"""Before a term: the change is of both worlds."""
Week = Annotated[int, Query(ge=0, le=520)]


@dataclass(frozen=True)
class Asked:
    """The what-ifs of an address, and how many futures each is run with."""

    texts: list[str]
    futures: int


def asked_in(
    w: Annotated[list[str], Query(max_length=MOST)] = [],  # noqa: B006  (a default of the address)
    futures: Annotated[int, Query(ge=1, le=20_000)] = QUICK,
) -> Asked:
    """What an address asks: `w` for each what-if, and the futures of all."""
    return Asked(w, futures)


Several = Annotated[Asked, Depends(asked_in)]
_OPENED: Kept[tuple[Answer, Beside]] = Kept(16)
_MADE: Kept[Data] = Kept(16)
"""What is made of jobs that are done, which stays as it is."""


def defined(text: str) -> Data:
    """What a what-if of an address changes, as arguments of its job. Raises OptionError.

    without, steps and settings are of the other world alone; assume and both_steps of both.
    """
    asked: Data = {"without": [], "steps": [], "settings": {}, "assume": {}, "both_steps": []}
    for term in (part.strip() for part in text[:20_000].split(";")):
        both = term.startswith(BOTH)
        bare = term.removeprefix(BOTH).strip()
        if term.startswith("-"):
            asked["without"].append(term[1:])
        elif "=" in bare:
            path, _, value = bare.partition("=")
            try:
                asked["assume" if both else "settings"][path.strip()] = float(value)
            except ValueError:
                fix = f"write a number, such as {path.strip()[:80]}=1.5"
                raise OptionError("what-if", term[:120], "PATH=NUMBER", fix) from None
        elif bare:
            asked["both_steps" if both else "steps"].append(bare)
    if not any(asked.values()):
        allowed = "-EVENT:MODE, INSTRUMENT:up@WEEK or PATH=NUMBER, parted by ;"
        raise OptionError("what-if", text[:120], allowed, "change something first")
    return asked


def written(asked: Data) -> str:
    """The same as text of an address."""
    both = [*asked["both_steps"], *(f"{path}={value:g}" for path, value in asked["assume"].items())]
    settings = [f"{path}={value:g}" for path, value in asked["settings"].items()]
    terms = [*(f"-{name}" for name in asked["without"]), *asked["steps"], *settings]
    return ";".join([*terms, *(f"{BOTH}{one}" for one in both)])


def told(desk: Desk, case: str, text: str) -> list[str]:
    """What a what-if changes, a line of HTML each. Raises UnknownName, OptionError."""
    from tertius.report.what_if import in_both, named

    asked, layout = defined(text), layout_of(desk, case)
    weeks = layout.scenario.weeks
    lines = [*named(layout, asked["without"], asked["steps"], asked["settings"], weeks)]
    if asked["assume"] or asked["both_steps"]:
        lines += in_both(layout, asked["both_steps"], asked["assume"], weeks, bool(lines))
    return [str(inline(line)) for line in lines]


def beside(
    desk: Desk, queue: Queue, case: str, asked: Sequence[str], futures: int = QUICK, week: int = 0, outcome: str = ""
) -> Data:
    """What-ifs side by side with the scenario as it stands, those that are done; of the others how far they are.

    week: after how many weeks; 0 is the last. outcome: the one that is drawn; else the first headline.
    Raises UnknownName for a case, an outcome; OptionError for a week that is not told.
    """
    layout = layout_of(desk, case)
    scenario = layout.scenario
    present = desk.answer(case)
    known = edition(desk, case) if asked else ""
    items = [_item(desk, queue, case, text, futures, known) for text in asked]
    items = [{"letter": letter, **item} for letter, item in zip("ABCD", items, strict=False)]
    done = {item["letter"]: opened(queue, item["job"]["id"]) for item in items if _is_done(item)}
    answers = [] if present is None else [present.answer]
    answers += [answer for answer, _ in done.values()]
    weeks = sorted(set.intersection(*(set(answer.run.horizons) for answer in answers))) if answers else []
    if week and week not in weeks:
        allowed = ", ".join(map(str, weeks)) or "none before a what-if is done"
        raise OptionError("week", week, allowed, "choose one of them")
    outcome = outcome or next(iter(scenario.headlines), "")
    if outcome not in scenario.outcomes:
        raise UnknownName("outcome", outcome, scenario.outcomes)
    at = week or (weeks[-1] if weeks else 0)
    return {
        "items": items,
        "letters": [*(["0"] if present is not None else []), *done],
        "present": None if present is None else _without(present),
        "weeks": weeks,
        "week": at,
        "outcome": outcome,
        "outcomes": {name: one.name for name, one in scenario.outcomes.items()},
        "futures": futures,
        "table": _table(answers, scenario, at, present) if answers else None,
        "figure": _figure(done, items, scenario, outcome) if done else None,
    }


def opened(queue: Queue, job: str) -> tuple[Answer, Beside]:
    """The answer of a what-if that is done, and its weeks. Raises UnknownName, ArchiveError."""
    from tertius.impact.answer import Answer
    from tertius.impact.beside import Beside
    from tertius.impact.written import read_data

    def made() -> tuple[Answer, Beside]:
        found = queue.result(job)
        return read_data(Answer, found["answer"], "the what-if"), read_data(Beside, found["beside"], "the what-if")

    return _OPENED.of(job, made)


def _is_done(item: Data) -> bool:
    return item["job"] is not None and item["job"]["state"] == "done"


def _item(desk: Desk, queue: Queue, case: str, text: str, futures: int, known: str) -> Data:
    """One what-if of the address: its words, its job where there is one, what is wrong with it where it is."""
    item: Data = {"text": text, "lines": [], "arguments": None, "job": None, "error": None}
    try:
        item["lines"] = told(desk, case, text)
        asked = checked("what-if", {**defined(text), "futures": futures})
        found = queue.find("what-if", case, asked, known)
        item |= {"arguments": asked, "job": None if found is None else job_data(found)}
    except TertiusError as error:
        item["error"] = failure_of(error)
    return item


def _without(present: Comparison) -> Data:
    """The other world of the present answer, a line of HTML each, and its futures."""
    from tertius.report.asked import undone
    from tertius.report.words import plain

    question, scenario = present.answer.question, present.scenario
    lines = [undone(one, scenario) for one in question.without] or [plain(label) for label in question.labels]
    lines = [str(inline(f"{line[:1].upper()}{line[1:]}")) for line in lines]
    return {"lines": lines, "futures": present.answer.run.futures}


def _table(answers: Sequence[Answer], scenario: Any, week: int, present: Any) -> Data:
    from tertius.report.what_if import table

    return asdict(table(answers, scenario, week, None if present is None else present.answer))


def _figure(done: dict[str, tuple[Answer, Beside]], items: list[Data], scenario: Any, outcome: str) -> Data:
    from tertius.report.figures_what_if import changes, changes_alternative
    from tertius.report.html import drawn
    from tertius.web.resources.figures import told as figure_data

    jobs = [item["job"]["id"] for item in items if item["letter"] in done]

    def made() -> Data:
        weekly = {letter: held.of(outcome) for letter, (_, held) in done.items()}
        dates = next(iter(done.values()))[0].run.dates
        chart = changes(weekly, dates, scenario, outcome)
        return figure_data("changes", drawn(chart), changes_alternative(weekly, scenario, outcome))

    return _MADE.of((outcome, *done, *jobs), made)


def choices(desk: Desk, queue: Queue, case: str, actor: str) -> Data:
    """What one state could do: the job that answers it, and where it is done its words (Markdown) and its figure."""
    from tertius.impact.moves import unknown_actor
    from tertius.impact.options import Choices
    from tertius.impact.written import read_data

    scenario = layout_of(desk, case).scenario
    if actor not in scenario.actors:
        raise unknown_actor(actor, scenario)
    asked = checked("options", {"actor": actor})
    job = queue.find("options", case, asked, edition(desk, case))
    data: Data = {"actor": actor, "arguments": asked, "job": None if job is None else job_data(job)}
    if job is None or job.state != "done":
        return {**data, "text": None, "figure": None}
    return {
        **data,
        **_MADE.of((job.id,), lambda: _told_of(read_data(Choices, queue.result(job.id), "options"), scenario)),
    }


def _told_of(found: Any, scenario: Any) -> Data:
    """Options in words (Markdown), and the figure of the trade-off where there is one."""
    from tertius.report.figures_options import tradeoff
    from tertius.report.html import drawn
    from tertius.report.options import options_text
    from tertius.web.resources.figures import told as figure_data

    has_others = any(not count.wants for count in found.counts)
    words = "Every option by what it is worth to the state and what else it changes, as in the tables."
    figure = figure_data("tradeoff", drawn(tradeoff(found, scenario)), words) if has_others else None
    return {"text": options_text(found, scenario), "figure": figure}


@router.get("/cases/{case}/what-if")
def get_what_if(
    desk: TheDesk,
    queue: TheQueue,
    case: str,
    asked: Several,
    week: Week = 0,
    outcome: str = "",
) -> Data:
    """Up to four what-ifs, each as `w`, side by side with the scenario as it stands."""
    return beside(desk, queue, desk.case(case).id, asked.texts, asked.futures, week, outcome)


@router.get("/cases/{case}/what-if/words")
def get_words(desk: TheDesk, case: str, d: str) -> list[str]:
    """What a what-if changes, a line of HTML each."""
    return told(desk, desk.case(case).id, d)


@router.get("/cases/{case}/what-if/figure")
def get_what_if_figure(
    desk: TheDesk,
    queue: TheQueue,
    case: str,
    asked: Several,
    outcome: str = "",
) -> Data:
    """The figure of what-ifs that are done: title, alternative text, SVG and Vega-Lite specification."""
    found: Data | None = beside(desk, queue, desk.case(case).id, asked.texts, asked.futures, 0, outcome)["figure"]
    if found is None:
        raise OptionError("w", "; ".join(asked.texts)[:120], "what-ifs that are done", "run one first")
    return found


@router.get("/cases/{case}/what-if/figure/{form}", responses=FIGURE_FILE)
def get_what_if_figure_file(
    desk: TheDesk,
    queue: TheQueue,
    case: str,
    form: FigureForm,
    asked: Several,
    outcome: str = "",
) -> Response:
    """The figure of what-ifs as a file."""
    from tertius.report.taken import figure_file

    held = get_what_if_figure(desk, queue, case, asked, outcome)
    return file(figure_file(held, form.value), f"{desk.case(case).id}-what-if", form.value)


@router.get("/cases/{case}/what-if/table/{form}", responses=TABLE_FILE)
def get_what_if_table_file(
    desk: TheDesk,
    queue: TheQueue,
    case: str,
    form: TableForm,
    asked: Several,
) -> Response:
    """Every outcome of the what-ifs that are done, at every horizon, as numbers in a file."""
    from tertius.report.what_if import as_csv, numbers

    name = desk.case(case).id
    items = beside(desk, queue, name, asked.texts, asked.futures)["items"]
    done = {item["text"]: opened(queue, item["job"]["id"])[0] for item in items if _is_done(item)}
    rows = numbers(done, layout_of(desk, name).scenario)
    held = as_csv(rows).encode("utf-8-sig") if form.value == "csv" else json.dumps(rows).encode()
    return file(held, f"{name}-what-if", form.value)


@router.get("/cases/{case}/options/{actor}/figure")
def get_options_figure(desk: TheDesk, queue: TheQueue, case: str, actor: str) -> Data:
    """The figure of a state's options, where they have been run."""
    found: Data | None = choices(desk, queue, desk.case(case).id, actor)["figure"]
    if found is None:
        raise OptionError("actor", actor, "a state whose options are run", "run them first")
    return found


@router.get("/cases/{case}/options/{actor}")
def get_options(desk: TheDesk, queue: TheQueue, case: str, actor: str) -> Data:
    """What a state could do, where that has been run."""
    return choices(desk, queue, desk.case(case).id, actor)
