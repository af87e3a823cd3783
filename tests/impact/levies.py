"""The made-up wars of these tests: side B has the levy, or side A; nobody from abroad takes part."""

from functools import cache
from pathlib import Path

from tertius.engine import Layout, Options
from tertius.report.brief import Brief, make_brief
from tertius.world import load_scenario

FOLDER = Path(__file__).parent
LEVY = {side: FOLDER / f"levy-{side.lower()}.yaml" for side in "AB"}
OPTIONS = Options(futures=396, weeks=8, seed=7)


def layout(side: str = "B", **overrides: float) -> Layout:
    """The war in which `side` has the levy; `events__levy__recruits=0` sets a quantity."""
    settings = {name.replace("__", "."): value for name, value in overrides.items()}
    return Layout.of(load_scenario(str(LEVY[side])), settings)


@cache
def brief(side: str = "B") -> Brief:
    """The brief of one of the two wars."""
    return make_brief(layout(side), OPTIONS)
