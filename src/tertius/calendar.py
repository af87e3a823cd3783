"""Weeks: a step of the model is an ISO week, named by the Sunday that closes it."""

from datetime import date, timedelta

DAYS = 7


def week_end(day: date) -> date:
    """Return the Sunday that closes the ISO week of `day` (a Sunday is its own)."""
    return day + timedelta(days=DAYS - day.isoweekday())


def week_ends(as_of: date, weeks: int) -> list[date]:
    """Return the first `weeks` Sundays strictly after `as_of`; shape (weeks,).

    Raises:
        ValueError: `weeks` is negative.
    """
    if weeks < 0:
        raise ValueError(f"weeks is {weeks}; it must be 0 or more")
    first = week_end(as_of + timedelta(days=1))
    return [first + timedelta(days=DAYS * week) for week in range(weeks)]


def week_index(as_of: date, day: date) -> int:
    """Return the slot of `day` in `week_ends(as_of, ...)`, negative at and before `as_of`.

    Before `as_of` the count runs back in stretches of seven days that end at `as_of`: -1 is `as_of` and the
    six days before it. So the sign alone tells past from future, also where `as_of` is in mid-week.
    """
    if day <= as_of:
        return -1 - (as_of - day).days // DAYS
    return (week_end(day) - week_end(as_of + timedelta(days=1))).days // DAYS


def iso_label(day: date) -> str:
    """Return the ISO week of `day` as text, such as "2024-W45"."""
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


def day(of: date) -> str:
    """A date in words, as '3 November 2024'."""
    return f"{of.day} {of:%B %Y}"


def short_day(of: date) -> str:
    """A date where there is little room, as '3 Nov 2024'."""
    return f"{of.day} {of:%b %Y}"
