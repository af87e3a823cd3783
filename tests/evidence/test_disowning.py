"""Attacks that somebody disowns, and denials that press prose hangs on one small word."""

import pytest

pytest.importorskip("spacy", reason="the extra 'read' is not installed")

from tertius.evidence.reading import read_text

DISOWNED = (
    ("Peru had no hand in the Bolivian oil attack", "PER", "BOL"),
    ("Peru played no part in the attack on a barracks in Bolivia", "PER", "BOL"),
    ("Peru had absolutely nothing to do with the bomb attack on a market outside La Paz", "PER", "BOL"),
    ("Peru has no connection whatsoever with the rocket that killed farmers in Bolivia", "PER", "BOL"),
    ("Peru had no hand in the rocket fire that killed three on a football pitch in Bolivia", "PER", "BOL"),
    ("Peru had no role in the crash that killed Bolivia's president", "PER", "BOL"),
    ("The sinking of the Bolivian patrol boat has nothing to do with us, Peru said", "PER", "BOL"),
)
DENIED = (
    ("Chile said Lima had given its word that Peruvian troops had not attacked Bolivia", "ASSAULT"),
    ("Lima's delegate denied that his country had attacked Bolivia", "ASSAULT"),
    ("Peru shot down none of Bolivia's jets", "ASSAULT"),
    ("Peruvian forces would not move against Bolivia", "ASSAULT"),
    ("Not one Peruvian soldier has attacked Bolivia", "ASSAULT"),
    ("Peru has laid no mines against Bolivia", "COERCE"),
    ("Peru called baseless a newspaper report that its soldiers had attacked Bolivia", "ASSAULT"),
    ("Chile said Peru had attacked Bolivia. Lima said the charge did not hold water", "ASSAULT"),
)


def _events(text: str) -> set[tuple[str, str, str, str]]:
    return {(one.source, one.action, one.target, one.mode) for one in read_text(f"{text}.").events}


@pytest.mark.parametrize(("text", "source", "target"), DISOWNED)
def test_an_attack_that_is_disowned_is_denied(text: str, source: str, target: str) -> None:
    assert (source, "ASSAULT", target, "denied") in _events(text)


@pytest.mark.parametrize(("text", "action"), DENIED)
def test_one_small_word_denies(text: str, action: str) -> None:
    assert ("PER", action, "BOL", "denied") in _events(text)


def test_whose_attack_it_was_is_no_victim() -> None:
    told = _events("Peru had no hand in the Bolivian attack on Chile")
    assert ("PER", "ASSAULT", "CHL", "denied") in told
    assert not [one for one in told if one[2] == "BOL"]


@pytest.mark.parametrize(
    "text", ["Peru had a hand in the Bolivian oil attack", "Peru had no hand in the Bolivian vote"]
)
def test_a_part_that_somebody_had_or_in_what_is_no_attack_is_no_denial(text: str) -> None:
    assert not [one for one in _events(text) if one[3] == "denied"]


def test_who_takes_credit_has_done_it() -> None:
    assert ("PER", "ASSAULT", "BOL", "happened") in _events("Peru took credit for an attack on Bolivia")
