"""Text made clean: sentences parted from what surrounds them in news as it comes.

    characters   invisible ones, mojibake (ftfy), look-alike letters inside words, words of other scripts
    lines        hard-wrapped and hyphenated lines joined, bullets, stamps of live blogs, glued titles parted
    openings     datelines, "BREAKING:", bylines, captions, labels ("Related: ...") taken off or left out
    voices       who speaks: the prefix of a transcript's line, the body in a statement's title
    headlines    title case and capitals lowered, the headline's present, "to" and comma written out

Each line keeps where its characters stood, so that quotes are the original's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tertius.evidence.reading.aligned import Aligned, join
from tertius.evidence.reading.extra import needed
from tertius.evidence.reading.gazetteer import find
from tertius.evidence.reading.headlines import is_headline, opened, plain
from tertius.evidence.reading.words import forms, pairs, words

INVISIBLE = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad\u061c\u180e\ufffe\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
)
BLANKS = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\t\r]")
SPACES = re.compile(r" {2,}")
DIRTY = re.compile("[\u0080-\u009f]|[\u00c2\u00c3\u00e2\u00d0\u00d1\u0393][^\\sA-Za-z0-9.,;:!?'\")-]")
PICTURES = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u20e3\u2190-\u21ff\u25a0-\u25ff]+")
FOREIGN = re.compile("[\u0370-\u1cff\u1f00-\u1fff\u2c00-\u2dff\u2e80-\ud7ff\uf900-\ufdff\ufe70-\ufeff]+")
HOMOGLYPH = re.compile("(?<=[A-Za-z])[\u0370-\u04ff]|[\u0370-\u04ff](?=[A-Za-z])")
FOOTNOTE = re.compile(
    r"\[(?:\d{1,3}|[a-z]|note \d+|citation needed)\]|(?<=[A-Za-z])\([a-z]\)|(?<=[a-z]{2}[.!?])\d{1,2}(?=\s|$)"
)
BULLET = re.compile(r"^\s*(?:[•▪●◦‣∙·*►–—-]+|\(?\d{1,2}[.)])\s+(?=\S)")
STAMP = re.compile(
    r"^\s*(?:(?:Updated|Published|Posted|Last updated|First published)(?: at| on)?:?\s*)?"
    r"(?:(?:[01]?\d|2[0-4])[:.h][0-5]\d(?::\d\d)?|\d{1,2}(?=\s?[ap]\.?m))\s?(?:[ap]\.?m\.?(?=\W|$))?"
    r"\s?(?:\(?(?:GMT|UTC|BST|CES?T|E[SD]?T|P[SD]?T|IST|KST|JST|MSK|EES?T|local time|local)\b\)?(?:[+-]\d+)?)?"
    r"\s*(?:[-–—:|•▪]\s*)?"
)  # fmt: skip
DATED = re.compile(
    r"^\s*(?:Updated|Published|Posted|Last updated|First published)\b"
    r"[^.!?\n]{0,60}?(?:(?:19|20)\d\d|ago|today)\b[.:,;|-]?\s*"
)
BYLINE = re.compile(
    r"^\s*By (?:Our |Staff|The )?[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){0,3}(?:,? (?:and|in|for) [A-Z][\w ]*)?\s*$"
)
MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
DAY = rf"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|{MONTH} ?\d{{1,2}}|\d{{1,2}} {MONTH})(?:,? \d{{4}})?"
CITY = r"[A-ZÀ-Þ][\w.'’-]*(?:[ -][A-ZÀ-Þ][\w.'’-]*){0,3}"
CAPITALS = r"[A-ZÀ-Þ][A-ZÀ-Þ.'’-]+(?:[ -][A-ZÀ-Þ.'’-]+){0,3}"
AGENCY = r"\((?:[A-Z][\w ./&-]{1,28})\)"
DASH = r"\s*(?:--|[-–—])\s+"
DATELINES = (
    re.compile(rf"^\s*{CAPITALS}(?:[/&] ?{CAPITALS})*(?:, {CITY})?(?:,? {DAY})?\s*(?:{AGENCY})?{DASH}"),
    re.compile(rf"^\s*{CAPITALS}(?:[/&] ?{CAPITALS})*(?:, {CITY})?(?:,? {DAY})?\s*{AGENCY}:?\s+"),
    re.compile(rf"^\s*{CITY}(?:/{CITY})*(?:, {CITY})?(?:,? {DAY})?\s*{AGENCY}{DASH}"),
    re.compile(rf"^\s*{CITY}(?:/{CITY})*(?:, {CITY})?,? {DAY}\s*(?:{AGENCY})?{DASH}"),
)
GLUED = re.compile(r"(?<=[a-z]{3})(?=[A-Z][a-z]+)")
VOICE = re.compile(
    r"^\s*(?P<who>[A-ZÀ-Þ][\w.'’ÀÉ-]*+(?:(?:,? |-)(?:[A-ZÀ-Þ][\w.'’-]*+|of|the|for|and|president|premier|army|military"
    r"|envoy|(?:prime |foreign |defen[cs]e )?minist(?:er|ry)|spokes(?:man|woman|person)|ambassador|government|embassy"
    r"|officials?|deputy|chairman|chief|head|leader|commander|adviser)){0,11}(?: \([^():]{3,60}\))?"
    r"(?:,? on (?:X|Twitter|Telegram|Facebook|Truth Social))?):\s+(?=\S)"
)
ASKED = re.compile(r"^\s*Q\b[.:]?\s+(?=[A-Z])")
HYPHENATED = re.compile(r"(?<=[A-Za-z])-\s*$")
ENDED = re.compile(r"[.!?:;]['\"”’)\]]*\s*$")
LOOSE = re.compile(r"^[\s:;,.|]+")
OPEN_END = re.compile(
    r"\b(?:the|an?|and|or|of|to|in|on|at|by|for|with|from|its|his|their|that|has|have|was|were|is|are)\s*$"
)
SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
LONGEST_WRAP = 140
LONGEST_OPENING = 100
"""Characters in which a dateline or a speaker's name ends; a pattern that tries more may not end for hours."""
LONGEST_ROW = 20_000


