"""The formats: each is one file; texts of a scenario stay texts in all of them; what fails takes nothing else along."""

from __future__ import annotations

import json
import re
import socket
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pptx
import pypdf
import pytest
from tests.cli.commands import tertius
from tests.impact.levies import brief, made
from tests.impact.levies import war as levied
from tests.report.test_system import war, whole

from tertius.engine.folders import LIST
from tertius.errors import ArchiveError, MissingExtra, UnknownName
from tertius.impact.archive import read_answer
from tertius.report import formats as room
from tertius.report.archive import save_brief, save_outputs
from tertius.report.drawn import Figures
from tertius.report.formats import Format, chosen_formats, formats
from tertius.report.formats import pdf as pdf_file
from tertius.report.formats import pptx as slides_file
from tertius.report.formats.pdf import contents, pdf
from tertius.report.page import HEADINGS, first_page

pytestmark = pytest.mark.usefixtures("compiled")
NAMES = {"html", "md", "pdf", "csv", "parquet", "svg", "png", "pptx"}
MARKUP = (
    '#panic("x") $x^2$ @nobody <label> [bracket] \\ "quote" *star* _under_ `tick` // gone /* gone */ ~ --- = head '
    "<script>alert(1)</script> {{7*7}}"
)
ALWAYS_THERE = {"brief.html", "brief.md", "tables/outcomes.csv", "tables/outcomes.parquet", "figures/losses.svg"}


@cache
def printed() -> tuple[bytes, pypdf.PdfReader]:
    made_now = pdf(whole(), war(), Figures.of(whole(), war()))
    return made_now, pypdf.PdfReader(BytesIO(made_now))


def reader(answer: Any, scenario: Any) -> pypdf.PdfReader:
    return pypdf.PdfReader(BytesIO(pdf(answer, scenario, Figures.of(answer, scenario))))


def text_of(page: pypdf.PageObject) -> str:
    return " ".join(page.extract_text().split())


def test_every_format_is_found_and_says_what_it_is() -> None:
    found = formats()
    assert set(found) >= NAMES
    for name, one in found.items():
        assert one.name == name
        assert one.what
        assert one.made
        assert bool(one.extra) == bool(one.package)


def test_names_are_read_and_unknown_ones_answered_with_the_nearest() -> None:
    assert [one.name for one in chosen_formats(["pdf, CSV", "csv"])] == ["pdf", "csv"]
    assert {one.name for one in chosen_formats(["all"])} == set(formats())
    assert {one.name for one in chosen_formats()} == {one.name for one in formats().values() if one.is_default}
    with pytest.raises(UnknownName, match="nearest: parquet"):
        chosen_formats(["html,parket"])


def test_a_missing_extra_is_told_before_anything_is_computed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(room, "find_spec", lambda name: None)
    assert "pdf" not in {one.name for one in chosen_formats()}, "left out where it is not asked for"
    with pytest.raises(MissingExtra, match=r"pip install '\.\[pdf\]'"):
        chosen_formats(["pdf"])
    told = tertius("brief", "river-war", "--futures", 4, "--slides", "--out", tmp_path / "out")
    assert told.code == 3
    assert "[slides]" in told.err
    assert "paired futures" not in told.err
    assert not (tmp_path / "out").exists()


def test_a_format_without_a_folder_is_an_error() -> None:
    told = tertius("brief", "river-war", "--futures", 4, "--format", "pdf")
    assert told.code == 2
    assert "add --out" in told.err
    assert "nearest: png" in tertius("brief", "river-war", "--format", "pngs", "--out", "x").err


def test_everything_is_written_listed_and_made_without_a_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*given: Any, **named: Any) -> Any:
        raise AssertionError("nothing is fetched")

    monkeypatch.setattr(socket.socket, "connect", refused)
    folder = save_brief(made(), tmp_path / "out", chosen_formats(["all"]))
    told = json.loads((folder / LIST).read_text(encoding="utf-8"))
    written = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()} - {LIST}
    assert written == set(told["sha256"]) == set(told["about"])
    assert written >= ALWAYS_THERE | {"brief.pdf", "slides.pptx", "figures/losses.png", "answer.json"}
    assert all(one["what"] and one["made"] for one in told["about"].values())
    assert all((folder / name).stat().st_size > 0 for name in written)
    for link in re.findall(r"\]\((figures/[^)]+)\)", (folder / "brief.md").read_text(encoding="utf-8")):
        assert (folder / link).is_file()


