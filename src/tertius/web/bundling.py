"""A case as a static site: pages that open from a file or any web server, its data, and a manifest of all of it.

The pages are those of the workbench, asked for in this process; what needs the server is left out of them (freezing).
The same result gives the same bytes.
"""

from __future__ import annotations

import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from tertius.api.calls import Watch
from tertius.api.places import write_whole
from tertius.api.result import Comparison
from tertius.engine.folders import About, sha256_of, write_folder
from tertius.errors import ArchiveError, OptionError
from tertius.web.desk import Desk
from tertius.web.freezing import frozen
from tertius.web.own import got
from tertius.web.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

FORM = 1
PAGES = ("today", "map", "futures", "states", "methods", "evidence")
FORMS = ("svg", "csv", "json")
MOST_OUTCOMES = 12
ASKED = {"futures": "outcome", "states": "state", "map": "by"}
"""Page -> what of its address makes another file of it."""
USUAL = {"map": "chance"}
"""Page -> what is taken where its address does not say."""
IDLE = {"week": None, "result": None, "sort": "change", "view": "weeks"}
"""Parts of an address that lead to the same file: any value, or that one alone."""
FIRST, BRIEF, WHOLE = "index.html", "brief.html", "manifest.json"
EARLIEST = (1980, 1, 1, 0, 0, 0)  # a ZIP's first day: it holds no time of its making


@dataclass
class Site:
    """What is being written: the app that is asked, the case, the files asked for by pages."""

    app: FastAPI
    case: str
    result: str
    pages: tuple[str, ...]
    figures: set[tuple[str, str]] = field(default_factory=set)
    tables: set[tuple[str, str]] = field(default_factory=set)
    static: set[str] = field(default_factory=set)
    wanted: dict[str, str] = field(default_factory=dict)
    """Name of a file -> the address that it is made of."""

    def link(self, address: str) -> str | None:
        """Where an address of the workbench leads in the site; None where it leads nowhere."""
        told = urlsplit(address)
        if told.scheme in ("http", "https") or (address.startswith("#") and len(address) > 1):
            return address
        if told.scheme == "frozen":  # a file of the site, by its name
            return told.path
        if address == "/":
            return FIRST
        parts = [unquote(part) for part in told.path.strip("/").split("/")]
        match parts:
            case ["static", name]:
                self.static.add(name)
                return f"static/{quote(name)}"
            case ["case", self.case, "brief"]:
                return BRIEF + (f"#{told.fragment}" if told.fragment else "")
            case ["case", self.case, page]:
                return self._page(page, told.query, told.fragment)
            case ["api", "v1", "cases", self.case, ("figures" | "tables") as kind, name, form] if form in FORMS:
                (self.figures if kind == "figures" else self.tables).add((name, form))
                return f"{kind}/{quote(name)}.{form}"
        return None

    def _page(self, page: str, query: str, fragment: str) -> str | None:
        asked = {key: values[-1] for key, values in parse_qs(query).items()}
        own = asked.pop(ASKED[page], "") if page in ASKED else ""
        own = "" if own == USUAL.get(page) else own
        if page not in self.pages or any(IDLE.get(key, "") not in (None, value) for key, value in asked.items()):
            return None
        name = self.name(page, own)
        if name not in self.wanted:
            return None
        return quote(name) + (f"#{fragment}" if fragment else "")

    @staticmethod
    def name(page: str, own: str = "") -> str:
        """Name of the file of a page."""
        if page == "today":
            return FIRST
        return f"{page}-{own}.html" if own else f"{page}.html"


def bundle(desk: Desk, case: str, folder: Path, result: str = "", progress: Watch | None = None) -> Path:
    """Write a case with its answer as a static site, whole or not at all, and return its folder.

    result: which of its answers; else the latest. Raises UnknownName; OptionError for a case without an answer;
    ArchiveError where it cannot be written.
    """
    from tertius.web.resources.answers import answered

    held = answered(desk, case, result)
    name = result or desk.results(case)[-1]

    def write(scratch: Path) -> dict[str, About]:
        _fill(desk, case, name, held, scratch, progress)
        made = f"made by tertius {held.answer.run.version} of the result"
        return {path.relative_to(scratch).as_posix(): About(_what(path), made) for path in _files(scratch)}

    return write_folder(folder, write)