@dataclass(frozen=True, slots=True)
class Line:
    """A line that may say something.

    kind    prose, headline, title (of a statement: it names the voice and claims nothing) or question
    voice   who speaks it, as written; empty for the narrator
    """

    words: Aligned
    kind: str = "prose"
    voice: str = ""
    is_entry: bool = False
    """Whether it opens an entry of its own: a stamp or a bullet stood before it."""


def lines(text: str) -> Iterator[Line]:
    """Yield the clean lines of a text, in order."""
    voice, kind = "", "prose"
    spoken = False
    for number, raw in enumerate(_whole(text)):
        for part in _parted(raw):
            line = _opened(part)
            if line is None:
                continue
            is_entry = bool(_stamp(part.text) or BULLET.match(part.text))
            if is_entry:
                voice, kind = "", "prose"
            who, rest = _voice(line)
            if who:
                voice, spoken = who, True
                kind = "question" if who in forms("askers") else "prose"
                voice = "" if kind == "question" else voice
                line = rest
            if not line.text.strip():
                continue
            if not spoken and number < 3 and is_title(line.text):
                yield Line(line, "title")
                continue
            for each in _finished(line, kind, voice):
                yield replace(each, is_entry=True) if is_entry else each


def _finished(line: Aligned, kind: str, voice: str) -> Iterator[Line]:
    if kind == "question":
        yield Line(line, kind)
        return
    if not is_headline(line.text):
        yield Line(opened(line), kind, voice)
        return
    for part in _split(line, re.compile(r";\s+")):
        who, rest = _voice(part)
        if who and find(who):
            yield Line(plain(rest), "headline", who)
        else:
            yield Line(plain(part), "headline", voice)


def is_title(text: str) -> bool:
    """Whether a line is the title of a statement: no sentence, and it names a body and what it issues."""
    lowered = re.findall(r"[^\W\d_]+(?:['’]s)?", text.lower())
    named = set(lowered) & words("headers") and set(lowered) & words("bodies")
    return bool(named) and not re.search(r"[.!?]['\"”’]?\s*$", text) and len(lowered) < 40


def _whole(text: str) -> Iterator[Aligned]:
    """Yield the lines of a text with its characters mended and wrapped lines joined."""
    held: list[Aligned] = []
    rows = text.split("\n")
    wrapped = is_wrapped(rows)
    for row, start in _rows(rows):
        line = characters(Aligned.of(row, start))
        if not line.text.strip():
            yield from _flushed(held)
            held = []
            continue
        if held and not _goes_on(held[-1].text, line.text, wrapped):
            yield from _flushed(held)
            held = []
        if held and HYPHENATED.search(held[-1].text) and line.text.lstrip()[:1].islower():
            held[-1] = join([held[-1].sub(HYPHENATED, ""), line.strip()], "")
        else:
            held.append(line.strip())
    yield from _flushed(held)


def _rows(rows: list[str]) -> Iterator[tuple[str, int]]:
    """Yield rows with their offsets, those that are a whole book cut at ends of sentences."""
    place = 0
    for row in rows:
        start = 0
        while len(row) - start > LONGEST_ROW:
            cut = row.rfind(". ", start, start + LONGEST_ROW) + 2
            cut = cut if cut > start + 1 else start + LONGEST_ROW
            yield row[start:cut], place + start
            start = cut
        yield row[start:], place + start
        place += len(row) + 1


