"""Claims for a brief: from articles on the spot, from the inbox, or both."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from tertius.cli.days import day_option
from tertius.cli.read import file_bytes, read_file
from tertius.errors import DataError, OptionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tertius.engine import Layout
    from tertius.evidence.reading.accepted import Claim
    from tertius.evidence.reading.bearings import Weighable

DEFAULT_GRADE = "B2"


def brief_claims(
    layout: Layout,
    articles: Sequence[str],
    database: str,
    grade: str,
    published: str | None,
    origin: str,
    grades: Path | None,
    strengths: Path | None,
) -> list[Weighable] | None:
    """Every claim as it stands to the scenario; None where neither an article nor an inbox was named.

    The grade is the one given, else that of the scenario's source which `origin` names, else B2.
    """
    if not articles and not database:
        if grade or published is not None or origin:
            raise OptionError("--article", "nothing", "a file whose claims are graded", "name the article")
        return None
    from tertius.evidence.reading.bearings import weighable
    from tertius.evidence.reading.grades import likelihood_ratios
    from tertius.evidence.reading.strengths import read_strengths

    scenario = layout.scenario
    ratios, table = likelihood_ratios(grades), read_strengths(strengths)
    claims: list[Claim] = []
    if database:
        claims += _of_inbox(scenario.name, database)
    for article in articles:
        claims += _of_article(layout, article, grade, published, origin)
    fitted = [column.path for column in layout.columns if layout.fitted(column.path)]
    return weighable(claims, scenario, ratios, table, fitted)


def _of_inbox(scenario: str, database: str) -> list[Claim]:
    """The accepted claims on a scenario; `inbox` is the one in the user's data folder. Raises DataError."""
    from tertius.evidence.reading.accepted import accepted_claims
    from tertius.evidence.reading.inbox import Inbox, default_address

    address = default_address() if database == "inbox" else database
    file = address.removeprefix("sqlite:///")
    # An inbox makes its tables where they are missing, which would hide a name mistyped.
    if file != address and not Path(file).is_file():
        fix = "correct the address, or file claims first: tertius evidence add FILE --scenario NAME --grade B2"
        raise DataError(address, "a database that does not exist", "an inbox that holds claims", fix)
    with closing(Inbox(address)) as inbox:
        return accepted_claims(inbox.rows(scenario, "accepted"))


def _of_article(layout: Layout, article: str, grade: str, published: str | None, origin: str) -> list[Claim]:
    """Every claim of one article. Raises DataError where nothing can be read in it."""
    from tertius.evidence.reading.accepted import claims_of
    from tertius.evidence.reading.documents import LIMIT
    from tertius.evidence.reading.grades import check_grade

    held = layout.scenario.sources.get(origin)
    chosen = check_grade(grade or (held.grade if held is not None else DEFAULT_GRADE))
    _, reading = read_file(article, file_bytes(article, LIMIT), day_option("--published", published))
    name = "standard input" if article == "-" else Path(article).name
    if not reading.text.strip():
        raise DataError(name, "an empty text", "an article with words", "give a file that holds the text")
    return claims_of(reading, name, chosen, origin)
