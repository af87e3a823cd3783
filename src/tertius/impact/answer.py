"""The answer to a question: every number of it, once, frozen, before any words.

It holds plain data alone, so that it can be saved, read again, compared and told without anything being run. A number
that does not exist is None. Parts that were not asked for are None and are not among `asked`; parts that were asked for
and that the scenario has nothing for are None, or empty, and are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tertius.impact.battlefield import Battlefield
from tertius.impact.causes import Causes
from tertius.impact.claims import Evidence
from tertius.impact.comparison import Difference
from tertius.impact.dissent import Dissent
from tertius.impact.first_moves import FirstMoves
from tertius.impact.grounds import Grounds
from tertius.impact.hypotheses import Hypotheses
from tertius.impact.ignorance import Ignorance
from tertius.impact.need import Need
from tertius.impact.past_entries import PastEntries
from tertius.impact.past_wars import PastWars
from tertius.impact.question import Question
from tertius.impact.reactions import Reactions
from tertius.impact.reasons import Reasons
from tertius.impact.record import Record
from tertius.impact.sensitivity import Sensitivity
from tertius.impact.series import Series
from tertius.impact.strikes import Strikes
from tertius.impact.summary import Summary
from tertius.impact.system import System
from tertius.impact.timeline import Moment
from tertius.impact.watching import Watchlist

FORM = 1
"""Version of the form; a document of another one is refused."""


@dataclass(frozen=True)
class Ran:
    """What was run.

    scenario    name of the scenario
    title       its title
    digest      sha256 of its content
    as_of       the as-of date
    laws        hash of the laws
    version     version of the program
    seed        seed of the futures
    asked       futures asked for
    futures     paired futures on which the answer rests
    replicates  futures that share one draw of the parameters
    rows        draws of the parameters
    weeks       last week of the run
    horizons    weeks after which outcomes are told
    dates       the as-of date and the end of each week
    complete    whether every future asked for was run
    """

    scenario: str
    title: str
    digest: str
    as_of: date
    laws: str
    version: str
    seed: int
    asked: int
    futures: int
    replicates: int
    rows: int
    weeks: int
    horizons: tuple[int, ...]
    dates: tuple[date, ...]
    complete: bool


@dataclass(frozen=True)
class OutcomeTold:
    """An outcome that the scenario asks for.

    id        its id
    name      its name
    unit      its unit; 1 for a pure number
    band      materiality band: differences within it do not matter
    favours   side that a larger value helps: A, B or none
    headline  whether it is a headline; all are where the scenario marks none
    observation  id of the observation whose past forecasts score it (`record`); null where none does
    """

    id: str
    name: str
    unit: str
    band: float
    favours: str
    headline: bool
    observation: str | None


@dataclass(frozen=True)
class Answer:
    """What a question came to. Differences are with the entry less without.

    form          version of this form
    question      what was compared
    asked         parts that were asked for, of those that may be null
    run           what was run
    outcomes      the scenario's outcomes
    differences   every outcome at every horizon
    any_moved     share of futures in which any headline outcome differs by more than its band at the last week
    reactions     what all who decide do; null where nobody does
    battlefield   what the entry does where the fighting is
    sensitivity   what moves the differences
    grounds       what the answer rests on
    record        past scores of the laws; null without a fit
    evidence      what claims say and move; null without claims
    series        week by week, what the figures draw
    strikes       salvos, interceptors, days of fire left, damage; null for a war without strikes
    timeline      what is likely when
    reasons       why steps are taken, and why more or less often with the entry
    first_moves   what the first step of each third state changes for the others; null where nobody can move first
    needs         what the side that is joined lacks
    system        ends, rungs, bargains, red lines, levels
    past_entries  late entries into past wars most like this one; null where no entry is asked about or none is known
    past_wars     how the program did on past wars
    rivals        the difference under each hypothesis; null where the scenario has none
    dissent       what rival structures of the fit answer
    ignorance     what is chance, what is not known, what would narrow it
    causes        splits of the difference over mechanisms or actors
    signs         what tells early whether headline events come: watch lists; empty with too few futures
    summary       what a first page tells beside all this; null for an archive without states
    """

    form: int
    question: Question
    asked: tuple[str, ...]
    run: Ran
    outcomes: tuple[OutcomeTold, ...]
    differences: tuple[Difference, ...]
    any_moved: float
    reactions: Reactions | None = None
    battlefield: Battlefield | None = None
    sensitivity: Sensitivity | None = None
    grounds: Grounds | None = None
    record: Record | None = None
    evidence: Evidence | None = None
    series: Series | None = None
    strikes: Strikes | None = None
    timeline: tuple[Moment, ...] | None = None
    reasons: tuple[Reasons, ...] | None = None
    first_moves: FirstMoves | None = None
    needs: tuple[Need, ...] | None = None
    system: System | None = None
    past_entries: PastEntries | None = None
    past_wars: PastWars | None = None
    rivals: Hypotheses | None = None
    dissent: tuple[Dissent, ...] | None = None
    ignorance: tuple[Ignorance, ...] | None = None
    causes: tuple[Causes, ...] | None = None
    signs: tuple[Watchlist, ...] | None = None
    summary: Summary | None = None

    def at(self, outcome: str, week: int) -> Difference:
        """The difference of an outcome after a week that is among the horizons. Raises KeyError."""
        for found in self.differences:
            if (found.outcome, found.week) == (outcome, week):
                return found
        raise KeyError((outcome, week))

    @property
    def last(self) -> int:
        """The last week of the run."""
        return self.run.weeks

    @property
    def headlines(self) -> tuple[str, ...]:
        """Ids of the headline outcomes."""
        return tuple(told.id for told in self.outcomes if told.headline)
