"""Whom a denied act was done to, where the denial does not say it: the text before, or who makes the charge."""

import pytest

pytest.importorskip("spacy", reason="the extra 'read' is not installed")

from tertius.evidence.reading import read_text

DENIED = ("rejected", "denied", "dismissed", "disputed")
CHARGES = (
    "Bolivian charges that its soldiers had fired on a border post",
    "allegations by Bolivia that its planes had bombed a bridge",
)


def _events(text: str) -> list[tuple[str, str, str, str]]:
    return [(one.source, one.action, one.target, one.mode) for one in read_text(text).events]


@pytest.mark.parametrize("charge", CHARGES)
def test_who_makes_the_charge_has_suffered_what_it_tells(charge: str) -> None:
    for verb in DENIED:
        assert ("PER", "ASSAULT", "BOL", "denied") in _events(f"Peru {verb} {charge}."), verb


def test_a_charge_behind_as_baseless_is_one() -> None:
    text = "Azerbaijan rejected as baseless Armenian claims that it had shelled civilians."
    assert ("AZE", "ASSAULT", "ARM", "denied") in _events(text)


def test_a_charge_of_a_third_state_makes_it_no_victim() -> None:
    told = _events(
        "Peru and Bolivia are at war. Lima rejected Canadian charges that its soldiers had fired on a village."
    )
    assert not [one for one in told if one[2] == "CAN" and one[1] == "ASSAULT"]


@pytest.mark.parametrize("denial", ["Peru denied bombing the town", "Lima said it had not bombed the town"])
def test_a_denial_means_whom_the_text_before_tells_of(denial: str) -> None:
    told = _events(f"Peruvian jets bombed Bolivia on Monday, La Paz said. {denial}.")
    assert ("PER", "ASSAULT", "BOL", "denied") in told
    assert _events(f"{denial}.") == []
