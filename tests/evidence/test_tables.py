"""Rules as data: a verb, a spokesman, a governor, a mapping is one line; a misspelt key is an error that says so."""

from datetime import date
from importlib import resources
from pathlib import Path

import pytest

from tertius.errors import DataError
from tertius.evidence.claims.instruments import found_for, level_told
from tertius.evidence.reading.lexicon import governors, lexicon
from tertius.evidence.reading.mapping import mapping
from tertius.evidence.reading.speakers import speakers
from tertius.evidence.reading.words import DATA, listed
from tertius.world import load_scenario


def shipped(name: str) -> str:
    return (resources.files(DATA) / "data" / name).read_text(encoding="utf-8")


def test_a_verb_is_one_line() -> None:
    line = "- {verbs: defenestrate, action: ASSAULT, target: object}\n"
    text = shipped("lexicon.yaml").replace("verbs:\n", "verbs:\n" + line, 1)
    assert "defenestrate" not in lexicon().verbs
    assert lexicon(text).verbs["defenestrate"][0].action == "ASSAULT"
    with pytest.raises(DataError, match=r"(?s)taget.*'target'"):
        lexicon(text.replace("ASSAULT, target: object}\n", "ASSAULT, taget: object}\n", 1))
    with pytest.raises(DataError, match=r"(?s)ASSALT.*write ASSAULT"):
        lexicon(text.replace("defenestrate, action: ASSAULT", "defenestrate, action: ASSALT"))


def test_a_governor_is_one_line() -> None:
    text = shipped("governors.yaml") + "- {effect: deny, words: poohpooh}\n"
    assert "poohpooh" not in governors()["deny"]
    assert "poohpooh" in governors(text)["deny"]
    with pytest.raises(DataError, match=r"(?s)'effekt'.*'effect'"):
        governors(text.replace("effect: deny, words: pooh", "effekt: deny, words: pooh"))
    with pytest.raises(DataError, match=r"(?s)'denny'.*'deny'"):
        governors(text.replace("effect: deny, words: pooh", "effect: denny, words: pooh"))


def test_a_spokesman_is_one_line() -> None:
    text = shipped("speakers.yaml") + "- {code: PER, names: Juana Inca|Inca, from: 2030-01-01}\n"
    assert speakers(text)[-1].names == ("Juana Inca", "Inca")
    assert speakers(text)[-1].since == date(2030, 1, 1)
    with pytest.raises(DataError, match=r"(?s)'nmes'.*'names'"):
        speakers(text.replace("names: Juana", "nmes: Juana"))
    with pytest.raises(DataError, match="YYYY-MM-DD"):
        speakers(text.replace("from: 2030-01-01", "from: soon"))


def test_a_mapping_is_one_line() -> None:
    text = shipped("mapping.yaml").replace("kinds:\n", "kinds:\n- {actions: PROTEST, kind: unrest}\n", 1)
    assert mapping(text).kinds[0].kind == "unrest"
    with pytest.raises(DataError, match=r"(?s)'knd'.*'kind'"):
        mapping(text.replace("kind: unrest", "knd: unrest"))
    with pytest.raises(DataError, match="PROTES"):
        mapping(text.replace("actions: PROTEST", "actions: PROTES"))


def told(source: str, action: str, target: str, kind: str | None, quote: str) -> dict[str, str | None]:
    return {"source": source, "action": action, "target": target, "kind": kind, "quote": quote}


@pytest.mark.parametrize(
    ("event", "name", "weight"),
    [
        (told("PRK", "MOBILIZE", "RUS", "mobilisation", "moved soldiers"), "PRK-troops", 1.0),
        (told("KOR", "AID", "UKR", "munitions", "sent shells"), "KOR-arms", 1.0),
        (told("USA", "AID", "UKR", "strike-permission", "let it strike"), "USA-strikes", 1.0),
        (told("RUS", "MOBILIZE", "UKR", "mobilisation", "calls up reservists"), "RUS-mobilisation", 1.0),
        (told("DEU", "AID", "UKR", "arms", "sent tanks"), "EU-arms", 0.243),
        (told("MLT", "AID", "UKR", "arms", "sent tanks"), "EU-arms", 0.001),
    ],
)
def test_an_event_finds_its_instrument(event: dict[str, str | None], name: str, weight: float) -> None:
    found = found_for(event, load_scenario("ukraine-2024-before"))
    assert found is not None
    assert (found.name, found.weight) == (name, pytest.approx(weight, abs=0.002))


def test_the_words_of_a_level_tell_it() -> None:
    levels = load_scenario("ukraine-2024-before").instruments["KOR-arms"].levels
    assert level_told("Seoul sent howitzers and shells to Ukraine", levels) == 2
    assert level_told("Seoul gave Kyiv air defence batteries", levels) == 1
    assert level_told("Seoul sent arms", levels) is None


def test_every_list_of_words_holds_some() -> None:
    assert "accuse" in listed("frames-blaming")


def test_what_makes_events_knows_nothing_of_what_weighs_them() -> None:
    from tertius.evidence import reading

    files = list(Path(reading.__path__[0]).glob("*.py"))
    assert len(files) > 20
    assert not [file.name for file in files if "evidence.claims" in file.read_text(encoding="utf-8")]
