"""Headlines to sentences: title case and capitals lowered, the headline's present made past, "to" made "will".

    Israel Strikes Military Sites In Iran     Israel struck military sites in Iran.
    US, UK shoot down Houthi drones           US and UK shoot down Houthi drones.
    Norway to give Ukraine howitzers          Norway will give Ukraine howitzers.
    RUSSIA BOMBS KYIV                         Russia bombed Kyiv.
"""

from __future__ import annotations

import re

from tertius.evidence.reading.aligned import Aligned
from tertius.evidence.reading.gazetteer import Mention, find
from tertius.evidence.reading.lexicon import lexicon
from tertius.evidence.reading.words import pairs

WORD = re.compile(r"[^\W\d_][\w'’-]*")
CLOSED = re.compile(r"[.!?:;,]['\"”’)\]]*\s*$|\.\.\.$")
MOST_WORDS = 24
SMALL = frozenset("a an and as at but by for from in into of off on or over the to up with after amid vs its it is be not".split())
VERBAL = frozenset("doubt eye near face fear win lose say tell see".split())
COMMA = re.compile(r",\s+")
TO = re.compile(r"\s(to)\s(?=[a-z]+)")


def is_headline(text: str) -> bool:
    """Whether a line stands alone without a full stop, or is set in title case or capitals."""
    found = WORD.findall(text)
    if len(found) < 3 or len(found) > MOST_WORDS:
        return False
    return not CLOSED.search(text) or is_capital(text)


def is_capital(text: str) -> bool:
    """Whether a line is set in capitals."""
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) > 8 and sum(letter.isupper() for letter in letters) > 0.85 * len(letters)


def is_titled(text: str) -> bool:
    """Whether a line is set in title case: most of its longer words begin with a capital."""
    longer = [word for word in WORD.findall(text) if len(word) > 3 and word.lower() not in SMALL]
    raised = [word for word in longer if word[0].isupper()]
    return len(longer) >= 3 and len(raised) >= 0.8 * len(longer) and any(
        not _named(word) and word[0].isupper() for word in longer
    )


def _named(word: str) -> bool:
    return bool(find(word))


def plain(line: Aligned) -> Aligned:
    """Return a headline as a sentence that the parser knows how to read."""
    line = line.strip()
    if is_capital(line.text):
        line = line.changed(_lowered(line.text, find(line.text, capitals=True)))
    elif is_titled(line.text):
        line = line.changed(_lowered(line.text, find(line.text)))
    mentions = find(line.text)
    line = _joined(line, mentions)
    line = _past(line, find(line.text))
    return line if CLOSED.search(line.text) else line.plus(".")


def _lowered(text: str, mentions: list[Mention]) -> str:
    """Everything in small letters but the names known to the gazetteer, which are written as it has them."""
    parts: list[str] = []
    place = 0
    for mention in mentions:
        parts += [text[place : mention.start].lower(), mention.names[0].form]
        place = mention.end
    parts.append(text[place:].lower())
    return "".join(parts)


def _joined(line: Aligned, mentions: list[Mention]) -> Aligned:
    """Write "and" for the comma between two names."""
    for one, other in reversed(list(zip(mentions, mentions[1:], strict=False))):
        between = line.text[one.end : other.start]
        more = line.text[other.end : other.end + 1]
        if re.fullmatch(r",\s+(?:the )?", between) and more != ",":
            line = line.put(one.end, other.start, " and " + between[1:].lstrip())
    return line


def _past(line: Aligned, mentions: list[Mention]) -> Aligned:
    """Put the first verb of the headline's present behind its subject in the past, and "to" as "will"."""
    if not mentions or mentions[0].start > 40:
        return line
    words = list(WORD.finditer(line.text))
    known = lexicon()
    for place, word in enumerate(words):
        if word.start() < mentions[0].end or place > 9:
            continue
        text = word[0]
        after = words[place + 1][0].lower() if place + 1 < len(words) else ""
        if text == "to" and after and line.text[: word.start()].count(",") < 3:
            return line.put(word.start(), word.end(), "will")
        if text.lower() in ("will", "has", "have", "is", "are", "was", "were", "would", "could", "may", "did", "not", "says", "said"):
            return line
        base = stem(text)
        if base and text == text.lower() and words[place - 1].end() >= mentions[0].end and word.start() - mentions[0].end <= 1:
            known_verb = base in known.acting or base in VERBAL
            if not known_verb:
                return line
        if base and text == text.lower() and base in known.acting and not _is_verb(after):
            return line.put(word.start(), word.end(), past_of(text))
        if text.lower() in known.acting or (text.endswith("ed") and text == text.lower()):
            return line
    return line


def _is_verb(word: str) -> bool:
    return word in ("kill", "hit", "leave", "continue", "wound", "injure", "destroy", "damage", "were", "are", "have", "will", "on", "against", "from")  # fmt: skip


def stem(word: str) -> str | None:
    """The infinitive of a third person singular, or None where it is none."""
    if not word.endswith("s") or word.endswith("ss") or len(word) < 3:
        return None
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes", "zes", "oes")):
        return word[:-2]
    return word[:-1]


def past_of(word: str) -> str:
    """The past of a third person singular."""
    irregular = pairs("past").get(word)
    if irregular:
        return irregular
    base = stem(word) or word
    if base.endswith("e"):
        return base + "d"
    if base.endswith("y") and base[-2:-1] not in "aeiou":
        return base[:-1] + "ied"
    return base + "ed"
