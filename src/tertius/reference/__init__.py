"""What is looked up: class rates of states' steps, fitted to dated records. Data in the wheel."""

from tertius.reference.decisions import (
    TERMS,
    ClassRates,
    Decisions,
    Excitation,
    Pool,
    Pulls,
    decisions_known,
    read_decisions,
)

__all__ = ["TERMS", "ClassRates", "Decisions", "Excitation", "Pool", "Pulls", "decisions_known", "read_decisions"]
