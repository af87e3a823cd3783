"""Questions of a case, and the ledger of the workbench.

A case asks the questions that came with its scenario until one is added or changed; from then on `questions.yaml` in
its folder holds them all. Every case seals into one ledger, `ledger.sqlite` in the data folder.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import uuid
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tertius.api.places import write_whole
from tertius.errors import OptionError, ScenarioError, UnknownName
from tertius.shipped import shipped_heads

if TYPE_CHECKING:
    from tertius.engine import Layout
    from tertius.forecasts.questions.reading import Questions
    from tertius.web.desk import Desk

FILE, LEDGER = "questions.yaml", "ledger.sqlite"
EMPTY = "tertius: 1\nquestions:\n"
LARGEST = 200_000
KEYS = ("text", "about", "instrument", "output", "take", "of", "line", "since", "until")
_WRITING = threading.Lock()
_BOARDS: dict[tuple[Path, int, int], list[str]] = {}
_READ: dict[str, tuple[Layout, tuple[Path, int, int], Questions]] = {}


def ledger(desk: Desk) -> str:
    """Address of the ledger."""
    return f"sqlite:///{desk.folder / LEDGER}"


def is_sealed(desk: Desk) -> bool:
    """Whether anything was sealed yet."""
    return (desk.folder / LEDGER).is_file()


def file_of(desk: Desk, case: str) -> Path | None:
    """The file of a case's questions; None where it has none. Raises UnknownName."""
    found = desk.case(case)
    own = desk.folder / "cases" / found.id / FILE
    if own.is_file():
        return own
    beside = next((one.file.with_name(f"{one.name}.{FILE}") for one in shipped_heads() if one.name == found.id), None)
    return beside if beside is not None and beside.is_file() else None


def text_of(desk: Desk, case: str) -> str:
    """The questions of a case as they are written."""
    file = file_of(desk, case)
    return EMPTY if file is None else file.read_text(encoding="utf-8")


def edition(text: str) -> str:
    """Which edition of a text it is that a page shows: of questions, a scenario, steps."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def read(desk: Desk, case: str) -> Questions | None:
    """The questions of a case; None where it has none. Raises ScenarioError."""
    from tertius.forecasts.questions.reading import read_questions

    file = file_of(desk, case)
    if file is None:
        return None
    layout, state = desk.layout(case), file.stat()
    key = (file, state.st_mtime_ns, state.st_size)
    held = _READ.get(case)
    if held is None or held[0] is not layout or held[1] != key:
        held = (layout, key, read_questions(layout, file))
        _READ[case] = held
    return held[2]


def keep(desk: Desk, case: str, text: str, was: str) -> None:
    """Write the questions of a case, if they can be asked and nobody changed them since.

    Raises ScenarioError with every problem; OptionError where they were changed since `was`, or are too long.
    """
    with _WRITING:
        now = edition(text_of(desk, case))
        if was != now:
            fix = "look at the page again, and write it into what stands there now"
            raise OptionError("was", was[:40], f"the questions as they stand, {now}", fix)
        if len(text) > LARGEST:
            raise OptionError("text", f"{len(text):,} characters", f"at most {LARGEST:,}", "ask fewer questions")
        checked(desk, case, text)
        write_whole(desk.place(case) / FILE, text, option="--folder")


def checked(desk: Desk, case: str, text: str) -> Questions:
    """Questions as they are written, read. Raises ScenarioError."""
    from tertius.forecasts.questions.reading import read_questions

    scratch = desk.place(case) / f".{uuid.uuid4().hex}.part"
    try:
        scratch.write_bytes(text.encode("utf-8", "replace"))
        return read_questions(desk.layout(case), scratch)
    except ScenarioError as error:
        raise ScenarioError(replace(problem, file=FILE) for problem in error.problems) from None
    finally:
        scratch.unlink(missing_ok=True)


def add(desk: Desk, case: str, asked: dict[str, Any], was: str) -> None:
    """Add a question. Raises as `keep` does."""
    from tertius.world.entry import ID_PATTERN

    before = text_of(desk, case)
    name = asked["id"].strip()
    if not re.fullmatch(ID_PATTERN, name):
        raise OptionError("id", name, "a letter, then letters, digits, - and _", "rename it")
    if re.search(rf"(?m)^  {re.escape(name)}:", before):
        raise OptionError("id", name, "a name that no question of the case has", "choose another")
    keep(desk, case, f"{before.rstrip()}\n\n{written(asked)}", was)


def written(asked: dict[str, Any]) -> str:
    """A question as five lines of YAML."""
    name, relation = asked["id"].strip(), asked["relation"]
    lines = [f"  {name}:"]
    for key in KEYS:
        value = asked.get(key)
        if value not in (None, ""):
            plain = key in ("since", "until") and re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(value))
            lines.append(f"    {key}: {value if plain or isinstance(value, int | float) else _quoted(value)}")
    return "\n".join([*lines, f"    {relation}: {json.dumps(asked['thresholds'])}", ""])


def _quoted(value: Any) -> str:
    """Text as YAML writes it between double quotes; JSON's way is a part of it."""
    return json.dumps(" ".join(str(value).split()))


