"""Pictures of a brief's page: first page and chapters, wide, on a phone and printed, light and dark.

    python docs/screenshots.py FOLDER/brief.html build/screenshots [--shown docs/images] [--axe axe.min.js]

Needs playwright and a Chromium (its own, or $CHROMIUM). With --shown, the two that README.md shows are written there,
in few colours so that they stay small. With --axe, every state of the page is checked by axe-core, and
what it finds is an error; so is anything that the page writes to the console, or tries to fetch.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

SIZES = {"wide": (1440, 900), "phone": (390, 844)}
SCHEMES = ("light", "dark")
CHAPTERS = ("other-states", "escalation")
SHOWN = {
    "first-page": "first-page-wide-light",
    "chapter": "other-states-wide-light",
}
COLOURS = 128
SETTLED = 1200  # milliseconds until figures are drawn


def main(page_file: Path, folder: Path, axe: Path | None) -> int:
    """Take all pictures; return how many things were found wrong."""
    from playwright.sync_api import sync_playwright

    folder.mkdir(parents=True, exist_ok=True)
    wrong: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=os.environ.get("CHROMIUM"), args=["--no-sandbox"])
        for size, (width, height) in SIZES.items():
            for scheme in SCHEMES:
                page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
                _listen(page, wrong)
                _pictures(page, page_file, folder, f"{size}-{scheme}")
                if axe is not None:
                    wrong += _violations(page_file, browser, axe, width, height, scheme)
                page.close()
        page = browser.new_page()
        page.goto(page_file.resolve().as_uri())
        page.wait_for_timeout(SETTLED)
        page.pdf(path=folder / "printed.pdf", format="A4", print_background=True)
        browser.close()
    for line in wrong:
        print(line)
    return len(wrong)


def show(folder: Path, shown: Path) -> None:
    """Write the pictures of README.md from those that were taken."""
    from PIL import Image

    shown.mkdir(parents=True, exist_ok=True)
    for name, taken in SHOWN.items():
        few = Image.open(folder / f"{taken}.png").convert("RGB").quantize(COLOURS)
        few.save(shown / f"{name}.png", optimize=True)


def _listen(page: Any, wrong: list[str]) -> None:
    page.on("console", lambda message: wrong.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    page.on("request", lambda request: wrong.extend(_fetched(request.url)))


def _fetched(url: str) -> list[str]:
    return [] if url.startswith(("file:", "data:", "blob:")) else [f"fetched: {url}"]


def _pictures(page: Any, page_file: Path, folder: Path, name: str) -> None:
    page.goto(page_file.resolve().as_uri())
    page.wait_for_timeout(SETTLED)
    page.screenshot(path=folder / f"first-page-{name}.png")
    for chapter in CHAPTERS:
        page.goto(f"{page_file.resolve().as_uri()}#{chapter}")
        page.wait_for_timeout(SETTLED)
        page.screenshot(path=folder / f"{chapter}-{name}.png")


def _violations(page_file: Path, browser: Any, axe: Path, width: int, height: int, scheme: str) -> list[str]:
    """What axe-core finds, first page alone and all chapters open; its script is let in past the page's policy."""
    # The policy itself is held by the console, above.
    view = {"width": width, "height": height}
    context = browser.new_context(viewport=view, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.goto(page_file.resolve().as_uri())
    page.add_script_tag(path=axe)
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    told = []
    for state in ("folded", "open"):
        if state == "open":
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        page.wait_for_timeout(SETTLED)
        found = page.evaluate("(tags) => axe.run(document, { runOnly: tags })", tags)
        told += [
            f"axe ({width}, {scheme}, {state}): {one['id']}: {one['help']}: {len(one['nodes'])} "
            f"({one['nodes'][0]['html'][:160]})"
            for one in found["violations"]
        ]
    context.close()
    return told


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--axe", type=Path)
    parser.add_argument("--shown", type=Path)
    given = parser.parse_args()
    found = main(given.page, given.folder, given.axe)
    if given.shown is not None:
        show(given.folder, given.shown)
    sys.exit(min(1, found))
