"""The examples of README.md and docs/: read from the pages, run, and what they print held to what the pages quote.

    python docs/examples.py [PAGE ...]      run the pages and bring their quotes and pictures up to date

A page is read from top to bottom in an empty folder, as a reader would type it: its blocks share one namespace and one
folder. Python blocks are run, and the `tertius ...` lines of shell blocks; a block with `{.no-run}` in its opening line
is skipped, nothing else is. A YAML block with title="NAME.yaml" in its opening line is written to that file. Two things
are held to what was run:

- a block that opens with ```text {.output} quotes what the block before it printed: each line of it was printed, in
  this order, and only "..." stands for lines left out;
- a picture under the line <!-- figure: FILE.svg --> is that file, as a PNG; its alternative text is the drawing's own,
  which holds the numbers that it shows. Where a drawing has none it is written by hand.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import unescape
from pathlib import Path
from typing import Any
from unittest import mock

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^(?P<indent> *)(?P<ticks>`{3,}|~{3,}) *(?P<info>[^`\n]*)$")
PYTHON = {"python", "py", "pycon"}
SHELL = {"bash", "sh", "shell", "console"}
SYNTAX = set("|<>;&$`*?~")
OUTPUT = "{.output}"
TITLED = re.compile(r'title="(?P<name>[a-z0-9-]+\.yaml)"')
LEFT_OUT = "..."
COLUMNS = 96  # of the terminal that the pages quote
FIGURE = re.compile(r"<!-- figure: (?P<file>\S+\.svg) -->\n!\[(?P<alt>[^\]]*)\]\((?P<picture>[^)]+)\)")
ALIKE = 0.55  # how alike a quoted line and the line that takes its place are, at least
BEGINS = 8  # characters: the week of a row
COLOURS = 64  # of a picture: a quarter of the bytes
WIDER = 60
SCALE = 1.25  # pixels of a picture for each of the drawing's


@dataclass(frozen=True)
class Block:
    """One fenced block; `line` is that of its first line of text.

    `is_output`: it quotes what was printed before it. `file`: the name of the file that it is.
    """

    language: str
    is_run: bool
    line: int
    text: str
    is_output: bool = False
    file: str = ""


@dataclass(frozen=True)
class Quote:
    """A block of a page that quotes, and what was printed."""

    block: Block
    printed: str


def blocks(page: str) -> Iterator[Block]:
    """Yield the fenced blocks of a Markdown page; a fence that is not closed is an error."""
    lines = iter(enumerate(page.splitlines(), 1))
    for number, line in lines:
        opening = FENCE.match(line)
        if not opening:
            continue
        closing = re.compile(rf" *{opening['ticks'][0]}{{{len(opening['ticks'])},}} *$")
        body = []
        for _, inside in lines:
            if closing.match(inside):
                break
            body.append(inside.removeprefix(opening["indent"]))
        else:
            raise ValueError(f"line {number}: this block is never closed")
        info = opening["info"].strip()
        if "no-run" in info and "{.no-run}" not in info:
            raise ValueError(f"line {number}: write {{.no-run}}; MkDocs does not understand {info!r}")
        language = (info.split() or [""])[0].lower()
        text = "".join(f"{each}\n" for each in body)
        titled = TITLED.search(info)
        file = titled["name"] if titled else ""
        yield Block(language, "{.no-run}" not in info, number + 1, text, OUTPUT in info, file)


def commands(block: Block) -> Iterator[tuple[int, str]]:
    """Yield (line, command) of each `tertius ...` in a shell block, without prompts, lines joined."""
    lines = iter(enumerate(block.text.splitlines(), block.line))
    for number, line in lines:
        command = re.sub(r"^\s*(?:\$ )?(?:\.venv/bin/)?", "", line)
        while command.endswith("\\"):
            command = command[:-1] + next(lines, (0, ""))[1].removeprefix("> ").strip()
        if command.split(" ")[0] == "tertius":
            yield number, command


def run_python(block: Block, namespace: dict[str, Any], page: Path) -> str:
    """Run a Python block in the page's namespace and return what it prints; prompts have their output compared."""
    if block.text.lstrip().startswith(">>>"):
        test = doctest.DocTestParser().get_doctest(block.text, namespace, page.name, str(page), block.line - 1)
        report: list[str] = []
        options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
        doctest.DocTestRunner(optionflags=options).run(test, out=report.append, clear_globs=False)
        namespace.update(test.globs)
        assert not report, "".join(report)
        return ""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile("\n" * (block.line - 1) + block.text, str(page), "exec"), namespace)
    return printed.getvalue()


