"""`tertius read --html`: the page of a text, with what its claims would move where a scenario is named."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tertius.errors import DataError
from tertius.visible import visible

if TYPE_CHECKING:
    from tertius.evidence.reading import Reading


def write_page(place: Path, reading: Reading, file: str, scenario: str) -> None:
    """Write the page of a reading. Raises DataError where nothing can be written there."""
    from tertius.api.claims import DEFAULT_GRADE, weighed
    from tertius.api.war import opened
    from tertius.evidence.claims.accepted import claims_of
    from tertius.report.article import article_page

    title = "Standard input" if file == "-" else visible(Path(file).name)
    found = None
    if scenario:
        found = weighed(claims_of(reading, title, DEFAULT_GRADE), opened(scenario).layout)
    try:
        place.write_text(article_page(reading, title, found), encoding="utf-8")
    except OSError as error:
        raise DataError(
            str(place),
            f"it cannot be written ({error.strerror})",
            "a file in a folder that exists",
            "name another",
        ) from error
