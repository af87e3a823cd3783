"""Headlines to sentences: title case and capitals lowered, the headline's present made a perfect, "to" made "will".

Chile Strikes Military Sites In Peru     Chile has struck military sites in Peru.
Chile, Peru shoot down drones            Chile and Peru shoot down drones.
Chile to give Peru howitzers             Chile will give Peru howitzers.
CHILE BOMBS PERU                         Chile has bombed Peru.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from tertius.evidence.reading.aligned import Aligned
from tertius.evidence.reading.gazetteer import Mention, find
from tertius.evidence.reading.lexicon import lexicon
from tertius.evidence.reading.words import pairs, words

WORD = re.compile(r"[^\W\d_][\w'’-]*")
CLOSED = re.compile(r"[.!?:;,]['\"”’)\]]*\s*$|\.\.\.$")
LONGEST = 600  # characters
MOST_WORDS = 24
SMALL = words("small")
FINITE = words("finite")
NOUNS = words("plural_nouns")
BEHIND_NOUNS = words("behind_nouns")
SAYS = frozenset({"says", "claims", "reports"})
TO = re.compile(r"\s(to)\s(?=[a-z]+)")
ARMED = re.compile(r" (?P<verb>armed) (?=[A-Z]|the |its )")
MASSING = re.compile(
    r"\b(?:mass|masses|massing)(?= (?:[\w-]+ ){0,2}(?:troops|soldiers|forces|tanks|men|ships|warships|armou?r|jets)\b)",
    re.I,
)
ELIDED = re.compile(
    r"\b(?P<who>[a-z]+) (?P<done>(?:killed|wounded|injured|hurt|arrested|detained|jailed|freed|released|expelled"
    r"|captured|kidnapped) (?:in|by|near|off|after|as|when|during|at|on|along)\b)"
)
NONE = re.compile(
    r"^\W*(?:No|Not a|Not one)(?:\s+[\w-]+){1,3}?\s"
    r"(?P<done>(?:held|sent|made|given|[a-z]+ed)\s(?:to|with|by|in|on|from|for|at|against)\b)"
)


def is_headline(text: str) -> bool:
    """Whether a line stands alone without a full stop, or is set in title case or capitals."""
    found = WORD.findall(text[: LONGEST + 1])
    if len(text) > LONGEST or len(found) < 3 or len(found) > MOST_WORDS:
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
    return (
        len(longer) >= 3
        and len(raised) >= 0.8 * len(longer)
        and any(not _named(word) and word[0].isupper() for word in longer)
    )


def _are_people(word: str) -> bool:
    """Whether a word names people, whom "killed in" befalls."""
    people = lexicon().classes["people"]
    return bool({word, word.removesuffix("s"), word.removesuffix("es"), word.replace("men", "man")} & people)


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
    if none := NONE.match(line.text):
        line = line.put(none.start("done"), none.start("done"), "were ")
    elif (hurt := ELIDED.search(line.text)) and _are_people(hurt["who"]):
        line = line.put(hurt.start("done"), hurt.start("done"), "were ")
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
    for one, other in reversed(list(pairwise(mentions))):
        between = line.text[one.end : other.start]
        more = line.text[other.end : other.end + 1]
        if re.fullmatch(r",\s+(?:the )?", between) and more != ",":
            line = line.put(one.end, other.start, " and " + between[1:].lstrip())
    return line


def _past(line: Aligned, mentions: list[Mention]) -> Aligned:
    """Put the headline's first verb in the perfect, which nothing else looks like, and "to" as "will"."""
    if not mentions or mentions[0].start > 40:
        return line
    each = list(WORD.finditer(line.text))
    known = lexicon().acting
    joint = " and " in line.text[mentions[0].end : mentions[0].end + 5]
    last = mentions[1].end if joint and len(mentions) > 1 else mentions[0].end
    for place, word in enumerate(each):
        if word.start() < last or place > 9:
            continue
        text = word[0]
        after = each[place + 1][0].lower() if place + 1 < len(each) else ""
        if text == "to" and after and line.text[: word.start()].count(",") < 3:
            return line.put(word.start(), word.end(), "will")
        if text.lower() in FINITE or text != text.lower():
            return line
        adjacent = word.start() - last <= 1
        base = stem(text)
        if adjacent and base in known and not joint and _is_demonym(mentions[0]):
            return line
        if base in known and text not in NOUNS and not _acts(after, known):
            return line.put(word.start(), word.end(), f"{'have' if joint else 'has'} {participle_of(text)}")
        if adjacent and base and base not in known:
            return line
        if adjacent and joint and text in known and not _acts(after, known) and not text.endswith("ed"):
            return line.put(word.start(), word.end(), f"have {participle_of(text + 's')}")
        if text in known or text.endswith("ed"):
            return line
    return line


def opened(line: Aligned) -> Aligned:
    """Put the verb of "Peru thanks ..." in the perfect where a sentence begins so; write "equipped" in "Peru armed B".

    The parser takes the one for a noun and the other for an adjective. A verb that it does not know gives way to one of
    like effect ("disavowed").
    """
    line = line.sub(_plainer(), lambda found: pairs("plainer")[found[0]])
    line = line.sub(_single(), lambda found: pairs("single")[found[0].lower().replace(" ", "_")])
    line = line.sub(MASSING, lambda found: pairs("massing")[found[0].lower()])
    for mention in reversed(find(line.text)):
        if armed := ARMED.match(line.text, mention.end):
            line = line.put(armed.start("verb"), armed.end("verb"), "equipped")
    for mention in find(line.text):
        before = line.text[: mention.start].rstrip()
        starts = not before or before[-1] in ".!?"
        found = re.match(r" ([a-z]+s) (\w+)", line.text[mention.end : mention.end + 50])
        if (
            starts
            and found
            and not _is_demonym(mention)
            and not _acts(found[2], lexicon().acting)
            and stem(found[1]) in lexicon().acting
            and found[1] not in NOUNS | FINITE
            and found[1] not in SAYS
        ):
            start = mention.end + 1
            return line.put(start, start + len(found[1]), f"has {participle_of(found[1])}")
    return line


@cache
def _plainer() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(pairs('plainer'))})\b")


def _is_demonym(mention: Mention) -> bool:
    """Of "Chilean shells": what is Chile's, where "Chile shells" tells what it does."""
    return mention.kind == "people"


@cache
def _single() -> re.Pattern[str]:
    return re.compile("|".join(rf"\b{form.replace('_', ' ')}\b" for form in pairs("single")), re.I)


def _acts(word: str, known: frozenset[str]) -> bool:
    bases = {word[:-2], word[:-1], word[:-3] if word[-3:-2] == word[-4:-3] else ""}
    return word in BEHIND_NOUNS or (word.endswith("ed") and bool(bases & known))


def stem(word: str) -> str | None:
    """The infinitive of a third person singular, or None where it is none."""
    if not word.endswith("s") or word.endswith("ss") or len(word) < 3:
        return None
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes", "zes", "oes")):
        return word[:-2]
    return word[:-1]


def participle_of(word: str) -> str:
    """The past participle of a third person singular."""
    irregular = pairs("participles").get(word)
    if irregular:
        return irregular
    base = stem(word) or word
    if base.endswith("e"):
        return base + "d"
    if base.endswith("y") and base[-2:-1] not in "aeiou":
        return base[:-1] + "ied"
    return base + "ed"
