"""The tables of words: data/lexicon.yaml says which verb or noun means which action, and where its source and target
stand; data/phrases.yaml, which phrases do, before it; data/classes.yaml, which nouns are of which sort.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, cached_property
from typing import Any

from tertius.errors import DataError
from tertius.evidence.reading.records import ACTIONS
from tertius.evidence.reading.words import checked, read_table

Token = Any
# "A letter of support" is a letter.
SECTIONS = ("verbs", "nouns", "predicates")
SORTS = ("classes", "light")
KEYS = (
    "action", "target", "source", "object", "subject", "with", "without", "object-of", "object-complement",
    "complement", "mutual", "hosts", "also", "of", "light", "requires", "unlike",
)  # fmt: skip
SAID_THINGS = frozenset({"letter", "message", "note", "word", "statement", "signal", "telegram", "pledge", "promise"})


@dataclass(frozen=True)
class Entry:
    """One line of the table; the fields are explained at its head."""

    action: str
    target: tuple[str, ...]
    source: tuple[str, ...] = ("agent",)
    object: frozenset[str] = frozenset()
    subject: frozenset[str] = frozenset()
    with_: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    object_of: frozenset[str] = frozenset()
    object_complement: frozenset[str] = frozenset()
    complement: str = ""
    mutual: bool = False
    hosts: bool = False
    unlike: frozenset[str] = frozenset()
    also: str = ""
    of: str = ""
    light: str = ""
    requires: str = ""


@dataclass(frozen=True)
class Lexicon:
    """The whole table."""

    classes: dict[str, frozenset[str]]
    verbs: dict[str, tuple[Entry, ...]]
    nouns: dict[str, tuple[Entry, ...]]
    predicates: dict[str, tuple[Entry, ...]]
    light: frozenset[str]
    contexts: dict[str, frozenset[str]]

    @cached_property
    def acting(self) -> frozenset[str]:
        """Verbs that tell an act or a word said, and those that lend a noun its subject, without their particles."""
        told = (*self.verbs, *self.light, *self.contexts["report"], *self.contexts["announce"], *self.contexts["deny"])
        return frozenset(verb.split("_")[0] for verb in told)


def _entry(row: Mapping[str, Any], place: str) -> Entry:
    if row["action"] not in ACTIONS:
        near = get_close_matches(str(row["action"]), ACTIONS, 1)
        fix = f"write {near[0]}" if near else "use one of them"
        raise DataError(place, f"the action {row['action']!r}", ", ".join(ACTIONS), fix)

    def words(key: str) -> frozenset[str]:
        return frozenset(str(row.get(key, "")).split())

    return Entry(
        action=row["action"],
        target=tuple(str(row["target"]).split()),
        source=tuple(str(row.get("source", "agent")).split()),
        object=words("object"),
        subject=words("subject"),
        with_=words("with"),
        without=words("without"),
        object_of=words("object-of"),
        object_complement=words("object-complement"),
        unlike=words("unlike"),
        complement=str(row.get("complement", "")).lower(),
        mutual=bool(row.get("mutual", False)),
        hosts=bool(row.get("hosts", False)),
        also=str(row.get("also", "")),
        of=str(row.get("of", "")),
        light=str(row.get("light", "")).lower(),
        requires=str(row.get("requires", "")),
    )


@cache
def lexicon(text: str | None = None) -> Lexicon:
    """Return the shipped table, read once, or another of its form. Raises DataError."""
    written = read_table("lexicon.yaml", SECTIONS, text)
    sorts = read_table("classes.yaml", SORTS)

    before = read_table("phrases.yaml", ("phrases",))["phrases"]

    def table(key: str) -> dict[str, tuple[Entry, ...]]:
        found: dict[str, list[Entry]] = {}
        rows = [(f"lexicon.yaml, row {number} of {key}", row) for number, row in enumerate(written[key], 1)]
        if key == "verbs":
            rows = [(f"phrases.yaml, row {number}", row) for number, row in enumerate(before, 1)] + rows
        for place, row in rows:
            entry = _entry(checked(row, (key, *KEYS), place, (key, "action", "target")), place)
            for word in row[key].replace(",", " ").split():
                found.setdefault(word, []).append(entry)
        return {word: tuple(entries) for word, entries in found.items()}

    return Lexicon(
        {name: frozenset(words.split()) for name, words in sorts["classes"].items()},
        table("verbs"),
        table("nouns"),
        table("predicates"),
        frozenset(sorts["light"].split()),
        governors(),
    )


EFFECTS = (
    "report", "announce", "consider", "predict", "deny", "stop", "go_on", "attempt", "request", "announce_words",
    "consider_words", "predict_words", "deny_words", "dismiss", "false_words", "plan_nouns", "maybe_nouns",
    "fear_nouns", "claim_nouns", "ongoing_nouns", "unclaimed_prepositions", "deny_nouns", "truth_nouns", "part_nouns",
    "denied_prepositions", "bear_out", "hold_true", "factive", "doubt", "name", "undo", "drop",
    "decide", "unable_words", "loath_words", "refusal_nouns", "deed_nouns", "suppose",
    "true_words", "open_nouns", "case_nouns",
)  # fmt: skip


@cache
def governors(text: str | None = None) -> dict[str, frozenset[str]]:
    """Return effect -> words, from the shipped table or another of its form. Raises DataError."""
    found: dict[str, frozenset[str]] = dict.fromkeys(EFFECTS, frozenset())
    for number, row in enumerate(read_table("governors.yaml", ("governors",), text)["governors"], 1):
        place = f"governors.yaml, row {number}"
        held = checked(row, ("effect", "words"), place)
        if held["effect"] not in EFFECTS:
            near = get_close_matches(str(held["effect"]), EFFECTS, 1)
            fix = f"write {near[0]!r}" if near else "use one of them"
            raise DataError(place, f"the effect {held['effect']!r}", ", ".join(EFFECTS), fix)
        found[held["effect"]] |= frozenset(str(held["words"]).split())
    return found


def is_of(token: Token, items: Iterable[str], depth: int = 0) -> bool:
    """Whether a noun, what it measures, or what is joined to it is of one of the classes or words."""
    if depth > 3:
        return False
    table = lexicon().classes
    words = {str(token.lemma_.lower()), str(token.lower_)}
    if token.pos_ == "PROPN" or any(letter.isdigit() for letter in token.text):
        words.add(str(token.lower_).rstrip("s"))
    for item in items:
        if item in table and words & table[item]:
            return True
        if item in words:
            return True
        part, _, head = item.rpartition("_")
        if part and words & table.get(head, {head}) and any(child.lower_ == part for child in token.children):
            return True  # "joint_exercises", "credit_line"
    for child in token.children:
        if child.dep_ == "conj" and is_of(child, items, depth + 1):
            return True
        counted = child.dep_ == "prep" and child.lower_ == "of" and token.pos_ in ("NOUN", "NUM", "PRON", "DET")
        counted = counted and token.lemma_.lower() not in SAID_THINGS
        if counted and any(is_of(noun, items, depth + 1) for noun in child.children if noun.dep_ == "pobj"):
            return True
    return False