def test_an_opened_brief_is_told_anew_and_the_archive_stays(tmp_path: Path) -> None:
    archive = save_brief(made(), tmp_path / "archive", chosen_formats(["md"]))
    kept = (archive / LIST).read_bytes()
    told = tertius("show", archive, "--out", tmp_path / "more", "--format", "csv,svg", "--slides")
    assert told.code == 0, told.err
    assert "written: " in told.out
    assert {path.name for path in (tmp_path / "more").iterdir()} == {"figures", "tables", "slides.pptx", LIST}
    with pytest.raises(ArchiveError, match="would be lost"):
        save_outputs(*read_answer(archive), archive, chosen_formats(["csv"]))
    assert (archive / LIST).read_bytes() == kept


def test_a_format_that_fails_loses_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*given: Any) -> dict[str, str]:
        raise ArchiveError("cannot be typeset")

    chosen = [Format("bad", "x", "x", fails), *chosen_formats(["md"])]
    with pytest.raises(ArchiveError, match="cannot be typeset"):
        save_brief(made(), tmp_path / "out", chosen)
    assert (tmp_path / "out" / "brief.md").is_file()
    assert read_answer(tmp_path / "out")[0] == brief()


def test_a_full_disk_leaves_what_stood_there(tmp_path: Path) -> None:
    def full(answer: Any, scenario: Any, figures: Figures, folder: Path) -> dict[str, str]:
        raise OSError(28, "No space left on device", str(folder / "brief.pdf"))

    folder = save_brief(made(), tmp_path / "out", chosen_formats(["md"]))
    before = {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
    with pytest.raises(ArchiveError, match="No space left"):
        save_brief(made(), folder, [Format("full", "x", "x", full)])
    assert {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()} == before


def test_a_format_added_in_one_place_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(answer: Any, scenario: Any, figures: Figures, folder: Path) -> dict[str, str]:
        (folder / "count.txt").write_text(f"{len(answer.differences)} {len(figures)}")
        return {"count.txt": "How many rows and figures"}

    dummy = Format("count", "a count", "counted", write)
    monkeypatch.setattr(room, "formats", lambda: {**formats(), "count": dummy})
    folder = save_outputs(brief(), levied(), tmp_path / "out", chosen_formats(["count"]))
    assert (folder / "count.txt").read_text().split()[0] == str(len(brief().differences))
    assert json.loads((folder / LIST).read_text())["about"]["count.txt"]["made"] == "counted"


def test_the_pdf_is_one_page_then_chapters_tagged_and_lettered_by_itself() -> None:
    data, read = printed()
    assert read.metadata is not None
    assert read.metadata.title == war().title
    root: Any = read.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("en")
    assert b"pdfuaid" in data
    page = first_page(whole(), war())
    first, second = text_of(read.pages[0]), text_of(read.pages[1])
    assert page.trust[-1] in first
    assert second.startswith("Contents")
    titles = [entry.title for entry in read.outline if not isinstance(entry, list)]
    assert {"The fighting", "Sources"} <= set(titles)
    fonts = [font for each in read.pages for font in each["/Resources"]["/Font"].values()]
    described = [font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts]
    assert all("/FontFile2" in one or "/FontFile3" in one for one in described)
    assert not any("/XObject" in one["/Resources"] and _pictures(one) for one in read.pages), "figures are drawn"


def _pictures(page: Any) -> bool:
    return any(one.get_object()["/Subtype"] == "/Image" for one in page["/Resources"]["/XObject"].values())


def test_the_text_of_the_pdf_lies_within_us_letter_too() -> None:
    read = printed()[1]
    rows: list[float] = []
    for page in read.pages:
        page.extract_text(
            visitor_text=lambda text, cm, tm, font, size: rows.append(cm[5] + tm[5]) if text.strip() else None
        )
    spare = (297 - 279.4) / 2 / 25.4 * 72  # what a sheet of US Letter lacks above and below, in points
    height = float(read.pages[0].mediabox.height)
    assert min(rows) > spare
    assert max(rows) < height - spare


def test_texts_of_a_scenario_are_data_to_the_typesetter() -> None:
    scenario = war()
    name, told = next(iter(scenario.outcomes.items()))
    hostile = replace(
        scenario, title=MARKUP, outcomes={**scenario.outcomes, name: told.model_copy(update={"name": MARKUP})}
    )
    read = reader(whole(), hostile)
    assert read.metadata is not None
    assert read.metadata.title == MARKUP
    squeezed = "".join("".join(page.extract_text().split()) for page in read.pages).replace("\xad", "")
    for sign in (
        '#panic("x")',
        "$x^2$",
        "@nobody",
        "<label>",
        "[bracket]",
        "\\",
        "*star*",
        "_under_",
        "//gone",
        "<script>",
        "{{7*7}}",
    ):
        assert sign.replace(" ", "") in squeezed, sign


def test_texts_too_long_for_one_page_are_made_smaller() -> None:
    long = replace(war(), title=" ".join(["A very long title of a war"] * 60))
    read = reader(whole(), long)
    assert text_of(read.pages[1]).startswith("Contents")
    assert first_page(whole(), long).trust[-1] in text_of(read.pages[0])


def test_signs_that_no_font_has_do_not_stop_the_pdf() -> None:
    read = reader(whole(), replace(war(), title="War \U00013080 \ue123"))
    assert len(read.pages) > 2


def test_what_the_typesetter_refuses_is_a_plain_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_file, "template", lambda name: "#panic()")
    with pytest.raises(ArchiveError, match=r"cannot write brief\.pdf"):
        pdf(whole(), war(), Figures.of(whole(), war()))


