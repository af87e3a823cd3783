"""Numbers with units, and numbers per something: "each group of 30 soldiers needs one interpreter and three
officers".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tertius.evidence.reading.phrases import Phrases
from tertius.evidence.reading.records import Amount, Quantity
from tertius.evidence.reading.words import listed

Token = Any
WORDS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5,
    "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
    "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90, "half": 0.5, "dozen": 12, "score": 20,
}  # fmt: skip
SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "dozen": 12}
TIMES = listed("amounts-times")
GROUPS = listed("amounts-groups")
NEEDING = listed("amounts-needing")
DIGITS = re.compile(r"[\d,]*\.?\d+")


def value_of(token: Token) -> float | None:
    """The number that a numeral and what is compounded with it make, or None."""
    word = token.lower_.replace("’", "'")
    if DIGITS.fullmatch(word):
        value = float(word.replace(",", ""))
    elif word in WORDS:
        value = WORDS[word]
    elif "-" in word and all(part in WORDS for part in word.split("-")):
        value = sum(WORDS[part] for part in word.split("-"))
    elif word.rstrip("s") in SCALES:
        value = SCALES[word.rstrip("s")]
        small = [
            value_of(child)
            for child in token.children
            if child.dep_ in ("compound", "nummod", "quantmod", "det") and child.lower_ != "the"
        ]
        return value * next((each for each in small if each is not None), 1.0)
    else:
        return None
    return value


def numerals(tokens: Any) -> Iterator[tuple[Token, float, Token]]:
    """Yield (numeral, value, counted noun) of the tokens."""
    for token in tokens:
        if token.dep_ == "nummod" and token.head.pos_ in ("NOUN", "PROPN", "SYM") and token.head not in token.children:
            value = value_of(token)
            if value is not None and not (
                1700 <= value <= 2100 and value == int(value) and token.head.ent_type_ == "DATE"
            ):
                yield token, value, token.head


def numbers_in(trigger: Token, start: int, end: int, offset: int, text: str) -> Iterator[Amount]:
    """Yield the numbers of a clause with their units."""
    for token, value, noun in numerals(trigger.sent):
        first, last = min(token.left_edge.idx, noun.idx) + offset, noun.idx + len(noun.text) + offset
        if start <= first and last <= end and noun.ent_type_ not in ("DATE",) and noun.pos_ != "PROPN":
            yield Amount(value, str(noun.lemma_.lower()), text[first:last], (first, last))


def quantities_in(sentence: Any, phrases: Phrases, offset: int, text: str) -> list[Quantity]:
    """Return the numbers of a sentence that are per something, or count a noun: parameters in the making."""
    found = []
    span = (sentence.start_char + offset, sentence.end_char + offset)
    per = _per(sentence)
    for noun, value in _counted(sentence):
        if per is not None and (noun.i == per[2].i or (noun.lemma_.lower() in GROUPS and noun.i < per[2].i)):
            continue
        needed = per is not None and _is_needed(noun, per[2])
        if noun.ent_type_ in ("DATE", "TIME") or noun.lemma_.lower() in TIMES or (not needed and value <= 1):
            continue
        actors = phrases.one(noun) or (phrases.one(per[2]) if per is not None and needed else ())
        found.append(
            Quantity(
                what=str(noun.lemma_.lower()),
                value=value,
                unit=_unit(noun),
                per=per[0] if needed and per is not None else None,
                per_what=per[1] if needed and per is not None else None,
                about=tuple(actor.code for actor in actors),
                span=span,
                quote=text[span[0] : span[1]],
            )
        )
    return found


def _unit(noun: Token) -> str:
    people = {
        "soldier",
        "officer",
        "interpreter",
        "troop",
        "man",
        "person",
        "people",
        "prisoner",
        "civilian",
        "fighter",
        "hostage",
    }
    return "persons" if noun.lemma_.lower() in people else str(noun.lemma_.lower())


def _counted(sentence: Any) -> Iterator[tuple[Token, float]]:
    for _, value, noun in numerals(sentence):
        yield noun, value
    for token in sentence:
        verb = next((above for above in token.ancestors if above.pos_ == "VERB"), None)
        is_single = token.i > sentence.start and token.nbor(-1).lower_ in ("a", "an")
        if is_single and token.pos_ == "NOUN" and verb is not None and verb.lemma_.lower() in NEEDING:
            yield token, 1.0


def _per(sentence: Any) -> tuple[float, str, Token] | None:
    """Of "Each group of 30 soldiers", "for every ten men", "per 30 soldiers": number, noun, token."""
    for token in sentence:
        if token.lower_ in ("each", "every", "per"):
            head = token.head if token.lower_ != "per" else next(iter(token.children), token.head)
            inside = [(value, noun) for _, value, noun in numerals(head.subtree)]
            if inside:
                value, noun = inside[0]
                return value, str(noun.lemma_.lower()), noun
            if head.pos_ == "NOUN" and head.lemma_.lower() not in TIMES:
                return 1.0, str(head.lemma_.lower()), head
    return None


def _is_needed(noun: Token, per: Token) -> bool:
    verb = noun.head
    while verb.dep_ == "conj" or verb.pos_ in ("NOUN", "ADP"):
        if verb.head == verb:
            break
        verb = verb.head
    return verb.lemma_.lower() in NEEDING or noun.sent == per.sent
