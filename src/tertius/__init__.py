"""Tertius: what it changes when a new partner enters a war."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tertius.api import Scenario

__version__ = "0.1.0"
__all__ = ["Scenario", "__version__"]


def __getattr__(name: str) -> Any:
    """Import `Scenario` when it is first asked for: the numerical libraries behind it take most of a second."""
    if name == "Scenario":
        from tertius.api import Scenario

        return Scenario
    raise AttributeError(f"module 'tertius' has no attribute {name!r}")
