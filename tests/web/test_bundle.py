"""A case as a static site: whole, linked, the same bytes again, and read in a browser from a file."""

import hashlib
import io
import json
import os
import re
import shutil
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.web.conftest import CASE

from tertius.errors import OptionError
from tertius.web.bundling import bundle, bundled, desk_of, zipped
from tertius.web.desk import Desk
from tertius.web.freezing import frozen


@pytest.fixture(scope="module")
def site(answered: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of the result alone, as the command line takes it."""
    with desk_of(answered / "cases" / CASE / "results" / "000001") as (desk, case):
        assert case == CASE
        return bundle(desk, case, tmp_path_factory.mktemp("bundle") / "site")


class Links(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src") and tag != "use"]


def test_every_link_of_the_site_leads_to_a_file(site: Path) -> None:
    pages = [path for path in site.glob("*.html") if path.name != "brief.html"]
    assert {"index.html", "futures.html", "states.html"} <= {path.name for path in pages}
    for page in pages:
        found = Links(page.read_text(encoding="utf-8"))
        assert not {"script", "form", "button", "input", "dialog"} & set(found.tags), page.name
        for link in found.links:
            if link.startswith(("http://", "https://", "#")):
                continue
            assert (site / unquote(link.partition("#")[0])).is_file(), (page.name, link)


def test_the_manifest_has_the_hash_of_each_file(site: Path) -> None:
    told = json.loads((site / "manifest.json").read_text(encoding="utf-8"))
    held = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    assert set(told["files"]) == held - {"manifest.json", "files.json"}
    for name, about in told["files"].items():
        assert about["sha256"] == hashlib.sha256((site / name).read_bytes()).hexdigest()
    answer = json.loads((site / "answer.json").read_text(encoding="utf-8"))
    assert (told["seed"], told["scenario_sha256"]) == (answer["run"]["seed"], answer["run"]["digest"])
    assert told["sources"]


def test_nothing_names_a_place_of_this_machine_or_fetches(site: Path) -> None:
    for path in site.rglob("*"):
        if path.is_file() and path.suffix in (".html", ".json", ".css", ".svg"):
            text = path.read_text(encoding="utf-8")
            assert str(site.parent) not in text, path
            assert not re.search(r"""<(?:script|link|img|iframe)[^>]+(?:src|href)=["']?(?:https?:)?//""", text), path


def test_a_case_without_an_answer_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="finished answer"):
        bundle(Desk(tmp_path / "desk"), CASE, tmp_path / "site")
    assert not (tmp_path / "site").exists()


def test_it_is_asked_for_and_taken_and_the_same_result_gives_the_same_bytes(
    client: TestClient, app: FastAPI, site: Path
) -> None:
    """The site was made of the result alone, in another folder."""
    address = f"/api/v1/cases/{CASE}/bundle"
    assert client.get(address).status_code == 422
    job = client.post(address, json={}).json()
    assert (job["kind"], job["arguments"]) == ("bundle", {"result": "000001"})
    told = bundled(app.state.desk, CASE, job["arguments"], lambda stage, done, of: None)
    taken = client.get(address)
    assert taken.headers["content-type"] == "application/zip"
    assert len(taken.content) == told["bytes"]
    with zipfile.ZipFile(io.BytesIO(taken.content)) as packed:
        assert packed.testzip() is None
        names = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
        assert "index.html" in names
        assert set(packed.namelist()) == names
        for name in names:
            assert packed.read(name) == (site / name).read_bytes(), name
    assert taken.content == zipped(site)


def test_what_needs_the_server_is_left_out_and_the_rest_stays_as_it_was() -> None:
    page = (
        "<head><title>a &amp; b</title></head><form><input><select><option>x</option></select></form>"
        '<svg viewBox="0 0 1 1"><path d="M0"/></svg><a href="/here" class="x">in</a><a href="/away">out</a>'
        '<svg><a href="/away"><path/></a></svg><div class="row served"><div>unwanted</div></div>'
        "<p>&lt;b&gt; &#8217;</p>"
    )
    told = frozen(page, lambda address: "here.html" if address == "/here" else None)
    assert '<svg viewBox="0 0 1 1"><path d="M0"/></svg><a href="here.html" class="x">in</a><span>out</span>' in told
    assert "<svg><g><path/></g></svg>" in told
    assert told.endswith("<p>&lt;b&gt; &#8217;</p>")
    assert "form" not in told.replace("form-action", "")
    assert "unwanted" not in told


def test_a_browser_opens_each_page_from_its_file(site: Path) -> None:
    browsers = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not chromium:
        pytest.skip("no chromium on this machine")
    with browsers.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 844})
        said: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        for file in sorted(site.glob("*.html")):
            page.goto(file.as_uri())
            assert page.locator("h1").first.is_visible()
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide == 0, file.name
        browser.close()
    assert not said
    assert all(url.startswith("file:") for url in asked)