def _flushed(held: list[Aligned]) -> Iterator[Aligned]:
    if held:
        yield join(held, " ") if len(held) > 1 else held[0]


def _goes_on(before: str, line: str, wrapped: bool) -> bool:
    """Whether a line goes on with the sentence of the one before."""
    if BULLET.match(line) or _stamp(line) or VOICE.match(line):
        return False
    if not ENDED.search(before) and (line.lstrip()[:1].islower() or OPEN_END.search(before)):
        return True
    return wrapped and len(before) > 35


def is_wrapped(rows: list[str]) -> bool:
    """Whether line breaks stand inside sentences: lines of like length that mostly end without a full stop."""
    kept = [row for row in rows[:2000] if row.strip()]
    inner = [row for row in kept if len(row) > 40]
    if len(inner) < 2 or max(map(len, kept)) > LONGEST_WRAP or any(BULLET.match(row) or _stamp(row) for row in kept):
        return False
    low = sum(row.lstrip()[:1].islower() for row in kept[1:])
    return sum(not ENDED.search(row) for row in inner) > 0.6 * len(inner) and 4 * low >= len(kept) - 1


def characters(line: Aligned) -> Aligned:
    """Return a line without invisible characters, mojibake, pictures and words of other scripts."""
    if line.text.isascii():
        line = line.sub(INVISIBLE, "").sub(BLANKS, " ") if not line.text.isprintable() else line
        return line.sub(FOOTNOTE, "").sub(SPACES, " ") if "  " in line.text or FOOTNOTE.search(line.text) else line
    if DIRTY.search(line.text) and len(line) < 20_000:
        line = line.changed(needed("ftfy").fix_encoding(line.text))
    line = line.sub(INVISIBLE, "").sub(BLANKS, " ")
    line = line.sub(HOMOGLYPH, lambda found: pairs("confusable").get(found[0], found[0]))
    return line.sub(FOREIGN, "").sub(PICTURES, " ").sub(FOOTNOTE, "").sub(SPACES, " ")


def _parted(line: Aligned) -> Iterator[Aligned]:
    """Yield a line's parts where a title is glued to what follows: "Troop ReportsFrance has sent"."""
    place = 0
    for found in GLUED.finditer(line.text):
        named = find(line.text[found.start() : found.start() + 60])
        before = line.text[place : found.start()]
        if named and named[0].start == 0 and " " in before:
            yield line.cut(place, found.start())
            place = found.start()
    yield line.cut(place)


def _split(line: Aligned, at: re.Pattern[str]) -> Iterator[Aligned]:
    place = 0
    for found in at.finditer(line.text):
        yield line.cut(place, found.start())
        place = found.end()
    yield line.cut(place)


def _stamp(text: str) -> re.Match[str] | None:
    found = STAMP.match(text)
    return found if found and found[0].strip() else None


def _opened(line: Aligned) -> Aligned | None:
    """Return a line without what stands before its sentence; None for what is no sentence at all."""
    line = line.sub(BULLET, "")
    found = _stamp(line.text) or DATED.match(line.text)
    if found:
        line = line.cut(found.end()).sub(BULLET, "")
    line = line.sub(BULLET, "").sub(LOOSE, "").strip()
    if BYLINE.match(line.text):
        return None
    head = re.match(r"\s*([^:–—|]{1,32}?)\s*(?:\d+\s*)?(?::|[-–—|](?=\s)|$)", line.text)
    if head:
        label = head[1].strip()
        if label in forms("labels"):
            return None if head.end() < len(line.text) or len(label) > 1 else line
        if label in forms("openers"):
            line = line.cut(head.end()).strip()
    for caption in forms("captions"):
        if caption in line.text:
            line = _without_caption(line, caption)
    for pattern in DATELINES:
        opening = pattern.match(line.text, 0, LONGEST_OPENING)
        if opening:
            line = line.cut(opening.end())
            break
    return line.strip() if line.text.strip() else None


def _without_caption(line: Aligned, caption: str) -> Aligned:
    start = line.text.index(caption)
    end = SENTENCE_END.search(line.text, start + len(caption))
    rest = line.cut(end.end()) if end else line.cut(len(line.text))
    return join([part for part in (line.cut(0, start).strip(), rest) if part.text], " ")


def _voice(line: Aligned) -> tuple[str, Aligned]:
    """Return who speaks a line by its prefix, and the rest; an empty name where there is no prefix."""
    found = ASKED.match(line.text)
    if found:
        return "Q", line.cut(found.end())
    found = VOICE.match(line.text) if line.text.find(":", 0, LONGEST_OPENING) > 0 else None
    if not found or len(found["who"]) > 90:
        return "", line
    return found["who"].strip(), line.cut(found.end())
