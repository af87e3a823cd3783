"""`tertius brief` with claims: from an article, from the inbox; restored exactly, counted once, refused clearly."""

from pathlib import Path
from typing import Any

import pytest
from tests.cli.commands import Told, tertius

pytest.importorskip("spacy", reason="the extra 'read' is not installed")

from tertius.evidence.claims.accepted import claims_of
from tertius.evidence.reading import read_text

pytestmark = pytest.mark.usefixtures("compiled")
WAR = Path(__file__).parent / "told.yaml"
FEW = ("--futures", 400, "--seed", 5, "--json")
DAY = ("--published", "2031-03-30")
SENT = "Poland has sent rifles to Ukraine, the government said. Warsaw fears a wider war."
LATER = "2031-03-30"


@pytest.fixture
def article(tmp_path: Path) -> Path:
    file = tmp_path / "note.txt"
    file.write_text(SENT)
    return file


def brief(*words: object) -> dict[str, Any]:
    told = tertius("brief", WAR, *FEW, *words)
    assert told.code == 0, told.err
    data = told.data
    assert isinstance(data, dict)
    return data


def taken(told: dict[str, Any]) -> dict[str, Any]:
    """What a document says of evidence, taken out of it."""
    told["asked"].remove("evidence")
    found = told.pop("evidence")
    assert isinstance(found, dict)
    return found


def row(told: dict[str, Any], outcome: str) -> dict[str, Any]:
    rows = [one for one in told["evidence"]["outcomes"] if one["outcome"] == outcome]
    return rows[-1]


def test_an_article_moves_the_forecast_the_way_it_says(article: Path) -> None:
    told = brief("--article", article, *DAY)
    evidence = told["evidence"]
    (one,) = [claim for claim in evidence["claims"] if claim["standing"] == "counts"]
    assert one["said"] == {"source": "POL", "action": "AID", "target": "UKR", "mode": "happened"}
    assert (one["grade"], one["moves"]["ratio"]) == ("B2", pytest.approx(100.0**0.72))  # arms 0.8, plain words 0.9
    assert one["quote"] in SENT
    assert one["moves"]["truth"]["with_it"] > one["moves"]["truth"]["without"]
    # More men for side A: Borland, side B, is to hold less.
    assert row(told, "land")["shift"]["by"] < 0
    assert row(told, "land")["shift"]["detectable"]
    assert evidence["effective"] < evidence["futures"]
    assert any(claim["standing"] == "outside" and "no interests" in claim["reason"] for claim in evidence["claims"])
    surer = brief("--article", article, *DAY, "--grade", "A1")
    assert row(surer, "land")["shift"]["by"] < row(told, "land")["shift"]["by"]


def test_a_denial_moves_it_the_other_way(tmp_path: Path) -> None:
    (tmp_path / "no.txt").write_text("Poland has not sent weapons to Ukraine.")
    told = brief("--article", tmp_path / "no.txt", *DAY)
    assert [one["said"]["mode"] for one in told["evidence"]["claims"]] == ["denied"]
    assert row(told, "land")["shift"]["by"] > 0


def test_accepting_moves_and_rejecting_restores_exactly(article: Path, tmp_path: Path) -> None:
    base = ("--database", f"sqlite:///{tmp_path / 'inbox.sqlite'}")
    held = ("--evidence", base[1])
    assert tertius("evidence", "add", article, "--scenario", WAR, "--grade", "B2", *DAY, *base).code == 0
    plain = tertius("brief", WAR, *FEW).data
    assert plain.pop("evidence") is None
    assert taken(new := brief(*held))["claims"] == []
    assert new == plain
    assert tertius("evidence", "accept", 1, *base).code == 0
    moved = brief(*held)
    assert moved["evidence"]["moves"]
    assert moved["differences"] != plain["differences"]
    both = brief(*held, "--article", article, *DAY)
    assert both["differences"] == moved["differences"]
    assert sorted(one["standing"] for one in both["evidence"]["claims"]) == ["counts", "outside", "repeats"]
    assert tertius("evidence", "reject", 1, *base).code == 0
    assert not taken(restored := brief(*held))["moves"]
    assert restored == plain


