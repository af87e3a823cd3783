"""Patterns and rows of a scenario file mean what they would written out, and their faults are told where they stand."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.world.conftest import EXAMPLE, line_of

from tertius.errors import Problem
from tertius.shipped import shipped_scenarios
from tertius.world import Scenario, shorthand

Load = Callable[..., Scenario]
Problems = Callable[..., tuple[Problem, ...]]
Write = Callable[..., Path]

DISCORD = '    discord: {prior: {uniform: {low: 0, high: 1}}, unit: "1", source: judgement}\n'
PATTERN = 'patterns:\n  troop: {discord: {prior: {uniform: {low: 0, high: 1}}, unit: "1", source: judgement}}\n'
AS_ROWS = """\
facts:
  columns: [date, text, source, value, unit]
  seen: [2024-10-15, Soldiers were seen., [press], 3000, persons]
"""


def changed(*edits: tuple[str, str]) -> str:
    text = EXAMPLE
    for before, after in edits:
        assert before in text
        text = text.replace(before, after)
    return text


def with_pattern(told: str, pattern: str = PATTERN) -> str:
    """The example with `told` in the place of the legion's own quantity."""
    return changed((DISCORD, told), ("actors:\n", f"{pattern}actors:\n"))


SEEN = "facts:\n  seen: {date: 2024-10-15, text: Soldiers were seen., source: [press], value: 3000, unit: persons}\n"
FORMS = {
    "like": with_pattern("    like: troop\n"),
    "like of a section": with_pattern("").replace("contingents:\n", "contingents:\n  like: troop\n"),
    "like of a quantity": with_pattern(
        "    discord: {like: doubt}\n", PATTERN.replace("troop: {discord: ", "doubt: ")[:-2] + "\n"
    ),
    "rest of a quantity": with_pattern(
        "    like: troop\n    discord: {prior: {uniform: {low: 0, high: 1}}}\n",
        'patterns:\n  troop: {discord: {unit: "1", source: judgement}, quality: {unit: "1", source: judgement}}\n',
    ),
    "each": with_pattern(
        '    like: troop\n    discord: {prior: {uniform: {low: 0, high: 1}}, unit: "1"}\n'.replace(', unit: "1"}', "}"),
        'patterns:\n  troop: {each: {unit: "1", source: judgement}}\n',
    ),
    "rows": changed((SEEN, AS_ROWS)),
    "a row that is a mapping": changed((SEEN, SEEN.replace("facts:\n", "facts:\n  columns: [text, date]\n"))),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_shorter_form_is_the_same_scenario(load: Load, form: str) -> None:
    assert load(FORMS[form], f"{form}.yaml").digest == load(EXAMPLE).digest


def test_a_bare_number_is_the_value_of_a_patterns_quantity(load: Load) -> None:
    told = load(with_pattern("    like: troop\n    discord: 0.25\n", PATTERN.replace("judgement", "press")))
    quantity = told.quantities()["contingents.legion.discord"]
    assert (quantity.value, quantity.prior, quantity.unit, quantity.source) == (0.25, None, "1", ("press",))


def test_a_record_changes_and_takes_away_what_its_pattern_says(load: Load) -> None:
    changed_prior = load(with_pattern("    like: troop\n    discord: {prior: {uniform: {high: 0.5}}}\n"))
    assert changed_prior.quantities()["contingents.legion.discord"].quantile(1.0) == 0.5
    gone = load(with_pattern("    like: troop\n    discord: null\n"))
    assert "contingents.legion.discord" not in gone.quantities()


def test_a_record_may_be_like_nothing_in_a_section_that_is_like_a_pattern(load: Load) -> None:
    text = with_pattern("    like: null\n").replace("contingents:\n", "contingents:\n  like: troop\n")
    assert "contingents.legion.discord" not in load(text).quantities()


def test_a_variant_knows_its_parents_patterns(load: Load, write: Write) -> None:
    write(with_pattern("    like: troop\n"), "base.yaml")
    second = "{like: troop, name: More, actor: corvia, side: A, theatre: front, host: avria}"
    told = load(f"extends: base.yaml\ncontingents: {{more: {second}}}\n")
    assert told.quantities()["contingents.more.discord"] == told.quantities()["contingents.legion.discord"]


def test_what_a_pattern_says_keeps_its_place(load: Load) -> None:
    text = with_pattern("    like: troop\n")
    place = load(text).where("contingents.legion.discord")
    assert place is not None
    assert place[1] == line_of(text, "  troop:")


@pytest.mark.parametrize(
    ("text", "path", "near", "words"),
    [
        (with_pattern("    like: trop\n"), "contingents.legion.like", "troop", "a pattern of this file"),
        (with_pattern("    like: 3\n"), "contingents.legion.like", None, "a pattern of this file"),
        (changed((DISCORD, "    like: troop\n")), "contingents.legion.like", None, "under `patterns:`"),
        (with_pattern("", PATTERN + "  two: {like: troop}\n"), "patterns.two", None, "a mapping of its own"),
        (with_pattern("", PATTERN + "  two: 3\n"), "patterns.two", None, "a mapping of its own"),
        (changed((SEEN, AS_ROWS.replace("persons]", "persons, 1]"))), "facts.seen", None, "5 columns"),
        (changed((SEEN, AS_ROWS.replace("text,", "date,"))), "facts.columns", None, "each key once"),
        (changed((SEEN, AS_ROWS.replace("date,", "[date, text],"))), "facts.columns.0", None, "name of a key"),
        (changed((SEEN, AS_ROWS.replace("source,", "sauce,"))), "facts.seen.sauce", "source", "the keys"),
        (changed((SEEN, AS_ROWS.replace("2024-10-15", "2024-13-15"))), "facts.seen.date", None, "a date"),
        (with_pattern("    like: troop\n", PATTERN.replace("high: 1", "height: 1")), None, "high", "low"),
        (
            changed(("note: two people", "note: two, not three people")),
            "sources.press.not three people",
            None,
            "in quotes",
        ),
    ],
)
def test_faults_are_told_with_their_line(
    problems: Problems, text: str, path: str | None, near: str | None, words: str
) -> None:
    found = problems(text)
    told = [each for each in found if (path is None or each.path == path) and words in each.allowed]
    assert told, found
    assert told[0].line is not None
    assert near is None or told[0].nearest == near


def test_patterns_that_write_out_too_much_are_refused(problems: Problems, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shorthand, "MOST_NODES", 1)
    assert any("too much" in each.given for each in problems(with_pattern("    like: troop\n")))


def test_every_pattern_of_a_shipped_scenario_is_used() -> None:
    for path in shipped_scenarios().values():
        text = path.read_text(encoding="utf-8")
        head = text.partition("patterns:\n")[2].partition("\n\n")[0]
        names = [line.split(":")[0].strip() for line in head.splitlines() if line[:2] == "  " and line[2] != " "]
        unused = [name for name in names if f"like: {name}" not in text]
        assert unused == [], path.name
