"""MkDocs hook: a page for each function and class of `tertius.__all__`, written from its signature and docstring.

The docstring is the only text: the page is `functions/NAME.md`, `functions/index.md` lists them all, and a nav entry
`functions/` in mkdocs.yml becomes the list of pages. An argument that a docstring leaves to `compare` is told as there.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import tertius
from tertius import errors

SECTION = re.compile(r"^(Args|Returns|Raises|Example):$", re.MULTILINE)
OTHERS = "compare"  # the function whose arguments the others share
NAMES = re.compile(r"^ {4}((?:[a-z_]+(?:, )?)+): ")
AS_ANOTHER = re.compile(r"As `(\w+)` does[;.] ?")
ERRORS = re.compile(r"(?<!\w)((?:[A-Z]\w+(?:, (?=[A-Z]))?)+): ")


def functions() -> list[str]:
    """Names of the public functions."""
    return sorted(name for name in tertius.__all__ if inspect.isfunction(getattr(tertius, name)))


def classes() -> list[str]:
    """Names of the public classes that are no errors."""
    held = {name: getattr(tertius, name) for name in tertius.__all__}
    return sorted(
        name
        for name, kind in held.items()
        if inspect.isclass(kind) and not issubclass(kind, Exception) and kind.__module__ != errors.__name__
    )


def sections(made: Any) -> dict[str, str]:
    """A docstring by its sections; what stands before the first is `lead`."""
    parts = SECTION.split(inspect.getdoc(made) or "")
    return {"lead": parts[0].strip(), **dict(zip(parts[1::2], parts[2::2], strict=True))}


def arguments(name: str) -> dict[str, str]:
    """What each argument of a function means; what is said of `compare` where it says so, or nothing."""
    told: dict[str, str] = {}
    text = sections(getattr(tertius, name)).get("Args", "")
    for line in re.split(r"\n(?= {4}[a-z])", text.strip("\n")):
        found = NAMES.match(line)
        if not found:
            continue
        # "futures: at each point. weeks, seed: as of `compare`." tells of several in one line
        for names, meaning in _of_one_line(" ".join(line.split())):
            told |= dict.fromkeys(names.split(", "), meaning)
    known = inspect.signature(getattr(tertius, name)).parameters
    shared = {} if name == OTHERS else arguments(OTHERS)
    return {
        each: shared[each] if each in shared and ("`compare`" in told.get(each, "`compare`")) else told.get(each, "")
        for each in known
    }


def _of_one_line(line: str) -> Iterator[tuple[str, str]]:
    parts = re.split(r"(?:^|(?<=\. ))((?:[a-z_]+, )*[a-z_]+): ", line)
    yield from zip(parts[1::2], (part.strip() for part in parts[2::2]), strict=True)


def raises(name: str) -> list[tuple[str, str]]:
    """(errors, when they are raised) of a function; those of another too where it says "As `compare` does"."""
    text = " ".join(sections(getattr(tertius, name)).get("Raises", "").split())
    found = []
    for other in AS_ANOTHER.findall(text):
        found += raises(other)
    parts = ERRORS.split(AS_ANOTHER.sub("", text))
    return found + [(names, when.strip().rstrip(".")) for names, when in zip(parts[1::2], parts[2::2], strict=True)]


def page(name: str) -> str:
    """The page of a function."""
    made = getattr(tertius, name)
    signature = inspect.signature(made)
    told = sections(made)
    lines = [f"# tertius.{name}", "", _paragraphs(told["lead"]), "", "```text", _call(name, signature), "```", ""]
    meanings = arguments(name)
    if meanings:
        lines += ["## Takes", "", "| argument | type | usual | meaning |", "|---|---|---|---|"]
        for each, parameter in signature.parameters.items():
            usual = "" if parameter.default is parameter.empty else f"`{parameter.default!r}`"
            lines.append(f"| `{each}` | `{parameter.annotation}` | {usual} | {_cell(meanings[each])} |")
        lines.append("")
    returned = " ".join(told.get("Returns", "").split())
    lines += ["## Returns", "", f"`{signature.return_annotation}`{': ' if returned else ''}{returned}", ""]
    if "Raises" in told:
        lines += ["## Errors", "", *(f"- `{names}`: {when}" for names, when in raises(name)), ""]
    lines += ["## Example", "", "```pycon", inspect.cleandoc(told["Example"].strip("\n")), "```", ""]
    return "\n".join(lines)


def class_page(name: str) -> str:
    """The page of a class: what it is, what it holds, what it can do."""
    kind = getattr(tertius, name)
    lines = [f"# tertius.{name}", "", _paragraphs(inspect.getdoc(kind) or ""), ""]
    held = {each: found for each, found in inspect.getmembers_static(kind) if not each.startswith("_")}
    for each, found in held.items():
        inner = found.fget if isinstance(found, property) else getattr(found, "__func__", found)
        if not inspect.isfunction(inner):
            continue
        if each in functions() and not isinstance(found, property):
            lines += [f"## .{each}", "", f"As [tertius.{each}]({each}.md), with this scenario.", ""]
            continue
        call = each if isinstance(found, property) else _call(each, inspect.signature(inner))
        lines += [f"## .{each}", "", "```text", call, "```", "", _paragraphs(inspect.getdoc(inner) or ""), ""]
    return "\n".join(lines)


def errors_page() -> str:
    """The page of the errors: their tree, and what each is."""
    tree = inspect.getdoc(errors) or ""
    lines = ["# Errors", "", _paragraphs(tree), ""]
    for name, kind in vars(errors).items():
        if inspect.isclass(kind) and issubclass(kind, Exception) and kind.__module__ == errors.__name__:
            first = (inspect.getdoc(kind) or "").split("\n\n")[0]
            lines += [f"- `{name}`: {' '.join(first.split())}"]
    return "\n".join([*lines, ""])


def index() -> str:
    """The page that lists them."""
    rows = [f"- [{name}]({name}.md): {_first(getattr(tertius, name))}" for name in functions()]
    held = [f"- [{name}]({name}.md): {_first(getattr(tertius, name))}" for name in classes()]
    head = ["# Functions", "", "Each is a command too, under the same word. These pages are the docstrings.", ""]
    return "\n".join([*head, *rows, "", "What they give:", "", *held, "", "- [Errors](errors.md)", ""])


def pages() -> dict[str, str]:
    """Every page by its name, the list first."""
    return {
        "index": index(),
        **{name: page(name) for name in functions()},
        **{name: class_page(name) for name in classes()},
        "errors": errors_page(),
    }


def _first(made: Any) -> str:
    return " ".join((inspect.getdoc(made) or "").split("\n\n")[0].split())


def _call(name: str, signature: inspect.Signature) -> str:
    """A call as text, an argument a line."""
    shown = [_plain(each) for each in signature.parameters.values() if each.name not in ("self", "cls")]
    starred = [each.kind for each in signature.parameters.values() if each.name not in ("self", "cls")]
    if inspect.Parameter.KEYWORD_ONLY in starred:
        shown.insert(starred.index(inspect.Parameter.KEYWORD_ONLY), "*")
    back = "" if signature.return_annotation is signature.empty else f" -> {signature.return_annotation}"
    inside = "".join(f"\n    {each}," for each in shown)
    return f"{name}({inside}\n){back}" if shown else f"{name}(){back}"


def _plain(parameter: inspect.Parameter) -> str:
    """A parameter as its source has it: its type is held as text."""
    return str(parameter).replace(f"'{parameter.annotation}'", str(parameter.annotation))


def _cell(text: str) -> str:
    """Prose in a cell of a table; bars in code stand for themselves."""
    return text.replace("|", "\\|").replace("\n", " ")


def _paragraphs(text: str) -> str:
    """Prose as it is; a table of names (`name  meaning`) and what is indented as a block."""
    out = []
    for part in text.split("\n\n"):
        lines = part.splitlines()
        literal = any(re.match(r"\w+ {2,}\S| {4}", line) for line in lines)
        out.append("\n".join(["```text", *lines, "```"]) if literal else part)
    return "\n\n".join(out)


def on_config(config: Any) -> Any:
    """Replace the nav entry `functions/` by the pages (MkDocs event)."""
    names = [*functions(), *classes()]
    made = [
        "functions/index.md",
        *({name: f"functions/{name}.md"} for name in names),
        {"Errors": "functions/errors.md"},
    ]
    config.nav = config.nav and [
        {label: made if target == "functions/" else target for label, target in entry.items()}
        if isinstance(entry, dict)
        else entry
        for entry in config.nav
    ]
    return config


def on_files(files: Any, config: Any) -> Any:
    """Add the pages to the site (MkDocs event)."""
    from mkdocs.structure.files import File

    for name, content in pages().items():
        files.append(File.generated(config, f"functions/{name}.md", content=content))
    return files
