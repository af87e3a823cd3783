"""Evidence of a case: its inbox, texts that wait to be read, and the futures that claims are weighed on.

All of it lies in the folder of the case: `evidence.sqlite`; `uploads/`, each under the hash of its bytes; `articles/`,
what reading said of each beside its claims; `kept/`, the futures.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tertius import __version__
from tertius.api.places import write_whole
from tertius.errors import ArchiveError, OptionError
from tertius.nested import read_json

if TYPE_CHECKING:
    from tertius.evidence.claims.accepted import Claim
    from tertius.evidence.claims.bearings import Weighable
    from tertius.evidence.claims.inbox import Inbox
    from tertius.impact.kept import Kept, Weighing
    from tertius.web.desk import Desk

UPLOAD = re.compile(r"[0-9a-f]{64}")
MOST_UPLOADS = 200
MOST_FUTURES = 2000
"""Futures that are kept to weigh claims on."""
HELD = 2
_KEPT: OrderedDict[Path, Kept] = OrderedDict()
_WEIGHED: OrderedDict[tuple[Path, str], Weighing] = OrderedDict()
MOST_WEIGHED = 16
_LOCK = threading.Lock()


def address(desk: Desk, case: str) -> str:
    """Address of the inbox of a case. Raises UnknownName."""
    return f"sqlite:///{desk.place(case) / 'evidence.sqlite'}"


def is_there(desk: Desk, case: str) -> bool:
    """Whether anything was filed."""
    return (desk.folder / "cases" / desk.case(case).id / "evidence.sqlite").is_file()


@contextmanager
def opened(desk: Desk, case: str) -> Iterator[Inbox]:
    """The inbox of a case, made where it is not there. Raises UnknownName, DataError, MissingExtra."""
    from tertius.evidence.claims.inbox import Inbox

    with closing(Inbox(address(desk, case), "inbox")) as inbox:
        yield inbox


def rows(desk: Desk, case: str) -> list[dict[str, Any]]:
    """Every claim on a case, oldest first, as the inbox gives them."""
    if not is_there(desk, case):
        return []
    with opened(desk, case) as inbox:
        return inbox.rows(desk.case(case).id)


def claim_of(row: dict[str, Any]) -> Claim:
    """The claim of a row."""
    from tertius.evidence.claims.accepted import claim_of as made

    return made(row)


def accepted(desk: Desk, case: str) -> list[Claim]:
    """The claims that were accepted."""
    return [claim_of(row) for row in rows(desk, case) if row["state"] == "accepted"]


def bearing(desk: Desk, case: str, held: list[dict[str, Any]]) -> dict[int, Weighable]:
    """How each claim that is not rejected stands to the scenario, by its number."""
    from tertius.api.claims import weighed

    asked = [row for row in held if row["state"] != "rejected"]
    if not asked:
        return {}
    found = weighed([claim_of(row) for row in asked], desk.layout(case))
    return {row["id"]: one for row, one in zip(asked, found, strict=True)}


# Texts that wait to be read


def put(desk: Desk, case: str, data: bytes) -> str:
    """Keep a text until it is read, and return the hash that names it. Raises OptionError where too many wait."""
    folder = desk.place(case) / "uploads"
    name = hashlib.sha256(data).hexdigest()
    with suppress(OSError):
        if len(list(folder.iterdir())) >= MOST_UPLOADS:
            fix = "wait until some are read"
            raise OptionError("file", f"{MOST_UPLOADS} that wait", f"fewer than {MOST_UPLOADS} texts that wait", fix)
    write_whole(folder / name, data, option="--folder")
    return name


def taken(desk: Desk, case: str, upload: str) -> Path:
    """The file of a text that waits. Raises OptionError where none has the name."""
    file = desk.place(case) / "uploads" / upload
    if not UPLOAD.fullmatch(upload) or not file.is_file():
        raise OptionError("upload", upload[:80], "a text that was sent and not yet read", "send it again")
    return file


def forget(desk: Desk, case: str, upload: str) -> None:
    """Remove a text or file that was read. Raises UnknownName."""
    if UPLOAD.fullmatch(upload):
        (desk.place(case) / "uploads" / upload).unlink(missing_ok=True)


def put_beside(desk: Desk, case: str, article: int, told: dict[str, Any]) -> None:
    """Keep what reading an article said beside its claims."""
    file = desk.place(case) / "articles" / f"{int(article)}.json"
    write_whole(file, json.dumps(told, ensure_ascii=False), option="--folder")


def beside(desk: Desk, case: str, article: int) -> dict[str, Any]:
    """The same; nothing of an article that was filed otherwise."""
    file = desk.place(case) / "articles" / f"{int(article)}.json"
    try:
        told: dict[str, Any] = read_json(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        told = {}
    return {"notes": [], "unread": [], "dropped": [], **told}


# Futures that claims are weighed on


def kept_file(desk: Desk, case: str) -> Path:
    """Where the futures of a case as it stands are kept: another scenario, answer or law has another file."""
    from tertius.engine import law_hash

    told = repr((desk.text(case), __version__, law_hash(), _run(desk, case)))
    name = hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:32]
    return desk.folder / "cases" / desk.case(case).id / "kept" / f"{name}.npz"


def _run(desk: Desk, case: str) -> tuple[int, int | None, int, tuple[tuple[str, int], ...]]:
    """As the answer was run, so that the same futures are weighed: futures, weeks, seed, chances that it tells."""
    from tertius.defaults import SEED

    found = desk.answer(case)
    if found is None:
        return MOST_FUTURES, None, SEED, ()
    run, told = found.answer.run, found.answer.summary
    chances = tuple((one.what, one.week) for one in told.chances) if told is not None else ()
    return min(run.asked, MOST_FUTURES), run.weeks, run.seed, chances


def keep_futures(desk: Desk, case: str, progress: Any) -> Path:
    """Run the futures that claims are weighed on, where they are not kept yet. Raises as `tertius.compare` does."""
    from tertius.api.calls import stage
    from tertius.api.war import compared, options_of
    from tertius.defaults import THREADS
    from tertius.impact.kept import keep, packed
    from tertius.impact.question import question_of

    file = kept_file(desk, case)
    if kept(desk, case) is not None:
        return file
    futures, weeks, seed, chances = _run(desk, case)
    war = compared(desk.scenario(case))
    layout = war.layout
    made = keep(
        layout, question_of(layout), options_of(war, futures, weeks, seed, THREADS), chances, stage(progress, "futures")
    )
    write_whole(file, packed(made), option="--folder")
    for other in file.parent.glob("*.npz"):
        if other != file:
            other.unlink(missing_ok=True)
    return file


def kept(desk: Desk, case: str) -> Kept | None:
    """The futures of a case as it stands; None where they have not been run, or are damaged."""
    from tertius.api.war import compared
    from tertius.impact.kept import unpacked
    from tertius.impact.question import question_of

    file = kept_file(desk, case)
    if not file.is_file():
        return None
    with _LOCK:
        found = _KEPT.get(file)
        if found is None:
            layout = compared(desk.scenario(case)).layout
            try:
                found = unpacked(file, layout, question_of(layout))
            except ArchiveError:  # damaged: they are run anew when they are next asked for
                return None
        _KEPT[file] = found
        _KEPT.move_to_end(file)
        while len(_KEPT) > HELD:
            _KEPT.popitem(last=False)
    return found


def weighing(desk: Desk, case: str, claims: list[Claim]) -> Weighing | None:
    """What claims move; None where there are none, or no futures are kept yet."""
    from tertius.api.claims import weighed
    from tertius.impact.kept import weighed_on

    held = kept(desk, case) if claims else None
    if held is None:
        return None
    told = repr([(claim.number, claim.grade, claim.origin, sorted(claim.record.items())) for claim in claims])
    key = (kept_file(desk, case), hashlib.sha256(told.encode("utf-8", "replace")).hexdigest())
    with _LOCK:
        if key in _WEIGHED:
            return _WEIGHED[key]
    found = weighed_on(held, weighed(claims, held.worlds.base.layout))
    with _LOCK:
        _WEIGHED[key] = found
        while len(_WEIGHED) > MOST_WEIGHED:
            _WEIGHED.popitem(last=False)
    return found
