"""Files to text: plain text, HTML and PDF, told apart by what they hold and not by their name.

A text is kept as it came, so that offsets into it hold. Of a page of HTML the article is taken by trafilatura: it
left out more of what surrounds one than readability-lxml and than rules of our own, on pages made to tell. A PDF is
read by its layout. What cannot be read is refused with its reason: too long, binary, damaged, encrypted, without a
text layer.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from tertius.errors import DataError
from tertius.evidence.reading.extra import needed
from tertius.evidence.reading.pdfs import pdf_text

LIMIT = 20 << 20
"""Bytes; about ten long novels."""
CONTROL_SHARE = 0.01
CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
HTML_START = re.compile(
    rb"^\s*+(?><\?xml[^>]*>\s*)?(?><!--.*?-->\s*)*+<(!doctype\s+html|html|head|body|article|div|p|h1)\b", re.I | re.S
)
"""Each comment is taken whole or not at all: a pattern that tries every way to part them would never end."""
DROPPED = (
    "script",
    "style",
    "noscript",
    "template",
    "nav",
    "footer",
    "aside",
    "form",
    "svg",
    "iframe",
    "button",
    "select",
    "head",
    "figure",
    "object",
    "canvas",
)
BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "br",
        "caption",
        "dd",
        "div",
        "dl",
        "dt",
        "figcaption",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "td",
        "th",
        "tr",
        "ul",
    ]
)
# Nodes that no reader sees.
HIDDEN = (
    "@hidden or @aria-hidden='true' or contains(translate(@style, ' ', ''), 'display:none') "
    "or contains(translate(@style, ' ', ''), 'visibility:hidden') or contains(@class, 'sr-only') "
    "or contains(@class, 'visually-hidden')"
)
DEEPEST = 2_048
"""Levels of nesting that the parser follows."""
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
MOST_NODES = 100_000
"""Elements of a page, which take some twenty seconds; articles have a few thousand."""
LEAST_SHARE, MOST_SHARE = 0.2, 0.6
DATES = (
    "//meta[@property='article:published_time']/@content",
    "//meta[@itemprop='datePublished']/@content",
    "//meta[@name='date' or @name='pubdate' or @name='publish-date' or @name='DC.date.issued']/@content",
    "//time[@itemprop='datePublished' or @pubdate]/@datetime",
)  # fmt: skip


@dataclass(frozen=True)
class Document:
    """A text, the day that its file says it was published, and what was noticed on the way."""

    text: str
    published: date | None = None
    kind: str = "text"
    notes: tuple[str, ...] = ()


def read_document(data: bytes, place: str) -> Document:
    """Return the text of a file's bytes.

    Args:
        data: the bytes.
        place: what to call the file in messages.

    Raises:
        DataError: longer than 20 MB, binary, or a PDF or page that cannot be read.
        MissingExtra: an HTML or PDF file where the extra `read` is not installed.
    """
    if len(data) > LIMIT:
        given = f"{len(data) / (1 << 20):.0f} MB"
        fix = "split the file; many texts at once go in as JSON lines"
        raise DataError(place, given, f"up to {LIMIT >> 20} MB", fix)
    if data.lstrip()[:5] == b"%PDF-":
        return Document(pdf_text(data, place), None, "pdf")
    text, notes = decoded(data, place)
    if HTML_START.match(data.removeprefix(codecs.BOM_UTF8)):
        return _html(text, place, notes)
    return Document(text, notes=notes)


def decoded(data: bytes, place: str) -> tuple[str, tuple[str, ...]]:
    """Return text, and a note where bytes were not UTF-8. Raises DataError for a binary file."""
    notes: tuple[str, ...] = ()
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode("utf-16", errors="replace")
    else:
        data = data.removeprefix(codecs.BOM_UTF8)
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            wrong = (f"{place}: not UTF-8 from byte {error.start} on; such bytes were read as Windows-1252",)
            text, notes = data.decode("utf-8", errors="tertius-cp1252"), wrong
    if len(CONTROLS.findall(text)) > max(4, CONTROL_SHARE * len(text)):
        raise DataError(place, "a binary file", "text, HTML or PDF", "save it as text; a document as PDF")
    return text, notes


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", errors="replace"), error.end


codecs.register_error("tertius-cp1252", _as_cp1252)


def _html(text: str, place: str, notes: tuple[str, ...]) -> Document:
    html = needed("lxml.html", "reading HTML")
    etree = needed("lxml.etree", "reading HTML")
    try:
        # Bytes, because lxml refuses text that declares an encoding of its own.
        # Without `huge_tree` what lies below 256 levels, or behind an attribute of 10 MB, is lost without a word.
        parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
        tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise DataError(
            place, f"an HTML page that cannot be read ({error})", "a page with text", "save it again"
        ) from error
    if any("depth" in entry.message for entry in parser.error_log):
        given = f"an HTML page nested deeper than {DEEPEST:,} levels"
        raise DataError(place, given, f"up to {DEEPEST:,}", "save the article alone, or as text")
    if (nodes := sum(1 for _ in tree.iter())) > MOST_NODES:
        given = f"an HTML page of {nodes:,} elements"
        raise DataError(place, given, f"up to {MOST_NODES:,}", "save the article alone, or as text")
    _spell_controls(tree)
    published = _page_date(tree)
    for node in list(tree.iter(*DROPPED)):
        node.drop_tree() if node.getparent() is not None else None
    for node in tree.xpath(f"//comment()|//processing-instruction()|//*[{HIDDEN}]"):
        if node.getparent() is not None:
            node.drop_tree() if hasattr(node, "drop_tree") else node.getparent().remove(node)
    whole = _blocks(tree)
    # The tree, not its text, which would be parsed anew to 256 levels.
    found = needed("trafilatura", "reading HTML").extract(
        tree, include_comments=False, include_tables=True, deduplicate=False
    )
    return Document(_article(whole, str(found or "")), published, "html", notes)


def _spell_controls(tree: Any) -> None:
    """Put U+FFFD for signs that no text of XML may hold, as `&#1;` writes them: lxml reads, but never moves them."""
    for node in tree.iter():
        for place in ("text", "tail"):
            held = getattr(node, place)
            if held and NO_XML.search(held):
                setattr(node, place, NO_XML.sub("\ufffd", held))


def _article(whole: str, found: str) -> str:
    """The lines of a page that the extractor found to be its article; all of them where it found too little.

    It may run a short page's blocks into one, so the lines are the page's own.
    """
    plain = re.sub(r"\W+", "", found)
    lines = [line for line in whole.split("\n") if (bare := re.sub(r"\W+", "", line)) and bare in plain]
    kept = "\n".join(lines)
    if len(kept) < MOST_SHARE * len(found):
        kept = "\n".join(line.strip() for line in found.split("\n") if line.strip())
    # A page so short or so odd that the extractor finds no article in it is taken whole.
    return kept if len(kept) >= LEAST_SHARE * len(whole) else whole


def _page_date(tree: Any) -> date | None:
    found = [str(value) for path in DATES for value in tree.xpath(path)]
    for script in tree.xpath("//script[@type='application/ld+json']/text()"):
        match = re.search(r'"datePublished"\s*:\s*"(\d{4}-\d\d-\d\d)', str(script))
        found += [match[1]] if match else []
    for value in found:
        try:
            return date.fromisoformat(value.strip()[:10])
        except ValueError:
            continue
    return None


def _blocks(tree: Any) -> str:
    """Text of a tree: one line for each block, spaces collapsed."""
    lines: list[list[str]] = [[]]
    for event, node in needed("lxml.etree").iterwalk(tree, events=("start", "end")):
        is_block = node.tag in BLOCKS
        if event == "start":
            if is_block:
                lines.append([])
            lines[-1].append(node.text or "")
        else:
            if is_block:
                lines.append([])
            lines[-1].append((node.tail or "") if node is not tree else "")
    texts = (" ".join("".join(line).split()) for line in lines)
    return "\n".join(text for text in texts if text)
