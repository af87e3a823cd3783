"""A text whose every character knows where it stood in the original, so that what is cleaned can still be quoted."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, slots=True)
class Aligned:
    """Text, and for each character its offset in the original."""

    text: str
    at: array[int]

    @classmethod
    def of(cls, text: str, start: int = 0) -> Aligned:
        """Return a text that begins at an offset of the original."""
        return cls(text, array("i", range(start, start + len(text))))

    def __len__(self) -> int:
        return len(self.text)

    def cut(self, start: int, end: int | None = None) -> Aligned:
        """Return a part."""
        return Aligned(self.text[start:end], self.at[start:end])

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the original's offsets of a stretch, from the first character to one past the last."""
        if not self.at:
            return 0, 0
        last = max(min(end, len(self.at)) - 1, 0)
        first = min(start, last)
        return self.at[first], self.at[last] + 1

    def sub(self, pattern: re.Pattern[str], new: str | Callable[[re.Match[str]], str]) -> Aligned:
        """Replace every match; what is put in stands where the match began."""
        if not pattern.search(self.text):
            return self
        parts: list[str] = []
        at = array("i")
        place = 0
        for found in pattern.finditer(self.text):
            put = new(found) if callable(new) else new
            parts += [self.text[place : found.start()], put]
            at.extend(self.at[place : found.start()])
            if put:
                old = self.at[found.start() : found.end()] or array("i", [self._near(found.start())])
                at.extend(old[min(each, len(old) - 1)] for each in range(len(put)))
            place = found.end()
        parts.append(self.text[place:])
        at.extend(self.at[place:])
        return Aligned("".join(parts), at)

    def _near(self, place: int) -> int:
        if not self.at:
            return 0
        return self.at[min(place, len(self.at) - 1)]

    def changed(self, new: str) -> Aligned:
        """Return another wording of the same text, aligned by what the two share."""
        if len(new) == len(self.text) and new.lower() == self.text.lower():
            return Aligned(new, self.at)  # letters lowered or raised stay in their places
        at = array("i")
        for kind, a, b, c, d in SequenceMatcher(None, self.text, new, autojunk=False).get_opcodes():
            if kind == "equal":
                at.extend(self.at[a:b])
            elif d > c:
                old = self.at[a:b] or array("i", [self._near(a)])
                at.extend(old[min(each, len(old) - 1)] for each in range(d - c))
        return Aligned(new, at)

    def plus(self, more: str) -> Aligned:
        """Return it with characters put behind its last."""
        return Aligned(self.text + more, self.at + array("i", [self._near(len(self.at))] * len(more)))

    def put(self, start: int, end: int, new: str) -> Aligned:
        """Return it with other characters in place of a stretch; they stand where the stretch began."""
        old = self.at[start:end] or array("i", [self._near(start)])
        put = array("i", (old[min(each, len(old) - 1)] for each in range(len(new))))
        return Aligned(self.text[:start] + new + self.text[end:], self.at[:start] + put + self.at[end:])

    def strip(self) -> Aligned:
        """Return it without blanks at its ends."""
        start = len(self.text) - len(self.text.lstrip())
        return self.cut(start, len(self.text.rstrip()))


def join(parts: Iterable[Aligned], between: str) -> Aligned:
    """Join texts, with something between."""
    found = Aligned("", array("i"))
    texts: list[str] = []
    at = array("i")
    for place, part in enumerate(parts):
        if place:
            texts.append(between)
            at.extend([at[-1] if at else 0] * len(between))
        texts.append(part.text)
        at.extend(part.at)
    return Aligned("".join(texts), at) if texts else found
