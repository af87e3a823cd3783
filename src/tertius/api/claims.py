"""Claims for a brief: from articles on the spot, from the inbox, or both; and what a text claims."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from tertius.api.calls import front
from tertius.api.days import day_option
from tertius.errors import DataError, OptionError, listed
from tertius.visible import visible
from tertius.world import load_scenario

if TYPE_CHECKING:
    from tertius.api.calls import Watch
    from tertius.api.war import Named
    from tertius.engine import Layout
    from tertius.evidence.claims.accepted import Claim
    from tertius.evidence.claims.bearings import Weighable
    from tertius.evidence.claims.strengths import Strengths
    from tertius.evidence.reading import Document, Reading
    from tertius.evidence.reading.scoring import ReadText
    from tertius.world import Scenario

DEFAULT_GRADE = "B2"


@front
def read(file: str | Path = "", *, text: str = "", published: str = "", scenario: str | Path | None = None) -> Reading:
    """Read a text offline: who does what to whom, how surely, by whose word; stances; quantities.

    Args:
        file: a text, HTML or PDF file; '-' for standard input.
        text: the text itself, in place of a file.
        published: day of publication, YYYY-MM-DD, that 'last week' counts from; else the one that the file names.
        scenario: name the instruments of this scenario that events are about.

    Returns:
        Events, stances and quantities, each with the words that it rests on; `data()` gives them as JSON data.

    Raises:
        DataError: no text can be read there. OptionError: neither a file nor a text. MissingExtra: without the extra
        'read'.

    Example:
        >>> found = tertius.read(text="Brazil has sent rifles to Peru.", published="2024-11-03")
        >>> found.events[0].source
        'BRA'
    """
    from tertius.evidence.claims.instruments import with_instruments
    from tertius.evidence.reading import read_text
    from tertius.evidence.reading.documents import LIMIT

    if bool(file) == bool(text):
        raise OptionError("FILE", str(file) or "nothing", "a file or a text", "name one of the two")
    day = day_option("--published", published or None)
    if text:
        reading = read_text(text, day, "the text")
    else:
        _, reading = read_file(str(file), file_bytes(str(file), LIMIT), day)
    return reading if scenario is None else with_instruments(reading, load_scenario(scenario))


@front
def claims_of(
    scenario: Named,
    articles: str | Path | Sequence[str | Path] = (),
    inbox: str = "",
    grade: str = "",
    published: str = "",
    origin: str = "",
) -> list[Claim]:
    """Claims that may move a brief: of articles, and those that were accepted in an inbox.

    Args:
        scenario: a shipped name, a file, or a loaded scenario.
        articles: text, HTML or PDF files; '-' for standard input.
        inbox: address of an inbox such as 'sqlite:///FILE'; 'inbox' is the one in the user's data folder.
        grade: Admiralty grade of the articles; else that of the scenario's source `origin`, else B2.
        published: day of the articles' publication, YYYY-MM-DD.
        origin: who told it first, such as a source of the scenario; claims of one origin count once.

    Returns:
        The claims, for `brief(claims=...)`.

    Raises:
        DataError: nothing can be read there. OptionError: a grade without an article. MissingExtra: without the extra
        'read'.

    Example:
        >>> from pathlib import Path
        >>> _ = Path("note.txt").write_text("Brazil has sent rifles to Peru.")
        >>> len(tertius.claims_of("river-war", "note.txt", published="2031-03-01"))
        1
    """
    from tertius.api.war import opened

    record = opened(scenario).record
    files = [articles] if isinstance(articles, str | Path) else list(articles)
    if not files and (grade or published or origin):
        raise OptionError("--article", "nothing", "a file whose claims are graded", "name the article")
    claims = _of_inbox(record.name, inbox) if inbox else []
    day = day_option("--published", published or None)
    for article in files:
        claims += _of_article(record, str(article), grade, day, origin)
    return claims


def weighed(
    claims: Sequence[Claim], layout: Layout, grades: str | Path | None = None, strengths: str | Path | None = None
) -> list[Weighable]:
    """Every claim as it stands to the scenario. grades, strengths: other tables than the shipped ones."""
    from tertius.evidence.claims.bearings import weighable
    from tertius.evidence.claims.grades import likelihood_ratios
    from tertius.evidence.claims.strengths import read_strengths

    ratios = shipped_ratios() if grades is None else likelihood_ratios(Path(grades))
    table = _shipped_strengths() if strengths is None else read_strengths(Path(strengths))
    fitted = [column.path for column in layout.columns if layout.fitted(column.path)]
    return weighable(claims, layout.scenario, ratios, table, fitted)


@cache
def shipped_ratios() -> Mapping[str, float]:
    """Grade -> likelihood ratio, by the shipped table."""
    from tertius.evidence.claims.grades import likelihood_ratios

    return MappingProxyType(likelihood_ratios())


@cache
def _shipped_strengths() -> Strengths:
    from tertius.evidence.claims.strengths import read_strengths

    return read_strengths()


def read_file(
    name: str,
    data: bytes,
    published: date | None,
    read: ReadText | None = None,
    watch: Watch | None = None,
    seconds: float | None = None,
) -> tuple[Document, Reading]:
    """A file's text and what it claims, by the rules or another reader; the day given, else what the file names.

    The rules tell `watch` how far they have come, and stop after so many seconds, where either is given.
    """
    from dataclasses import replace
    from functools import partial

    from tertius.evidence.reading import read_document, read_text

    place = "standard input" if name == "-" else name
    document = read_document(data, place)
    rules = partial(read_text, watch=watch, seconds=seconds)
    reading = (read or rules)(document.text, published or document.published, place)
    return document, replace(reading, notes=(*document.notes, *reading.notes))


def file_bytes(name: str, limit: int) -> bytes:
    """A file's bytes, one more than the limit at most, or standard input's.

    Raises:
        DataError: a folder, a device, a named pipe (which may never end), standard input that is closed, a file that
            cannot be read.
    """
    from tertius.evidence.files import check_regular

    fix = "name the file that holds the text, or send it to standard input: tertius read - < FILE"
    try:
        if name == "-":
            if sys.stdin is None:
                raise DataError("standard input", "it is closed", "a text on standard input, or a file", "name a file")
            return sys.stdin.buffer.read(limit + 1)
        if not name.startswith(("/dev/fd/", "/proc/self/fd/")):  # a shell's <(command), which has its writer
            check_regular(Path(name), fix)
        with Path(name).open("rb") as file:
            return file.read(limit + 1)
    except OSError as error:
        raise DataError(
            name, f"it cannot be read ({error.strerror})", "a readable file, or -", "check its name"
        ) from error
    except ValueError as error:
        raise DataError(name, f"no name of a file ({error})", "a readable file, or -", "check its name") from error


def waiting(scenario: str, database: str) -> str:
    """Why no claim of an inbox counts: how many were read on a scenario, and what was decided. Raises DataError."""
    rows = _rows(scenario, database)
    if not rows:
        others = sorted({row["scenario"] for row in _rows("", database)})
        told = f"; it holds claims on {listed(others)}" if others else ""
        return f"the inbox holds no claims on {scenario}{told}. Next: tertius evidence add FILE --scenario {scenario}"
    counts = Counter(row["state"] for row in rows)
    states = ", ".join(f"{count} {state}" for state, count in counts.items())
    read = "claim was" if len(rows) == 1 else "claims were"
    return f"{len(rows)} {read} read on {scenario} and none is accepted ({states}). Next: tertius evidence accept N"


def _of_inbox(scenario: str, database: str) -> list[Claim]:
    """The accepted claims on a scenario. Raises DataError."""
    from tertius.evidence.claims.accepted import accepted_claims

    return accepted_claims(_rows(scenario, database))


def _rows(scenario: str, database: str) -> list[dict[str, Any]]:
    """An inbox's rows on a scenario; `inbox` is the one in the user's data folder. Raises DataError."""
    from tertius.evidence.claims.inbox import Inbox, default_address

    address = default_address() if database == "inbox" else database
    with closing(Inbox(address, "--evidence", make=False)) as inbox:
        return inbox.rows(scenario)


def _of_article(scenario: Scenario, article: str, grade: str, published: date | None, origin: str) -> list[Claim]:
    """Every claim of one article. Raises DataError where nothing can be read in it."""
    from tertius.evidence.claims.accepted import claims_of as claims_in
    from tertius.evidence.claims.grades import check_grade
    from tertius.evidence.reading.documents import LIMIT

    held = scenario.sources.get(origin)
    chosen = check_grade(grade or (held.grade if held is not None else DEFAULT_GRADE))
    _, reading = read_file(article, file_bytes(article, LIMIT), published)
    name = "standard input" if article == "-" else visible(Path(article).name)
    if not reading.text.strip():
        raise DataError(name, "an empty text", "an article with words", "give a file that holds the text")
    return claims_in(reading, name, chosen, origin)