def test_every_name_of_the_typesetters_template_is_given() -> None:
    used = set(re.findall(r"\bdoc\.([a-z]+)", pdf_file.template("brief.typ"))) - {"json"}
    told = contents(whole(), war(), Figures.of(whole(), war()))
    assert used == set(told)
    fields = set(re.findall(r"\bpage\.([a-z_]+)", pdf_file.template("brief.typ"))) - {"headline"}
    assert fields <= set(told["page"])


def test_slides_have_titles_pictures_with_words_and_notes(tmp_path: Path) -> None:
    slides_file.write(whole(), war(), Figures.of(whole(), war()), tmp_path)
    deck = pptx.Presentation(str(tmp_path / "slides.pptx"))
    assert deck.core_properties.title == war().title
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert all(titles)
    page = first_page(whole(), war())
    assert page.headline[0] in titles
    assert page.difference in titles
    assert {page.chances_head, HEADINGS["watch"], HEADINGS["trust"]} <= set(titles)
    pictures = [shape for slide in deck.slides for shape in slide.shapes if shape.shape_type == 13]
    assert len(pictures) == 2
    for picture in pictures:
        assert len(picture._element.nvPicPr.cNvPr.get("descr")) > 40
        assert picture.left >= 0
        assert picture.left + picture.width <= deck.slide_width
        assert picture.top + picture.height <= deck.slide_height
    notes = " ".join(slide.notes_slide.notes_text_frame.text for slide in deck.slides if slide.has_notes_slide)
    assert "80% of futures" in notes
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.top + shape.height <= deck.slide_height


def test_slides_show_a_hostile_name_as_it_is_written(tmp_path: Path) -> None:
    title = "<script> & #x $y$ @z"
    hostile = replace(war(), title=title)
    slides_file.write(whole(), hostile, Figures.of(whole(), hostile), tmp_path)
    deck = pptx.Presentation(str(tmp_path / "slides.pptx"))
    assert deck.slides[0].shapes.title.text_frame.text == title


def test_numbers_in_a_figure_are_whole() -> None:
    import vl_convert

    figures = Figures.of(whole(), war())
    for name in figures:
        spec = {key: value for key, value in figures.charts[name].to_dict().items() if key != "title"}
        before = re.findall(r">([^<>]+)</text>", vl_convert.vegalite_to_svg(spec))
        assert re.findall(r">([^<>]+)</text>", figures.drawn(name).svg) == before
        assert len(before) > 3


def test_a_picture_carries_its_title_and_what_it_shows() -> None:
    figures = Figures.of(whole(), war())
    for name in figures:
        svg = figures.svg(name)
        assert f"<desc>{svg.partition('<desc>')[2].partition('</desc>')[0]}</desc>" in svg
        assert 'viewBox="0 -' in svg
        assert figures.png(name).startswith(b"\x89PNG")
        assert len(figures.alternative(name)) > 20
