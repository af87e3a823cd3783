"""Sentences by kind: denials, reports, what is not said, headlines, long ones; each is read as it is meant."""

from datetime import date
from pathlib import Path

import pytest
from ruamel.yaml import YAML

pytest.importorskip("spacy", reason="the extra 'read' is not installed")

from tertius.evidence.reading import read_text

ROWS = YAML(typ="safe").load((Path(__file__).parent / "kinds.yaml").read_text(encoding="utf-8"))
EACH = [(kind, text, want) for kind, rows in ROWS.items() for row in rows for text, want in row.items()]
DAY = date(2024, 10, 20)


def is_right(text: str, want: str) -> bool:
    """Whether what is read is what is wanted, and nothing else."""
    got = {f"{one.source} {one.action} {one.target or '-'} {one.mode}" for one in read_text(text, DAY).events}
    wanted = [set(one.split("|")) for one in want.split(";")] if want else []
    allowed = set().union(*wanted) if wanted else set()
    return got <= allowed and all("" in one or one & got for one in wanted)


@pytest.mark.parametrize(("kind", "text", "want"), EACH, ids=[f"{kind}-{text[:40]}" for kind, text, _ in EACH])
def test_a_sentence_is_read_as_it_is_meant(kind: str, text: str, want: str) -> None:
    assert is_right(text, want) == (kind != "missed")


CLEAN = {
    "zero-width": ("Po\u200bland has sent ri\u00adfles to Pe\u200bru.", "POL AID PER"),
    "mojibake": ("Chileâ€™s navy shelled Peruâ€™s coast.", "CHL ASSAULT PER"),
    "dateline": ("LIMA, Nov 3 (Agency) - Chile bombed a Bolivian base on Sunday.", "CHL ASSAULT BOL"),
    "dateline of two": ("LIMA/SANTIAGO — A Chilean jet bombed a Bolivian base.", "CHL ASSAULT BOL"),
    "stamp": ("Updated 18:20 GMT\n18:05 GMT - Chile bombed a Bolivian base", "CHL ASSAULT BOL"),
    "bullets": ("In brief:\n • Chile bombed a Bolivian base\n • Peru met Brazil", "CHL ASSAULT BOL;PER CONSULT BRA"),
    "capitals": ("CHILE BOMBS BOLIVIA; PERU THANKS BRAZIL", "CHL ASSAULT BOL;PER SUPPORT BRA"),
    "title case": ("Chile Bombs Bolivian Army Base", "CHL ASSAULT BOL"),
    "glued": ("Brazil Doubts ReportsChile has bombed Bolivia.", "CHL ASSAULT BOL"),
    "hard wraps": ("The navy of Chile has bom-\nbed a base in the north of\nBolivia, and men fled.", "CHL ASSAULT BOL"),
    "caption": ("FILE PHOTO: Peruvian soldiers attack Ecuador in 1995. Chile bombed Bolivia.", "CHL ASSAULT BOL"),
    "footnotes": ("Chile[2] bombed Bolivia.[3]", "CHL ASSAULT BOL"),
    "statement": (
        "Statement by the Ministry of Foreign Affairs of Chile\nWe condemn Bolivia. We thank Peru for its help.",
        "CHL ACCUSE BOL;CHL SUPPORT PER",
    ),
    "transcript": ("Q: Did Peru bomb Chile?\nLavrov: We condemn Bolivia.", "RUS ACCUSE BOL"),
    "names in another alphabet": ("Боливия: Chile bombed Bolivia.", "CHL ASSAULT BOL"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "want"), CLEAN.values(), ids=CLEAN)
def test_what_surrounds_a_sentence_is_taken_off(text: str, want: str) -> None:
    reading = read_text(text, DAY)
    assert {f"{one.source} {one.action} {one.target}" for one in reading.events} == set(want.split(";"))
    for event in reading.events:
        assert text[slice(*event.span)] == event.quote


def test_english_with_names_of_all_languages_is_english() -> None:
    assert read_text("Burkina-Faso accused Côte d'Ivoire of sheltering gunmen.", DAY).events
    assert read_text("ECOWAS URGES BAMAKO, NIAMEY AND OUAGADOUGOU TO TALK", DAY).text
