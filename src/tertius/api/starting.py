"""Where one starts: the shipped scenarios, and a new one of one's own. Nothing heavy is imported for it."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from tertius.api.calls import front
from tertius.api.days import day_option
from tertius.api.places import check_folder, write_whole
from tertius.errors import OptionError, nearest
from tertius.shipped import Shipped, shipped_heads

if TYPE_CHECKING:
    from tertius.builder import Request
    from tertius.builder.article import Proposal

Names: TypeAlias = str | Sequence[str]
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,80}")
FRONT, STRIKES = "front", "strikes"
KINDS = (FRONT, STRIKES, "both")
TEMPLATE = Path(__file__).parents[1] / "world" / "template.yaml"


@front
def scenarios() -> tuple[Shipped, ...]:
    """List the scenarios that come with the package, by name, with title, as-of date and file.

    Example:
        >>> "river-war" in [each.name for each in tertius.scenarios()]
        True
    """
    return shipped_heads()


@front
def new(
    name: str,
    folder: str | Path = ".",
    between: tuple[str, str] | None = None,
    entrant: str = "",
    beside: str = "",
    as_of: str | date | None = None,
    third: Names = (),
    began: str | date | None = None,
    present: bool | None = None,
    article: str | Path = "",
    kind: str = FRONT,
) -> Path:
    """Write a scenario to start from, which passes `check` and runs: of a war that you name, else a made-up one.

    Of a war that is named, third states, relations, rates and priors are filled from data of the year before the as-of
    date. What only you can know stands on the range of a reference class, with `missing` for its source;
    `tertius.missing` lists these by how much each would move the answer.

    Args:
        name: of the scenario; the file is NAME.yaml.
        folder: where to write it; it must exist.
        between: the two belligerents, each a state's code or name, a known group, or GROUP@STATE; the first began it.
        entrant: the new partner. beside: the belligerent that it joins.
        as_of: the day, such as '2024-11-03'; nothing later is used.
        third: further states that must be in it.
        began: the war's first day.
        present: whether the entrant's soldiers fight there already; the other world then takes them out.
        article: a text, HTML or PDF file that proposes what of these is not given, and numbers of the entry; '-' for
            standard input. What was taken stands at the head of the file.
        kind: 'front', 'strikes' (missiles, drones and air defence, and an entrant that strikes itself) or 'both'.

    Returns:
        The file. One that exists already is never written over.

    Raises:
        OptionError: a name or folder that cannot be used, an argument that is lacking, a state that there was not, a
        day to come, an entrant that fights already, an article that does not tell who comes in beside whom.
        UnknownName: no such state; the nearest is named. ArchiveError: the file cannot be written. DataError: no text
        can be read there. MissingExtra: an article without the extra 'read'.

    Example:
        >>> file = tertius.new("my-war")
        >>> tertius.check(file).name
        'my-war'
    """
    if not NAME.fullmatch(name):
        raise OptionError("NAME", name, "letters, digits, - and _", "choose a plain name such as my-war")
    place = Path(folder)
    target = place / (name if name.endswith(".yaml") else f"{name}.yaml")
    if kind not in KINDS:
        near = nearest(kind, KINDS) or FRONT
        raise OptionError("--kind", kind, ", ".join(KINDS), f"write {near}")
    told = proposal_of(article, as_of) if article else None
    if told is not None:
        between, entrant, beside = between or told.between or None, entrant or told.entrant, beside or told.beside
        as_of = as_of or told.as_of
        present = told.present and entrant == told.entrant if present is None else present
        _check_told(told, between, entrant, beside, as_of)
    war = _asked(between, entrant, beside, as_of, third, began, bool(present), kind)
    if kind == STRIKES and present:
        fix = "leave --present out, or draft a front"
        raise OptionError("--present", "an entrant that strikes already", "an entry that is still to come", fix)
    if os.path.lexists(target):
        raise OptionError("NAME", str(target), "a file that does not exist yet", "choose another name")
    if not place.is_dir():
        raise OptionError("--folder", str(place), "a folder that exists", "make it first, or name another")
    check_folder("--folder", place, own=False)
    if war is None:
        text = TEMPLATE.read_text(encoding="utf-8").replace("{title}", target.stem)
    else:
        from tertius.builder import draft

        text = draft(target.stem, war, told and told.about(war)).text
    write_whole(target, text, option="--folder")
    return target


def proposal_of(article: str | Path, as_of: str | date | None = None) -> Proposal:
    """What an article proposes for a draft. Raises DataError, MissingExtra."""
    from tertius.api.claims import file_bytes, read_file
    from tertius.builder.article import proposed, unwrapped
    from tertius.evidence.reading import read_text
    from tertius.evidence.reading.documents import LIMIT

    name, day = str(article), _day("--as-of", as_of)
    place = "standard input" if name == "-" else Path(name).name
    document, reading = read_file(name, file_bytes(name, LIMIT), None)  # as-of is no day of publication
    text = unwrapped(document.text)
    if text != document.text:
        reading = read_text(text, document.published, place)
    return proposed(reading, place, day)


def _check_told(told: Proposal, between: object, entrant: str, beside: str, as_of: str | date | None) -> None:
    """Refuse an article that does not say enough, and say what it does."""
    wanted = {"--between": between, "--entrant": entrant, "--beside": beside, "--as-of": as_of}
    lacking = [option for option, value in wanted.items() if not value]
    if lacking:
        known = "; ".join(f"{each.option} {each.value}" for each in told.grounds) or "nothing of these"
        allowed = "an article that tells who fights whom, who comes in beside whom, and its day"
        given = f"{told.file}, which tells {known}"
        raise OptionError("--from", given, allowed, f"give {' and '.join(lacking)} beside it")


def _asked(
    between: tuple[str, str] | None,
    entrant: str,
    beside: str,
    as_of: str | date | None,
    third: Names,
    began: str | date | None,
    present: bool,
    kind: str,
) -> Request | None:
    """What a draft is asked for; None for the made-up war. Raises OptionError, UnknownName."""
    wanted = {"--between": between, "--entrant": entrant, "--beside": beside, "--as-of": as_of}
    lacking = [option for option, value in wanted.items() if not value]
    others = [third] if isinstance(third, str) else list(third)
    if len(lacking) == len(wanted) and not others and began is None:
        if kind != FRONT:
            fix = f"name the war: {', '.join(wanted)}; or leave --kind out"
            raise OptionError("--kind", kind, f"{FRONT}, the kind of the made-up war", fix)
        return None
    if between is None or as_of is None or lacking:
        example = "--between RWA UGA --entrant TZA --beside UGA --as-of 2020-06-01"
        raise OptionError(lacking[0], "nothing", ", ".join(wanted) + " together", f"give all four, such as {example}")
    from tertius.builder import Request

    day, first = _day("--as-of", as_of), _day("--began", began)
    assert day is not None  # not lacking
    return Request.read(between, entrant, beside, day, tuple(others), first, present, kind)


def _day(option: str, told: str | date | None) -> date | None:
    return told if isinstance(told, date) else day_option(option, told)
