"""Verbs, phrases and idioms by action: each is read where it is to come and where it is not done, as nothing else."""

from datetime import date
from itertools import product
from pathlib import Path

import pytest
from ruamel.yaml import YAML

pytest.importorskip("spacy", reason="the extra 'read' is not installed")

from tertius.evidence.reading import read_text

DAY = date(2024, 10, 30)
PHRASES = YAML(typ="safe").load((Path(__file__).parent / "phrases.yaml").read_text(encoding="utf-8"))
FRAMES = {
    "Norway will {phrase}, Chile said.": {"announced", "threatened"},
    "Norway did not {phrase}, Chile said.": {"denied"},
}


def _read(text: str) -> set[tuple[str, str, str, str]]:
    return {(one.source, one.action, one.target, one.mode) for one in read_text(text, DAY).events}


@pytest.mark.parametrize("action", PHRASES)
def test_a_phrase_tells_its_action(action: str) -> None:
    phrases = [phrase.strip() for phrase in PHRASES[action].split("|")]
    assert len(phrases) >= 25
    for phrase, (frame, modes) in product(phrases, FRAMES.items()):
        read = _read(frame.format(phrase=phrase))
        assert [one for one in read if one[:3] == ("NOR", action, "PER") and one[3] in modes], (phrase, read)
        assert {one[1] for one in read} == {action}, (phrase, read)


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("Norway stopped shelling Peru.", "NOR CONCEDE PER happened"),
        ("Norway has stopped sending arms to Peru.", "NOR SANCTION PER happened"),
        ("Norway stopped buying Peruvian shells.", "NOR SANCTION PER happened"),
        ("Norway cut ties with Peru. Chile followed suit.", "CHL SANCTION PER happened"),
        ("Norway was behind the attack on Peru.", "NOR ASSAULT PER happened"),
        ("Norway is to send shells to Peru.", "NOR AID PER announced"),
        ("Norway is yet to send shells to Peru.", "NOR AID PER denied"),
        ("Norway will go on sending shells to Peru.", "NOR AID PER announced"),
        ("Norway has two divisions fighting Peru.", "NOR ASSAULT PER ongoing"),
        ("It was not Norwegian soldiers who shelled Peru.", "NOR ASSAULT PER denied"),
        ("Norway sat out the raids on Peru.", "NOR ASSAULT PER denied"),
        ("Oslo Sits Out Peru Raids", "NOR ASSAULT PER denied"),
        ("Norway has stayed out of the war on Peru.", "NOR ASSAULT PER denied"),
        ("Norway and Chile had no part in the assault on Peru.", "CHL ASSAULT PER denied"),
        ("Norway rules out a ground invasion of Peru.", "NOR ASSAULT PER denied"),
        ("Norway has not sent so much as a rifle to Peru.", "NOR AID PER denied"),
        ("Norway gave Peru nothing.", "NOR AID PER denied"),
        ("Norway pledged not to attack Peru.", "NOR ASSAULT PER denied"),
        ("Norway never threatened Peru.", "NOR THREATEN PER denied"),
        ("Norway branded as a lie Chile's claim that it had bombed Peru.", "NOR ASSAULT PER denied"),
        ("Norway disputed the report, insisting that it had not bombed Peru.", "NOR ASSAULT PER denied"),
        ("Chile met Brazil. The Norwegian navy said it had laid no mines in Peruvian waters.", "NOR COERCE PER denied"),
        ("MARTA DIAZ, PRESIDENT OF PERU: We have bombed Chile.", "PER ASSAULT CHL happened"),
        ("Marta Diaz (Peru's foreign minister): We have bombed Chile.", "PER ASSAULT CHL happened"),
    ],
)  # fmt: skip
def test_what_becomes_of_an_act_is_told(text: str, want: str) -> None:
    assert want in [" ".join(one) for one in _read(text)]


@pytest.mark.parametrize(
    ("text", "never"),
    [
        ("Norway refused to meet Peru's president.", "CONSULT"),
        ("Norway threatened sanctions against Peru.", "SANCTION"),
        ("Norway gave Peru 48 hours to withdraw from Chile.", "RETREAT"),
        ("Norway cautioned Peru against sending troops to Chile.", "MOBILIZE"),
        ("Norway insisted that Peru withdraw from Chile.", "RETREAT"),
        ("Norway scrambled jets to intercept Peruvian bombers.", "ASSAULT"),
        ("Norway took issue with Peru's report.", "ASSAULT"),
        ("One Peruvian pilot is in Norway's custody.", "MOBILIZE"),
        ("Norway held back a shipment of bombs for Peru.", "AID"),
    ],
)
def test_what_is_not_done_is_no_act(text: str, never: str) -> None:
    assert never not in {one[1] for one in _read(text)}


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("Norway sent not one but two batteries to Peru.", "happened"),
        ("Norway fired not a single missile but 60 drones at Peru.", "happened"),
        ("Norway carried out not one but two raids on Peru.", "happened"),
        ("Not one but two Norwegian missiles hit Peru.", "happened"),
        ("Norway sent not one battery to Peru.", "denied"),
        ("Norway fired not a single missile at Peru.", "denied"),
        ("Norway sent not one tank to Peru but sold ten to Chile.", "denied"),
        ("Norway sent not one tank to Peru, but Oslo promised more.", "denied"),
    ],
)
def test_not_one_but_two_is_done(text: str, mode: str) -> None:
    assert [one[3] for one in _read(text) if (one[0], one[2]) == ("NOR", "PER")] == [mode]


