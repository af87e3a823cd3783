"""The page: one HTML file with styles, figures and a little script inside, under a policy that lets nothing else run.

The first page stands open; chapters are folded, each with its finding in sight. Figures are drawn twice: as SVG, for
readers without script and for print, and again by Vega, which comes with vl-convert and is written into the file, as
they come into view. Vega reads its expressions without building code, so that the policy needs no `unsafe-eval`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from html import escape, unescape
from importlib.metadata import version
from pathlib import Path
from typing import Any

from markupsafe import Markup

from tertius.impact.answer import Answer
from tertius.report.alternatives import alternative
from tertius.report.contexts import shows
from tertius.report.drawing import INKS, specification
from tertius.report.glossary import GLOSSARY
from tertius.report.outlines import outlines
from tertius.report.page import HEADINGS, FirstPage, first_page
from tertius.report.template import template
from tertius.world import Scenario


def _alone(term: str) -> str:
    """A pattern for a term that is no part of a longer word."""
    before = r"(?<!\w)" if term[0].isalnum() else ""
    return before + re.escape(term) + (r"(?!\w)" if term[-1].isalnum() else "")


TERMS = re.compile("|".join(sorted((_alone(term) for term in GLOSSARY), key=len, reverse=True)))
UNTOUCHED = (
    r"<(?:table|code|svg|summary|nav|script|style|h[1-6])\b.*?</(?:table|code|svg|summary|nav|script|style|h[1-6])>"
)
PLACES = re.compile(r' (?:d|transform|x|y|x1|x2|y1|y2|cx|cy|width|height)="[^"]*"')
DECIMALS = re.compile(r"(\.\d)\d+")
SPOKEN = re.compile(r' (?:role|font-family|aria-[a-z]+)="[^"]*"')
"""A picture is spoken of by the label of its figure, and lettered as the page is."""
CLASS = re.compile(r' class="[^"]*"')  # Vega's names for parts of a picture, which no style of the page uses
OUTLINE = re.compile(r'<path ([^>]*?)d="([^"]{80,})"([^>]*?)(?:/>|></path>)')
DIGITS = 5  # significant ones of a number in a specification
LAND = '"@land"'
ROWS = "@rows"
LOADER = "window.vegaEmbed=vegaEmbed;"
POLICY = (
    "default-src 'none'; img-src data:; style-src '{style}'; script-src {scripts}; base-uri 'none'; form-action 'none'"
)


@dataclass(frozen=True)
class Drawn:
    """A figure as the page has it: its title in words, the picture without it, and what Vega draws it from."""

    title: str
    svg: str
    spec: dict[str, Any]


@dataclass(frozen=True)
class Chapter:
    """A chapter of the page."""

    id: str = shows("its anchor")
    title: str = shows("its heading")
    finding: Markup = shows("the sentence with which it opens, as HTML")
    body: Markup = shows("the rest, as HTML")


@dataclass(frozen=True)
class PageContext:
    """What the template of the page prints."""

    page: FirstPage = shows("the first page")
    headings: Mapping[str, str] = shows("headings of its parts")
    difference: Markup = shows("the figure of the first headline difference")
    chances: Markup = shows("the figure of the headline chances")
    shared: Markup = shows("outlines that several pictures draw")
    chapters: tuple[Chapter, ...] = shows("the chapters")
    policy: str = shows("the content security policy")
    style: Markup = shows("the style sheet")
    script: Markup = shows("our script")
    vega: Markup = shows("the script that draws figures; empty where there are none")
    specs: Markup = shows("the figures' specifications, as JSON")


def page_context(answer: Answer, scenario: Scenario, chapters: str, figures: Mapping[str, Drawn]) -> PageContext:
    """Everything that the template prints. chapters: Markdown, with @@name@@ in place of a figure."""
    page = first_page(answer, scenario)
    pictures = {name: _figure(name, drawn, alternative(answer, scenario, name)) for name, drawn in figures.items()}
    made, outlined = _shared(pictures)
    specs = {name: drawn.spec for name, drawn in figures.items()}
    style, script = template("page.css").strip(), template("page.js").strip()
    vega, data = bundle().strip() if specs else "", _specs(specs)
    scripts = " ".join(f"'{_digest(text)}'" for text in (script, vega, data) if text)
    return PageContext(
        page=page,
        headings=HEADINGS,
        difference=_untitled(made.get(f"difference-{page.outcome}", "")),
        chances=_untitled(made.get("chances", "")),
        shared=Markup(outlined),
        chapters=tuple(_chapters(chapters, made)),
        policy=POLICY.format(style=_digest(style), scripts=scripts),
        style=Markup(style),
        script=Markup(script),
        vega=Markup(vega),
        specs=Markup(data),
    )


def _untitled(figure: str) -> Markup:
    """A figure under a heading of the page's."""
    return Markup(re.sub(r"<figcaption>.*?</figcaption>", "", figure))


