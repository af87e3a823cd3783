"""A brief as a tree of plain data, which a typesetter reads: its texts are data there and never markup.

A block is a dict with `kind`: heading (level, spans), paragraph (spans), list (ordered, items: lists of blocks), table
(align, widths, head, rows: cells of spans; a width of 0 is what the cells need), figure (name, title, alternative),
code (text), quote (blocks). A span is a dict with `kind`: text (text), strong, emphasis and link (spans; a link has
`to`), code (text).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from tertius.report.drawn import Figures

if TYPE_CHECKING:
    from markdown_it.token import Token
    from markdown_it.tree import SyntaxTreeNode

Node = dict[str, Any]
SHORT, LONGEST = 22, 200  # characters of a cell
ADDRESS = re.compile(r"https?://\S+")


def document(markdown: str, figures: Figures) -> list[Node]:
    """The blocks of a text in Markdown; a paragraph that is @@NAME@@ is the figure of that name."""
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

    tokens: list[Token] = MarkdownIt("commonmark", {"html": False}).enable("table").parse(markdown)
    return [block for node in SyntaxTreeNode(tokens).children for block in _block(node, figures)]


def _block(node: SyntaxTreeNode, figures: Figures) -> Iterator[Node]:
    if node.type == "heading":
        yield {"kind": "heading", "level": int(node.tag[1:]), "spans": _spans(node)}
    elif node.type == "paragraph":
        yield _figure(node, figures) or {"kind": "paragraph", "spans": _spans(node)}
    elif node.type in ("bullet_list", "ordered_list"):
        items = [[block for child in item.children for block in _block(child, figures)] for item in node.children]
        yield {"kind": "list", "ordered": node.type == "ordered_list", "items": items}
    elif node.type == "table":
        head, *body = ([_spans(cell) for cell in row.children] for part in node.children for row in part.children)
        aligned = [cell.attrs.get("style", "") for cell in node.children[0].children[0].children]
        align = ["right" if "right" in str(style) else "left" for style in aligned]
        yield {"kind": "table", "align": align, "widths": _widths(body), "head": head, "rows": body}
    elif node.type in ("fence", "code_block"):
        yield {"kind": "code", "text": node.content}
    elif node.type == "blockquote":
        yield {"kind": "quote", "blocks": [block for child in node.children for block in _block(child, figures)]}


def _figure(node: SyntaxTreeNode, figures: Figures) -> Node | None:
    text = "".join(child.content for child in node.children)
    name = text.removeprefix("@@").removesuffix("@@")
    if text != f"@@{name}@@" or name not in figures:
        return None
    return {"kind": "figure", "name": name, "title": figures.title(name), "alternative": figures.alternative(name)}


def _spans(node: SyntaxTreeNode) -> list[Node]:
    """The spans of a block: those of its one inline child."""
    return [span for child in node.children for inner in child.children for span in _span(inner)]


def _span(node: SyntaxTreeNode) -> Iterator[Node]:
    within: Callable[[], list[Node]] = lambda: [span for child in node.children for span in _span(child)]  # noqa: E731
    if node.type == "text":
        yield from _addresses(node.content)
    elif node.type in ("softbreak", "hardbreak"):
        yield {"kind": "text", "text": " "}
    elif node.type == "code_inline":
        yield {"kind": "code", "text": node.content}
    elif node.type in ("strong", "em"):
        yield {"kind": "strong" if node.type == "strong" else "emphasis", "spans": within()}
    elif node.type == "link":
        yield {"kind": "link", "to": str(node.attrs.get("href", "")), "spans": within()}
    elif node.content:
        yield {"kind": "text", "text": node.content}


def _widths(rows: list[list[list[Node]]]) -> list[float]:
    """Parts of the line for columns of long texts; 0 for those of short ones."""
    lengths = [max(len(_text(cell)) for cell in column) for column in zip(*rows, strict=True)]
    return [0.0 if length <= SHORT else min(length, LONGEST) ** 0.5 for length in lengths]


def _text(spans: list[Node]) -> str:
    return "".join(span["text"] if "text" in span else _text(span["spans"]) for span in spans)


def _addresses(text: str) -> Iterator[Node]:
    """A text with its addresses as links."""
    last = 0
    for found in ADDRESS.finditer(text):
        address = found[0].rstrip(".,;:)")
        if found.start() > last:
            yield {"kind": "text", "text": text[last : found.start()]}
        yield {"kind": "link", "to": address, "spans": [{"kind": "text", "text": address}]}
        last = found.start() + len(address)
    if last < len(text):
        yield {"kind": "text", "text": text[last:]}