def test_the_same_article_twice_counts_once(article: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.txt"
    copy.write_text(SENT + "\n")
    once = brief("--article", article, *DAY)
    twice = brief("--article", article, "--article", copy, *DAY)
    assert twice["differences"] == once["differences"]
    assert twice["evidence"]["effective"] == once["evidence"]["effective"]
    standings = [one["standing"] for one in twice["evidence"]["claims"]]
    assert standings == ["counts", "outside", "repeats", "repeats"]


def test_a_claim_that_the_scenario_rests_on_moves_nothing_and_says_so(article: Path, tmp_path: Path) -> None:
    key = claims_of(read_text(SENT), "note.txt", "B2")[0].key
    file = tmp_path / "used.yaml"
    source = f"sources: {{digest: {{claims: [{key}]}}}}"
    file.write_text(f"extends: {WAR}\n{source}\n")
    for scenario, words in ((file, DAY), (WAR, ("--published", "2031-03-01")), (WAR, (*DAY, "--origin", "digest"))):
        told = tertius("brief", scenario, *FEW, "--article", article, *words)
        assert told.code == 0, told.err
        evidence = told.data["evidence"]
        assert not evidence["moves"]
        assert evidence["claims"][0]["standing"] == "used"
        assert "digest" in evidence["claims"][0]["reason"]


def test_the_brief_prints_each_sentence_with_what_it_moves(article: Path, tmp_path: Path) -> None:
    told = tertius("brief", WAR, "--futures", 400, "--article", article, *DAY, "--out", tmp_path / "out")
    assert told.code == 0, told.err
    text = (tmp_path / "out" / "brief.md").read_text()
    part = text.partition("## The article\n")[2].partition("\n## ")[0]
    for words in ("Poland has sent rifles to Ukraine", "Grade B2, ratio 27.5", "count in effect", "cannot represent"):
        assert words in part
    assert tertius("show", tmp_path / "out").code == 0
    plain = tertius("brief", WAR, "--futures", 40, "--article", article, "--grade", "F6", *DAY)
    assert "Nothing moves" in plain.out


def test_a_brief_without_an_accepted_claim_says_so(article: Path, tmp_path: Path) -> None:
    base = f"sqlite:///{tmp_path / 'inbox.sqlite'}"
    told = ("--scenario", WAR, "--grade", "B2", *DAY, "--database", base)
    assert tertius("evidence", "add", article, *told).code == 0
    said = tertius("brief", WAR, "--futures", 40, "--evidence", base, "--out", tmp_path / "out")
    assert said.code == 0, said.err
    assert "none is accepted" in said.err
    text = (tmp_path / "out" / "brief.md").read_text()
    assert "No claim was accepted, or none was read. Nothing moves" in text
    assert "claims from" not in text


def test_without_a_day_the_act_may_lie_anywhere_in_the_run(article: Path) -> None:
    told = brief("--article", article)
    assert "within the run" in told["evidence"]["claims"][0]["reason"]


def refused(told: Told, *words: str) -> None:
    assert told.code != 0
    assert "Traceback" not in told.err
    for word in words:
        assert word in told.err


def test_what_cannot_be_read_is_refused_before_anything_runs(tmp_path: Path) -> None:
    bad = {
        "empty.txt": (b"", "empty"),
        "blank.txt": (b" \n\n", "empty"),
        "binary.bin": (bytes(range(256)) * 40, "binary"),
        "german.txt": ("Der Bundeskanzler sagte am Montag, die Regierung werde die Lieferungen prüfen. " * 5).encode(),
        "pdf.pdf": (b"%PDF-1.4 broken", "PDF"),
    }
    for name, given in bad.items():
        data, word = given if isinstance(given, tuple) else (given, "")
        (tmp_path / name).write_bytes(data)
        refused(tertius("brief", WAR, *FEW, "--article", tmp_path / name), name, word)
    refused(tertius("brief", WAR, *FEW, "--article", tmp_path / "none.txt"), "none.txt", "cannot be read")


def test_options_that_do_not_fit_are_refused(article: Path, tmp_path: Path) -> None:
    refused(tertius("brief", WAR, *FEW, "--article", article, "--grade", "Z9"), "Z9", "A to F")
    refused(tertius("brief", WAR, *FEW, "--article", article, "--published", "soon"), "soon", "YYYY-MM-DD")
    refused(tertius("brief", WAR, *FEW, "--grade", "B2"), "--article")
    missing = f"sqlite:///{tmp_path / 'none.sqlite'}"
    refused(tertius("brief", WAR, *FEW, "--evidence", missing), "does not exist", "evidence add")
    table = tmp_path / "strengths.yaml"
    table.write_text("modes: {}")
    refused(tertius("brief", WAR, *FEW, "--article", article, "--strengths", table), "strengths.yaml")


def test_an_instrument_can_be_named_where_an_entry_is_a_decision() -> None:
    data = tertius("compare", WAR, "--futures", 200, "--without", "POL-arms", "--json").data
    assert data["question"]["without"] == [{"event": "POL-arms", "mode": "never"}]
    last = data["reactions"]["rows"][-1]
    assert last["imposed"]
    assert last["up"]["with_it"] > 0 == last["up"]["without"]
    refused(tertius("compare", WAR, "--without", "POL-arms:withdraw"), "never")


def test_a_page_does_not_take_the_place_of_its_text(tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("North Korea has sent soldiers to Russia.", encoding="utf-8")
    told = tertius("read", note, "--html", note)
    assert told.code == 2
    assert "another file" in told.err
    assert note.read_text(encoding="utf-8").startswith("North Korea")
