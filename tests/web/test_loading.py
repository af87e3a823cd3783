"""Requests that come at once, before anything is loaded, see no half of a module."""

import ast
import subprocess
import sys
from pathlib import Path

import tertius
from tertius.web.loading import PACKAGES

AT_ONCE = """
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from types import SimpleNamespace
from tertius.web.loading import loaded

def opens(name):
    loaded(SimpleNamespace(url=SimpleNamespace(path="/case/x")))
    import_module(name)

names = ["tertius.impact", "tertius.impact.needed", "tertius.impact.summary"]
names += ["tertius.engine.run", "tertius.world.scenario"]
sys.setswitchinterval(1e-5)
with ThreadPoolExecutor(len(names)) as several:
    list(several.map(opens, names))
"""


def test_threads_that_load_at_once_get_whole_modules() -> None:
    subprocess.run([sys.executable, "-c", AT_ONCE], check=True, timeout=280)


def test_every_package_that_imports_its_parts_is_loaded_first() -> None:
    """One that a page may load; the command line and the workbench itself are loaded by the main thread."""
    root = Path(tertius.__file__).parent
    own = set()
    for path in root.glob("*/__init__.py"):
        name = f"tertius.{path.parent.name}"
        found = [each for each in ast.parse(path.read_text()).body if isinstance(each, ast.ImportFrom)]
        if any((each.module or "").startswith(name) for each in found):
            own.add(name)
    assert own - {"tertius.cli", "tertius.web", "tertius.assistants"} <= set(PACKAGES)
