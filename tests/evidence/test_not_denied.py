"""Words of denial that deny nothing of the act: it stays, and whoever repeats it does no more than was done."""

from datetime import date

import pytest

pytest.importorskip("spacy", reason="the extra 'read' is not installed")

from tertius.evidence.reading import read_text

DAY = date(2024, 10, 30)


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("It was not the first time that Norway struck Peru, officials said.", "NOR ASSAULT PER happened"),
        ("It was not a mistake that Norway shelled Peru.", "NOR ASSAULT PER happened"),
        ("It is not Russia alone that arms Iran.", "RUS AID IRN happened"),
        ("It was not Norway that shelled Peru.", "NOR ASSAULT PER denied"),
        ("Norway sent Peru nothing but shells.", "NOR AID PER happened"),
        ("Norway gave Peru nothing less than a hundred tanks.", "NOR AID PER happened"),
        ("Norway sent nothing to Peru.", "NOR AID PER denied"),
        ("Norway ceased to arm Peru.", "NOR SANCTION PER happened"),
        ("Norway denied shelling Peru. Chile followed suit.", "NOR ASSAULT PER denied"),
        ("Norway planned to arm Peru. Chile followed suit.", "NOR AID PER announced; CHL AID PER announced"),
        (
            "Norway sanctioned Peru, and Chile will follow suit.",
            "NOR SANCTION PER happened; CHL SANCTION PER announced",
        ),
        ("Norway sent two tanks to Peru. The two were destroyed by Chile.", "NOR AID PER happened"),
        (
            "Norway's president visited Peru. The two signed a treaty.",
            "NOR CONSULT PER happened; NOR AGREE PER happened; PER AGREE NOR happened",
        ),
    ],
)
def test_an_act_that_is_not_denied_stays(text: str, want: str) -> None:
    read = [f"{one.source} {one.action} {one.target} {one.mode}" for one in read_text(text, DAY).events]
    assert sorted(read) == sorted(want.split("; "))
