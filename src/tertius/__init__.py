"""Tertius: what it changes when a new partner enters a war.

A scenario file describes a war. Tertius runs it forward as thousands of futures, each twice with the same luck: as the
scenario stands, and in another world, such as one without the entry. A difference is always the scenario as it stands
less the other world.

    import tertius

    war = tertius.load("river-war")                      a shipped name, or a file
    found = war.compare(futures=400)                     the two worlds of the scenario's own question
    found.at("land", 26).mean                        a difference, in the outcome's unit
    tertius.explain("contingents.legion.discord", war)   what a quantity means, and what it rests on

Every function takes a shipped scenario's name, a file's path or a loaded scenario; those of a scenario are methods of
it too. What is wrong is raised as a `TertiusError`, which says what was given, what is allowed and the fix.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tertius.api.asking import brief, causes, chronicle, compare, reactions, run
    from tertius.api.choosing import inverse, options, storylines
    from tertius.api.claims import claims_of, read
    from tertius.api.countries import country
    from tertius.api.doctor import doctor
    from tertius.api.estimates import Estimates, begin_estimates, open_estimates
    from tertius.api.explaining import explain
    from tertius.api.exploring import ema_model
    from tertius.api.keeping import diff, save, schema, show
    from tertius.api.learning import analogues, backtest, backtest_decisions, fit, fit_decisions, hindcast
    from tertius.api.ledger import ledger_entries, resolve, score, seal, seal_backtest, stamp, verify
    from tertius.api.looking_up import missing
    from tertius.api.questions import ask
    from tertius.api.result import Comparison, Shares
    from tertius.api.scenario import Scenario, assume, check, load
    from tertius.api.seminar import Seminar, begin_seminar, open_seminar
    from tertius.api.starting import new, scenarios
    from tertius.api.streaming import resume, stream
    from tertius.api.sweeping import sweep
    from tertius.api.updating import replay, update
    from tertius.errors import (
        ArchiveError,
        DataError,
        Interrupted,
        KernelError,
        LayoutError,
        Misfit,
        MissingExtra,
        OptionError,
        Problem,
        ScenarioError,
        TertiusError,
        UnknownName,
    )

__version__ = "0.1.0"
__all__ = [
    "ArchiveError",
    "Comparison",
    "DataError",
    "Estimates",
    "Interrupted",
    "KernelError",
    "LayoutError",
    "Misfit",
    "MissingExtra",
    "OptionError",
    "Problem",
    "Scenario",
    "ScenarioError",
    "Seminar",
    "Shares",
    "TertiusError",
    "UnknownName",
    "__version__",
    "analogues",
    "ask",
    "assume",
    "backtest",
    "backtest_decisions",
    "begin_estimates",
    "begin_seminar",
    "brief",
    "causes",
    "check",
    "chronicle",
    "claims_of",
    "collect",
    "compare",
    "country",
    "diff",
    "doctor",
    "ema_model",
    "explain",
    "fit",
    "fit_decisions",
    "given",
    "hindcast",
    "hypotheses",
    "indicators",
    "inverse",
    "ledger_entries",
    "load",
    "missing",
    "new",
    "open_estimates",
    "open_seminar",
    "options",
    "reactions",
    "read",
    "replay",
    "replay_watch",
    "resolve",
    "resume",
    "run",
    "save",
    "scenarios",
    "schema",
    "score",
    "seal",
    "seal_backtest",
    "show",
    "stamp",
    "storylines",
    "stream",
    "sweep",
    "update",
    "verify",
    "watch",
]

_PLACES: Final = {
    "api.asking": ("brief", "causes", "chronicle", "compare", "given", "reactions", "run"),
    "api.choosing": ("inverse", "options", "storylines"),
    "api.claims": ("claims_of", "read"),
    "api.countries": ("country",),
    "api.estimates": ("Estimates", "begin_estimates", "open_estimates"),
    "api.doctor": ("doctor",),
    "api.explaining": ("explain",),
    "api.exploring": ("ema_model",),
    "api.keeping": ("diff", "save", "schema", "show"),
    "api.ledger": ("ledger_entries", "resolve", "score", "seal", "seal_backtest", "stamp", "verify"),
    "api.looking_up": ("missing",),
    "api.learning": ("analogues", "backtest", "backtest_decisions", "fit", "fit_decisions", "hindcast"),
    "api.questions": ("ask",),
    "api.result": ("Comparison", "Shares"),
    "api.scenario": ("Scenario", "assume", "check", "load"),
    "api.seminar": ("Seminar", "begin_seminar", "open_seminar"),
    "api.starting": ("new", "scenarios"),
    "api.streaming": ("resume", "stream"),
    "api.sweeping": ("sweep",),
    "api.updating": ("replay", "update"),
    "api.watching": ("collect", "hypotheses", "indicators", "replay_watch", "watch"),
}
_PLACE_OF: Final = {name: place for place, names in _PLACES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import a name when it is first asked for: what lies behind it takes seconds."""
    if name not in __all__:
        from tertius.errors import nearest

        near = nearest(name, __all__)
        raise AttributeError(f"module 'tertius' has no attribute {name!r}" + (f"; nearest: {near}" if near else ""))
    found = getattr(import_module(f"tertius.{_PLACE_OF.get(name, 'errors')}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*__all__, "__doc__", "__file__", "__name__", "__path__"})
