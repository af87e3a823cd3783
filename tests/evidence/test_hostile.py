"""Texts made to harm: each ends soon, with its text read or with an error that names place, value, allowed, fix."""

import json
import os
import time
from datetime import date
from pathlib import Path

import pytest

pytest.importorskip("spacy", reason="the extra 'read' is not installed")

from tests.cli.commands import tertius
from tests.evidence.test_documents import SENTENCE, painted

from tertius.api.claims import file_bytes
from tertius.errors import DataError
from tertius.evidence.claims.grades import likelihood_ratios
from tertius.evidence.claims.strengths import read_strengths
from tertius.evidence.reading import pdfs, read_document, read_text
from tertius.evidence.reading.batch import parse_line
from tertius.evidence.reading.gold import read_gold
from tertius.visible import MARK, spelt, visible

SHARED = Path(__file__).parents[2].parent / "shared" / "cases" / "attack"
SOON_S = 60.0


@pytest.mark.parametrize("count", [27, 5000])
def test_comments_before_a_text_end(count: int) -> None:
    start = time.monotonic()
    assert read_document(b"<!---->" * count + SENTENCE.encode(), "f").text.endswith(SENTENCE)
    assert read_document(b"<!---->" * count + f"<p>{SENTENCE}</p>".encode(), "f").text.endswith(SENTENCE)
    assert time.monotonic() - start < SOON_S


def test_what_lies_deep_or_behind_a_long_attribute_is_not_lost() -> None:
    def page(levels: int) -> bytes:
        body = "<div>" * levels + f"<p>{SENTENCE}</p>" + "</div>" * levels
        return f"<html><body><p>Chile met Cuba.</p>{body}</body></html>".encode()

    assert SENTENCE in read_document(page(300), "f").text
    with pytest.raises(DataError, match="nested deeper than 2,048"):
        read_document(page(3000), "f")
    long = f"<html><body><p title='{'a' * 11_000_000}'>Chile met Cuba.</p><p>{SENTENCE}</p></body></html>"
    assert SENTENCE in read_document(long.encode(), "f").text
    with pytest.raises(DataError, match="elements"):
        read_document(b"<html><body>" + b"<p>a" * 110_000, "f")


@pytest.mark.parametrize("written", ["2024\\q-10-30", "2024-\n10-30", "2024-13-45", "[[["])
def test_odd_dates_of_a_page_are_passed_over(written: str) -> None:
    head = f'<script type="application/ld+json">{{"datePublished": "{written}"}}</script>'
    document = read_document(f"<html><head>{head}</head><body><p>{SENTENCE}</p></body></html>".encode(), "f")
    assert (document.text, document.published) == (SENTENCE, None)


def test_a_pdf_has_a_budget_of_time_and_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    data = painted(f"BT /F1 12 Tf 72 700 Td ({SENTENCE}) Tj ET")
    monkeypatch.setattr(pdfs, "LONGEST_S", -1.0)
    with pytest.raises(DataError, match="to lay out"):
        read_document(data, "f")
    monkeypatch.setattr(pdfs, "MOST_PAGES", 0)
    with pytest.raises(DataError, match="pages"):
        read_document(data, "f")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_and_a_device_are_refused_at_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for name in (str(pipe), "/dev/zero", str(tmp_path)):
        with pytest.raises(DataError, match="regular file"):
            file_bytes(name, 10)
        assert tertius("read", "--score", name).code == 3
        for table in (likelihood_ratios, read_strengths):
            with pytest.raises(DataError, match="regular file"):
                table(Path(name))


def test_a_closed_standard_input_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(DataError, match="it is closed"):
        file_bytes("-", 10)


@pytest.mark.parametrize(
    "line",
    [
        '{"id": NaN, "text": "a"}',
        '{"id": 1e999, "text": "a"}',
        '{"id": [1], "text": "a"}',
        '{"text": 3}',
        '{"text": "a", "published": 20241030}',
        "[" * 100_000,
        "null",
        '"x"',
    ],
)
def test_a_bad_line_of_a_batch_is_named(line: str) -> None:
    with pytest.raises(DataError, match="line 1"):
        parse_line(line, "f, line 1")


