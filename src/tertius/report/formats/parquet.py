"""Every table as Parquet, one file each."""

from __future__ import annotations

from pathlib import Path

from tertius.impact.answer import Answer
from tertius.report.drawn import Figures
from tertius.report.formats import Format
from tertius.report.tables import TABLES, filled, to_arrow
from tertius.world import Scenario


def write(answer: Answer, scenario: Scenario, figures: Figures, folder: Path) -> dict[str, str]:
    """Write tables/NAME.parquet."""
    from pyarrow import parquet

    (folder / "tables").mkdir(exist_ok=True)
    held = filled(answer, scenario)
    for name, rows in held.items():
        parquet.write_table(to_arrow(name, rows), folder / "tables" / f"{name}.parquet", compression="zstd")
    return {f"tables/{name}.parquet": TABLES[name].title for name in held}


FORMAT = Format("parquet", "all tables as Parquet", "rows of answer.json and scenario.yaml", write, draws=False)
