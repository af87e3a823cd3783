"""Evidence of a case: texts read, their claims accepted, changed, rejected, taken back, and what that moves."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Form, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from tertius.errors import OptionError
from tertius.visible import visible
from tertius.web import inboxes
from tertius.web.asking import TheDesk, TheQueue
from tertius.web.desk import Desk
from tertius.web.jobs import Queue
from tertius.web.jobs.evidence import MOST_CHARACTERS
from tertius.web.resources.jobs import job_data, submit

if TYPE_CHECKING:
    from tertius.evidence.claims.bearings import Weighable
    from tertius.impact.kept import Weighing

router = APIRouter(tags=["evidence"])
MOST_CHANGES = 30
MOST_NUMBERS = 1000
Short = Annotated[str, Field(max_length=200)]


class Text(BaseModel):
    """A text to read."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS)]
    name: Short = Field("", description="what it is called; else its first words")
    origin: Short = Field("", description="who told it first; claims of one origin count once")
    grade: Short = Field("B2", description="Admiralty grade, such as B2")
    published: Short = Field("", description="day of publication, YYYY-MM-DD; else as the text says")
    by: Short = ""


class Decision(BaseModel):
    """Claims that are accepted, rejected, or put back among the new ones."""

    model_config = ConfigDict(extra="forbid")

    claims: Annotated[list[int], Field(min_length=1, max_length=MOST_NUMBERS)]
    state: Literal["new", "accepted", "rejected"]
    by: Short = ""
    why: Annotated[str, Field(max_length=2000)] = ""


class Edit(BaseModel):
    """What an event's claim is to say; a field that is left out stays."""

    model_config = ConfigDict(extra="forbid")

    actor: Short | None = None
    action: Short | None = None
    target: Short | None = None
    object: Short | None = None
    date: Short | None = None
    mode: Short | None = None
    quantity: Short | None = None
    was: Short = Field("", description="`edition` of the claim that was seen; a newer one is not written over")
    by: Short = ""
    why: Annotated[str, Field(max_length=2000)] = ""


class ByHand(BaseModel):
    """An event told by hand."""

    model_config = ConfigDict(extra="forbid")

    actor: Short
    action: Short
    target: Short = "none"
    object: Short = "none"
    date: Short = "none"
    mode: Short = "happened"
    quantity: Short = "none"
    words: Annotated[str, Field(max_length=2000)]
    origin: Annotated[str, Field(min_length=1, max_length=200)]
    grade: Short = "B2"
    published: Short = ""
    by: Short = ""
    why: Annotated[str, Field(max_length=2000)] = ""


class Undo(BaseModel):
    """The last change that was seen to stand; it is taken back unless another came after it."""

    model_config = ConfigDict(extra="forbid")

    change: int


# What there is


@dataclass(frozen=True)
class Held:
    """What an inbox holds at one moment, and how each claim that is not rejected stands to the scenario."""

    rows: list[dict[str, Any]]
    articles: list[dict[str, Any]]
    changes: list[dict[str, Any]]
    stands: dict[int, Weighable]


def held_now(desk: Desk, case: str) -> Held:
    """What the inbox of a case holds now. Raises UnknownName, DataError, MissingExtra."""
    if not inboxes.is_there(desk, case):
        return Held([], [], [], {})
    name = desk.case(case).id
    with inboxes.opened(desk, case) as inbox:
        rows, articles = inbox.rows(name), inbox.articles_of(name)
        changes = [{**asdict(one), "told": one.told()} for one in inbox.changes()]
    return Held(rows, articles, changes[::-1][:MOST_CHANGES], inboxes.bearing(desk, case, rows))


def evidence(desk: Desk, case: str, held: Held | None = None) -> dict[str, Any]:
    """Articles, claims, what those accepted move, changes. Raises as `held_now` does."""
    now = held or held_now(desk, case)
    accepted = [inboxes.claim_of(row) for row in now.rows if row["state"] == "accepted"]
    found = inboxes.weighing(desk, case, accepted)
    return {
        "articles": [{**one, "claims": _counts(now.rows, one["id"])} for one in now.articles],
        "claims": [claim_data(row, now.stands.get(row["id"])) for row in now.rows],
        "accepted": len(accepted),
        "moves": None if found is None else moves(desk, case, found),
        "changes": now.changes,
    }


def _counts(held: list[dict[str, Any]], article: int) -> dict[str, int]:
    mine = [row["state"] for row in held if row["article"] == article]
    return {state: mine.count(state) for state in ("new", "accepted", "rejected")}


def edition(row: dict[str, Any]) -> str:
    """Which edition of a claim it is."""
    return hashlib.sha256(json.dumps(row["record"], sort_keys=True).encode("utf-8", "replace")).hexdigest()[:16]


