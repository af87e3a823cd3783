"""PDFs to text by their layout: columns apart however they were painted, page heads and feet and hidden text left out.

pypdf opens the file and says what is wrong with it; pdfminer.six lays the characters out in lines and boxes.
"""

from __future__ import annotations

import io
import logging
import re
import time
import warnings
from collections import Counter
from typing import Any

from tertius.errors import DataError
from tertius.evidence.reading.extra import needed

MOST_DRAWN = 100 << 20
"""Bytes of drawing instructions, unpacked; a text of 20 MB has fewer."""
MOST_PAGES = 3_000
LONGEST_S = 120.0
"""Seconds for the layout of a whole file: some 1,000 pages of a report on a slow machine."""
INVISIBLE = 3
"""Text rendering mode 3 of the PDF standard: neither filled nor stroked."""
EDGE_LINES = 2
"""Lines at a page's top and bottom that may be its head and foot."""
# What pypdf and pdfminer are known to raise on damaged files besides their own errors.
PLAIN = (
    ValueError, TypeError, AttributeError, LookupError, RecursionError, OSError, ArithmeticError, AssertionError,
)  # fmt: skip


def pdf_text(data: bytes, place: str) -> str:
    """Return the text of a PDF. Raises DataError where it is damaged, encrypted, without text or too large unpacked."""
    loggers = [logging.getLogger(name) for name in ("pypdf", "pdfminer")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pages = _pages(data, place)
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
    text = "\n\n".join(_unbroken(page) for page in _without_edges(pages)).strip()
    if not text:
        fix = "run text recognition on it first, or save it as text"
        raise DataError(place, f"a PDF of {len(pages)} pages without text", "a PDF with a text layer", fix)
    return text


def _pages(data: bytes, place: str) -> list[str]:
    pypdf = needed("pypdf", "reading PDF")
    miner = needed("pdfminer.psexceptions", "reading PDF")
    errors = (pypdf.errors.PyPdfError, pypdf.errors.DependencyError, miner.PSException, NotImplementedError, *PLAIN)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise DataError(place, "an encrypted PDF", "a PDF without a password", "save it without its password")
        drawn = 0
        for number, page in enumerate(reader.pages, 1):
            if number > MOST_PAGES:
                given = f"a PDF of more than {MOST_PAGES:,} pages"
                raise DataError(place, given, f"up to {MOST_PAGES:,} pages", "split it, or save it as text")
            contents = page.get_contents()
            drawn += len(contents.get_data()) if contents is not None else 0
            if drawn > MOST_DRAWN:
                given = f"a PDF that unpacks to more than {MOST_DRAWN >> 20} MB"
                raise DataError(place, given, "a document", "split it, or save it as text")
        return _laid_out(data, place)
    except errors as error:
        given = f"a PDF that cannot be read ({type(error).__name__}: {error})"
        raise DataError(place, given, "a whole PDF", "get the file again, or save it as text") from error


def _laid_out(data: bytes, place: str) -> list[str]:
    """Return each page's lines, box by box in reading order. Raises DataError where that takes too long."""
    converter, interp = needed("pdfminer.converter", "reading PDF"), needed("pdfminer.pdfinterp", "reading PDF")
    layout, pdfpage = needed("pdfminer.layout", "reading PDF"), needed("pdfminer.pdfpage", "reading PDF")

    end = time.monotonic() + LONGEST_S

    def in_time() -> None:
        if time.monotonic() > end:
            given = f"a PDF that takes more than {LONGEST_S:g} s to lay out ({len(found)} pages were read)"
            raise DataError(place, given, f"up to {LONGEST_S:g} s", "split it, or save it as text")

    class Visible(converter.PDFPageAggregator):  # type: ignore[misc, name-defined]
        """Lays out what is seen: text that is neither filled nor stroked is left out."""

        def render_string(self, textstate: Any, *rest: Any) -> None:
            in_time()
            if textstate.render != INVISIBLE:
                super().render_string(textstate, *rest)

    resources = interp.PDFResourceManager()
    device = Visible(resources, laparams=layout.LAParams(boxes_flow=0.5))
    machine = interp.PDFPageInterpreter(resources, device)
    found: list[str] = []
    for page in pdfpage.PDFPage.get_pages(io.BytesIO(data)):
        in_time()
        machine.process_page(page)
        boxes = [box.get_text().strip("\n") for box in device.get_result() if isinstance(box, layout.LTTextBox)]
        found.append("\n\n".join(box for box in boxes if box.strip()))
    return found


def _without_edges(pages: list[str]) -> list[str]:
    """Leave out lines that stand at the edge of most pages but for their numbers, and bare page numbers."""
    if len(pages) < 2:
        return pages

    def plain(line: str) -> str:
        return re.sub(r"\d+", "#", line.strip())

    edges = Counter(line for page in pages for line in {plain(one) for one in _edges(page)})
    common = {line for line, count in edges.items() if (2 * count >= len(pages) and count > 1) or line == "#"}
    return ["\n".join(line for line in page.split("\n") if plain(line) not in common) for page in pages]


def _edges(page: str) -> list[str]:
    kept = [line for line in page.split("\n") if line.strip()]
    return [*kept[:EDGE_LINES], *kept[-EDGE_LINES:]]


def _unbroken(page: str) -> str:
    """Join the lines of a page: hyphenated words, then lines that do not end a sentence."""
    page = re.sub(r"(?<=[a-z])-[ \t]*\n[ \t]*(?=[a-z])", "", page)
    page = re.sub(r"[ \t]*\n[ \t]*(?=\S)", lambda found: found[0] if _ends(page, found.start()) else " ", page)
    return re.sub(r"[ \t]{2,}", " ", page)


def _ends(page: str, place: int) -> bool:
    before = page[:place].rstrip()
    line = before.rsplit("\n", 1)[-1]
    return (before[-1:] in '.!?:"”’' and len(line) < 60) or not before or len(line) < 25
