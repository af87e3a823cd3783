"""Days as options."""

from __future__ import annotations

from datetime import date

from tertius.errors import OptionError


def day_option(option: str, text: str | None) -> date | None:
    """The day that an option names; None where it was not given. Raises OptionError."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise OptionError(option, text, "a day as YYYY-MM-DD", "such as 2024-11-03") from None