def run_command(command: str, line: int, page: Path, folder: Path) -> str:
    """Run one line of a shell block and return what it prints: a plain command of ours in this process.

    A process of its own takes seconds to begin. What needs a shell has one, with this environment's `tertius` first.
    """
    words = shlex.split(command, comments=True)
    told = _in_shell(command, folder) if SYNTAX & set(command) else _here(words[1:], folder)
    code, printed, said = told
    assert code == 0, f"{page.name}:{line}: {command}\nended with {code}:\n{printed}{said}"
    return printed


def _in_shell(command: str, folder: Path) -> tuple[int, str, str]:
    """Exit code, standard output and error of a shell line."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=folder,
        env=os.environ | {"PATH": path, "COLUMNS": str(COLUMNS)},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def _here(words: list[str], folder: Path) -> tuple[int, str, str]:
    """The same of `tertius WORDS` in this process."""
    from tertius.cli import main

    out, error = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    code: object = 0
    with (
        contextlib.chdir(folder),
        mock.patch.object(sys, "argv", ["tertius", *words]),
        mock.patch.dict(os.environ, {"COLUMNS": str(COLUMNS)}),
        warnings.catch_warnings(),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(error),
    ):
        warnings.simplefilter("default")
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
    printed, said = (stream.buffer.getvalue().decode() for stream in (out, error))  # type: ignore[attr-defined]
    return (code if isinstance(code, int) else 1), printed, said


def run_page(page: Path, folder: Path, quotes: list[Quote] | None = None) -> int:
    """Run the examples of a page and return how many there were; `quotes` takes what it quotes."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    ran = 0
    printed: list[str] = []
    for block in blocks(page.read_text(encoding="utf-8")):
        if block.is_output:
            assert printed, f"{page.name}:{block.line}: nothing was run that it could quote"
            if quotes is not None:
                quotes.append(Quote(block, "".join(printed)))
        elif block.file:
            (folder / block.file).write_text(block.text, encoding="utf-8")
        elif block.is_run and block.language in PYTHON:
            printed = [run_python(block, namespace, page)]
            ran += 1
        elif block.is_run and block.language in SHELL:
            printed = []
            for line, command in commands(block):
                printed.append(run_command(command, line, page, folder))
                ran += 1
        else:
            printed = []
    return ran


def wrong_quote(quote: str, printed: str) -> str:
    """The first line of a quote that was not printed where it stands; empty where all were."""
    lines = [line.rstrip() for line in printed.splitlines() if line.strip()]
    place, loose = 0, True
    for line in (line.rstrip() for line in quote.splitlines() if line.strip()):
        if line.strip() == LEFT_OUT:
            loose = True
            continue
        found = lines.index(line, place) if line in lines[place:] else -1
        if found < 0 or (found != place and not loose):
            return line
        place, loose = found + 1, False
    return ""


def requoted(quote: str, printed: str) -> str:
    """A quote with each line as it was printed now: the line most like it, numbers aside, after the one before.

    Raises ValueError where none is like it.
    """
    lines = [line.rstrip() for line in printed.splitlines()]
    if not quote.strip():
        return "".join(f"{line}\n" for line in lines if line)
    told, place, loose = [], 0, True
    for line in quote.splitlines():
        if line.strip() in ("", LEFT_OUT):
            told.append(line)
            loose = loose or line.strip() == LEFT_OUT
            continue
        rest = range(place, len(lines)) if loose else [n for n in range(place, len(lines)) if lines[n].strip()][:1]
        best = max(rest, key=lambda number: (_alike(line, lines[number]), -number), default=-1)
        if best < 0 or _alike(line, lines[best]) < ALIKE:
            raise ValueError(f"nothing printed is like {line!r}; write the quote anew")
        told.append(lines[best])
        place, loose = best + 1, False
    return "".join(f"{line}\n" for line in told)


