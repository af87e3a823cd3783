"""The first page on a terminal: text of a given width, with small bars."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from tertius.impact.answer import Answer
from tertius.report.page import HEADINGS, ChanceRow, FirstPage, first_page
from tertius.world import Scenario

WIDTH, BAR = 80, 25
VALUES = 20  # columns of both chances beside a bar
REST = (
    "The rest: `--full` prints all chapters; `--out FOLDER` writes brief.html, with chapters, figures, tables and "
    "sources, to open in a browser."
)


def page_text(answer: Answer, scenario: Scenario, width: int = WIDTH) -> str:
    """The first page as plain text; no line is wider than `width`, save where one word is."""
    return "\n".join(_lines(first_page(answer, scenario), width)) + "\n"


def bar(row: ChanceRow, width: int = BAR) -> str:
    """A chance as a bar from 0 to 100%: its 80% interval, a dot with the entry, a ring without it."""

    def place(share: float) -> int:
        return min(width - 1, max(0, round(share * (width - 1))))

    signs = ["·"] * width
    for column in range(place(row.low), place(row.high) + 1):
        signs[column] = "━"
    signs[place(row.without)] = "○"
    signs[place(row.with_it)] = "●"
    return "".join(signs)


def _lines(page: FirstPage, width: int) -> Iterator[str]:
    yield from _wrapped(page.title, width)
    yield from _wrapped(page.ran[:1].upper() + page.ran[1:], width)
    yield ""
    yield from _wrapped(" ".join(page.headline), width)
    yield ""
    yield from _wrapped(" ".join(part for part in (page.confidence, *page.lacks) if part), width)
    yield from _wrapped(" ".join(part for part in (page.compared, page.claims, page.warning) if part), width)
    yield from ("", *_wrapped(f"{page.difference}, {page.difference_note}".upper(), width))
    yield from _wrapped(f"{page.difference_end} {page.goes_on}", width, "  ")
    if page.chances:
        yield from ("", f"{page.chances_head.upper()}   ● with, ━ 80%   ○ without")
        for row in page.chances:
            yield from _chance(row, width)
    for title, rows in (
        (page.reacts_head, [f"{row.who}{',' if row.kind == 'step' else ':'} {row.text}" for row in page.reacts]),
        (HEADINGS["watch"], [f"{row.when}: {row.text}" for row in page.watch]),
        (HEADINGS["trust"], [" ".join(page.trust)]),
    ):
        if rows:
            yield from ("", title.upper())
            for text in rows:
                yield from _wrapped(text, width, "  ")
    yield ""
    yield from _wrapped(REST, width)


def _chance(row: ChanceRow, width: int) -> Iterator[str]:
    """Name, bar and both numbers in one line; a long name goes on in lines of its own before them."""
    name = f"{row.name} ({row.by})" if row.by else row.name
    room = width - BAR - VALUES - 3
    parts = textwrap.wrap(name, room, break_long_words=False) or [""]
    for part in parts[:-1]:
        yield f"  {part}"
    yield f"  {parts[-1]:<{room}} {bar(row)} {row.text:>4} ○ {row.beside}".rstrip()


def _wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """Lines of whole words; text of a scenario is shown as it is."""
    after = f"{indent}  " if indent else ""
    return textwrap.wrap(
        " ".join(text.split()), width, initial_indent=indent, subsequent_indent=after, break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip
