"""What a draft leaves out: examples that check accepts, and red lines that --next lists where they would move it."""

from datetime import date
from pathlib import Path

import pytest

import tertius
from tertius.builder.lacking import MARK
from tertius.engine import Options
from tertius.impact.lines import candidates, moved
from tertius.impact.question import question_of
from tertius.world import load_scenario

WARS = {
    "congo": (("M23", "COD"), "RWA", "M23", "2025-01-20", True),
    "ukraine": (("RUS", "UKR"), "PRK", "RUS", "2024-11-03", False),
    "yemen": (("Houthis", "YEM"), "IRN", "Houthis", "2015-03-26", False),
    "ogaden": (("SOM", "ETH"), "CUB", "ETH", "1977-11-15", False),
}


@pytest.mark.parametrize("name", WARS)
def test_the_examples_at_the_end_are_accepted_by_check(tmp_path: Path, name: str) -> None:
    between, entrant, beside, day, present = WARS[name]
    war = tertius.new(name, tmp_path, between, entrant, beside, day, present=present)
    plain = load_scenario(war)
    assert (len(plain.record), len(plain.calendar), len(plain.red_lines)) == (0, 0, 0)
    text = war.read_text(encoding="utf-8")
    filled = tmp_path / "filled.yaml"
    filled.write_text(text.replace(f"\n{MARK}", "\n"), encoding="utf-8")
    found = load_scenario(filled)
    tertius.check(filled)
    assert (len(found.record), len(found.calendar), len(found.red_lines)) == (1, 1, 1)
    (step,), (day_to_come,) = found.record.values(), found.calendar.values()
    assert step.date < found.as_of < day_to_come.date
    assert "red_lines.first.credibility" in {
        path for path, told in found.quantities().items() if told.source == ("missing",)
    }


def test_pacts_that_are_known_are_told_and_later_ones_are_not(tmp_path: Path) -> None:
    between, entrant, beside, *_ = WARS["ukraine"]
    told = {
        day: tertius.new(f"war-{day}", tmp_path, between, entrant, beside, day).read_text(encoding="utf-8")
        for day in ("2024-06-01", "2024-07-01")
    }
    said = {day: [line for line in text.splitlines() if line.startswith("# Dated")] for day, text in told.items()}
    assert said["2024-06-01"] == []
    assert [line.endswith("2024-06-19.") for line in said["2024-07-01"]] == [True]


@pytest.mark.usefixtures("compiled")
def test_a_power_that_could_warn_is_a_candidate_until_its_line_is_there(tmp_path: Path) -> None:
    between, entrant, beside, day, _ = WARS["ukraine"]
    war = tertius.load(tertius.new("ukraine", tmp_path, between, entrant, beside, day))
    found = candidates(war.record)
    assert set(found) == {"USA-prk-soldiers"}
    assert war.record.as_of == date(2024, 11, 3)
    (told,) = moved(war.layout, question_of(war.layout), Options(futures=20, weeks=8))
    assert told.key == "USA-prk-soldiers"
    assert set(told.without) == set(war.record.outcomes)
    filled = tmp_path / "filled.yaml"
    filled.write_text((tmp_path / "ukraine.yaml").read_text().replace(f"\n{MARK}", "\n"), encoding="utf-8")
    line = next(iter(load_scenario(filled).red_lines.values()))
    left = candidates(load_scenario(filled))
    assert line.actor not in {each["actor"] for each in left.values()}
    assert tertius.missing("river-war") == ()