def _alike(one: str, other: str) -> float:
    """How alike two lines are, numbers and spaces aside, in tenths; more where they begin alike, as rows do."""
    masked = [" ".join(re.sub(r"[\d.,+−-]+", "0", line).split()) for line in (one, other)]
    alike = round(SequenceMatcher(None, *masked, autojunk=False).ratio(), 1)
    return alike + (0.3 if one[:BEGINS] == other[:BEGINS] else 0.0)


def words_of(drawing: str) -> str:
    """A drawing's alternative text: its own title and description; empty where it has none."""
    parts = [re.search(rf"<{name}>(.*?)</{name}>", drawing, re.DOTALL) for name in ("title", "desc")]
    told = " ".join(part[1].strip().rstrip(".") + "." for part in parts if part and part[1].strip())
    return " ".join(unescape(told).replace("[", "(").replace("]", ")").split())


def figures(page: Path) -> Iterator[tuple[str, str, Path]]:
    """Yield (file of the drawing, alternative text, picture) of each picture of a page that was drawn by an example."""
    for found in FIGURE.finditer(page.read_text(encoding="utf-8")):
        yield found["file"], found["alt"], page.parent / found["picture"]


def picture_of(drawing: str) -> bytes:
    """A drawing as a PNG on white."""
    import vl_convert
    from PIL import Image

    head, sep, rest = drawing.partition(">")
    # A title is broken where it fits the page's typeface, which may be narrower than the one there is.
    size = re.search(r'viewBox="(\S+ \S+) (\d+) (\d+)"', head)
    if size:
        wide = int(size[2]) + WIDER
        head = re.sub(r'width="\d+"', f'width="{wide}"', head, count=1)
        head = head.replace(size[0], f'viewBox="{size[1]} {wide} {size[3]}"')
    ground = '<rect x="-500" y="-500" width="5000" height="5000" fill="white"/>'
    drawn = Image.open(io.BytesIO(vl_convert.svg_to_png(f"{head}{sep}{ground}{rest}", scale=SCALE)))
    written = io.BytesIO()
    drawn.convert("RGB").quantize(COLOURS).save(written, "PNG", optimize=True)
    return written.getvalue()


def refresh(page: Path) -> bool:
    """Run a page and bring its quotes and pictures up to date; whether anything changed."""
    before = page.read_text(encoding="utf-8")
    quotes: list[Quote] = []
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as made:
        os.chdir(made)
        try:
            run_page(page, Path(made), quotes)
        finally:
            os.chdir(here)
        drawn = {file: (Path(made) / file).read_text(encoding="utf-8") for file, _, _ in figures(page)}
    lines = before.splitlines(keepends=True)
    for quote in reversed(quotes):
        first = quote.block.line - 1
        try:
            lines[first : first + quote.block.text.count("\n")] = [requoted(quote.block.text, quote.printed)]
        except ValueError as error:
            print(f"{page.name}:{quote.block.line}: {error}")
    after = FIGURE.sub(
        lambda found: (
            f"<!-- figure: {found['file']} -->\n![{words_of(drawn[found['file']]) or found['alt']}]({found['picture']})"
        ),
        "".join(lines),
    )
    for file, _, picture in figures(page):
        picture.parent.mkdir(parents=True, exist_ok=True)
        picture.write_bytes(picture_of(drawn[file]))
    page.write_text(after, encoding="utf-8")
    return after != before


if __name__ == "__main__":
    chosen = [Path(name).resolve() for name in sys.argv[1:]] or PAGES
    for each in chosen:
        print(f"{each.name}: {'changed' if refresh(each) else 'as it was'}", flush=True)
