"""Gold files: every shipped one is read; a bad one is refused by line and key, with what is allowed and the fix."""

import json
from pathlib import Path
from typing import Any

import pytest

from tertius.errors import DataError
from tertius.evidence.reading.gold import read_gold

GOLD = Path(__file__).parent / "gold"
EVENT = {"source": "PER", "action": "AID", "target": "ECU", "mode": "happened"}
RECORD = {"id": "a", "text": "Peru sent Ecuador food.", "published": "2024-10-30", "events": [EVENT]}


def refused(text: str) -> DataError:
    with pytest.raises(DataError) as told:
        read_gold(text, "g")
    return told.value


@pytest.mark.parametrize("file", sorted(GOLD.glob("*.jsonl")), ids=lambda file: file.stem)
def test_every_shipped_set_is_read(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    found = read_gold(text, file.name)
    assert len(found) == len(text.split("\n")) - 1
    assert found[-1]["place"] == f"{file.name}, line {len(found)}"


@pytest.mark.parametrize(
    ("change", "key", "given", "allowed"),
    [
        ({"hard": 5}, "hard", "5", "a list of words"),
        ({"hard": "denial"}, "hard", '"denial"', "a list of words"),
        ({"hard": [5]}, "hard[0]", "5", "words"),
        ({"hard": None}, "hard", "null", "a list of words"),
        ({"type": ["a"]}, "type", '["a"]', "words in quotation marks"),
        ({"conflict": {}}, "conflict", "{}", "words in quotation marks"),
        ({"conflict": "\ud800"}, "conflict", "\\ud800", "whole characters"),
        ({"text": "Peru \udfff"}, "text", "\\udfff, as character 6", "whole characters"),
        ({"text": 5}, "text", "5", "words"),
        ({"id": 1.5}, "id", "1.5", "whole number"),
        ({"id": "\ud800"}, "id", "\\ud800", "whole characters"),
        ({"published": 20241030}, "published", "20241030", "2024-10-30"),
        ({"published": "October"}, "published", '"October"', "2024-10-30"),
        ({"optional": "KOR * PRK"}, "optional", '"KOR * PRK"', "a list of three parts"),
        ({"optional": ["KOR PRK"]}, "optional[0]", '"KOR PRK"', "source, action and target"),
        ({"optional": ["KOR EXPLODE PRK"]}, "optional[0]", '"EXPLODE"', "*, AGREE"),
        ({"events": {}}, "events", "{}", "a list of events"),
        ({"events": [5]}, "events[0]", "5", "an object"),
        ({"events": [EVENT, {"source": "PER"}]}, "events[1].action", "nothing", "action"),
    ],
)
def test_a_bad_key_of_a_record_is_named(change: dict[str, Any], key: str, given: str, allowed: str) -> None:
    error = refused(json.dumps(RECORD) + "\n" + json.dumps({**RECORD, **change}))
    assert error.place == f"g, line 2: {key}"
    assert given in error.given
    assert allowed in error.allowed
    assert error.fix


@pytest.mark.parametrize(
    ("change", "key", "given", "allowed"),
    [
        ({"action": "EXPLODE"}, "action", '"EXPLODE"', "ASSAULT"),
        ({"action": ["AID"]}, "action", '["AID"]', "ASSAULT"),
        ({"mode": "perhaps"}, "mode", '"perhaps"', "denied"),
        ({"modes": "denied"}, "modes", '"denied"', "a list of modes"),
        ({"modes": ["perhaps"]}, "modes[0]", '"perhaps"', "denied"),
        ({"also": "COERCE"}, "also", '"COERCE"', "a list of actions"),
        ({"also": ["EXPLODE"]}, "also[0]", '"EXPLODE"', "ASSAULT"),
        ({"also": ["AID", "PER EXPLODE ECU"]}, "also[1]", '"EXPLODE"', "ASSAULT"),
        ({"also": ["PER AID"]}, "also[0]", '"PER AID"', "source, action and target"),
        ({"source": None}, "source", "null", "an actor"),
        ({"target": 7}, "target", "7", "or null"),
        ({"said_by": 7}, "said_by", "7", "or null"),
    ],
)
def test_a_bad_key_of_an_event_is_named(change: dict[str, Any], key: str, given: str, allowed: str) -> None:
    error = refused(json.dumps({**RECORD, "events": [EVENT, {**EVENT, **change}]}))
    assert error.place == f"g, line 1: events[1].{key}"
    assert given in error.given
    assert allowed in error.allowed


def test_the_nearest_word_and_the_brackets_that_lack_are_named() -> None:
    assert refused(json.dumps({**RECORD, "events": [{**EVENT, "action": "ASALT"}]})).fix == "use 'ASSAULT'"
    assert refused(json.dumps({**RECORD, "hard": "denial"})).fix == 'write ["denial"]'


@pytest.mark.parametrize("line", ["[" * 100_000, "{", "x\x1b[31m", "9" * 5000])
def test_a_line_that_is_no_json_is_named(line: str) -> None:
    error = refused(f"\n{line}\n")
    assert error.place == "g, line 2"
    assert len(str(error)) < 1000


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff", " "])
def test_a_file_without_a_record_is_refused(text: str) -> None:
    assert "without a record" in refused(text).given


def test_a_mark_of_byte_order_and_other_ends_of_a_line_inside_a_text_are_read() -> None:
    line = json.dumps({**RECORD, "text": "one\u2028two\u0085three\u2029four"}, ensure_ascii=False)
    (first, second) = read_gold(f"\ufeff{line}\r\n{line}\r\n", "g")
    assert first["text"] == second["text"] == "one\u2028two\u0085three\u2029four"
    assert second["place"] == "g, line 2"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<html><body>" + "<div>" * 3000 + "<p>Peru sent Ecuador food.</p></body></html>", "nested deeper"),
        ("Российские войска вошли в город, сообщило министерство обороны во вторник.", "English"),
    ],
)
def test_a_text_that_cannot_be_read_is_named_by_file_and_line(text: str, told: str, tmp_path: Path) -> None:
    pytest.importorskip("spacy", reason="the extra 'read' is not installed")
    from tests.cli.commands import tertius

    file = tmp_path / "gold.jsonl"
    file.write_text("\n".join(json.dumps({**RECORD, "text": one}) for one in (RECORD["text"], text)), encoding="utf-8")
    found = tertius("read", "--score", file)
    assert found.code == 3
    assert f"{file}, line 2" in found.err
    assert told in found.err
