"""The site's pages about the mechanisms are their docstrings, whole."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

HOOK = Path(__file__).parents[2] / "docs" / "hooks" / "laws.py"

DOCSTRING = '''"""Dilution: newcomers know less.

A unit has n soldiers; n_old * 2 < n:

    x = n_old / n                                   (1)

    symbol  in code   meaning     unit
    n       troops    soldiers    persons

Limits:   x = 1 when none are new;
          0 when all are.
Source:   our choice, see `n_old`.
"""

@mechanism(reads=(TROOPS, fields.JOINT_WEEKS), writes=())
def dilution(state, params, key):
    """Run."""
'''


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("laws_hook", HOOK)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def law(tmp_path: Path) -> Path:
    path = tmp_path / "dilution.py"
    path.write_text(DOCSTRING)
    return path


def test_page_of_a_sample(hook: ModuleType, law: Path) -> None:
    page = hook.page(law)
    assert page.startswith("# Dilution\n\nDilution: newcomers know less.\n")
    assert "n\\_old \\* 2 \\< n:" in page
    assert "\n    x = n_old / n                                   (1)\n" in page
    assert "\n\n**Limits.**   x = 1 when none are new;\n0 when all are.\n\n**Source.**" in page
    assert "`n_old`" in page
    assert "**Reads.** `TROOPS`, `fields.JOINT_WEEKS`" in page
    assert "**Writes.** nothing" in page


def test_index_lists_each(hook: ModuleType, law: Path) -> None:
    assert "- [Dilution](dilution.md): Dilution: newcomers know less." in hook.index(hook.laws(law.parent))


def test_a_law_without_a_docstring_is_an_error(hook: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "mute.py"
    path.write_text("x = 1\n")
    with pytest.raises(ValueError, match=r"mute\.py"):
        hook.page(path)


def test_each_shipped_law_has_a_page(hook: ModuleType) -> None:
    found = hook.laws()
    assert found, f"no mechanisms in {hook.MECHANISMS}"
    for path in found.values():
        assert hook.summary(path)
        assert hook.page(path).count("# ") >= 1
