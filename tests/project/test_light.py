"""What a brief on a terminal loads: none of what only figures, archives, fits and the reading of texts need."""

import subprocess
import sys

HEAVY = (
    *("altair", "vl_convert", "pandas", "pyarrow", "markdown_it", "spacy", "sqlalchemy", "sklearn"),
    *("scipy.stats", "scipy.optimize", "tertius.evidence.reading.reader", "tertius.evidence.reading.documents"),
)


def test_a_first_page_loads_nothing_that_it_does_not_need() -> None:
    code = f"""
import sys, tertius.impact.making, tertius.report.render
print(*[name for name in {HEAVY!r} if name in sys.modules])
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=280)
    assert found.stdout.split() == []
