"""States and pairs of states by year: data in the wheel, each column with publisher, version, last year and terms."""

from tertius.reference.states.around import Around, around
from tertius.reference.states.editions import LAST_YEAR, Edition, edition, editions, use
from tertius.reference.states.lookup import (
    OBLIGATIONS,
    OF_A_STATE,
    Known,
    Pair,
    State,
    disputes_of,
    pair,
    state,
    states_in,
)
from tertius.reference.states.tables import FIRST_YEAR, Column, Pact, columns

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "OBLIGATIONS",
    "OF_A_STATE",
    "Around",
    "Column",
    "Edition",
    "Known",
    "Pact",
    "Pair",
    "State",
    "around",
    "columns",
    "disputes_of",
    "edition",
    "editions",
    "pair",
    "state",
    "states_in",
    "use",
]
