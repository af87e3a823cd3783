"""Every past war as a test: a scenario from what was known at its start, run, and held to what came of it."""

from tertius.forecasts.hindcast.hindcasting import Hindcast, Settings, hindcast

__all__ = ["Hindcast", "Settings", "hindcast"]
