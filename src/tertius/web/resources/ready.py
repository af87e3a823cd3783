"""What pages show of a new result, made by the job that made it, so that no page waits."""

from __future__ import annotations

from collections.abc import Callable

from tertius.web.desk import Desk
from tertius.web.resources.answers import first_page
from tertius.web.resources.brief import brief, chapters
from tertius.web.resources.figures import draw_all, figure
from tertius.web.resources.futures import futures, outcomes
from tertius.web.resources.maps import BY, lands, state_map
from tertius.web.resources.methods import methods
from tertius.web.resources.places import places
from tertius.web.resources.since import compare_with_before, timeline


def make_ready(desk: Desk, case: str, result: str, progress: Callable[[str, int, int], object]) -> None:
    """Make all of it and keep it beside the result."""
    first_page(desk, case, result)
    draw_all(desk, case, result, progress)
    headlines = [one["id"] for one in outcomes(desk, case, result) if one["headline"]]
    for place, outcome in enumerate(headlines):
        progress("futures", place, len(headlines))
        for name in futures(desk, case, outcome, result=result)["figures"].values():
            figure(desk, case, name, result)
    futures(desk, case, result=result)  # the first of them, as the page opens
    progress("pages", 0, 1)
    for by in BY:
        state_map(desk, case, by, result)
    lands(desk, case, None, result)
    timeline(desk, case, result)
    methods(desk, case, result)
    chapters(desk, case, result)
    places(desk, case)
    brief(desk, case, result)
    progress("changes", 0, 1)
    compare_with_before(desk, case, result)
    desk.tidy(case)
