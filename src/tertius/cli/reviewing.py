"""What claims will count, shown before it counts; and `--review`, which lets a reader drop and edit them."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import typer

from tertius.errors import OptionError, TertiusError, listed

if TYPE_CHECKING:
    from pathlib import Path

    from tertius.api.war import War
    from tertius.evidence.claims.accepted import Claim
    from tertius.evidence.claims.bearings import Weighable

Weigh = Callable[[Sequence["Claim"]], "list[Weighable]"]
LONGEST = 160
HELP = "accept N ..., drop N ..., edit N field=value ..., undo, go (count these), quit (count nothing)"
FIELD = re.compile(r"\b(actor|action|target|object|date|mode|quantity)=")


def preview(
    found: Sequence[Weighable], numbers: Sequence[int] | None = None, none: str = "no claims were read"
) -> list[str]:
    """Lines that say what will count, by which weight, and what will not; `none` where there are no claims."""
    from tertius.evidence.claims.accepted import numbers_of

    numbered = list(zip(numbers or numbers_of([one.claim for one in found]), found, strict=True))
    counting = [one for one in found if one.counts]
    lines = [f"{len(counting)} of {len(found)} claims will count:" if found else none]
    for number, one in numbered:
        if one.counts:
            way = "where it is false" if one.against else "where it is true"
            lines.append(f"{number:5}  {said(one.claim)}: a future {way} weighs {one.ratio:.3g} times more")
            lines.append(f"       {one.reason}")
            lines.append(f"       {short(one.claim.quote)}  [{one.claim.origin}, {one.claim.grade}]")
    silent = [(number, one) for number, one in numbered if not one.counts]
    if silent:
        lines.append(f"{len(silent)} will not:")
    lines += [f"{number:5}  {said(one.claim)}: {one.reason}" for number, one in silent]
    return lines


def said(claim: Claim) -> str:
    """What a claim says, in short."""
    from tertius.report.words import counted

    record = claim.record
    if claim.kind == "event":
        numbers = "".join(f", {one['quote']}" for one in record["numbers"])
        day = f", {record['date']}" if record["date"] else ""
        return f"{record['source']} {record['action']} {record['target'] or '-'} ({record['mode']}{day}{numbers})"
    if claim.kind == "stance":
        return f"{record['actor']} {record['stance']} {short(str(record['object']))}"
    per = f" for {counted(record['per'], record['per_what'])}" if record["per"] else ""
    return f"{counted(record['value'], record['what'])}{per}"


def short(text: str) -> str:
    """Words on one line, cut where they are long."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 3] + "..."


def shown(
    war: War,
    claims: list[Claim] | None,
    assume: Mapping[str, Any],
    tables: tuple[Path | None, Path | None],
    *,
    inbox: str = "",
    review: bool,
    quiet: bool,
) -> list[Claim]:
    """The claims, when what they will count was shown, and a reader has chosen among them where asked to.

    inbox: the inbox that was asked, so that what waits in it is told where nothing of it counts.

    Raises:
        OptionError: a review without claims, or without a terminal.
    """
    from tertius.api.claims import waiting, weighed
    from tertius.api.war import opened

    if claims is None:
        fix = "name what is to be reviewed: --article FILE or --evidence inbox"
        raise OptionError("--review", "no claims", "claims of an article or an inbox", fix)
    layout = opened(war, assume).layout

    def weigh(some: Sequence[Claim]) -> list[Weighable]:
        return weighed(some, layout, *tables)

    if review:
        return reviewed(claims, weigh, list(layout.scenario.actors))
    if not quiet:
        none = waiting(layout.scenario.name, inbox) if inbox and not claims else "no claims were read"
        for line in preview(weigh(claims), none=none):
            typer.echo(line, err=True)
    return claims


