"""The command that watches: what it prints and writes, how it ends, what it remembers, what it refuses."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
from tests.cli.commands import tertius

from tertius import schema

pytestmark = pytest.mark.usefixtures("compiled")
RECORD = """\
tertius: 1
scenario: river-war
until: 2031-04-06
record:
  sanctions: {instrument: durian-sanctions, date: 2031-03-12, step: up, after: 1, source: judgement, text: A step.}
"""
RULES = """\
tertius: 1
rules:
  trade: {watch: "durian-sanctions:up", events: ["durian-warning:up"], name: Trade is cut}
seen:
  "legion-for-ore:ends": {until: 2031-04-06}
"""
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def words(tmp_path: Path) -> tuple[object, ...]:
    (tmp_path / "record.yaml").write_text(RECORD, encoding="utf-8")
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    files = ("--record", tmp_path / "record.yaml", "--rules", tmp_path / "rules.yaml")
    return ("watch", "river-war", "--as-of", "2031-04-06", "--futures", 800, "--weeks", 16, *files)


def test_a_trip_is_told_once_and_again_after_the_quiet_weeks(words: tuple[object, ...], tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    first = tertius(*words, "--state", state, "--json")
    assert first.code == 10
    (rule,) = [rule for event in first.data["events"] for rule in event["rules"] if rule["name"]]
    assert (rule["state"], rule["fresh"], rule["day"]) == ("tripped", True, "2031-03-16")
    again = tertius(*words, "--state", state)
    assert again.code == 0
    assert "none of them new" in again.out
    loud = tertius(*words, "--state", state, "--quiet", 0, "--line")
    assert loud.code == 10
    assert len(loud.out.splitlines()) == 1
    assert loud.out.startswith("river-war | ")


def test_the_json_is_of_the_published_schema(words: tuple[object, ...]) -> None:
    printed = tertius("schema", "watch").data
    assert printed == schema("watch")
    jsonschema.Draft202012Validator.check_schema(printed)
    jsonschema.Draft202012Validator(printed).validate(tertius(*words, "--json").data)
    assert "answer" in tertius("schema", "wacth").err


def test_the_same_is_found_in_words(words: tuple[object, ...]) -> None:
    told = tertius(*words)
    text = " ".join(told.out.split())
    assert "Trade is cut" in text
    assert "tripped 16 Mar 2031 (new)" in text
    assert "rules are not multiplied" in text


def test_the_feed_has_what_the_form_demands(words: tuple[object, ...], tmp_path: Path) -> None:
    file = tmp_path / "watch.atom"
    assert tertius(*words, "--atom", file).code == 10
    feed = ElementTree.parse(file).getroot()
    assert feed.tag == f"{ATOM}feed"
    entries = feed.findall(f"{ATOM}entry")
    assert entries
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    for part in (feed, *entries):
        assert part.findtext(f"{ATOM}id", "").startswith("urn:uuid:")
        assert part.findtext(f"{ATOM}title")
        assert datetime.fromisoformat(part.findtext(f"{ATOM}updated", "")).tzinfo is not None
    ids = [part.findtext(f"{ATOM}id") for part in (feed, *entries)]
    assert len(set(ids)) == len(ids)
    before = file.read_text(encoding="utf-8")
    tertius(*words, "--atom", file)
    assert file.read_text(encoding="utf-8") == before


def test_nothing_known_trips_nothing() -> None:
    told = tertius("watch", "river-war", "--as-of", "2031-03-31", "--futures", 400, "--weeks", 16)
    assert told.code == 0
    assert "Nothing has tripped" in told.out
    assert "Watch of 2031-03-31. 400 futures" in told.out.replace("\n", " ")


def test_a_watch_without_a_day_says_which_it_took(capsys: pytest.CaptureFixture[str]) -> None:
    import tertius as front
    from tertius.cli.watch_output import print_watch

    found = front.watch("river-war", targets=["war-ends"], as_of=date(2031, 3, 31), futures=400, weeks=8)
    print_watch(found, front.load("river-war").record, today=True)
    assert "Watch of 2031-03-31, today, as no --as-of names another day." in capsys.readouterr().out.replace("\n", " ")


REFUSED = {
    "a day before": (("--as-of", "2030-01-01"), "as-of", 2),
    "no day": (("--as-of", "soon"), "YYYY-MM-DD", 2),
    "no data": (("--data", "nowhere"), "nowhere", 3),
    "no rules": (("--rules", "nowhere.yaml"), "nowhere.yaml", 2),
    "two forms": (("--line", "--json"), "--json", 2),
    "too few": (("--futures", 100), "400 or more", 2),
    "no such event": (("war-end",), "war-ends", 2),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_watched_is_refused_with_the_fix(case: str) -> None:
    words, hint, code = REFUSED[case]
    told = tertius("watch", "river-war", "--as-of", "2031-03-31", *words)
    assert hint in told.err
    assert told.code == code


def test_what_to_collect_is_told_and_needs_no_data() -> None:
    told = tertius("watch", "river-war", "war-ends", "--collect", "--futures", 400, "--weeks", 16)
    assert told.code == 0
    assert "The war ends" in told.out
    found = tertius("watch", "river-war", "--collect", "--futures", 400, "--weeks", 16, "--json").data
    assert {one["about"] for one in found} == {"effect", "level"}
    refused = tertius("watch", "river-war", "--collect", "--line")
    assert refused.code == 2
    assert "--line" in refused.err
