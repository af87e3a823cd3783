from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tertius.calendar import iso_label, week_end, week_ends, week_index

DAYS = st.dates(date(1800, 1, 1), date(2199, 12, 31))


def test_the_first_week_after_a_sunday_ends_on_the_next_sunday() -> None:
    assert week_ends(date(2024, 11, 3), 2) == [date(2024, 11, 10), date(2024, 11, 17)]
    assert week_ends(date(2024, 11, 6), 1) == [date(2024, 11, 10)]
    assert week_ends(date(2024, 11, 3), 0) == []


def test_week_end_and_label() -> None:
    assert week_end(date(2024, 11, 3)) == date(2024, 11, 3)
    assert week_end(date(2024, 11, 4)) == date(2024, 11, 10)
    assert iso_label(date(2024, 11, 10)) == "2024-W45"
    assert iso_label(date(2024, 12, 30)) == "2025-W01"


def test_index_by_hand() -> None:
    as_of = date(2024, 11, 3)
    assert [week_index(as_of, as_of + timedelta(days=n)) for n in (-8, -7, -6, 0, 1, 7, 8)] == [
        -2, -2, -1, -1, 0, 0, 1,
    ]  # fmt: skip
    assert week_index(date(2024, 11, 6), date(2024, 11, 4)) == -1  # same ISO week, but past


def test_negative_number_of_weeks_is_refused() -> None:
    with pytest.raises(ValueError, match="weeks is -1"):
        week_ends(date(2024, 11, 3), -1)


@given(DAYS, st.integers(1, 60))
def test_index_finds_each_week_end(as_of: date, weeks: int) -> None:
    ends = week_ends(as_of, weeks)
    assert [week_index(as_of, end) for end in ends] == list(range(weeks))
    assert all(end.isoweekday() == 7 and end > as_of for end in ends)
    assert (ends[0] - as_of).days <= 7


@given(DAYS, DAYS)
def test_index_is_negative_exactly_up_to_as_of(as_of: date, day: date) -> None:
    assert (week_index(as_of, day) < 0) == (day <= as_of)
    assert week_index(as_of, day) <= week_index(as_of, day + timedelta(days=1))