def on_a_terminal() -> bool:
    """Whether somebody can answer."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def reviewed(claims: Sequence[Claim], weigh: Weigh, actors: Sequence[str]) -> list[Claim]:
    """Ask on the terminal which claims count, and return them.

    Raises:
        OptionError: there is no terminal.
    """
    if not on_a_terminal():
        fix = (
            "leave --review out, and what counts is printed first; or decide in the inbox: tertius evidence add FILE "
            "--scenario NAME --grade B2, then evidence edit, accept or reject, then brief --evidence inbox"
        )
        raise OptionError("--review", "no terminal", "a terminal where somebody answers", fix)

    def ask() -> str:
        try:
            return input("review> ")
        except EOFError:
            return "quit"

    return Review(claims, weigh, actors).run(ask, lambda line: typer.echo(line, err=True))


class Review:
    """A dialogue over claims: every step can be undone."""

    def __init__(self, claims: Sequence[Claim], weigh: Weigh, actors: Sequence[str] = ()) -> None:
        from tertius.evidence.claims.accepted import numbers_of

        self.claims = list(claims)
        self.numbers = numbers_of(claims)
        self.dropped: frozenset[int] = frozenset()
        self._weigh = weigh
        self._actors = actors
        self._before: list[tuple[list[Claim], frozenset[int]]] = []

    def run(self, ask: Callable[[], str], say: Callable[[str], None]) -> list[Claim]:
        """Ask until told to go, and return the claims that are left. Raises typer.Exit where told to quit."""
        self._show(say)
        while True:
            words = ask().split(maxsplit=1)
            verb, rest = (words[0].lower() if words else "help"), (words[1] if len(words) > 1 else "")
            if verb == "go":
                return self.left()
            if verb == "quit":
                say("nothing was counted")
                raise typer.Exit(1)
            try:
                self._do(verb, rest)
            except TertiusError as error:
                say(str(error))
                continue
            if verb == "help":
                say(HELP)
            else:
                self._show(say)

    def left(self) -> list[Claim]:
        """The claims that were not dropped."""
        return [claim for place, claim in enumerate(self.claims) if place not in self.dropped]

    def _do(self, verb: str, rest: str) -> None:
        if verb == "undo":
            if not self._before:
                raise OptionError("undo", "nothing", "a step taken before", "go on: accept, drop, edit, go")
            self.claims, self.dropped = self._before.pop()
        elif verb in ("accept", "drop"):
            places = frozenset(self._place(each) for each in rest.split() or [""])
            self._keep()
            self.dropped = self.dropped | places if verb == "drop" else self.dropped - places
        elif verb == "edit":
            number, _, fields = rest.partition(" ")
            place = self._place(number)
            changed = self._edited(self.claims[place], fields)
            self._keep()
            self.claims = [*self.claims[:place], changed, *self.claims[place + 1 :]]
        elif verb != "help":
            raise OptionError("review", verb, HELP, "write one of them")

    def _keep(self) -> None:
        self._before.append((list(self.claims), self.dropped))

    def _place(self, number: str) -> int:
        if number.isascii() and number.isdigit() and int(number) in self.numbers:
            return self.numbers.index(int(number))
        allowed = listed([str(each) for each in self.numbers]) or "no claim is left"
        raise OptionError("review", number or "no number", allowed, "number a claim of the list")

    def _edited(self, claim: Claim, text: str) -> Claim:
        from tertius.evidence.claims.editing import FIELDS, edited

        if claim.kind != "event":
            raise OptionError("edit", f"a {claim.kind}", "an event", "drop it, where it is wrong")
        parts = FIELD.split(text)
        fields = {name: value.strip() for name, value in zip(parts[1::2], parts[2::2], strict=True)}
        if not fields or parts[0].strip():
            names = ", ".join(FIELDS)
            raise OptionError("edit", text or "nothing", f"field=value, of {names}", "such as: edit 1 mode=denied")
        return replace(claim, record=edited(claim.record, fields, self._actors))

    def _show(self, say: Callable[[str], None]) -> None:
        left = [place for place in range(len(self.claims)) if place not in self.dropped]
        for line in preview(self._weigh([self.claims[place] for place in left]), [self.numbers[one] for one in left]):
            say(line)
        for place in sorted(self.dropped):
            say(f"{self.numbers[place]:5}  {said(self.claims[place])}: dropped")
        say(HELP)