def _specs(specs: Mapping[str, Any]) -> str:
    """What Vega draws from, as JSON; the outlines of all states stand in it once."""
    land = json.dumps(_folded(_rounded(list(outlines().values()))), separators=(",", ":"))
    told = json.dumps(_folded(_rounded(specs)), separators=(",", ":")).replace(land, LAND)
    return f'{{"inks":{json.dumps(INKS)},"land":{land if LAND in told else "[]"},"specs":{told}}}'.replace(
        "<", "\\u003c"
    )


def _folded(value: Any) -> Any:
    """A specification in which names of columns stand once: {"@rows": [names, values, values...]} for alike records."""
    if isinstance(value, dict):
        return {name: _folded(held) for name, held in value.items()}
    if isinstance(value, list | tuple):
        names = list(value[0]) if len(value) > 1 and isinstance(value[0], dict) else []
        if names and all(isinstance(each, dict) and list(each) == names for each in value):
            return {ROWS: [names, *([_folded(held) for held in each.values()] for each in value)]}
        return [_folded(held) for held in value]
    return value


def _rounded(value: Any) -> Any:
    """A specification with as many digits as a screen can show."""
    if isinstance(value, dict):
        return {name: _rounded(held) for name, held in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(held) for held in value]
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


def _shared(figures: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """Figures in which an outline that was drawn more than once is a reference; and these outlines, drawn once."""
    counts = Counter(found[2] for picture in figures.values() for found in OUTLINE.finditer(picture))
    ids = {path: f"outline-{place}" for place, (path, count) in enumerate(counts.items()) if count > 1}

    def used(found: re.Match[str]) -> str:
        return f'<use href="#{ids[found[2]]}" {found[1]}{found[3]}/>' if found[2] in ids else found[0]

    paths = "".join(f'<path id="{name}" d="{path}"/>' for path, name in ids.items())
    hidden = f'<svg class="unseen" aria-hidden="true" focusable="false"><defs>{paths}</defs></svg>' if ids else ""
    return {name: OUTLINE.sub(used, picture) for name, picture in figures.items()}, hidden


@cache
def bundle() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script, out of vl-convert; nothing is fetched."""
    import vl_convert
    from platformdirs import user_cache_path

    # Made once for each version, since that takes seconds, and kept below its hash; what cannot be kept, or was
    # damaged there, is made again.
    wanted = os.environ.get("TERTIUS_CACHE")
    kept = (Path(wanted) if wanted else user_cache_path("tertius")) / f"vega-{version('vl-convert-python')}.js"
    with suppress(OSError):
        seal, _, held = kept.read_bytes().partition(b"\n")
        if seal == _seal(held):
            return held.decode("utf-8")
    made = str(vl_convert.javascript_bundle(LOADER)).replace("</script", "<\\/script")
    with suppress(OSError):
        kept.parent.mkdir(parents=True, exist_ok=True)
        scratch = kept.with_suffix(f".{os.getpid()}")
        scratch.write_bytes(_seal(made.encode("utf-8")) + b"\n" + made.encode("utf-8"))
        scratch.replace(kept)
    return made


def _seal(script: bytes) -> bytes:
    """The line above a script that is kept: a comment with its hash."""
    return b"// " + hashlib.sha256(script).hexdigest().encode("ascii")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def drawn(chart: Any, draw: Callable[[dict[str, Any]], str] | None = None) -> Drawn:
    """A chart as the page has it; one that is drawn already stays. draw: Vega-Lite to SVG; else as `painter`."""
    if isinstance(chart, Drawn):
        return chart
    if draw is None:
        from tertius.report.painter import svg as usual

        draw = usual
    spec = specification(chart, validate=False)
    title = spec.pop("title", {}).get("text", "")
    # A tenth of a pixel is enough; numbers in texts stay whole.
    svg = PLACES.sub(lambda found: DECIMALS.sub(r"\1", found[0]), str(draw(spec)))
    for place, gradient in enumerate(dict.fromkeys(re.findall(r"gradient_\d+", svg))):  # counted over the process
        svg = re.sub(rf"{gradient}\b", f"shade-{place}", svg)
    return Drawn(title if isinstance(title, str) else " ".join(title), svg, spec)


def _figure(name: str, one: Drawn, told: str) -> str:
    """A figure: its title, its picture with the page's own inks, and its alternative text."""
    svg = re.sub(r'id="([^"]+)"', lambda found: f'id="{name}-{found[1]}"', SPOKEN.sub("", one.svg))
    svg = re.sub(r"url\(#([^)]+)\)", lambda found: f"url(#{name}-{found[1]})", svg)
    for ink, colour in INKS.items():
        svg = svg.replace(f'"{colour}"', f'"var(--{ink})"')
    svg = CLASS.sub("", svg).replace("<svg ", '<svg class="still" aria-hidden="true" focusable="false" ', 1)
    return (
        f'<figure data-figure="{name}"><figcaption>{escape(one.title)}</figcaption>'
        f'<div class="drawn" role="img" aria-label="{escape(told)}">{svg}</div></figure>'
    )


def _chapters(text: str, figures: Mapping[str, str]) -> list[Chapter]:
    """Chapters at each second heading; the first paragraph of each is its finding."""
    from markdown_it import MarkdownIt

    # Raw HTML in a scenario's texts is shown as text, never interpreted.
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    made = []
    for part in re.split(r"(?m)^## ", text)[1:]:
        title, _, body = part.partition("\n")
        html = reader.render(body)
        found = re.match(r"\s*<p><strong>(.*?)</strong></p>", html, re.DOTALL)
        finding, rest = (found[1], html[found.end() :]) if found else ("", html)
        name = re.sub(r"\W+", "-", title.strip().lower()).strip("-")
        rest = explained(_tables(rest, name), name)
        for figure, picture in figures.items():
            rest = rest.replace(f"<p>@@{figure}@@</p>", picture)
        made.append(Chapter(name, unescape(reader.renderInline(title.strip())), Markup(finding), Markup(rest)))
    return made


def _tables(html: str, chapter: str) -> str:
    """Tables that scroll in their own frame; the script makes their headings sort."""
    count = 0

    def opened(found: re.Match[str]) -> str:
        nonlocal count
        count += 1
        label = f"Table {count} of {chapter.replace('-', ' ')}"
        return f'<section class="scroll" tabindex="0" aria-label="{escape(label)}"><table>'

    html = re.sub(r"<table>", opened, html).replace("</table>", "</table></section>").replace("<th", '<th scope="col"')
    html = html.replace('<th scope="col"ead', "<thead")
    html = re.sub(r' style="text-align:(\w+)"', r' class="\1"', html)
    return re.sub(r"<tr>\n<td([^>]*)>(.*?)</td>", r'<tr>\n<th scope="row"\1>\2</th>', html, flags=re.DOTALL)


def explained(html: str, place: str) -> str:
    """The first mention of each term of the glossary, outside tables, headings and pictures, with what it means."""
    seen: set[str] = set()

    def first(found: re.Match[str]) -> str:
        if found[0] in seen:
            return found[0]
        seen.add(found[0])
        return _term(found[0], f"term-{place}-{len(seen)}")

    parts = re.split(f"({UNTOUCHED}|<[^>]+>)", html, flags=re.DOTALL)
    return "".join(part if number % 2 else TERMS.sub(first, part) for number, part in enumerate(parts))


def _term(term: str, name: str) -> str:
    return (
        f'<span class="term" tabindex="0" role="note" aria-describedby="{name}">{term}'
        f'<span class="tip" role="tooltip" id="{name}">{escape(GLOSSARY[term])}</span></span>'
    )
