"""Evidence: what publishers have put out about a war, read, checked, dated and kept.

lags        when a value is known
series      a weekly series with its gaps, its redrawn weeks and the files that it was read from
publishers  one file for each publisher: what it gives, how it errs, how it is read and fetched
folder      a folder of files as holdings
store       the dated local store: what was known on a day
shelf       its files; index: the lines of its index; choosing: which of them count; status: what it holds
admission   what it takes and refuses
plausible   what values of a series can be
once        what slow files say, kept
events      events that a data set codes, as the reader of texts gives them
sheets      a workbook's sheets, opened in a process of their own
files       local files, read and refused
lock        a lock between processes
download    getting a file over a network that fails
pulling     what a publisher has, from the network into a store
"""

from tertius.evidence.events import EventRecord, Events
from tertius.evidence.folder import read_data, read_events, read_folder, vintages
from tertius.evidence.holdings import Holdings
from tertius.evidence.lags import WITHIN, known_on, lag_of, out_on, weeks_late
from tertius.evidence.observations import MonthlyAmount, Note, ObservationModel, Redrawn
from tertius.evidence.registry import Source, observation_models, sources
from tertius.evidence.series import Series
from tertius.evidence.store import Kept, Store

__all__ = [
    "WITHIN",
    "EventRecord",
    "Events",
    "Holdings",
    "Kept",
    "MonthlyAmount",
    "Note",
    "ObservationModel",
    "Redrawn",
    "Series",
    "Source",
    "Store",
    "known_on",
    "lag_of",
    "observation_models",
    "out_on",
    "read_data",
    "read_events",
    "read_folder",
    "sources",
    "vintages",
    "weeks_late",
]
