"""The made-up wars of these tests: side B has the levy, or side A; nobody from abroad takes part."""

from functools import cache
from pathlib import Path

from tertius.engine import Layout, Options
from tertius.impact.answer import Answer
from tertius.impact.making import Made, make_answer
from tertius.impact.question import question_of
from tertius.world import Scenario, load_scenario

FOLDER = Path(__file__).parent
LEVY = {side: FOLDER / f"levy-{side.lower()}.yaml" for side in "AB"}
OPTIONS = Options(futures=396, weeks=8, seed=7)


def layout(side: str = "B", **overrides: float) -> Layout:
    """The war in which `side` has the levy; `events__levy__recruits=0` sets a quantity."""
    settings = {name.replace("__", "."): value for name, value in overrides.items()}
    return Layout.of(load_scenario(str(LEVY[side])), settings)


def asked(war: Layout, options: Options = OPTIONS) -> Made:
    """The whole answer to the war's own question."""
    return make_answer(war, question_of(war), options)


@cache
def made(side: str = "B") -> Made:
    """The answer of one of the two wars, and its two worlds."""
    return asked(layout(side))


def brief(side: str = "B") -> Answer:
    """The answer of one of the two wars."""
    return made(side).answer


@cache
def war(side: str = "B") -> Scenario:
    """One of the two wars."""
    return layout(side).scenario
