"""The site's pages about the public functions: each argument with its type and meaning, each error, an example."""

import importlib.util
import inspect
import re
from pathlib import Path
from types import ModuleType

import pytest

import tertius

HOOK = Path(__file__).parents[2] / "docs" / "hooks" / "functions.py"
FUNCTIONS = sorted(name for name in tertius.__all__ if inspect.isfunction(getattr(tertius, name)))


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("functions_hook", HOOK)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_public_name_has_its_page(hook: ModuleType) -> None:
    made = hook.pages()
    for name in tertius.__all__:
        held = getattr(tertius, name)
        if inspect.isclass(held) and (issubclass(held, Exception) or held.__module__ == "tertius.errors"):
            assert f"`{name}`" in made["errors"] or name == "Problem"
        elif not isinstance(held, str):
            assert f"[{name}]({name}.md)" in made["index"]
            assert made[name].startswith(f"# tertius.{name}\n")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_page_holds_the_signature_whole(name: str, hook: ModuleType) -> None:
    signature = inspect.signature(getattr(tertius, name))
    text = hook.page(name)
    rows = {row.split("`")[1]: row for row in text.splitlines() if row.startswith("| `")}
    assert list(rows) == list(signature.parameters)
    for each, parameter in signature.parameters.items():
        row = re.sub(r"`[^`]*`", lambda code: code[0].replace("|", "/"), rows[each]).replace("\\|", "/")
        cells = [cell.strip() for cell in row.split("|")[1:-1]]
        assert cells[1] == f"`{str(parameter.annotation).replace('|', '/')}`"
        assert cells[2] == ("" if parameter.default is parameter.empty else f"`{parameter.default!r}`")
        assert cells[3], f"{each} of {name} is not told"
        assert "as of `compare`" not in cells[3], "it is told in full"
    assert f"`{signature.return_annotation}`" in text
    assert f"tertius.{name}(" in text.split("## Example")[1]
    if signature.parameters:
        assert "- `" in text.split("## Errors")[1].split("## Example")[0]


def test_units_of_time_and_of_outcomes_are_said(hook: ModuleType) -> None:
    assert "horizon in weeks" in hook.page("reactions")
    assert "in the outcome's unit" in hook.page("run")
    assert "in the quantity's unit" in hook.page("sweep")


def test_a_class_tells_what_it_can_do(hook: ModuleType) -> None:
    text = hook.class_page("Comparison")
    for name in ("at", "table", "to_pandas", "plot", "text", "save", "base", "other"):
        assert f"## .{name}\n" in text
    assert "As [tertius.compare](compare.md), with this scenario." in hook.class_page("Scenario")
