"""Markdown of the report as HTML of the workbench; HTML within it is shown as text."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from typing import Any

from markupsafe import Markup


def block(markdown: str, name: str) -> Markup:
    """Paragraphs, lists and tables; wide tables scroll in a frame of their own. name: what they are part of."""
    count = 0

    def opened(found: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return f'<section class="scroll" tabindex="0" aria-label="{escape(f"Table {count} of {name}")}"><table>'

    html = re.sub(r"<table>", opened, _reader().render(markdown)).replace("</table>", "</table></section>")
    html = html.replace("<th>", '<th scope="col">')
    return Markup(re.sub(r' style="text-align:(\w+)"', r' class="\1"', html))


def inline(markdown: str) -> Markup:
    """One line."""
    return Markup(_reader().renderInline(markdown))


@cache
def _reader() -> Any:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table")
