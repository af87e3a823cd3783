"""Past wars: who joined, when, and how wars ended, as reference for a war under way."""

from tertius.history.joiners import after_joiner
from tertius.history.rates import Rates, joining_rates
from tertius.history.reference import Reference, read_reference, shipped_reference

__all__ = ["Rates", "Reference", "after_joiner", "joining_rates", "read_reference", "shipped_reference"]