def _fill(desk: Desk, case: str, result: str, held: Comparison, folder: Path, progress: Watch | None) -> None:
    site = _site(desk, case, result, held)
    total = len(site.wanted) + 3
    for place, (name, address) in enumerate(sorted(site.wanted.items())):
        if progress is not None:
            progress("pages", place, total)
        (folder / name).write_text(frozen(_got(site.app, address), site.link), encoding="utf-8")
    for place, write in enumerate((_static, _data, _taken), len(site.wanted)):
        if progress is not None:
            progress("data", place, total)
        write(site, desk, held, folder)
    text = json.dumps(_manifest(held, folder), indent=1, ensure_ascii=False, sort_keys=True)
    (folder / WHOLE).write_text(text + "\n", encoding="utf-8")


def _site(desk: Desk, case: str, result: str, held: Comparison) -> Site:
    from tertius.web.app import create_app

    run, scenario = held.answer.run, held.scenario
    app = create_app(Settings(desk.folder, read_only=True, workers=0))
    app.state.desk = desk
    app.state.pages = tuple(name for name in PAGES if name in app.state.pages)
    app.state.frozen = {
        "version": run.version, "seed": run.seed, "futures": run.futures, "digest": run.digest, "as_of": run.as_of,
    }  # fmt: skip
    site = Site(app, case, result, app.state.pages)
    asked = f"?result={quote(result)}"
    for page in site.pages:
        site.wanted[Site.name(page)] = f"/case/{case}/{page}{asked}"
    if "futures" in site.pages:
        ids = [one.id for one in sorted(held.answer.outcomes, key=lambda one: not one.headline)]
        for one in ids[:MOST_OUTCOMES]:
            site.wanted[Site.name("futures", one)] = f"/case/{case}/futures{asked}&outcome={quote(one)}"
    if "map" in site.pages:
        from tertius.web.resources.maps import BY

        for one in BY:
            if one != USUAL["map"]:
                site.wanted[Site.name("map", one)] = f"/case/{case}/map{asked}&by={quote(one)}"
    if "states" in site.pages:
        for one in sorted({told.actor for told in scenario.instruments.values()}):
            site.wanted[Site.name("states", one)] = f"/case/{case}/states{asked}&state={quote(one)}"
    return site


def _got(app: FastAPI, address: str) -> str:
    """A page of the app. Raises ArchiveError where it gives none."""
    status, body = got(app, address)
    if status != 200:
        path = address.partition("?")[0]
        raise ArchiveError(f"the page {path} cannot be made (status {status}); open it in tertius serve to see why")
    return body.decode("utf-8")


def _static(site: Site, desk: Desk, held: Comparison, folder: Path) -> None:
    (folder / "static").mkdir()
    own = Path(__file__).parent / "static"
    for name in sorted(site.static):
        if (own / name).is_file():  # names come from our templates alone
            shutil.copyfile(own / name, folder / "static" / name)


def _data(site: Site, desk: Desk, held: Comparison, folder: Path) -> None:
    """The answer, the scenario, the brief, every table as CSV."""
    from tertius.report.formats import chosen_formats, write_formats

    source = desk.result_folder(site.case, site.result)
    assert source is not None  # see `bundle`
    shutil.copyfile(source / "answer.json", folder / "answer.json")
    shutil.copyfile(source / "with" / "scenario.yaml", folder / "scenario.yaml")
    _, failed = write_formats(held.answer, held.scenario, chosen_formats(["html", "csv"]), folder)
    for error in failed:
        raise error


