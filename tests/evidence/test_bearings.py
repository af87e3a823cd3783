"""Claims against the real instruments: what each maps to, what stands already, what was used, what has no place."""

from datetime import date
from pathlib import Path

import pytest
from tests.inference.told import DAY, event, quantity, stand

from tertius.errors import DataError
from tertius.evidence.claims.accepted import claims_of
from tertius.evidence.claims.bearings import Act, Value, Weighable, last_day
from tertius.evidence.claims.strengths import read_strengths
from tertius.world import Scenario, load_scenario

ARTICLE = Path(__file__).parents[3] / "shared" / "article.txt"


@pytest.fixture(scope="module")
def before() -> Scenario:
    return load_scenario("ukraine-2024-before")


@pytest.fixture(scope="module")
def present() -> Scenario:
    return load_scenario("ukraine-2024")


def read(scenario: Scenario, text: str, day: date = DAY, grade: str = "B2") -> list[Weighable]:
    pytest.importorskip("spacy", reason="the extra 'read' is not installed")
    from tertius.evidence.reading import read_text

    return stand(scenario, *claims_of(read_text(text, day), "note.txt", grade))


SENTENCES = {
    "North Korea has sent soldiers to Russia.": ("PRK-troops", 1),
    "North Korea has delivered more shells to Russia.": ("PRK-munitions", 1),
    "The United States has sent more weapons to Ukraine.": ("USA-arms", 1),
    "The United States imposed sanctions on Russia on Monday.": ("USA-sanctions", 1),
    "The European Union imposed sanctions on Russia.": ("EU-sanctions", 1),
    "South Korea imposed sanctions on North Korea.": ("KOR-sanctions", 1),
    "South Korea has sent weapons to Ukraine.": ("KOR-arms", 1),
    "Japan imposed sanctions on Russia.": ("JPN-sanctions", 1),
    "China urged North Korea to withdraw its soldiers.": ("CHN-pressure", 1),
    "The United States warned North Korea that it would face consequences.": ("USA-warning", 1),
    "China has sent troops to Russia.": ("CHN-troops", 1),
    "Poland has sent troops to Ukraine.": ("POL-troops", 1),
    "South Korea could step up its support for Ukraine, including by sending weapons.": ("KOR-arms", 1),
}


@pytest.mark.parametrize(("text", "meant"), SENTENCES.items())
def test_a_sentence_finds_its_instrument(before: Scenario, text: str, meant: tuple[str, int]) -> None:
    acts = [one.observed for one in read(before, text) if one.counts]
    assert [(act.instrument, act.direction) for act in acts if isinstance(act, Act)] == [meant]


def test_soldiers_are_told_with_their_number(before: Scenario) -> None:
    acts = [one.observed for one in read(before, "North Korea has sent 10,000 soldiers to Russia.") if one.counts]
    # The sentence is an event and a number; it counts once.
    sizes = [(act.instrument, act.contingent, act.soldiers) for act in acts if isinstance(act, Act)]
    assert sizes == [("PRK-troops", "kpa", 10000.0)]
    first = event(quote="North Korea has sent soldiers")
    counted = quantity("soldier", 12000.0, None, None, ("PRK",), quote="12,000 North Korean soldiers are in Russia")
    bare, numbered = stand(before, first, counted)
    assert (bare.standing, numbered.standing) == ("repeats", "counts")
    dead = read(before, "At least 3,000 North Korean soldiers were killed or wounded, Ukraine said.")
    assert not any(isinstance(one.observed, Act) and one.observed.soldiers for one in dead)


def test_what_is_in_force_already_says_nothing_new(before: Scenario) -> None:
    (shells,) = stand(before, event("PRK", "RUS", "munitions", quote="North Korea sends shells to Russia"))
    assert shells.standing == "in-force"
    assert "at the rate of 2024" in shells.reason
    (more,) = stand(before, event("PRK", "RUS", "munitions", quote="North Korea sends more shells to Russia"))
    (cut,) = stand(before, event("PRK", "RUS", "munitions", trigger="halt", quote="North Korea halts its shells"))
    assert more.counts
    assert isinstance(more.observed, Act)
    assert isinstance(cut.observed, Act)
    assert (more.observed.direction, cut.observed.direction) == (1, -1)
    (lowest,) = stand(before, event("KOR", "UKR", "arms", trigger="stop", quote="Seoul stops its arms"))
    assert lowest.standing == "in-force"
    (early,) = stand(before, event("JPN", "UKR", "arms", date="2024-09-14", published=DAY))
    assert early.standing == "in-force"


