"""What sentences of our own say: each way of wording it, and what must not be read out of them."""

from datetime import date
from pathlib import Path

import pytest

pytest.importorskip("spacy", reason="the extra 'read' is not installed")

from tertius.evidence.reading import read_text
from tertius.evidence.reading.dating import date_in
from tertius.evidence.reading.gazetteer import find, known_codes

DAY = date(2024, 10, 30)
ARTICLE = Path(__file__).parents[2].parent / "shared" / "article.txt"

SAYS = {
    # voice
    "Chadian gunners shelled a Sudanese garrison.": {"TCD ASSAULT SDN happened"},
    "A Sudanese garrison was shelled by Chadian gunners.": {"TCD ASSAULT SDN happened"},
    "Prague has delivered howitzers to Ukraine.": {"CZE AID UKR happened"},
    "The delivery of rifles by Serbia to Cyprus was completed on Monday.": {"SRB AID CYP happened"},
    "Oman received two patrol boats from Turkey.": {"TUR AID OMN happened"},
    # mode
    "Norway will send tents to Georgia.": {"NOR AID GEO announced"},
    "Denmark is considering sending jets to Ukraine.": {"DNK AID UKR considered"},
    "Analysts expect Azerbaijan to attack Armenia.": {"AZE ASSAULT ARM predicted"},
    "Peru did not attack Ecuador.": {"PER ASSAULT ECU denied"},
    "Rwanda denied that it had supplied rifles to Burundi.": {"RWA AID BDI denied"},
    "Kenya is training Somali soldiers.": {"KEN AID SOM ongoing"},
    # joint and mutual
    "Greece and Bulgaria condemned Turkey.": {"GRC ACCUSE TUR happened", "BGR ACCUSE TUR happened"},
    "Laos and Cambodia signed a border treaty.": {"LAO AGREE KHM happened", "KHM AGREE LAO happened"},
    # speech
    "Lima accused Quito of bombing a Peruvian outpost.": {"PER ACCUSE ECU happened", "ECU ASSAULT PER happened"},
    "Algeria urged Morocco to withdraw its troops.": {"DZA REQUEST MAR happened"},
    "Chile will strike back if Bolivia crosses the line, its foreign minister said.": {"CHL THREATEN BOL threatened"},
    "Thailand recalled its ambassador from Cambodia.": {"THA SANCTION KHM happened"},
    # references
    "Mali and Niger fell out. The two countries recalled their ambassadors.": {
        "MLI SANCTION NER happened",
        "NER SANCTION MLI happened",
    },
    "Nigeria massed troops. It shelled Cameroon.": {"NGA MOBILIZE  happened", "NGA ASSAULT CMR happened"},
    # history
    "Austria-Hungary declared war on Serbia.": {"AUT ASSAULT SRB happened"},
    "The Soviet Union supplied tanks to North Vietnam.": {"RUS AID VNM happened"},
    # nothing
    "The Washington Post attacked a Georgia Tech plan.": set(),
    "Brazil beat Germany 2-1 in the World Cup semi-final.": set(),
    "If France attacked Spain, prices would rise.": set(),
    "Bread prices rose in Egypt.": set(),
}


def told(text: str) -> set[str]:
    return {f"{e.source} {e.action} {e.target} {e.mode}" for e in read_text(text, DAY).events}


@pytest.mark.parametrize("text", [text for text, wanted in SAYS.items() if wanted])
def test_what_is_said_is_read(text: str) -> None:
    assert SAYS[text] <= told(text)


@pytest.mark.parametrize("text", [text for text, wanted in SAYS.items() if not wanted])
def test_what_is_not_said_is_not_read(text: str) -> None:
    assert told(text) == set()


@pytest.mark.parametrize("text", [text for text, wanted in SAYS.items() if wanted])
def test_source_and_target_are_not_swapped(text: str) -> None:
    wanted = {tuple(event.split(" ")[0:3:2]) for event in SAYS[text]}
    for event in read_text(text, DAY).events:
        assert (event.target, event.source) not in wanted or (event.source, event.target) in wanted


def test_quotes_are_the_text_between_the_offsets() -> None:
    text = "  Intro line\n\nFrance shelled Spain – “again” – on Tuesday.\r\nItaly warned Malta: do not land troops.\n"
    reading = read_text(text, DAY)
    assert reading.events
    for one in (*reading.events, *reading.stances, *reading.quantities):
        assert text[slice(*one.span)] == one.quote


def test_who_says_so() -> None:
    (event,) = read_text("Peru has shelled Ecuador, Chile said.", DAY).events
    assert (event.said_by, event.source) == ("CHL", "PER")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("on Tuesday", "2024-10-29"),
        ("last Friday", "2024-10-25"),
        ("yesterday", "2024-10-29"),
        ("two weeks ago", "2024-10-16"),
        ("on 2 April 1982", "1982-04-02"),
        ("in March 2023", "2023-03"),
        ("in 2014", "2014"),
        ("last month", "2024-09"),
        ("some time", None),
    ],
)
def test_dates(text: str, wanted: str | None) -> None:
    assert date_in(f"They met {text}.", DAY) == wanted


def test_every_state_of_the_united_nations_is_known() -> None:
    pycountry = pytest.importorskip("pycountry")
    codes = {country.alpha_3 for country in pycountry.countries}
    own = {code for code in known_codes() if len(code) == 3 and code.isupper()} - {"PKK", "RSF", "M23", "KLA", "XKX"}
    assert own <= codes
    assert len(own) >= 193


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Moscow, Idaho", []),
        ("pro-Russian rebels", []),
        ("an Iranian-made drone", []),
        ("the Saudi-led coalition", ["SAU"]),
        ("South Sudan and Sudan", ["SSD", "SDN"]),
        ("the Kremlin and Downing Street", ["RUS", "GBR"]),
        ("us and them", []),
        ("Nigerien and Nigerian troops", ["NER", "NGA"]),
    ],
)
def test_names(text: str, codes: list[str]) -> None:
    assert [mention.code for mention in find(text)] == codes


def test_the_article() -> None:
    if not ARTICLE.is_file():
        pytest.skip(f"the article is not here: {ARTICLE}")
    reading = read_text(ARTICLE.read_text(encoding="utf-8"), date(2024, 11, 3))
    events = {(e.source, e.action, e.target, e.mode) for e in reading.events}
    assert ("PRK", "AID", "RUS", "happened") in events
    assert ("USA", "THREATEN", "PRK", "threatened") in events
    assert {("KOR", "SUPPORT", "UKR", "considered"), ("JPN", "SUPPORT", "UKR", "considered")} <= events
    (threat,) = {e.condition for e in reading.events if e.action == "THREATEN"}
    assert threat is not None
    assert threat.startswith("if North Korean")
    swapped = {("RUS", "AID", "PRK"), ("PRK", "THREATEN", "USA"), ("UKR", "SUPPORT", "KOR"), ("UKR", "SUPPORT", "JPN")}
    assert not swapped & {event[:3] for event in events}
    ratios = {(q.what, q.value, q.per) for q in reading.quantities}
    assert {("interpreter", 1.0, 30.0), ("officer", 3.0, 30.0)} <= ratios
    stances = {(s.actor, s.stance) for s in reading.stances}
    assert {
        ("RUS", "opposes"),
        ("CHN", "fears"),
        ("CHN", "opposes"),
        ("CHN", "interest"),
        ("RUS", "interest"),
    } <= stances
    assert len(reading.events) + len(reading.stances) >= 20