def _taken(site: Site, desk: Desk, held: Comparison, folder: Path) -> None:
    """The files that the menus of figures and tables lead to."""
    from tertius.web.resources.exports import figure_bytes, table_bytes

    (folder / "figures").mkdir()
    for name, form in sorted(site.figures):
        (folder / "figures" / f"{name}.{form}").write_bytes(figure_bytes(desk, site.case, name, form, site.result))
    for name, form in sorted(site.tables):
        (folder / "tables" / f"{name}.{form}").write_bytes(table_bytes(desk, site.case, name, form, site.result))


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _what(path: Path) -> str:
    known = {
        FIRST: "The answer, as a page; open it first",
        WHOLE: "What this site is of, and the hash of each of its files",
        "answer.json": "The answer: every number of it, as `tertius schema` describes it",
        "scenario.yaml": "The scenario as run, parents merged",
        "brief.html": "The brief, as one page that opens without a network",
    }
    kinds = {".html": "A page", ".css": "How pages look", ".csv": "Rows of a figure or table", ".svg": "A figure"}
    return known.get(path.name, kinds.get(path.suffix, "A figure's specification, or a table's rows"))


def _manifest(held: Comparison, folder: Path) -> dict[str, Any]:
    run = held.answer.run
    return {
        "tertius_bundle": FORM,
        "version": run.version,
        "scenario": run.scenario,
        "title": run.title,
        "as_of": run.as_of.isoformat(),
        "scenario_sha256": run.digest,
        "laws_sha256": run.laws,
        "seed": run.seed,
        "futures": run.futures,
        "weeks": run.weeks,
        "compared": list(held.answer.question.labels),
        "files": {
            path.relative_to(folder).as_posix(): {"sha256": sha256_of(path), "bytes": path.stat().st_size}
            for path in _files(folder)
        },
        "sources": [
            {"id": name, "title": one.title, "publisher": one.publisher, "date": one.date.isoformat(),
             "grade": one.grade, "url": one.url}
            for name, one in sorted(held.scenario.sources.items())
        ],
    }  # fmt: skip


def zipped(folder: Path) -> bytes:
    """A folder as a ZIP that holds no time of its making."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in _files(folder):
            about = zipfile.ZipInfo(path.relative_to(folder).as_posix(), EARLIEST)
            about.external_attr = 0o644 << 16
            packed.writestr(about, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return held.getvalue()


def zip_place(desk: Desk, case: str, result: str) -> Path:
    """Where the bundle of a result is kept. Raises UnknownName; OptionError for a case without an answer."""
    folder = desk.result_folder(case, result)
    if folder is None:
        raise OptionError("case", case, "a case with a finished answer", "run it first")
    return folder.parent.parent / "bundles" / f"{folder.name}.zip"


def bundled(desk: Desk, case: str, arguments: dict[str, Any], progress: Watch) -> dict[str, Any]:
    """A job: the bundle of a result, kept to be taken. Returns its result's id and its bytes."""
    place = zip_place(desk, case, str(arguments.get("result", "")))
    with tempfile.TemporaryDirectory() as scratch:
        made = zipped(bundle(desk, case, Path(scratch) / "site", place.stem, progress))
    write_whole(place, made, option="--folder")
    return {"result": place.stem, "bytes": len(made)}


@contextmanager
def desk_of(folder: Path) -> Iterator[tuple[Desk, str]]:
    """A desk that holds nothing but one result that stands elsewhere, and its case. Raises ArchiveError."""
    import re

    from tertius.impact.archive import read_answer
    from tertius.shipped import shipped_scenarios

    answer, _ = read_answer(folder)
    name = answer.run.scenario
    if name not in shipped_scenarios():
        name = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "case"
    with tempfile.TemporaryDirectory() as scratch:
        desk = Desk(Path(scratch))
        if name not in shipped_scenarios():
            desk.keep(name, (folder / "with" / "scenario.yaml").read_text(encoding="utf-8"))
        results = desk.place(name) / "results"
        results.mkdir()
        (results / "000001").symlink_to(folder.resolve(), target_is_directory=True)
        yield desk, name
