"""Every table as CSV, one file each."""

from __future__ import annotations

from pathlib import Path

from tertius.impact.answer import Answer
from tertius.report.drawn import Figures
from tertius.report.formats import Format
from tertius.report.tables import TABLES, filled, to_csv
from tertius.world import Scenario


def write(answer: Answer, scenario: Scenario, figures: Figures, folder: Path) -> dict[str, str]:
    """Write tables/NAME.csv."""
    (folder / "tables").mkdir(exist_ok=True)
    held = filled(answer, scenario)
    for name, rows in held.items():
        # The mark at the beginning is what spreadsheets tell UTF-8 by; lines end as RFC 4180 says.
        (folder / "tables" / f"{name}.csv").write_text(to_csv(name, rows), encoding="utf-8-sig", newline="")
    return {f"tables/{name}.csv": TABLES[name].title for name in held}


FORMAT = Format("csv", "all tables as CSV", "rows of answer.json and scenario.yaml", write, draws=False)
