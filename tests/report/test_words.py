"""Words for numbers: ICD 203's terms, rounding, and texts that stay text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tertius.report.words import (
    chance,
    counted,
    effect_range,
    few_futures,
    fine,
    interval,
    likelihood,
    middle,
    number,
    percent,
    plain,
    with_unit,
)
from tertius.units import unit_after, unit_name

TERMS = [
    "remote",
    "very unlikely",
    "unlikely",
    "a roughly even chance",
    "likely",
    "very likely",
    "almost certain",
]
BOUNDS = (0.05, 0.2, 0.45, 0.55, 0.8, 0.95)


@pytest.mark.parametrize(("place", "bound"), list(enumerate(BOUNDS)))
def test_a_bound_belongs_to_the_term_below(place: int, bound: float) -> None:
    assert likelihood(bound) == TERMS[place]
    assert likelihood(bound - 1e-9) == TERMS[place]
    assert likelihood(bound + 1e-9) == TERMS[place + 1]


def test_the_ends_and_what_is_no_probability() -> None:
    assert (likelihood(0.0), likelihood(1.0)) == (TERMS[0], TERMS[-1])
    for wrong in (-1e-9, 1 + 1e-9, float("nan")):
        with pytest.raises(ValueError, match="no probability"):
            likelihood(wrong)


def test_numbers_as_a_reader_wants_them() -> None:
    assert [percent(share) for share in (0.0, 0.0099, 0.07, 0.99, 0.991, 1.0)] == [
        "under 1%",
        "under 1%",
        "7%",
        "99%",
        "over 99%",
        "over 99%",
    ]
    assert chance(0.07) == "very unlikely (7%)"
    assert [number(value) for value in (0.0, 12345.0, -0.01234, 99.6, 1.0)] == ["0", "12,000", "−0.012", "100", "1.0"]
    assert interval(-3.21, 4.0, sign=True) == "−3.2 to +4.0"


@given(text=st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=40))
def test_plain_text_comes_out_of_markdown_as_it_went_in(text: str) -> None:
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    inline = reader.parseInline(f"x {plain(text)} x")[0].children or []
    assert {token.type for token in inline} <= {"text", "text_special"}
    assert "".join(token.content for token in inline) == f"x {' '.join(text.split())} x".replace("x  x", "x  x")


def test_counts_units_and_small_shares_in_words() -> None:
    assert [
        counted(*pair)
        for pair in ((3, "officer"), (1, "shell"), (5, "percent"), (30, "km2"), (2, "bus"), (8000, "soldier"))
    ] == [
        "3 officers",
        "1 shell",
        "5 percent",
        "30 km²",
        "2 bus",
        "8,000 soldiers",
    ]
    assert (with_unit("0.1 to 2", "1"), with_unit("3", "km2")) == ("0.1 to 2", "3 km²")
    assert [unit_name(unit) for unit in ("km2/week", "1", "shell")] == ["km²/week", "", "shell"]
    assert [unit_after(unit) for unit in ("km2", "1")] == [", km²", ""]
    assert with_unit("1.4 to 7.2", "week") == "1.4 to 7.2 weeks"
    assert (with_unit("1", "week"), with_unit("+1", "day"), with_unit("", "week")) == ("1 week", "+1 day", " week")
    assert with_unit("3", "1/week") == "3 1/week"
    assert [fine(share) for share in (0.0, 0.0023, 0.07)] == ["in no future", "0.2%", "7%"]


def test_what_rounding_leaves_is_nothing() -> None:
    assert [number(value, sign=True) for value in (7.3e-7, -1.6e-14, 2e-5)] == ["0", "0", "+0.000020"]


def test_an_interval_of_chance_alone_is_marked() -> None:
    assert effect_range(-1.0, 2.0, resolved=True) == "−1.0 to +2.0"
    assert effect_range(-1.0, 2.0, resolved=False) == "−1.0 to +2.0†"


def test_few_futures_are_said_to_be_few() -> None:
    assert few_futures(1).startswith("Only one future was run")
    assert few_futures(199).startswith("Only 199 futures were run")
    assert few_futures(200) == ""


@pytest.mark.parametrize(
    ("value", "low", "high", "text"),
    [
        (0.04, -35.0, 48.0, "0"),
        (-0.6, -35.0, 48.0, "\N{MINUS SIGN}0.6"),
        (21.4, -35.0, 48.0, "+21"),
        (0.378, -0.51, 1.2, "+0.38"),
        (1234.0, 900.0, 1600.0, "+1,200"),
        (0.04, 0.0, 0.0, "+0.040"),
    ],
)
def test_a_number_beside_its_interval_is_told_no_finer_than_that_bears(
    value: float, low: float, high: float, text: str
) -> None:
    assert middle(value, low, high, sign=True) == text
