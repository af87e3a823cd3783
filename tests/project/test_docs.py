"""Every example of README.md and docs/ runs, and what the pages quote and draw is what it gives (docs/examples.py)."""

import fcntl
import hashlib
import importlib.util
import json
import re
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
LARGEST_PICTURE = 250_000  # bytes


def _loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_examples", ROOT / "docs" / "examples.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its records look their own module up
    spec.loader.exec_module(module)
    return module


examples = _loaded()
blocks, commands, run_page, SHELL, PAGES = (
    examples.blocks,
    examples.commands,
    examples.run_page,
    examples.SHELL,
    examples.PAGES,
)


Told = tuple[int, str, str]
SEVERAL = Counter(
    command
    for page in PAGES
    for block in blocks(page.read_text(encoding="utf-8"))
    if block.is_run and block.language in SHELL
    for _, command in commands(block)
)


def files_of(folder: Path) -> dict[str, str]:
    """The files of a folder: name -> hash."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def run_once(kept: Path, run: Callable[[list[str], Path], Told], words: list[str], folder: Path) -> Told:
    """What a command prints and writes; one of several pages is run once in a folder of the same files."""
    if SEVERAL[" ".join(["tertius", *words])] < 2:
        return run(words, folder)
    before = files_of(folder)
    place = kept / hashlib.sha256(json.dumps([words, before]).encode()).hexdigest()
    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / "told.json").is_file():
            told = run(words, folder)
            for name, digest in files_of(folder).items():
                if before.get(name) != digest:
                    (place / "files" / name).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(folder / name, place / "files" / name)
            place.mkdir(exist_ok=True)
            (place / "told.json").write_text(json.dumps(told), encoding="utf-8")
            return told
    if (place / "files").is_dir():
        shutil.copytree(place / "files", folder, dirs_exist_ok=True)
    code, printed, said = json.loads((place / "told.json").read_text(encoding="utf-8"))
    return code, printed, said


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of all workers of this run of the tests."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if own.name.startswith("popen-") else own) / "commands-of-pages"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_examples_run_and_quotes_are_true(
    page: Path, kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(examples, "_here", partial(run_once, kept, examples._here))
    quotes: list[examples.Quote] = []  # type: ignore[name-defined]
    run_page(page, tmp_path, quotes)
    for quote in quotes:
        wrong = examples.wrong_quote(quote.block.text, quote.printed)
        place = f"{page.name}:{quote.block.line}"
        assert not wrong, f"{place}: not printed: {wrong!r}; see docs/examples.py\n{quote.printed}"
    for drawing, alternative, picture in examples.figures(page):
        assert picture.is_file(), picture
        own = examples.words_of((tmp_path / drawing).read_text(encoding="utf-8"))
        assert alternative == own if own else alternative, f"{page.name}: {picture.name}: {own}"


def test_a_command_of_two_pages_is_run_once_in_a_folder_of_the_same_files(tmp_path: Path) -> None:
    ran: list[Path] = []

    def run(words: list[str], folder: Path) -> Told:
        ran.append(folder)
        (folder / "made.txt").write_text(" ".join(words))
        return 0, f"printed by {len(ran)}", ""

    words = next(command for command, pages in SEVERAL.items() if pages > 1).split()[1:]
    kept, one, two, three = (tmp_path / name for name in ("kept", "one", "two", "three"))
    for folder in (kept, one, two, three):
        folder.mkdir()
    (three / "other.txt").write_text("x")
    told = [run_once(kept, run, words, folder)[1] for folder in (one, two, three)]
    assert ran == [one, three]
    assert told == ["printed by 1", "printed by 1", "printed by 2"]
    assert files_of(one) == files_of(two)
    alone = ["no", "page", "has", "this"]
    assert [run_once(kept, run, alone, folder)[1] for folder in (one, two)] == ["printed by 3", "printed by 4"]


def test_pictures_are_small_and_each_is_shown() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    for picture in (ROOT / "docs" / "images").rglob("*.*"):
        assert picture.stat().st_size <= LARGEST_PICTURE, picture
        assert picture.name in text, f"{picture} is shown nowhere"


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


PRINTED = "one 1\n\ntwo 2\nthree 3\nfour 4\n"


@pytest.mark.parametrize(
    ("quote", "wrong"),
    [
        ("one 1\ntwo 2\n", ""),
        ("...\ntwo 2\n...\nfour 4\n", ""),
        ("two 2\n", ""),
        ("one 1\nthree 3\n", "three 3"),
        ("one 2\n", "one 2"),
        ("four 4\n...\none 1\n", "one 1"),
    ],
)
def test_a_quote_holds_printed_lines_alone(quote: str, wrong: str) -> None:
    assert examples.wrong_quote(quote, PRINTED) == wrong


def test_a_quote_is_brought_up_to_date() -> None:
    assert examples.requoted("one 7\n...\nthree 30\n", PRINTED) == "one 1\n...\nthree 3\n"
    assert examples.requoted("", PRINTED) == "one 1\ntwo 2\nthree 3\nfour 4\n"
    with pytest.raises(ValueError, match="write the quote anew"):
        examples.requoted("a wholly different sentence\n", PRINTED)


PLAIN = ("README.md", "quickstart.md", "gallery.md", "method.md", "laws.md", "decisions.md", "system.md", "api.md")
PLAIN += ("changes.md", "outputs.md", "options.md", "watch.md", "assistants.md")
PLAIN += ("seminar.md", "sharing.md", "safety.md")
MOST_WORDS = 25


def sentences(page: str) -> list[str]:
    """What stands between two stops of a page's prose; without blocks, tables, headings, keys of a file, addresses."""
    text = re.sub(r"^```.*?^```$", "", page.partition("\n## In a file")[0], flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)|<!--.*?-->", "", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"`([^`\s(]*)\([^`]*\)`", r"`\1`", text)  # a call's brackets are no aside
    kept = [part for part in text.split("\n\n") if not part.lstrip().startswith(("#", "|"))]
    parts = [item for part in kept for item in re.split(r"\n(?=- )", part)]
    told = [" ".join(part.replace("*", "").split()) for part in parts]
    return [each for part in told for each in re.split(r"(?<=[.?!:;]) (?=\S)", part) if each]


@pytest.mark.parametrize("name", PLAIN)
def test_prose_is_plain(name: str) -> None:
    """Sentences of at most 25 words and one bracket, as the first page of a brief has them."""
    page = next(page for page in PAGES if page.name == name)
    for sentence in sentences(page.read_text(encoding="utf-8")):
        words = [word for word in sentence.split() if any(sign.isalnum() for sign in word)]
        assert len(words) <= MOST_WORDS, f"{len(words)} words: {sentence}"
        assert sentence.count("(") <= 1, f"two brackets: {sentence}"


def test_a_long_sentence_is_found() -> None:
    page = "# T\n\nOne two [three](x.md).\n\n| a | b |\n\n```text\nfour\n```\n\n- five\n- six\n"
    assert sentences(page) == ["One two three.", "- five", "- six"]