@pytest.mark.parametrize(
    "event",
    [{"mode": 3}, {"target": 3}, {"also": ["A B"]}, {"also": [3]}, {"mode": None}],
)
def test_a_bad_event_of_a_gold_set_is_named(event: dict[str, object]) -> None:
    good = {"source": "PER", "action": "AID", "target": "ECU", "mode": "happened"}
    assert read_gold(json.dumps({"text": "a", "events": [good]}), "g")
    with pytest.raises(DataError, match="g, line 1"):
        read_gold(json.dumps({"text": "a", "events": [{**good, **event}]}), "g")


@pytest.mark.parametrize("written", ["[" * 1200, "reliability: .inf", "modes: {}", "- 1", "\x00"])
def test_a_table_of_judgements_that_cannot_be_used_is_refused(written: str, tmp_path: Path) -> None:
    file = tmp_path / "table.yaml"
    file.write_text(written)
    for table in (likelihood_ratios, read_strengths):
        with pytest.raises(DataError, match=r"table\.yaml"):
            table(file)


def test_no_sign_that_a_terminal_obeys_leaves_a_reading(tmp_path: Path) -> None:
    text = "Peru shelled\x1b]0;own\x07 Ecuador \x9b31m\u202eon Tuesday\ud800. Chile has bombed\u202e Bolivia."
    reading = read_text(text, date(2024, 10, 30))
    assert len(reading.text) == len(text)
    assert visible(reading.text) == reading.text
    (event,) = [one for one in reading.events if one.source == "CHL"]
    assert reading.text[slice(*event.span)] == event.quote == f"Chile has bombed{MARK} Bolivia"
    file = tmp_path / "na\x1b[31mme.txt"
    file.write_bytes(text.encode("utf-8", "replace"))
    page = tmp_path / "page.html"
    for words in (("--json",), ("--text",), ("--html", page), ()):
        told = tertius("read", file, *words)
        assert told.code == 0
        assert visible(told.out) == told.out
    assert visible(page.read_text()) == page.read_text()
    assert spelt("a\x1b\u202eb\udcff") == r"a\x1b\u202eb\udcff"
    missing = tertius("read", tmp_path / "no\x1b[2J.txt")
    assert r"no\x1b[2J.txt" in missing.err


@pytest.mark.skipif(not SHARED.exists(), reason="the given cases are not beside this checkout")
@pytest.mark.parametrize(
    "name", ["redos27.html", "deep260.html", "enc-AES-128-none.pdf", "ldjson.html", "ldjson2.html"]
)
def test_given_files_are_read(name: str) -> None:
    document = read_document((SHARED / name).read_bytes(), name)
    assert any((event.source, event.target) == ("PRK", "KOR" if "redos" in name else "RUS")
               for event in read_text(document.text, date(2024, 10, 30)).events)  # fmt: skip


@pytest.mark.skipif(not SHARED.exists(), reason="the given cases are not beside this checkout")
def test_given_files_that_hold_nothing_are_refused() -> None:
    with pytest.raises(DataError, match="PDF"):
        read_document((SHARED / "nofilter.pdf").read_bytes(), "f")
    for table, name in ((likelihood_ratios, "g-deep"), (likelihood_ratios, "g-overflow"), (read_strengths, "s-inf")):
        with pytest.raises(DataError, match=name):
            table(SHARED / f"{name}.yaml")


def test_a_long_line_of_capitals_is_no_headline() -> None:
    text = (
        "AB-" * 6000 + " North Korea has sent 3,000 soldiers to Russia.\n\n" + "The ministry said so on Monday. " * 60
    )
    assert [(event.source, event.target) for event in read_text(text, date(2024, 10, 30)).events] == [("PRK", "RUS")]
