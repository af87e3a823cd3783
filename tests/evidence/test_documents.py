"""Files of every sort: read, or refused with the reason."""

import io
import json
import time
from pathlib import Path

import pytest

pytest.importorskip("spacy", reason="the extra 'read' is not installed")

from tests.cli.commands import tertius

from tertius.errors import DataError, MissingExtra
from tertius.evidence.reading import read_document, read_text
from tertius.evidence.reading.extra import needed

SENTENCE = "Peru shelled Ecuador on Tuesday."


def pdf(text: str) -> bytes:
    """A PDF of one page, written by hand."""
    return painted(f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET")


def painted(drawing: str) -> bytes:
    """A PDF of one page with this drawing."""
    stream = drawing.encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = io.BytesIO(b"%PDF-1.4\n"), []
    out.seek(0, 2)
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


HTML = f"""<!DOCTYPE html><html><head><title>t</title>
<meta property="article:published_time" content="2024-10-30T08:00">
<script>var x = "Chile attacked Bolivia.";</script><style>p {{}}</style></head><body><nav>Cuba invaded Haiti</nav>
<article><h1>News</h1><p>{SENTENCE}</p><p>More &amp; more.</p></article><footer>Iran hit Iraq</footer></body></html>"""


def test_html_loses_scripts_and_menus() -> None:
    document = read_document(HTML.encode(), "page")
    assert document.text == f"News\n{SENTENCE}\nMore & more."
    assert str(document.published) == "2024-10-30"


def test_pdf() -> None:
    assert read_document(pdf(SENTENCE), "p").text == SENTENCE


def test_columns_painted_row_by_row_are_read_one_after_the_other() -> None:
    left = [
        "Peru shelled a town in Ecuador on",
        "Tuesday, and a minister in Quito called",
        "for help from Brazil at once.",
    ]
    right = [
        "Chile has bombed a base in Bolivia,",
        "the ministry in La Paz said, and Cuba",
        "has condemned Chile for the raid.",
    ]
    rows = [
        f"BT /F1 10 Tf 50 {700 - 12 * row} Td ({one}) Tj ET BT /F1 10 Tf 330 {700 - 12 * row} Td ({other}) Tj ET"
        for row, (one, other) in enumerate(zip(left, right, strict=True))
    ]
    text = read_document(painted(" ".join(rows)), "p").text
    assert " ".join(text.split()) == " ".join([*left, *right])


def test_text_that_nobody_sees_is_not_read() -> None:
    drawing = f"BT /F1 12 Tf 72 700 Td ({SENTENCE}) Tj ET BT 3 Tr /F1 12 Tf 72 600 Td (Cuba invaded Haiti.) Tj ET"
    assert read_document(painted(drawing), "p").text == SENTENCE
    hidden = "<p style='display: none'>Cuba invaded Haiti.</p>"
    page = f"<html><body><article><p>{SENTENCE}</p>{hidden}</article></body></html>"
    assert read_document(page.encode(), "page").text == SENTENCE


def test_a_stray_null_is_left_out() -> None:
    (event,) = read_text(read_document(b"Peru shelled\x00 Ecuador on Tuesday.", "f").text).events
    assert (event.source, event.target) == ("PER", "ECU")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (pdf(SENTENCE)[:200], "PDF"),
        (b"%PDF-1.7 nothing", "PDF"),
        (b"\x7fELF\x00\x01\x02\x00" * 50, "binary"),
        (bytes(range(256)) * 40, "binary"),
        (b"a" * (21 << 20), "20 MB"),
    ],
)
def test_what_cannot_be_read_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(DataError, match=said):
        read_document(data, "file")


def test_bytes_that_are_not_utf8_are_told() -> None:
    document = read_document("Peru shelled Ecuador – in São Tomé.".encode("cp1252"), "f")
    assert document.text == "Peru shelled Ecuador – in São Tomé."
    assert "Windows-1252" in document.notes[0]


@pytest.mark.parametrize(
    "text",
    [
        "Russland hat in der Nacht die Ukraine mit Raketen angegriffen, und die Regierung in Kiew bat um Hilfe.",
        "La Russie a attaqué l'Ukraine cette nuit, et le gouvernement de Kiev a demandé de l'aide à ses alliés.",
        "Россия ночью атаковала Украину ракетами, сообщило правительство в Киеве.",
        "ロシアは夜間にウクライナをミサイルで攻撃し、政府は支援を求めたと発表した。",
    ],
)
def test_another_language_is_told(text: str) -> None:
    with pytest.raises(DataError, match="another language"):
        read_text(text)


@pytest.mark.parametrize("text", ["", " \n\t\n"])
def test_an_empty_text(text: str) -> None:
    reading = read_text(text)
    assert reading.events == ()
    assert "empty" in reading.notes[0]


def test_json_lines_go_on_after_a_bad_line(tmp_path: Path) -> None:
    file = tmp_path / "many.jsonl"
    lines = [json.dumps({"id": "a", "text": SENTENCE, "published": "2024-10-30"}), "{broken", '{"id": "c"}']
    file.write_text("\n".join([*lines, json.dumps({"id": "d", "text": SENTENCE})]) + "\n")
    told = tertius("read", file, "--json")
    records = [json.loads(line) for line in told.out.splitlines()]
    assert [record["id"] for record in records] == ["a", "d"]
    assert records[0]["events"][0]["date"] == "2024-10-29"
    assert "line 2" in told.err
    assert "line 3" in told.err
    assert told.code == 3


def test_the_command(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(HTML)
    data = tertius("read", file, "--json").data
    (event,) = data["events"]
    assert (event["source"], event["target"], event["date"]) == ("PER", "ECU", "2024-10-29")
    assert data["text"][slice(*event["span"])] == event["quote"]
    assert "PER" in tertius("read", file).out
    assert tertius("read", file, "--text").out.strip() == data["text"]
    assert tertius("read", file, "--published", "soon").code == 2
    assert tertius("read", tmp_path / "none").code == 3
    assert tertius("read").code == 2
    assert tertius("read", file, "--scenario", "ukraine-2042").code == 2
    assert tertius("read", file, "--json", "--scenario", "ukraine-2024").data["events"][0]["source"] == "PER"


def test_a_missing_package_names_the_extra() -> None:
    with pytest.raises(MissingExtra, match=r"\.\[read\]"):
        needed("no_such_package_of_ours")


def test_a_hundred_kilobytes_take_seconds() -> None:
    read_text(SENTENCE)
    text = "\n".join([f"{SENTENCE} The minister in Lima said that talks with Chile would go on next week."] * 1000)
    began = time.process_time()
    assert len(read_text(text).events) >= 1
    assert time.process_time() - began < 40, "about 5 s of a processor"