def test_what_the_scenario_rests_on_has_been_used(present: Scenario) -> None:
    claims = [
        event(),
        event("USA", "PRK", "warning", "threatened", action="THREATEN"),
        event("KOR", "UKR", "arms", "considered"),
        quantity("officer", 3.0, 30.0, "soldier", ("RUS",)),
        quantity("interpreter", 1.0, 30.0, "soldier", ("PRK",)),
    ]
    for one in stand(present, *claims):
        assert one.standing == "used", one
        assert one.ratio == 1.0
    later = quantity("officer", 4.0, 30.0, "soldier", ("RUS",), published=date(2024, 12, 1))
    (new,) = stand(present, later)
    assert new.counts
    (same,) = stand(
        present, quantity("officer", 4.0, 30.0, "soldier", ("RUS",), origin="gur-intercept", published=None)
    )
    assert same.standing == "used"
    (fixed,) = stand(present, quantity("interpreter", 2.0, 30.0, "soldier", ("PRK",), published=date(2024, 12, 1)))
    assert (fixed.standing, "fixed value" in fixed.reason) == ("used", True)


def test_a_rate_of_supply_finds_its_only_line(before: Scenario) -> None:
    (one,) = stand(before, quantity("shell", 120000.0, 1.0, "month", ("PRK",)))
    assert isinstance(one.observed, Value)
    assert one.observed.path == "supply_lines.dprk-shells.per_week"
    assert one.observed.value == pytest.approx(120000 * 7 / (365.25 / 12))
    (two,) = stand(before, quantity("shell", 120000.0, 1.0, "month", ("EU",)))
    assert two.standing == "outside"
    (weapons,) = stand(before, quantity("submarine", 3.0, None, None, ("RUS",)))
    assert weapons.standing == "outside"


def test_dates_are_taken_to_their_last_day() -> None:
    days = {"2024-10-30": (2024, 10, 30), "2024-W44": (2024, 11, 3), "2024-02": (2024, 2, 29), "2024": (2024, 12, 31)}
    for text, day in days.items():
        assert last_day(text) == date(*day)
    for text in (None, "", "--05-04", "2024-13", "9999-12-31-x"):
        assert last_day(text) is None


def test_another_table_of_strengths(tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    shipped = read_strengths()
    assert shipped.modes["happened"].power == 1.0
    assert shipped.modes["considered"].power < shipped.modes["threatened"].power < shipped.modes["announced"].power < 1
    modes = ", ".join(f"{mode}: {{power: 0.5, within_weeks: 4}}" for mode in shipped.modes)
    numbers = "{soldiers: {log_error: 0.2, without_number: 0}, ratio: {log_error: 0.1}, rate: {log_error: 1}}"
    more = "detail: {specific: 1, plain: 1, vague: 0}\nvague: perhaps|so they say\nkinds: {other: 1}\n"
    more += "further_origin: 1\nvalues: 1"
    file.write_text(f"modes: {{{modes}}}\nconditional: 0\n{more}\nnumbers: {numbers}\n")
    assert read_strengths(file).modes["denied"].within_weeks == 4
    assert read_strengths(file).power({"quote": "So they say."}, "arms") == 0
    misspelt = file.read_text().replace("further_origin", "futher_origin")
    for broken in (
        "modes: 3",
        ": [",
        misspelt,
        file.read_text().replace("0.5", "7"),
        file.read_text().replace("0.1", "0"),
    ):
        (tmp_path / "bad.yaml").write_text(broken)
        with pytest.raises(DataError, match=r"bad\.yaml"):
            read_strengths(tmp_path / "bad.yaml")


@pytest.mark.skipif(not ARTICLE.is_file(), reason="the article beside the project is absent")
def test_the_article_has_something_to_say_before_and_nothing_new_after(before: Scenario, present: Scenario) -> None:
    text = ARTICLE.read_text()
    counting = {one.observed.subject: one for one in read(before, text) if one.counts and one.observed is not None}
    assert set(counting) == {
        "PRK-troops up",
        "USA-warning up",
        "KOR-arms up",
        "JPN-arms up",
        "contingents.kpa.officers_per_group",
        "contingents.kpa.interpreters_per_group",
    }
    assert counting["PRK-troops up"].ratio > 20 > counting["USA-warning up"].ratio > 5
    assert 1.0 < counting["KOR-arms up"].ratio == counting["JPN-arms up"].ratio < 1.5
    officers = counting["contingents.kpa.officers_per_group"].observed
    assert isinstance(officers, Value)
    assert officers.value == pytest.approx(0.1)
    after = read(present, text)
    assert not any(one.counts for one in after)
    assert sum(one.standing == "used" for one in after) >= 6