def claim_data(row: dict[str, Any], one: Weighable | None = None) -> dict[str, Any]:
    """A claim as JSON data: its record, its state, how it stands to the scenario, and what weight it would have."""
    from tertius.api.claims import shipped_ratios
    from tertius.report.article import moves_words

    standing = (
        None
        if one is None
        else {
            "counts": one.counts,
            "standing": one.standing,
            "ratio": one.ratio,
            "against": one.against,
            "told": moves_words(one),
        }
    )
    keys = ("id", "article", "kind", "state", "repeats", "grade", "origin", "published", "name", "record")
    told = {key: row[key] for key in keys}
    return {
        **told,
        "says": says(row),
        "edition": edition(row),
        "conflicts": row.get("conflicts", []),
        "grade_ratio": shipped_ratios()[row["grade"]],
        "stands": standing,
    }


def says(row: dict[str, Any]) -> str:
    """What a claim says, coded."""
    one = row["record"]
    if row["kind"] == "event":
        return f"{one['source']} {one['action']} {one['target'] or '-'}"
    if row["kind"] == "stance":
        return f"{one['actor']} {one['stance']}: {one['object']}"
    from tertius.report.words import counted

    per = f" for {counted(one['per'], one['per_what'])}" if one["per"] else ""
    return f"{counted(one['value'], one['what'])}{per}"


def moves(desk: Desk, case: str, found: Weighing) -> dict[str, Any]:
    """What the accepted claims move: headline chances before and after, and the report's words (Markdown)."""
    from tertius.report.claims import context
    from tertius.report.phrases import chance_name, chance_place
    from tertius.report.words import percent, points

    war = desk.scenario(case).record
    dates = inboxes.kept(desk, case)
    assert dates is not None  # there is a weighing of it
    days = dates.worlds.base.dates
    chances = [
        {
            **asdict(one),
            "name": chance_name(war, one.what),
            "place": chance_place(war, one.what),
            "day": days[min(one.week, len(days) - 1)].isoformat(),
            "before": percent(one.shift.without),
            "after": percent(one.shift.with_it),
            "by": f"{points(one.shift.by, sign=True)} ±{points(one.shift.error)}" if one.shift.by else "0",
        }
        for one in found.chances
    ]
    told = context(war, found.evidence)
    assert told is not None  # there is evidence
    evidence = found.evidence
    words = asdict(told)
    last = max(row.week for row in evidence.outcomes)
    ends = [row for row in evidence.outcomes if row.week == last]
    for line, row in zip(words["outcomes"], ends, strict=True):
        line["detectable"] = row.shift.detectable
    return {
        "futures": evidence.futures,
        "effective": evidence.effective,
        "enough": evidence.enough,
        "moves": evidence.moves,
        "chances": chances,
        "told": words,
    }


def article(desk: Desk, case: str, number: int, held: Held | None = None) -> dict[str, Any]:
    """One article: its words with marks (safe HTML), its claims, and what was not read and why. Raises UnknownName."""
    from tertius.errors import UnknownName
    from tertius.report.article import STAGES, marked_text

    now = held or held_now(desk, case)
    known = {str(one["id"]): one for one in now.articles}
    if str(number) not in known:
        raise UnknownName("article", str(number), known)
    with inboxes.opened(desk, case) as inbox:
        text = inbox.text_of(number)
    mine = [row for row in now.rows if row["article"] == number]
    events = [row for row in mine if row["kind"] == "event"]
    told = inboxes.beside(desk, case, number)
    spans = [(_span(row["record"]), row["id"], row["record"]["mode"]) for row in events]
    return {
        **known[str(number)],
        "text": text,
        "marked": str(marked_text(text, spans, [_span(one) for one in told["unread"]])),
        "claims": [claim_data(row, now.stands.get(row["id"])) for row in mine],
        "notes": told["notes"],
        "unread": told["unread"],
        "dropped": [{**one, "stage": STAGES.get(one["stage"], one["stage"])} for one in told["dropped"]],
    }


def _span(record: dict[str, Any]) -> tuple[int, int]:
    start, end = record["span"]
    return int(start), int(end)


# What is done


def send(desk: Desk, queue: Queue, case: str, data: bytes, told: Text | None, **fields: str) -> dict[str, Any]:
    """Keep a text and ask for it to be read; the job. Raises OptionError for a grade or a day that is none."""
    from tertius.api.days import day_option
    from tertius.evidence.claims.grades import check_grade

    given = fields if told is None else told.model_dump(exclude={"text"})
    grade = check_grade(given["grade"])
    day_option("published", given["published"] or None)
    upload = inboxes.put(desk, case, data)
    asked = {**given, "grade": grade, "upload": upload, "name": visible(given["name"]).strip()[:200]}
    return job_data(submit(desk, queue, case, "read", asked))


@router.get("/cases/{case}/evidence")
def get_evidence(desk: TheDesk, case: str) -> dict[str, Any]:
    """Articles, claims, what the accepted ones move, and the last changes."""
    return evidence(desk, case)


