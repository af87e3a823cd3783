"""MkDocs hook: one page per mechanism, written from its module's docstring.

The docstring is the law's only text: the page is `laws/NAME.md`, `laws/index.md` lists them all, and a nav
entry `laws/` in mkdocs.yml becomes the list of pages. Modules are parsed, never imported.
"""

import ast
import re
from pathlib import Path
from typing import Any

MECHANISMS = Path(__file__).parents[2] / "src" / "tertius" / "mechanisms"
LABEL = re.compile(r"^([A-Z][a-z]+(?: [a-z]+)?):(?=\s)", re.MULTILINE)


def laws(folder: Path = MECHANISMS) -> dict[str, Path]:
    """Return the file of each mechanism by its name."""
    return {path.stem: path for path in sorted(folder.glob("*.py")) if not path.stem.startswith("_")}


def title(name: str) -> str:
    """Return the heading of a mechanism's page."""
    return name.replace("_", " ").capitalize()


def summary(path: Path) -> str:
    """Return the first sentence of a mechanism's docstring."""
    return docstring(path).split("\n\n")[0].replace("\n", " ")


def docstring(path: Path) -> str:
    """Return a module's docstring, or fail naming the file."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    if not text:
        raise ValueError(f"{path}: a mechanism's module needs a docstring; its page is made from it")
    return text


def fields(path: Path) -> dict[str, list[str]]:
    """Return the field names in each keyword of `@mechanism(reads=..., writes=...)`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = (
        decorator
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func).endswith("mechanism")
    )
    return {
        keyword.arg: [ast.unparse(element) for element in keyword.value.elts]
        for call in calls
        for keyword in call.keywords
        if keyword.arg and isinstance(keyword.value, ast.Tuple | ast.List)
    }


def markdown(text: str) -> str:
    """Return prose as Markdown: labels in bold, Markdown's signs escaped, indented text as it is."""
    out: list[str] = []
    literal, blank = False, True
    for line in text.splitlines():
        indented = line.startswith("    ")
        literal = indented and (literal or blank)
        blank = not line.strip()
        if blank or literal:
            out.append(line)
            continue
        prose = re.sub(r"`[^`]*`|[*<_]", lambda found: found[0] if len(found[0]) > 1 else "\\" + found[0], line)
        if out and LABEL.match(prose):  # the first line is the law's sentence, never a label
            prose = "\n" + LABEL.sub(r"**\1.**", prose)
        out.append(prose.strip(" "))
    return "\n".join(out)


def page(path: Path) -> str:
    """Return the page of the mechanism in a file."""
    lines = [f"# {title(path.stem)}", "", markdown(docstring(path)), ""]
    for keyword, names in fields(path).items():
        lines += [
            f"**{keyword.capitalize()}.** " + (", ".join(f"`{name}`" for name in names) or "nothing"),
            "",
        ]
    return "\n".join([*lines, f"Code: `src/tertius/mechanisms/{path.name}`", ""])


def index(found: dict[str, Path]) -> str:
    """Return the page that lists the mechanisms."""
    rows = [f"- [{title(name)}]({name}.md): {markdown(summary(path)).strip()}" for name, path in found.items()]
    return "\n".join(["# Laws", "", "One law, one file; these pages are its docstrings.", "", *rows, ""])


def on_config(config: Any) -> Any:
    """Replace the nav entry `laws/` by the pages (MkDocs event)."""
    pages = ["laws/index.md", *({title(name): f"laws/{name}.md"} for name in laws())]
    config.nav = config.nav and [
        {label: pages if target == "laws/" else target for label, target in entry.items()}
        if isinstance(entry, dict)
        else entry
        for entry in config.nav
    ]
    return config


def on_files(files: Any, config: Any) -> Any:
    """Add the pages to the site (MkDocs event)."""
    from mkdocs.structure.files import File

    found = laws()
    pages = {name: page(path) for name, path in found.items()} | {"index": index(found)}
    for name, content in pages.items():
        files.append(File.generated(config, f"laws/{name}.md", content=content))
    return files
