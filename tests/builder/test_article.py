"""What an article proposes for a draft: actors, day and numbers, each with its words; what is lacking is asked for."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

pytest.importorskip("spacy", reason="the extra 'read' is not installed")

import tertius
from tertius.builder.article import Proposal, proposed, unwrapped
from tertius.errors import DataError, OptionError
from tertius.evidence.reading import read_text
from tertius.world import load_scenario

DAY = date(2020, 11, 20)
TIGRAY = (
    "Eritrean troops have crossed the border to fight alongside Ethiopian federal forces against the Tigray People's "
    "Liberation Front. About 10,000 Eritrean soldiers are in Tigray, diplomats said. Ethiopia's prime minister ordered "
    "the offensive against the TPLF on 4 November."
)
KARABAKH = (
    "Azerbaijan launched an offensive against Armenia in Nagorno-Karabakh on Sunday. Turkey, which backs Azerbaijan, "
    "is sending 1,500 fighters and officers to fight alongside Azerbaijani forces, officials said."
)
CONGO = "Rwandan troops are fighting alongside the M23 rebels against the Congolese army near Goma, experts said."
GROUPS = "Bolivia has sent 500 soldiers to Peru. Each group of 20 Bolivian soldiers needs two interpreters."


def told(text: str, as_of: date | None = DAY) -> Proposal:
    return proposed(read_text(text, None, "f"), "f.txt", as_of)


@pytest.mark.parametrize(
    ("text", "between", "entrant", "beside", "present"),
    [
        (TIGRAY, ("ETH", "TPLF"), "ERI", "ETH", False),
        (KARABAKH, ("AZE", "ARM"), "TUR", "AZE", False),
        (CONGO, ("M23", "COD"), "RWA", "M23", True),
        (
            "Brazil has sent soldiers to support Peru. Bolivia attacked Peru in March.",
            ("BOL", "PER"),
            "BRA",
            "PER",
            False,
        ),
        ("Brazil has sent soldiers to support Peru in its war against Bolivia.", ("PER", "BOL"), "BRA", "PER", False),
        ("Brazil has sent soldiers to support Peru.", (), "BRA", "PER", False),
        ("Brazil denied that it has sent soldiers to Peru.", (), "", "", False),
        ("The weather was fine.", (), "", "", False),
    ],
)
def test_actors_are_proposed(text: str, between: tuple[str, ...], entrant: str, beside: str, present: bool) -> None:
    found = told(text)
    assert (found.between, found.entrant, found.beside, found.present) == (between, entrant, beside, present)
    assert all(each.words in (*text.split("\n"), "given") or each.words in text for each in found.grounds)


FRONT = "Rwandan troops are fighting alongside the Ituri Self-Defence Front (FAI) rebels against the Congolese army."


@pytest.mark.parametrize(
    ("text", "between", "entrant", "beside"),
    [
        (FRONT, ("FAI@COD", "COD"), "RWA", "FAI@COD"),
        ("Brazil backs the Shining Dawn insurgents in Peru.", (), "BRA", "Shining Dawn@PER"),
        (
            "Brazilian-backed Shining Dawn rebels fought against Peru.",
            ("Shining Dawn@PER", "PER"),
            "BRA",
            "Shining Dawn@PER",
        ),
        (
            "Rwandan troops fight alongside Mozambican forces against the Ansar al-Hadi insurgents.",
            ("MOZ", "Ansar al-Hadi@MOZ"),
            "RWA",
            "MOZ",
        ),
        ("Brazil denies that it backs the Shining Dawn rebels in Peru.", (), "", ""),
    ],
)
def test_groups_that_no_list_knows_are_proposed(text: str, between: tuple[str, ...], entrant: str, beside: str) -> None:
    found = told(text)
    assert (found.between, found.entrant, found.beside) == (between, entrant, beside)
    groups = [each for each in found.grounds if each.option == "group"]
    named = {code for code in (*between, beside) if "@" in code}
    assert named <= {each.value.partition(",")[0] for each in groups}
    assert all("look up its fighters" in each.value for each in groups)


def test_a_group_without_a_land_is_left_to_the_user() -> None:
    (ground,) = [each for each in told("The Shining Dawn rebels celebrated.").grounds if each.option == "group"]
    assert ground.value.endswith("write Shining Dawn@CODE")
    assert told("Peru met the Congolese rebels. Armed rebels fled. Some Islamist rebels came.").grounds[1:] == ()


def test_a_draft_is_made_of_a_group_that_no_list_knows(tmp_path: Path) -> None:
    file = tmp_path / "news.txt"
    file.write_text(f"Bunia, 20 January 2025\n\n{FRONT}")
    war = tertius.new("ituri", tmp_path, article=file)
    scenario = load_scenario(war)
    assert scenario.sides["A"].lead == "FAI"
    head = war.read_text().split("\n\n")[0].replace("\n# ", " ")
    assert "group: FAI@COD" in head
    assert "No state, but a group: FAI." in head


def test_numbers_of_the_entry_are_taken() -> None:
    troops = told(TIGRAY).amounts["events", "troops"]
    assert troops["prior"] == {"lognormal": {"median": 10000, "p90": 20000}}
    assert (troops["unit"], troops["source"]) == ("persons", "article")
    amounts = told(GROUPS + " Peru is at war with Chile; the war in Chile began in May.").amounts
    assert amounts["contingents", "soldiers_per_group"]["value"] == 20
    assert amounts["contingents", "interpreters_per_group"]["value"] == 2


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Lima, 3 May 2021. ", date(2021, 5, 3)),
        ("LIMA, May 3, 2021 - ", date(2021, 5, 3)),
        ("In May 2021 ", None),
        ("Lima, 31 June 2021. ", None),
    ],
)
def test_the_day_is_that_of_the_dateline(line: str, day: date | None) -> None:
    assert told(line + TIGRAY, None).as_of == day


def test_lines_that_were_wrapped_are_joined_and_paragraphs_stay() -> None:
    wrapped = f"A headline\n\n{'word ' * 15}about 4,000\nsoldiers came. {'word ' * 15}end.\nNew"
    assert unwrapped(wrapped) == f"A headline\n\n{'word ' * 15}about 4,000 soldiers came. {'word ' * 15}end.\nNew"


def test_a_draft_from_an_article_passes_check_and_holds_what_was_taken(tmp_path: Path) -> None:
    file = tmp_path / "news.txt"
    text = TIGRAY.replace("10,000 Eritrean", "10,000\nEritrean")  # as a mail program wraps it
    file.write_text(f"Addis Ababa, 20 November 2020\n\n{text}")
    war = tertius.new("tigray", tmp_path, article=file)
    tertius.check(war)
    scenario = load_scenario(war)
    assert scenario.as_of == DAY
    assert scenario.sources["article"].grade == "F6"
    assert scenario.quantities()["events.entry.troops"].central == 10000
    assert "news.txt" in war.read_text().split("\n\n")[0]


def test_what_is_given_goes_before_the_article(tmp_path: Path) -> None:
    file = tmp_path / "news.txt"
    file.write_text(TIGRAY)
    war = tertius.new("tigray", tmp_path, as_of="2020-12-01", entrant="Sudan", article=file, present=False)
    scenario = load_scenario(war)
    assert scenario.contingents["sdn-soldiers"].actor == "SDN"
    assert scenario.quantities()["events.entry.troops"].source == ("missing",), (
        "the article speaks of another's soldiers"
    )
    assert "events.entry.troops" not in war.read_text().split("\n\n")[0]


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("The weather was fine.", "--between and --entrant and --beside and --as-of"),
        (TIGRAY, "give --as-of beside it"),
        (f"20 November 2020. {TIGRAY.split(' against')[0]}.", "give --between"),
    ],
)
def test_what_is_lacking_is_asked_for(tmp_path: Path, text: str, fix: str) -> None:
    file = tmp_path / "news.txt"
    file.write_text(text)
    with pytest.raises(OptionError, match=fix):
        tertius.new("war", tmp_path, article=file)
    assert not (tmp_path / "war.yaml").exists()


def test_an_article_of_a_later_day_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "news.txt"
    file.write_text(f"Addis Ababa, 20 November 2020\n\n{TIGRAY}")
    with pytest.raises(OptionError, match="2020-11-10 or earlier"):
        tertius.new("war", tmp_path, as_of="2020-11-10", article=file)
    war = tertius.new("war", tmp_path, as_of="2020-12-10", article=file)
    assert load_scenario(war).sources["article"].date == DAY


def test_no_article_and_another_kind_are_refused(tmp_path: Path) -> None:
    make: Callable[..., Path] = tertius.new
    with pytest.raises(DataError, match="cannot be read"):
        make("war", tmp_path, article=tmp_path / "none.txt")
    for kind in ("strikes", "sieges"):
        with pytest.raises(OptionError, match="--kind"):
            make("war", tmp_path, kind=kind)
