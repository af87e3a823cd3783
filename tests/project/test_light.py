"""What a brief on a terminal loads: none of what only figures, archives, fits and the reading of texts need."""

import subprocess
import sys

HEAVY = (
    *("altair", "vl_convert", "pandas", "pyarrow", "markdown_it", "spacy", "sqlalchemy", "sklearn"),
    *("scipy.stats", "scipy.optimize", "tertius.evidence.claims.bearings"),
    *("tertius.evidence.reading.reader", "tertius.evidence.reading.documents"),
)


def test_a_first_page_loads_nothing_that_it_does_not_need() -> None:
    code = f"""
import sys, tertius.impact.making, tertius.report.render
print(*[name for name in {HEAVY!r} if name in sys.modules])
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=280)
    assert found.stdout.split() == []


COMPUTING = (*HEAVY, "numpy", "numba", "scipy", "tertius.world", "tertius.engine")


def test_the_workbench_listens_before_it_loads_what_computes_and_draws() -> None:
    code = f"""
import sys
from pathlib import Path
from tempfile import mkdtemp
from tertius.web.app import create_app
from tertius.web.settings import Settings
create_app(Settings(Path(mkdtemp()), workers=0))
print(*[name for name in {COMPUTING!r} if name in sys.modules])
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=280)
    assert found.stdout.split() == []
