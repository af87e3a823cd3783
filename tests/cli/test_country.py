"""`tertius country`: the words, the numbers as JSON, the refusals."""

import pytest
from tests.cli.commands import tertius


def test_it_says_what_is_known_with_its_year() -> None:
    told = tertius("country", "PRK", "--with", "RUS", "--year", "2024", "--sources")
    assert told.code == 0
    for text in ("1.28 million (2022)", "Comprehensive Strategic Partnership", "World Bank"):
        assert text in told.out


def test_json_holds_state_pair_and_columns() -> None:
    told = tertius("country", "COD", "--with", "RWA", "--json").data
    assert told["pair"]["contiguity"] == 1
    assert "UGA" in told["around"]["neighbours"]
    assert told["columns"]["gdp"]["terms"] == "CC BY 4.0"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["Rusia"], "nearest: Russia"),
        (["UKR", "--year", "1950"], "ask for 1991, or for RUS"),
        (["PRK", "--with", "PRK"], "name another state"),
        (["PRK", "--year", "2999"], "--year"),
    ],
)
def test_what_is_not_there_is_refused(words: list[str], said: str) -> None:
    told = tertius("country", *words)
    assert told.code == 2
    assert said in told.err
