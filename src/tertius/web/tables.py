"""Folders of a case in which several people work: seminars and rounds of estimates, let in by secrets of addresses."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import HTTPException

from tertius.errors import OptionError, UnknownName
from tertius.web.desk import ID, Desk
from tertius.web.keeping import Kept

if TYPE_CHECKING:
    from tertius.engine import Layout

LAYOUTS: Kept[Layout] = Kept(6)
MOST = 200


def layout_of(desk: Desk, case: str) -> Layout:
    """The scenario of a case as the kernel sees it. Raises UnknownName, ScenarioError."""
    war = desk.scenario(case)
    return LAYOUTS.of((case, war.record.digest), lambda: war.layout)


def named(desk: Desk, case: str, kind: str) -> dict[str, Path]:
    """The folders of a kind, such as seminars, by their ids, the oldest first. Raises UnknownName."""
    held = desk.folder / "cases" / desk.case(case).id / kind
    try:
        found = [path for path in held.iterdir() if ID.fullmatch(path.name) and any(path.glob("*.json"))]
    except OSError:
        return {}
    return {path.name: path for path in sorted(found)}


def folder_of(desk: Desk, case: str, kind: str, name: str) -> Path:
    """One of them. Raises UnknownName."""
    found = named(desk, case, kind)
    if name not in found:
        raise UnknownName(kind, name, found)
    return found[name]


def fresh(desk: Desk, case: str, kind: str) -> Path:
    """A folder for another. Raises UnknownName; OptionError where there are too many."""
    found = named(desk, case, kind)
    if len(found) >= MOST:
        raise OptionError(kind, case, f"{MOST} of a case at most", "remove some from the data folder")
    number = max((int(name[:3]) for name in found if name[:3].isdecimal()), default=0) + 1
    return desk.place(case) / kind / f"{number:03}-{secrets.token_hex(4)}"


def stranger() -> HTTPException:
    """Somebody whose address holds no secret of the table; nothing else is told."""
    return HTTPException(404, "No such place: ask whoever leads it for your address.")