@router.get("/cases/{case}/articles/{number}")
def get_article(desk: TheDesk, case: str, number: int) -> dict[str, Any]:
    """One article with its claims."""
    return article(desk, case, number)


@router.post("/cases/{case}/articles", status_code=202)
def post_text(desk: TheDesk, queue: TheQueue, case: str, asked: Text) -> dict[str, Any]:
    """Read a text and file its claims: a job of kind `read`."""
    name = asked.name.strip() or " ".join(asked.text.split()[:8])[:80]
    data = asked.text.encode("utf-8", "replace")
    return send(desk, queue, case, data, asked.model_copy(update={"name": name}))


@router.post("/cases/{case}/articles/file", status_code=202)
def post_file(
    desk: TheDesk,
    queue: TheQueue,
    case: str,
    file: UploadFile,
    origin: Annotated[str, Form(max_length=200)] = "",
    grade: Annotated[str, Form(max_length=200)] = "B2",
    published: Annotated[str, Form(max_length=200)] = "",
    by: Annotated[str, Form(max_length=200)] = "",
) -> dict[str, Any]:
    """Read a text, HTML or PDF file and file its claims: a job of kind `read`."""
    from tertius.evidence.reading.documents import LIMIT

    data = file.file.read(LIMIT + 1)
    if not data or len(data) > LIMIT:
        allowed = f"a text, HTML or PDF file of at most {LIMIT >> 20} MB"
        raise OptionError("file", f"{len(data):,} bytes", allowed, "choose another")
    name = PurePosixPath((file.filename or "").replace("\\", "/")).name or "file"
    return send(desk, queue, case, data, None, name=name, origin=origin, grade=grade, published=published, by=by)


@router.post("/cases/{case}/claims/decide")
def post_decision(desk: TheDesk, case: str, asked: Decision) -> dict[str, Any]:
    """Accept claims, reject them, or put them back among the new ones; returns the evidence as it then stands."""
    with inboxes.opened(desk, case) as inbox:
        inbox.decide(asked.claims, asked.state, asked.by or "workbench", asked.why)
    return evidence(desk, case)


@router.put("/cases/{case}/claims/{number}")
def put_claim(desk: TheDesk, case: str, number: int, asked: Edit) -> dict[str, Any]:
    """Change what a claim says; one that has changed since it was seen is left alone."""
    given = asked.model_dump(exclude={"was", "by", "why"}, exclude_none=True)
    actors = desk.scenario(case).record.actors
    before = next((row for row in inboxes.rows(desk, case) if row["id"] == number), None)
    if before is not None and asked.was not in ("", edition(before)):
        raise OptionError("was", asked.was, f"the claim as it stands, {edition(before)}", "look at it again")
    if before is not None and before["kind"] == "event":
        now = {**fields(before["record"])}
        given = {key: value.strip() or "none" for key, value in given.items() if (value.strip() or "none") != now[key]}
    with inboxes.opened(desk, case) as inbox:
        inbox.edit(number, given, asked.by or "workbench", asked.why, actors)
    return evidence(desk, case)


def fields(record: dict[str, Any]) -> dict[str, str]:
    """What an event's record holds, as a form has it."""
    numbers = record["numbers"]
    return {
        "actor": record["source"],
        "action": record["action"],
        "target": record["target"] or "none",
        "object": record["kind"] or "none",
        "date": record["date"] or "none",
        "mode": record["mode"],
        "quantity": numbers[0]["quote"] if numbers else "none",
    }


@router.post("/cases/{case}/claims", status_code=201)
def post_claim(desk: TheDesk, case: str, asked: ByHand) -> dict[str, Any]:
    """File an event told by hand."""
    from tertius.api.days import day_option
    from tertius.evidence.claims.editing import FIELDS, by_hand
    from tertius.evidence.claims.instruments import with_instruments

    war = desk.scenario(case).record
    given = {name: getattr(asked, name).strip() or "none" for name in FIELDS}
    day = day_option("published", asked.published or None)
    reading = with_instruments(by_hand(given, visible(asked.words), day, war.actors), war)
    with inboxes.opened(desk, case) as inbox:
        inbox.add(
            reading, "by hand", desk.case(case).id, asked.grade, asked.origin, day, asked.by or "workbench", asked.why
        )
    return evidence(desk, case)


@router.post("/cases/{case}/evidence/undo")
def post_undo(desk: TheDesk, case: str, asked: Undo) -> dict[str, Any]:
    """Take back the last change."""
    with inboxes.opened(desk, case) as inbox:
        standing = [one.id for one in inbox.changes() if not one.undone]
        if not standing or standing[-1] != asked.change:
            last = f"the last that stands, {standing[-1]}" if standing else "none: nothing is left to undo"
            raise OptionError("change", asked.change, last, "look at the changes again")
        inbox.undo()
    return evidence(desk, case)
