"""A record to a fit of class rates and answers, as of a day."""

from datetime import date

from tertius.inference.decisions.classes import fit_classes
from tertius.inference.decisions.excitation import fit_excitation
from tertius.inference.decisions.occasions import fit_occasions
from tertius.inference.decisions.panel import panel_of
from tertius.reference import Decisions
from tertius.world import Scenario


def fit_decisions(scenario: Scenario, until: date) -> Decisions:
    """Fit class rates, answers to steps and pulls of occasions to what was on record by a day.

    Raises DataError where nothing was.
    """
    panel = panel_of(scenario, until)
    rates = fit_classes(panel)
    pulls = fit_occasions(panel, rates, scenario)
    return Decisions(scenario.name, until, rates, fit_excitation(panel, rates), pulls)
