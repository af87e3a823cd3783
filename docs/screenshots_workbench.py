"""Pictures of the workbench: every page, on a laptop, a phone and a projector, light and dark.

    python docs/screenshots_workbench.py FOLDER build/screenshots/workbench [--case ukraine-2024] [--axe axe.min.js]
        [--shown docs/images]

FOLDER is a data folder of the workbench; the case is run in it where it has no answer. Needs playwright and a Chromium
(its own, or $CHROMIUM). Anything that a page writes to the console, asks of another machine, or has to be scrolled
sideways for is an error; with --axe, so is what axe-core finds.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.request import urlopen

SIZES = {"wide": (1440, 900), "phone": (390, 844), "projector": (1920, 1080)}
SCHEMES = ("light", "dark")
SETTLED = 1200  # milliseconds until figures are drawn
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MAIN = "from tertius.cli import main; main()"
PORT = 8798
SHOWN = ("map-wide-light", "futures-wide-dark", "states-wide-light", "what-if-wide-light")
"""Pictures of the README, in few colours so that they stay small."""
COLOURS = 128


def main(folder: Path, out: Path, case: str, axe: Path | None) -> int:
    """Take all pictures; return how many things were found wrong."""
    from playwright.sync_api import sync_playwright

    from tertius.web.pages import NAMES

    answer(folder, case)
    out.mkdir(parents=True, exist_ok=True)
    wrong: list[str] = []
    server = subprocess.Popen([sys.executable, "-c", MAIN, "serve", "--folder", str(folder), "--port", str(PORT)])
    try:
        wait()
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=os.environ.get("CHROMIUM"), args=["--no-sandbox"])
            for size, (width, height) in SIZES.items():
                for scheme in SCHEMES:
                    view = {"width": width, "height": height}
                    context = browser.new_context(viewport=view, color_scheme=scheme, bypass_csp=axe is not None)
                    page = context.new_page()
                    listen(page, wrong)
                    for name, place in {"cases": "/", **{name: f"/case/{case}/{name}" for name in NAMES}}.items():
                        wrong += picture(page, place, out / f"{name}-{size}-{scheme}.png", axe)
                    context.close()
            browser.close()
    finally:
        server.terminate()
        server.wait()
    for line in wrong:
        print(line)
    return len(wrong)


def answer(folder: Path, case: str) -> None:
    """Run the case in the folder, once."""
    import tertius
    from tertius.web.desk import Desk
    from tertius.web.resources.ready import make_ready

    desk = Desk(folder)
    if not desk.results(case):
        result = desk.save(case, tertius.brief(desk.source(case)))
        make_ready(desk, case, result, lambda stage, done, of: None)


def wait() -> None:
    """Until the server answers."""
    for _ in range(1200):
        try:
            urlopen(f"http://127.0.0.1:{PORT}/static/icon.svg", timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server never answered")


def listen(page: Any, wrong: list[str]) -> None:
    """Note what the page writes to the console, and what it asks of another machine."""
    page.on("console", lambda message: wrong.append(f"console, {page.url}: {message.text}"))
    page.on("pageerror", lambda error: wrong.append(f"error, {page.url}: {error}"))
    ours = (f"http://127.0.0.1:{PORT}/", "data:")
    page.on("request", lambda asked: None if asked.url.startswith(ours) else wrong.append(f"asked: {asked.url}"))


def picture(page: Any, place: str, file: Path, axe: Path | None) -> list[str]:
    """Take one; tell what is wrong with the page."""
    told = page.goto(f"http://127.0.0.1:{PORT}{place}")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(SETTLED)
    page.screenshot(path=file)
    found = [] if told.ok else [f"{place}: {told.status}"]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        found.append(f"{file.stem}: {wide} pixels too wide")
    if axe is not None:
        page.add_script_tag(path=axe)
        result = page.evaluate("(tags) => axe.run(document, { runOnly: tags })", TAGS)
        for one in result["violations"]:
            found.append(f"axe, {file.stem}: {one['id']}: {one['help']} ({one['nodes'][0]['html'][:160]})")
    return found


def show(folder: Path, shown: Path) -> None:
    """Copy the pictures of the README, in few colours."""
    from PIL import Image

    for name in SHOWN:
        few = Image.open(folder / f"{name}.png").convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE)
        few.save(shown / f"workbench-{name.partition('-wide')[0]}.png", optimize=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--case", default="ukraine-2024")
    parser.add_argument("--axe", type=Path)
    parser.add_argument("--shown", type=Path)
    given = parser.parse_args()
    found = main(given.folder, given.out, given.case, given.axe)
    if given.shown is not None:
        show(given.out, given.shown)
    sys.exit(min(1, found))
