"""What is looked up, data in the wheel: class rates of states' steps, reference priors, states and pairs by year."""

from tertius.reference.decisions import (
    TERMS,
    ClassRates,
    Decisions,
    Excitation,
    Pool,
    Pulls,
    decisions_known,
    read_decisions,
    within,
)
from tertius.reference.generic import chosen_priors, class_priors, generic_prior, generic_priors

__all__ = [
    "TERMS",
    "ClassRates",
    "Decisions",
    "Excitation",
    "Pool",
    "Pulls",
    "chosen_priors",
    "class_priors",
    "decisions_known",
    "generic_prior",
    "generic_priors",
    "read_decisions",
    "within",
]
