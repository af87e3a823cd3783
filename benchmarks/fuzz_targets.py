"""What `benchmarks.fuzz` calls: whatever takes a file or a request of a user, with good inputs to be changed."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tertius.errors import TertiusError

TODAY = date(2026, 1, 1)
Run = Callable[[bytes, Path], None]


@dataclass(frozen=True)
class Target:
    """What is called with inputs.

    seeds   good ones
    run     takes one, and an empty folder; may raise TertiusError
    share   inputs of it among those of all targets
    """

    seeds: Sequence[bytes]
    run: Run
    share: int = 1


def _write(folder: Path, name: str, data: bytes) -> Path:
    file = folder / name
    file.write_bytes(data)
    return file


def _shipped(*names: str) -> list[bytes]:
    return [(files("tertius") / name).read_bytes() for name in names]


def _scenario(data: bytes, folder: Path) -> None:
    from tertius.engine import Layout
    from tertius.world import load_scenario

    Layout.of(load_scenario(_write(folder, "war.yaml", data)))


def _yaml(data: bytes, folder: Path) -> None:
    from tertius.world.yaml_source import read_text, read_yaml

    read_yaml(read_text(_write(folder, "file.yaml", data)), "file.yaml")


def _override(data: bytes, folder: Path) -> None:
    from tertius.engine.executors import How
    from tertius.evidence.address import check_address
    from tertius.world import parse_override

    text = data.decode("utf-8", "surrogateescape")
    for take in (parse_override, How.of, check_address):
        try:
            take(text)
        except TertiusError:
            continue


def _document(data: bytes, folder: Path) -> None:
    from tertius.evidence.reading import read_document

    read_document(data, "file")


def _tables(data: bytes, folder: Path) -> None:
    """A table of words: the first line says whose file it is."""
    from tertius.evidence.admission import checked
    from tertius.evidence.registry import sources

    name, _, body = data.partition(b"\n")
    owner, _, file = name.decode("utf-8", "replace").partition(" ")
    known = sources()
    source = known.get(owner) or known[sorted(known)[len(data) % len(known)]]
    checked(body, file or next(iter(source.files), "file.csv"), source, TODAY)


def _tables_seeds() -> list[bytes]:
    days = [f"2024-10-{day:02d}" for day in range(1, 29)]
    isw = "isw isw_area_daily.csv\ndate,isw_russia_controlled_km2\n" + "".join(
        f"{d},{112000 + n}\n" for n, d in enumerate(days)
    )
    area = "deepstate deepstate_area_daily.csv\ndate,ru_occupied_ukraine_km2\n" + "".join(
        f"{d},{108000 + n}\n" for n, d in enumerate(days)
    )
    aid = "kiel aid_monthly_by_donor.csv\nmonth,donor,aid_type,measure,eur\n" + "".join(
        f"2024-0{m}-01,{who},Military,allocation,{m}e8\n" for m in range(1, 10) for who in ("Germany", "Japan")
    )
    held = {"type": "Polygon", "coordinates": [[[36, 47], [37, 47], [37, 48], [36, 47]]]}
    feature = {"type": "Feature", "properties": {"name": "Occupied"}, "geometry": held}
    maps = "deepstate deepstate-2024-08-01.geojson\n"
    maps += json.dumps({"type": "FeatureCollection", "features": [feature]})
    fights = "id,type_of_violence,conflict_name,side_a,side_b,country,date_prec,date_start,date_end"
    fights += ",deaths_a,deaths_b,deaths_civilians,best,high,low\n"
    fights += "".join(
        f"{n},1,x,Government of Chad,Government of Niger,Niger,1,{d},{d},0,4,0,4,6,3\n" for n, d in enumerate(days)
    )
    return [each.encode() for each in (isw, area, aid, maps, "ucdp ged.csv\n" + fights)]


def _lists(data: bytes, folder: Path) -> None:
    """Grades, strengths, lines of a batch, and gold."""
    from tertius.evidence.claims.grades import likelihood_ratios
    from tertius.evidence.claims.strengths import read_strengths
    from tertius.evidence.reading.batch import parse_line
    from tertius.evidence.reading.gold import read_gold

    file, text = _write(folder, "list.yaml", data), data.decode("utf-8", "replace")
    for take in (
        lambda: likelihood_ratios(file),
        lambda: read_strengths(file),
        lambda: parse_line(text, "line"),
        lambda: read_gold(text, "gold"),
    ):
        try:
            take()
        except TertiusError:
            continue


def _questions() -> Run:
    from tertius.engine import Layout
    from tertius.forecasts.questions.reading import read_questions
    from tertius.world import load_scenario

    layout = Layout.of(load_scenario("river-war"))

    def run(data: bytes, folder: Path) -> None:
        read_questions(layout, _write(folder, "war.questions.yaml", data))

    return run


def _fit(data: bytes, folder: Path) -> None:
    from tertius.engine.posterior_form import Malformed, read_form

    with suppress(Malformed):  # told with its place by whoever loads the scenario
        read_form(_write(folder, "war.fit.json", data))


def _fit_seed() -> bytes:
    """A shipped fit with the first two of each long list: small, and still a fit."""

    def small(told: Any) -> Any:
        if isinstance(told, dict):
            return {name: small(value) for name, value in told.items()}
        return [small(value) for value in (told[:2] if len(told) > 12 else told)] if isinstance(told, list) else told

    return json.dumps(small(json.loads(_shipped("scenarios/ukraine-2024-before.fit.json")[0]))).encode()


def _ledger(data: bytes, folder: Path) -> None:
    from tertius.forecasts.ledger.database import Ledger
    from tertius.forecasts.ledger.verifying import verify

    with closing(Ledger(f"sqlite:///{_write(folder, 'ledger.sqlite', data)}")) as held:
        verify(held)


def _ledger_seed() -> bytes:
    from tests.forecasts.ledgers import fill

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ledger.sqlite"
        fill(f"sqlite:///{file}", 3)
        return file.read_bytes()


def _archive(folder: Path) -> Target:
    """A run, and one in pieces, of which one file is another: the first line says which. One in forty is resumed."""
    from tests.impact.levies import LEVY

    import tertius
    from tertius.engine.keeping import states
    from tertius.engine.runs import Store, planned
    from tertius.impact.pieced import Pieced

    war = str(LEVY["B"])  # a small one, since every input may have its scenario read anew
    tertius.save(tertius.run(war, futures=8, weeks=2), folder / "run")
    tertius.stream(war, folder / "pieces", futures=8, weeks=2)
    held = [file for place in ("run", "pieces") for file in sorted((folder / place).rglob("*")) if file.is_file()]
    names = {file.relative_to(folder).as_posix() for file in held}
    seeds = [f"{file.relative_to(folder)}\n".encode() + file.read_bytes() for file in held if file.name != "lock"]

    plan = planned(folder / "pieces").plan

    def opened(copy: Path, file: str) -> None:
        run = planned(copy)
        Store.of(run, run.plan if file.startswith(("plan", "worlds")) else plan).fold()
        Pieced.read(run)

    def run(data: bytes, empty: Path) -> None:
        name, _, body = data.partition(b"\n")
        told = name.decode("utf-8", "replace")
        kind, _, file = (told if told in names else "run/run.json").partition("/")
        copy = Path(shutil.copytree(folder / kind, empty / "copy", copy_function=os.link))
        (copy / file).unlink()  # a link: what it leads to stays as it was
        (copy / file).write_bytes(body)
        if len(body) % 3 == 0:  # as if a run in pieces had not come to its end
            (copy / "summary.json").unlink(missing_ok=True)
        states(empty)
        for take in (tertius.show, tertius.resume if len(body) % 40 == 0 else partial(opened, file=file)):
            try:
                take(copy)
            except TertiusError:
                continue

    return Target(seeds, run, 2)


def _api(folder: Path) -> Target:
    """Requests of the workbench: method, path and body in three parts."""
    from starlette.testclient import TestClient

    from tertius.web.app import create_app
    from tertius.web.settings import Settings

    app = create_app(Settings(folder, workers=0, per_minute=10**9, hosts=("testserver",)))
    client = TestClient(app, raise_server_exceptions=True)
    told = client.get("/api/v1/openapi.json").json()["paths"]
    bodies = (b"{}", b'{"scenario": "river-war", "futures": 40}', b'{"text": "Chile met Cuba.", "grade": "B2"}', b"[]")
    seeds = [
        method.upper().encode()
        + b" "
        + path.replace("{case}", "river-war").replace("{", "").replace("}", "").encode()
        + b"\n"
        + body
        for path, methods in told.items()
        for method in methods
        for body in (bodies if method != "get" else bodies[:1])
    ]

    def run(data: bytes, empty: Path) -> None:
        head, _, body = data.partition(b"\n")
        method, _, path = head.decode("latin-1").partition(" ")
        path = "/" + quote(path.lstrip("/"), safe="/?&=%.-_:@")[:4000]  # the client asks for no longer ones
        answer = client.request(
            method if method.isalpha() and method.isascii() else "POST",
            path,
            content=body,
            headers={"content-type": "application/json", "origin": "http://testserver"},
        )
        assert answer.status_code < 500, f"{answer.status_code}: {answer.text[:300]}"

    return Target(seeds, run, 3)


def _page(text: str) -> bytes:
    head = "<title>War</title><meta property='article:published_time' content='2024-10-30'>"
    table = "<table><tr><td>1</td></tr></table>"
    return f"<html><head>{head}</head><body><article><p>{text}</p>{table}</article></body></html>".encode()


PDF = b"""%PDF-1.4
1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj
2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj
3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R
/Resources << /Font << /F1 5 0 R >> >> >> endobj
4 0 obj << /Length 60 >> stream
BT /F1 12 Tf 72 700 Td (North Korea sent 3,000 soldiers to Russia.) Tj ET
endstream endobj
5 0 obj << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> endobj
trailer << /Root 1 0 R >>
"""


@contextmanager
def targets(names: Sequence[str] = ()) -> Iterator[dict[str, Target]]:
    """The targets asked for, or all whose packages are installed."""
    article = "North Korea sent 3,000 soldiers to Russia on 23 October 2024, said South Korea. " * 5
    lists = _shipped("evidence/claims/data/grades.yaml", "evidence/claims/data/strengths.yaml")
    lists += [b'{"id": 1, "text": "Chile met Cuba.", "published": "2024-10-30", "events": []}']
    words = [b"world.pace=2", b"contingents.legion.discord={uniform: {low: 0, high: 1}}", b"dask:tcp://10.0.0.1:8786"]
    words += [b"https://example.org/a?b=c", b"a.b={value: 2, unit: km2, source: choice}"]
    wars = _shipped("scenarios/river-war.yaml")
    with tempfile.TemporaryDirectory(prefix="tertius-fuzz-") as place:
        folder = Path(place)
        makers: dict[str, Callable[[], Target]] = {
            "override": lambda: Target(words, _override, 50),
            "tables": lambda: Target(_tables_seeds(), _tables, 60),
            "lists": lambda: Target(lists, _lists, 3),
            "yaml": lambda: Target([*wars, *lists], _yaml, 2),
            "fit": lambda: Target([_fit_seed(), b'{"blocks": []}'], _fit, 50),
            "questions": lambda: Target(_shipped("scenarios/river-war.questions.yaml"), _questions(), 3),
            "scenario": lambda: Target(wars, _scenario, 1),
            "document": lambda: Target([_page(article), article.encode(), PDF], _document, 3),
            "ledger": lambda: Target([_ledger_seed()], _ledger, 2),
            "archive": lambda: _archive(Path(tempfile.mkdtemp(dir=folder))),
            "api": lambda: _api(Path(tempfile.mkdtemp(dir=folder))),
        }
        unknown = set(names) - set(makers)
        if unknown:
            sys.exit(f"no target {', '.join(sorted(unknown))}; there are {', '.join(makers)}")
        found = {}
        for name in names or makers:
            try:
                found[name] = makers[name]()
            except ImportError as error:
                print(f"{name}: left out, since {error}")
        yield found
