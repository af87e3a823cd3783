"""Armed groups that a text names and no list knows: 'the March 23 rebels', 'the rebels of the Northern Front'.

A group is proposed as NAME@CODE, in the land of the state that the text has it fight. Where the text does not tell that
state, the name alone is proposed, for the user to add the code. What is a nation's rebels without a name is left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

KIND: Final = r"(?i:rebels?|insurgents?|guerrillas?|militias?|militiamen|separatists?|secessionists?|jihadists?)"
BODY: Final = r"[Rr]ebel (?:group|movement|army|forces|coalition|alliance|fighters)"
WORD: Final = r"(?:al-|el-|an-)?[A-Z][\w'’]*(?:-\w+)*"
LINK: Final = r"(?:of the|for the|of|for|and|al|de|du|la)"
NAME: Final = rf"(?P<name>{WORD}(?: \d+|(?: {LINK})? {WORD})*)(?: \((?P<short>[A-Z][\w-]{{1,11}})\))?"
FORMS: Final = (
    re.compile(rf"\b{NAME} (?:{BODY}|{KIND})\b"),
    re.compile(rf"\b(?:{BODY}|{KIND}) (?:of the|from the|called|known as)(?: the)? {NAME}"),
    re.compile(rf"\b{BODY} {NAME}"),
    re.compile(rf"\b{NAME}, an? (?:armed |\w+ )?(?:{BODY}|{KIND})\b"),
)
NO_NAME: Final = re.compile(
    r"the|an?|some|several|many|armed|other|local|foreign|government|former|pro|anti|islamist|islamic|shia|shiite|sunni|"
    r"maoist|marxist|communist|christian|muslim|northern|southern|eastern|western|tribal|ethnic|kurdish|tuareg",
    re.IGNORECASE,
)
"""Words with a capital that name nobody."""
BACKED: Final = re.compile(r"-(?:backed|supported|armed|led|aligned|funded|trained)$")
LONGEST: Final = 60
AT_WAR: Final = re.compile(
    r"\b(?:against|(?:war|offensive|fighting|campaign|battle|uprising|rebellion)s?(?: \w+)? (?:in|against|with))"
    r" (?:the )?(?:\w+ )?$"
)
INSIDE: Final = re.compile(r"\bin (?:the )?(?:\w+ )?$")


@dataclass(frozen=True)
class Rebels:
    """An armed group of a text: where it stands, its name, and the code of the state in whose land it fights."""

    start: int
    end: int
    name: str
    host: str

    @property
    def code(self) -> str:
        """What the options of `tertius new` take."""
        return f"{self.name}@{self.host}"


def rebels(
    text: str, states: Sequence[tuple[int, int, str]], taken: Sequence[tuple[int, int, str]]
) -> tuple[Rebels, ...]:
    """The groups that a text names, from left to right; a name has one host in all of the text, "" where none is told.

    Args:
        text: the text.
        states: (start, end, code) of the states that it names; a group's name may hold one, as of a province.
        taken: the same of peoples, persons, known groups: what overlaps with one is no group.
    """
    found: dict[int, tuple[int, int, str]] = {}
    for start, end, name in sorted(_named(text), key=lambda each: (each[0], -each[1])):
        used = any(start < last and first < end for first, last, _ in taken)
        used |= any(first <= start and end <= last for first, last, _ in states)
        if not used and not any(start < last and first < end for first, last, _ in found.values()):
            found[start] = (start, end, name)
    names = {name for _, _, name in found.values()}
    again = [
        (match.start(), match.end(), name)
        for name in sorted(names)
        for match in re.finditer(rf"\b{re.escape(name)}\b", text)
        if not any(match.start() < last and first < match.end() for first, last, _ in found.values())
    ]
    every = sorted([*found.values(), *again])
    hosts = {name: _host(text, [each for each in every if each[2] == name], states) for name in names}
    return tuple(Rebels(start, end, name, hosts[name]) for start, end, name in every)


def _named(text: str) -> Iterator[tuple[int, int, str]]:
    for form in FORMS:
        for match in form.finditer(text):
            name = match["name"]
            start = match.start("name")
            while NO_NAME.fullmatch(first := name.partition(" ")[0]) or BACKED.search(first):
                start, name = start + len(first) + 1, name[len(first) + 1 :]
            begins = start == 0 or text[:start].rstrip()[-1:] in (".", "!", "?", "\n", "")
            plain = name.isalpha() and not name.isupper()
            if not name or len(name) > LONGEST or (begins and plain):
                continue
            yield start, match.end("short") + 1 if match["short"] else start + len(name), match["short"] or name


def _host(text: str, places: Sequence[tuple[int, int, str]], states: Sequence[tuple[int, int, str]]) -> str:
    """The state that a group fights: told beside it, else the one most often told to be at war or fought in."""
    told: Counter[str] = Counter()
    for start, end, _ in places:
        first, last = _sentence(text, start, end)
        beside = [each for each in states if first <= each[0] < last]
        for at, _, code in beside:
            before = text[max(first, at - 60) : at]
            told[code] += 4 * bool(AT_WAR.search(before)) + 2 * bool(INSIDE.search(before))
        if AT_WAR.search(text[max(first, start - 60) : start]):
            nearest = [code for at, _, code in beside if at < start]
            told.update({nearest[-1]: 3} if nearest else {})
    for at, _, code in states:
        told[code] += bool(AT_WAR.search(text[max(0, at - 60) : at]))
    most = told.most_common(1)
    return most[0][0] if most and most[0][1] > 0 else ""


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    first = max(text.rfind(". ", 0, start), text.rfind("\n", 0, start)) + 1
    last = min(place for place in (text.find(". ", end), text.find("\n", end), len(text)) if place >= 0)
    return first, last
