"""The answer as slides, one thought each; speaker's notes hold the numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from tertius.calendar import day
from tertius.impact.answer import Answer
from tertius.report.drawn import Figures
from tertius.report.formats import Format
from tertius.report.headlines import named
from tertius.report.page import HEADINGS, ChanceRow, FirstPage, first_page
from tertius.report.words import effect_range, interval, number, percent, with_unit
from tertius.units import unit_after
from tertius.world import Scenario

INK, DIM, ACCENT = "1C2430", "5C6779", "B3392F"
WIDTH, HEIGHT, EDGE = 13.333, 7.5, 0.7  # inches
TOP, TITLE_HEIGHT, GAP, FOOT = 0.5, 1.2, 0.25, 0.7  # inches
TITLE_ONLY = 5  # of the layouts of the library's template
SIZES = ((200, 28), (420, 22), (800, 18), (1400, 14))  # characters up to which letters are so large, in points
SMALLEST = 11
TITLE_SIZES = ((70, 32), (140, 26), (260, 20))
SMALLEST_TITLE = 15
MOST_SOURCES = 7


@dataclass(frozen=True)
class Slide:
    """A slide: its title is what it says; lines or a figure show it; notes hold the numbers."""

    title: str
    lines: tuple[str, ...] = ()
    figure: str | None = None
    notes: tuple[str, ...] = ()


def write(answer: Answer, scenario: Scenario, figures: Figures, folder: Path) -> dict[str, str]:
    """Write slides.pptx."""
    from pptx import Presentation
    from pptx.util import Inches

    made = Presentation()
    made.slide_width, made.slide_height = Inches(WIDTH), Inches(HEIGHT)
    told = made.core_properties
    told.title, told.author, told.subject, told.language = scenario.title, "Tertius", answer.run.scenario, "en"
    for number_of, slide in enumerate(slides(answer, scenario, figures), 1):
        _add(made, slide, figures, f"{answer.run.scenario} · as of {day(answer.run.as_of)} · {number_of}")
    made.save(str(folder / "slides.pptx"))
    return {"slides.pptx": "The answer as slides; the notes hold the numbers"}


def slides(answer: Answer, scenario: Scenario, figures: Figures) -> Iterator[Slide]:
    """All slides, in their order."""
    page = first_page(answer, scenario)
    asides = tuple(line for line in (page.compared, page.warning, *page.lacks) if line)
    yield Slide(page.title, (page.ran, *asides), notes=(f"Made by Tertius {answer.run.version}.",))
    yield Slide(page.headline[0], (*page.headline[1:], page.confidence), notes=_outcomes(answer, scenario))
    shown = tuple(f"{_chance_name(row)}: {row.text}, without {row.beside}" for row in page.chances)
    if shown:
        drawn = "chances" if "chances" in figures else None
        yield Slide(page.chances_head, () if drawn else shown, drawn, _chances(page))
    name = f"difference-{page.outcome}"
    if name in figures:
        end = " ".join((page.difference_end, page.goes_on)).strip()
        yield Slide(page.difference, (end,), name, _weeks(answer, scenario, page.outcome))
    if page.reacts:
        yield Slide(
            page.reacts_head, tuple(f"{one.who}: {one.text}" for one in page.reacts), notes=_steps(answer, scenario)
        )
    if page.watch:
        yield Slide(HEADINGS["watch"], tuple(f"{one.when}: {one.text}" for one in page.watch))
    yield Slide(HEADINGS["trust"], page.trust, notes=_scores(answer))
    yield _sources(scenario)


def _outcomes(answer: Answer, scenario: Scenario) -> tuple[str, ...]:
    rows = []
    for told in answer.outcomes:
        found = answer.at(told.id, answer.last)
        span = effect_range(*found.interval, found.resolved)
        rows.append(
            f"{told.name}{unit_after(told.unit)}: {number(found.mean, sign=True)} by week {found.week} "
            f"(80% {span}); ±{number(found.error)}; matters beyond {number(found.band)}."
        )
    return ("With less without:", *rows)


def _chance_name(row: ChanceRow) -> str:
    return f"{row.name} ({row.by})" if row.by else row.name


def _chances(page: FirstPage) -> tuple[str, ...]:
    return tuple(
        f"{_chance_name(row)}: {percent(row.with_it)} with the entry (80% {percent(row.low)} to {percent(row.high)}), "
        f"{percent(row.without)} without."
        for row in page.chances
    )


def _weeks(answer: Answer, scenario: Scenario, outcome: str) -> tuple[str, ...]:
    rows = []
    for week in answer.run.horizons:
        found = answer.at(outcome, week)
        rows.append(
            f"By {day(answer.run.dates[week])}: {number(found.base[1], 3)} with the entry "
            f"(80% of futures {interval(found.base[0], found.base[2], 3)}), {number(found.other[1], 3)} without; "
            f"difference {number(found.mean, sign=True)} (80% {interval(*found.interval, sign=True)})."
        )
    return (f"{named(scenario.outcomes[outcome])}:", *rows)


def _steps(answer: Answer, scenario: Scenario) -> tuple[str, ...]:
    found = answer.reactions
    if found is None:
        return ()
    rows = [(one, way, one.step(way)) for one in found.at_horizon() if one.third for way in ("up", "down")]
    rows = [row for row in rows if row[2].open and not row[0].imposed]
    rows.sort(key=lambda row: -abs(row[2].found.mean))
    return tuple(
        f"{scenario.actors[one.actor].name}, {scenario.instruments[one.instrument].name}, a step {way} "
        f"within {one.week} weeks: {percent(step.with_it)} with, {percent(step.without)} without, "
        f"{percent(step.base_rate)} by base rate; ±{number(step.found.error)}."
        for one, way, step in rows[:MOST_SOURCES]
    )


def _scores(answer: Answer) -> tuple[str, ...]:
    return tuple(
        f"{one.observation}, {one.weeks} weeks ahead: {with_unit(number(one.crps, 3), one.unit)} against "
        f"{number(one.best_crps, 3)} of {one.best}, {one.dates} dates."
        for one in (answer.record.scores if answer.record is not None else ())
    )


def _sources(scenario: Scenario) -> Slide:
    every = sorted(scenario.sources.values(), key=lambda one: (one.grade[0], -one.date.toordinal()))
    lines = [f"{one.publisher}: {one.title}, {day(one.date)} ({one.grade})" for one in every]
    rest = len(lines) - MOST_SOURCES
    shown = [*lines[:MOST_SOURCES], *([f"{rest} more in the notes"] if rest > 0 else [])]
    count = len(lines)
    title = f"{count} source{'' if count == 1 else 's'}, graded by reliability"
    return Slide(title if lines else "No sources are given", tuple(shown), notes=tuple(lines[MOST_SOURCES:]))


def _add(made: Any, told: Slide, figures: Figures, foot: str) -> None:
    from pptx.util import Inches

    slide = made.slides.add_slide(made.slide_layouts[TITLE_ONLY])
    title = slide.shapes.title
    title.left, title.top, title.width, title.height = (
        Inches(side) for side in (EDGE, TOP, WIDTH - 2 * EDGE, TITLE_HEIGHT)
    )
    _bar(slide)
    _say(title.text_frame, [told.title], _points(told.title, TITLE_SIZES, SMALLEST_TITLE), bold=True)
    top = TOP + TITLE_HEIGHT + GAP
    room = HEIGHT - top - FOOT
    if told.figure is not None:
        below = 0.85 if told.lines else 0.0
        _picture(slide, figures, told.figure, top, room - below)
        top, room = top + room - below + 0.05, below
    if told.lines:
        box = slide.shapes.add_textbox(Inches(EDGE), Inches(top), Inches(WIDTH - 2 * EDGE), Inches(room))
        _say(box.text_frame, told.lines, _points(" ".join(told.lines), SIZES, SMALLEST) if told.figure is None else 18)
    box = slide.shapes.add_textbox(Inches(EDGE), Inches(HEIGHT - 0.6), Inches(WIDTH - 2 * EDGE), Inches(0.4))
    _say(box.text_frame, [foot], 11, colour=DIM)
    if told.notes:
        slide.notes_slide.notes_text_frame.text = "\n".join(told.notes)


def _bar(slide: Any) -> None:
    """A mark of colour beside the title; it says nothing, and readers of the screen pass it by."""
    from pptx.enum.shapes import MSO_SHAPE
    from pptx.util import Inches

    bar = slide.shapes.add_shape(
        MSO_SHAPE.RECTANGLE, Inches(EDGE - 0.25), Inches(TOP + 0.08), Inches(0.08), Inches(1.0)
    )
    bar.fill.solid()
    bar.fill.fore_color.rgb = _colour(ACCENT)
    bar.line.fill.background()
    bar.name = "accent"


def _colour(code: str) -> Any:
    from pptx.dml import color

    made: Any = color.RGBColor  # the library gives its constructor no types
    return made.from_string(code)


def _points(text: str, sizes: Sequence[tuple[int, int]], smallest: int) -> int:
    return next((points for most, points in sizes if len(text) <= most), smallest)


def _say(frame: Any, lines: Sequence[str], points: int, bold: bool = False, colour: str = INK) -> None:
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
    from pptx.util import Pt

    frame.word_wrap = True
    frame.vertical_anchor = MSO_ANCHOR.TOP
    for place, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.LEFT
        paragraph.space_after = Pt(points / 2.5)
        run = paragraph.add_run()
        run.text = line
        run.font.size, run.font.bold = Pt(points), bold
        run.font.color.rgb = _colour(colour)


def _picture(slide: Any, figures: Figures, name: str, top: float, room: float) -> None:
    """A figure as large as its place allows, in the middle, with its alternative text."""
    from pptx.util import Inches

    shape = slide.shapes.add_picture(BytesIO(figures.png(name, with_title=False)), 0, Inches(top))
    scale = min(Inches(WIDTH - 2 * EDGE) / shape.width, Inches(room) / shape.height)
    shape.width, shape.height = int(shape.width * scale), int(shape.height * scale)
    shape.left = int((Inches(WIDTH) - shape.width) / 2)
    described = shape._element.nvPicPr.cNvPr  # the library has no setter for it
    described.set("descr", figures.alternative(name))
    described.set("name", name)


FORMAT = Format(
    "pptx",
    "the answer as slides",
    "put together by python-pptx from answer.json and scenario.yaml",
    write,
    is_default=False,
    extra="slides",
    package="pptx",
)
