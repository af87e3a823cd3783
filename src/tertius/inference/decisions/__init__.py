"""What a record of states' steps says: rates pooled within classes, and how steps answer to other steps."""

from tertius.inference.decisions.classes import fit_classes
from tertius.inference.decisions.excitation import fit_excitation
from tertius.inference.decisions.fitting import fit_decisions
from tertius.inference.decisions.occasions import fit_occasions, near
from tertius.inference.decisions.panel import Panel, panel_of

__all__ = ["Panel", "fit_classes", "fit_decisions", "fit_excitation", "fit_occasions", "near", "panel_of"]
