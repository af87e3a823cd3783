"""The table from the news to the model: every file, output and heading of it is there."""

import re
from pathlib import Path

from tertius.engine import Layout
from tertius.world import load_scenario

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (\d+) \| [^|]+ \| `([^`]+)` \| `([^`]+)` \| ([^|]+) \|$", re.MULTILINE)


def test_every_row_can_be_pointed_at() -> None:
    rows = ROW.findall((ROOT / "docs" / "rows.md").read_text(encoding="utf-8"))
    assert [int(number) for number, *_ in rows] == list(range(1, 12))
    layout = Layout.of(load_scenario("ukraine-2024"))
    templates = (ROOT / "src" / "tertius" / "report" / "templates").glob("*.md")
    headings = {
        re.sub(r"\{\{ '([^']*)' if .*?\}\}", r"\1", line.lstrip("# ").strip())
        for template in templates
        for line in template.read_text(encoding="utf-8").splitlines()
        if line.startswith("##")
    }
    for number, file, output, heading in rows:
        assert (ROOT / "src" / "tertius" / file).is_file(), f"{number}: {file}"
        assert layout.output(output), f"{number}: {output}"
        assert heading.strip() in headings, f"{number}: {heading}"
