"""Every example of README.md and docs/ runs: Python blocks, and `tertius ...` lines of shell blocks.

A page is read from top to bottom in an empty folder, as a reader would type it: its blocks share one
namespace and one folder. A block with `{.no-run}` in its opening line is skipped, nothing else is.
"""

import doctest
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^(?P<indent> *)(?P<ticks>`{3,}|~{3,}) *(?P<info>[^`\n]*)$")
PYTHON = {"python", "py", "pycon"}
SHELL = {"bash", "sh", "shell", "console"}


@dataclass(frozen=True)
class Block:
    """One fenced block; `line` is that of its first line of text."""

    language: str
    is_run: bool
    line: int
    text: str


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
        yield Block(language, "{.no-run}" not in info, number + 1, "\n".join(body) + "\n")


def commands(block: Block) -> Iterator[tuple[int, str]]:
    """Yield (line, command) of each `tertius ...` in a shell block, without prompts, lines joined."""
    lines = iter(enumerate(block.text.splitlines(), block.line))
    for number, line in lines:
        command = re.sub(r"^\s*(?:\$ )?(?:\.venv/bin/)?", "", line)
        while command.endswith("\\"):
            command = command[:-1] + next(lines, (0, ""))[1].removeprefix("> ").strip()
        if command.split(" ")[0] == "tertius":
            yield number, command


def run_python(block: Block, namespace: dict[str, Any], page: Path) -> None:
    """Run a Python block in the page's namespace; one with prompts also has its output compared."""
    if block.text.lstrip().startswith(">>>"):
        test = doctest.DocTestParser().get_doctest(block.text, namespace, page.name, str(page), block.line - 1)
        report: list[str] = []
        options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
        doctest.DocTestRunner(optionflags=options).run(test, out=report.append, clear_globs=False)
        namespace.update(test.globs)
        assert not report, "".join(report)
    else:
        exec(compile("\n" * (block.line - 1) + block.text, str(page), "exec"), namespace)


def run_command(command: str, line: int, page: Path, folder: Path) -> None:
    """Run one shell line with this environment's `tertius` first on the path."""
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    output = done.stdout + done.stderr
    assert done.returncode == 0, f"{page.name}:{line}: {command}\nended with {done.returncode}:\n{output}"


def run_page(page: Path, folder: Path) -> int:
    """Run the examples of a page and return how many there were."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    ran = 0
    for block in blocks(page.read_text(encoding="utf-8")):
        if block.is_run and block.language in PYTHON:
            run_python(block, namespace, page)
            ran += 1
        elif block.is_run and block.language in SHELL:
            for line, command in commands(block):
                run_command(command, line, page, folder)
                ran += 1
    return ran


@pytest.mark.timeout(900)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_examples_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run_page(page, tmp_path)


SAMPLE = """
```python
kept = 6 * 7
```

- in a list

  ```python
  from pathlib import Path
  Path("made.txt").write_text(str(kept))
  ```

```pycon
>>> kept + 1
43
```

```python {.no-run}
raise RuntimeError
```

```console
$ echo not ours; false
$ .venv/bin/tertius \\
>   brief
```

```text
tertius never
```
"""


def test_a_sample_page_runs_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = tmp_path / "sample.md"
    page.write_text(SAMPLE.split("```console")[0])
    assert run_page(page, tmp_path) == 3
    assert (tmp_path / "made.txt").read_text() == "42"


def test_only_our_commands_are_taken_from_shell_blocks() -> None:
    found = [command for block in blocks(SAMPLE) if block.language in SHELL for command in commands(block)]
    assert [command for _, command in found] == ["tertius brief"]


@pytest.mark.parametrize(
    "text",
    [
        "```python\nraise ValueError\n```\n",
        "```pycon\n>>> 1 + 1\n3\n```\n",
        "```console\n$ tertius no-such-command\n```\n",
    ],
)
def test_a_wrong_example_fails(text: str, tmp_path: Path) -> None:
    page = tmp_path / "wrong.md"
    page.write_text(text)
    with pytest.raises((ValueError, AssertionError)):
        run_page(page, tmp_path)


@pytest.mark.parametrize("text", ["```python\nnever closed\n", "```python no-run\n```\n"])
def test_a_malformed_block_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="line 1"):
        list(blocks(text))
