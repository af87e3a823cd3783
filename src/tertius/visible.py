"""One filter for what others wrote: articles, names of files, reasons of servers.

A terminal obeys escape sequences, and a sign such as U+202E turns what follows it round, on a page too. None of them
leaves the program: what is quoted from a text has a mark of the same length in their place, so that offsets hold; what
an error tells spells them out.
"""

from __future__ import annotations

import re

UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]|\r(?!\n)"
)
"""Control characters but tab and the ends of lines, marks of writing direction, halves of characters."""
BLANK = frozenset("\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029\r")
MARK = "\ufffd"


def visible(text: str) -> str:
    """Return a text as long as it was, with a blank or a mark for every character that acts instead of being read."""
    return UNSEEN.sub(lambda found: " " if found[0] in BLANK else MARK, text)


def spelt(text: str) -> str:
    r"""Return a text with such characters spelt out, such as \x1b: of a name it matters which they are."""
    return UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