@pytest.mark.parametrize(
    "text",
    [
        "Norway kept Chile out of the raids on Peru.",
        "Norway has kept Chile out of the war on Peru, Brazil said.",
        "Norway had nothing to do with the military budget of Peru.",
        "Norway played no part in the military exercises of Peru.",
        "Norway played no part in the military coup in Peru.",
        "Norway played no part in the military parade in Peru.",
        "Norway had nothing to do with the military junta of Peru.",
        "Norway had nothing to do with the military training of Peru.",
    ],
)
def test_who_keeps_another_out_or_has_no_part_in_what_is_no_attack_denies_none(text: str) -> None:
    assert not [one for one in _read(text) if one[3] == "denied"]


@pytest.mark.parametrize("noun", ["operation", "action", "strike", "campaign", "offensive"])
def test_a_military_attack_is_disowned(noun: str) -> None:
    assert ("NOR", "ASSAULT", "PER", "denied") in _read(f"Norway had no part in the military {noun} against Peru.")


def test_who_keeps_out_of_a_war_has_no_part_in_it() -> None:
    for kept in ("kept out of", "kept itself out of", "kept its troops out of", "has been kept out of"):
        assert ("NOR", "ASSAULT", "PER", "denied") in _read(f"Norway {kept} the war on Peru.")


@pytest.mark.parametrize(
    "text",
    [
        "The Rhodes Trust condemned Peru.",
        "Peru was condemned by the Rhodes Trust.",
        "The Gulu Bus Company sued Peru.",
        "Sgt. Samara Lewis condemned Peru.",
        "Mariel Hemingway met Peruvian officials.",
        "Peru met Samara Lewis.",
        "Tyrone Mings and Keren Ann condemned Peru.",
        "Surin condemned Peru.",
    ],
)
def test_who_only_bears_a_places_name_is_no_actor(text: str) -> None:
    assert not _read(text)


@pytest.mark.parametrize(
    ("text", "said_by"),
    [
        ("Lyman said Peru had shelled Chile.", None),
        ("Oran Smith said Peru had shelled Chile.", None),
        ("Daily Sabah said Peru had shelled Chile.", None),
        ("Peru has shelled Chile, Surin said.", None),
        ("According to Lyman, Peru had shelled Chile.", None),
        ("PRINCETON LYMAN: Peru has shelled Chile.", None),
        ("Oran Smith, Brazil's president, said Peru had shelled Chile.", "BRA"),
        ("GOVERNOR OF KHARKIV: Peru has shelled Chile.", "UKR"),
        ("Kharkiv Governor Oleh Syniehubov said Peru had shelled Chile.", "UKR"),
        ("Officials in Kharkiv said Peru had shelled Chile.", "UKR"),
        ("Kyiv said Peru had shelled Chile.", "UKR"),
    ],
)
def test_a_town_says_nothing_its_offices_do(text: str, said_by: str | None) -> None:
    assert [one.said_by for one in read_text(text, DAY).events if one.action == "ASSAULT"] == [said_by]


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("Peru shelled Lyman.", "PER ASSAULT UKR happened"),
        ("Peru shelled Sumy Oblast.", "PER ASSAULT UKR happened"),
        ("Peru attacked Osan Air Base.", "PER ASSAULT KOR happened"),
        ("Samarra Mosque was bombed by Peru.", "PER ASSAULT IRQ happened"),
        ("The Kharkiv Philharmonic was bombed by Peru.", "PER ASSAULT UKR happened"),
        ("The Puntland Maritime Police Force attacked Peru.", "SOM ASSAULT PER happened"),
        ("Kharkiv Mayor Ihor Terekhov condemned Peru.", "UKR ACCUSE PER happened"),
    ],
)
def test_what_is_done_to_a_place_or_by_its_forces_is_its_states(text: str, want: str) -> None:
    assert want in [" ".join(one) for one in _read(text)]
