"""What a watch found: every number of it, once, frozen, before any words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tertius.impact.indicators import Indicator
from tertius.impact.observables import Target

FORM = 1
TRIPPED, HELD, WAITING, UNREAD = "tripped", "not-tripped", "waiting", "unread"


@dataclass(frozen=True)
class Standing:
    """A rule held against what was seen.

    key       names it, the same in every watch of the scenario with the same futures
    name      the analyst's own name for it; empty for a rule that was found
    rule      the rule with its rates in the futures
    state     tripped; not-tripped (its day is over); waiting (its day is ahead); unread (nothing tells)
    reading   what was seen, in the rule's unit: at its day, or the last one where it waits; 1 and 0 of what happens
              openly; null where nothing was
    day       day on which it tripped, was read, or is to be read
    expected  whether it has tripped in most of the futures
    ratio     likelihood ratio of how it stands; null where it waits or is unread, and for a trip that is never in vain
    chance    chance of the event by this rule alone; null where it waits or is unread
    fresh     whether it tripped and was not told within the quiet weeks
    """

    key: str
    name: str
    rule: Indicator
    state: str
    reading: float | None
    day: date
    expected: bool
    ratio: float | None
    chance: float | None
    fresh: bool = False


@dataclass(frozen=True)
class Watched:
    """One event on watch.

    target    the event
    came      day on which it came; null where it has not, or where that cannot be seen
    before    its chance as of the scenario's date
    waited    its chance by now where nothing was seen but that it has not come and the war goes on; null where too few
              futures are left
    chance    its chance given all that was seen, claims too; null where too few futures agree with that
    interval  80% interval of it, by the number of futures alone
    futures   futures that agree with what was seen; those that share a draw of the quantities are counted apart
    used      keys of the rules on which futures were held to what was seen
    left_out  keys of those left out, the least telling first, because too few futures agreed
    rules     rules, tripped ones first
    fresh     whether the event itself came and that was not told within the quiet weeks
    """

    target: Target
    came: date | None
    before: float
    waited: float | None
    chance: float | None
    interval: tuple[float, float] | None
    futures: int
    used: tuple[str, ...]
    left_out: tuple[str, ...]
    rules: tuple[Standing, ...]
    fresh: bool = False


def came_key(target: Target) -> str:
    """Names the coming of an event itself, beside the keys of its rules."""
    return f"{target.id} | came"


@dataclass(frozen=True)
class Reading:
    """A series as it was last read, beside the same reading in the futures.

    signal  observation
    weeks   weeks over which it is read
    flow    whether as a mean a week, not as a change
    day     the end of the week in which it was out
    value   what was read
    low     10% quantile of the futures in which the war goes on
    middle  their median
    high    their 90% quantile
    below   share of them in which the reading is lower
    """

    signal: str
    weeks: int
    flow: bool
    day: date
    value: float
    low: float
    middle: float
    high: float
    below: float


@dataclass(frozen=True)
class Openly:
    """Something that happens openly: likely by now and not seen, or seen though it was unlikely.

    name   as the watch rules name it
    share  share of the futures in which it had been seen by now; the war goes on in them
    day    the end of the week in which it was seen; null where it was not
    """

    name: str
    share: float
    day: date | None


@dataclass(frozen=True)
class Ahead:
    """What the calendar has in the weeks to come.

    occasion  its id
    day       its day; of one whose day is open, the median
    open      whether its day is open
    moves     instruments whose steps it moves
    """

    occasion: str
    day: date
    open: bool
    moves: tuple[str, ...]


@dataclass(frozen=True)
class Watch:
    """What a watch found on a day.

    form      version of this form
    scenario  name of the scenario
    title     its title
    as_of     its date, as of which the rules were found
    day       day of the watch; nothing that came later is used
    week      weeks that had ended by then
    last      last week of the run
    ended     day on which the war ended; null where it goes on
    futures   futures that were run
    seed      their seed
    quiet     weeks within which a trip is not told again
    claims    accepted claims that weighed the futures
    events    events on watch
    readings  series, each over the windows that rules read
    openly    what should have been seen by now and was not, or was seen and hardly expected
    ahead     the calendar of the next quarter
    notes     what could not be read, and why
    """

    form: int
    scenario: str
    title: str
    as_of: date
    day: date
    week: int
    last: int
    ended: date | None
    futures: int
    seed: int
    quiet: int
    claims: int
    events: tuple[Watched, ...]
    readings: tuple[Reading, ...]
    openly: tuple[Openly, ...]
    ahead: tuple[Ahead, ...]
    notes: tuple[str, ...]

    @property
    def tripped(self) -> tuple[tuple[Watched, Standing], ...]:
        """Every rule that has tripped, with its event, by the day on which it did."""
        found = [(event, rule) for event in self.events for rule in event.rules if rule.state == TRIPPED]
        return tuple(sorted(found, key=lambda pair: (pair[1].day, pair[1].key)))

    @property
    def fresh(self) -> tuple[str, ...]:
        """Keys of what tripped or came and was not told within the quiet weeks."""
        came = [came_key(event.target) for event in self.events if event.fresh]
        return (*came, *(rule.key for _, rule in self.tripped if rule.fresh))
