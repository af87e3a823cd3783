"""Aid: how often donors step up, hold or cut, learnt from amounts by month.

panel       amounts by donor and month as far as they were known on a day; blocs beside their members
levels      amounts to levels 0-3 by a donor's own scale, and steps between levels
steps       the law of steps: choice among up, hold and cut with donors, months, momentum and following
posterior   its posterior by nested Laplace approximation
amounts     how much, given the step
ahead       months ahead by simulation of all donors together
rates       what an analyst and the engine take from it: rates by donor and by actor
"""

from tertius.inference.aid.ahead import Ahead, simulate
from tertius.inference.aid.levels import LEVELS, WINDOW
from tertius.inference.aid.panel import Panel, donors_of, known_through, read_panel
from tertius.inference.aid.posterior import AidFit, fit_aid
from tertius.inference.aid.rates import describe_fit

__all__ = [
    "LEVELS",
    "WINDOW",
    "Ahead",
    "AidFit",
    "Panel",
    "describe_fit",
    "donors_of",
    "fit_aid",
    "known_through",
    "read_panel",
    "simulate",
]