def remove(desk: Desk, case: str, name: str, was: str) -> None:
    """Take a question out. Raises UnknownName, and as `keep` does."""
    text = text_of(desk, case)
    known = [each.id for each in checked(desk, case, text).questions]
    if name not in known:
        raise UnknownName("question", name, known)
    if len(known) == 1:
        raise OptionError("question", name, "a case that keeps a question", "add another first")
    kept, inside = [], False
    for line in text.splitlines():
        if line.strip() and not line.startswith("    "):
            inside = line.strip().split(":")[0].strip("\"'") == name and line.startswith("  ")
        kept += [] if inside else [line]
    keep(desk, case, "\n".join(kept) + "\n", was)


def forecasts(desk: Desk, case: str) -> list[dict[str, Any]]:
    """What was sealed of a case, the newest first, each with its state. Raises DataError."""
    from contextlib import closing
    from datetime import UTC, date, datetime

    from tertius.forecasts.ledger.database import Ledger
    from tertius.forecasts.ledger.rows import forecasts_of
    from tertius.forecasts.questions.rule import RELATIONS, SIGNS

    if not is_sealed(desk):
        return []
    with closing(Ledger(ledger(desk))) as held:
        today = datetime.now(UTC).date()
        found = forecasts_of(held.entries(), today)
    rows = []
    for each in found[::-1]:
        told = each.told
        if told["scenario"] != desk.case(case).id:
            continue
        question = told["question"]
        relation = next(name for name in RELATIONS if name in question)
        came = (
            {}
            if each.result is None
            else {(one["branch"], one["threshold"]): one["came"] for one in each.result["rows"]}
        )
        rows.append(
            {
                "entry": each.entry.seq,
                "question": each.name,
                "text": question["text"],
                "kind": each.kind,
                "as_of": told["as_of"],
                "until": question["until"],
                "has_begun": date.fromisoformat(told["starts"]) < today,
                "state": each.state,
                "source": None if each.result is None else each.result["source"],
                "value": None if each.result is None else each.result["value"],
                "branches": list(question.get("given") or ()),
                "rows": [
                    {**one, "sign": SIGNS[relation], "came": came.get((one["branch"], one["threshold"]))}
                    for one in told["forecast"]
                ],
            }
        )
    return rows


def board(desk: Desk) -> list[str]:
    """The scoreboard's parts as HTML, one for each kind, scenario and methodology; made once for each ledger."""
    if not is_sealed(desk):
        return []
    state = (desk.folder / LEDGER).stat()
    key = (desk.folder, state.st_mtime_ns, state.st_size)
    with _WRITING:
        held = _BOARDS.get(key)
    if held is None:
        from tertius.api.ledger import score
        from tertius.report.scoreboard import section

        held = [section(group) for group in score(ledger=ledger(desk))]
        with _WRITING:
            _BOARDS.clear()
            _BOARDS[key] = held
    return held
