"""Wars that nobody prepared, each drafted from names and a day as a new user would: the table of docs/new-war.md.

`python -m benchmarks.drafts [NAME ...]` runs three commands for each: `new`, `check --next`, `brief`. It prints their
wall time, how many numbers are to be looked up, and what the entry adds to the gain of land in a year.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FUTURES = 4000
WARS = {
    "karabakh": ("AZE ARM TUR AZE", "2020-09-27 --began 2020-09-27"),
    "tigray": ("ETH Tigray ERI ETH", "2020-11-04 --began 2020-11-04"),
    "congo": ("M23 COD RWA M23", "2025-01-20 --began 2021-11-07 --present"),
    "yemen": ("Houthis YEM IRN Houthis", "2015-03-26"),
    "ogaden": ("SOM ETH CUB ETH", "1977-11-15 --began 1977-07-23"),
    "sudan": ("RSF SDN ARE RSF", "2024-06-01 --began 2023-04-15"),
    "lebanon": ("ISR Hezbollah SYR Hezbollah", "2006-07-20 --began 2006-07-12"),
    "temples": ("THA KHM CHN KHM", "2025-07-26 --began 2025-07-24"),
}
"""Name -> belligerents, entrant and whom it joins; the day and what else is known."""
HEAD = (
    "| war | draft | `--next` | brief, 4,000 futures | to look up | as drafted, in a year |\n|---|---|---|---|---|---|"
)


def told(folder: Path, *words: str) -> tuple[str, float]:
    """What a command of ours prints, and its wall time in seconds."""
    began = time.perf_counter()
    command = [str(Path(sys.executable).parent / "tertius"), *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout, time.perf_counter() - began


def row(name: str, folder: Path) -> str:
    """The row of one war."""
    parties, day = WARS[name]
    one, two, entrant, beside = parties.split()
    words = ["--between", one, two, "--entrant", entrant, "--beside", beside, "--as-of", *day.split()]
    _, drafted = told(folder, "new", name, *words)
    missing, looked = told(folder, "check", f"{name}.yaml", "--next", "--json")
    brief, asked = told(folder, "brief", f"{name}.yaml", "--futures", str(FUTURES), "--json")
    answer = json.loads(brief)
    land = next(each for each in answer["outcomes"] if each["id"] == "land")
    last = max((each for each in answer["differences"] if each["outcome"] == "land"), key=lambda each: each["week"])
    effect = float(f"{last['mean']:.2g}")
    way = "higher" if effect > 0 else "lower"
    war = f"{entrant} beside {beside}, {day.split()[0]}"
    times = " | ".join(f"{each:.0f} s" for each in (drafted, looked, asked))
    return f"| {war} | {times} | {len(json.loads(missing))} | {land['name']} {abs(effect):,.0f} km² {way} |"


def main(names: list[str]) -> None:
    """Print the table."""
    print(HEAD, flush=True)
    for name in names or list(WARS):
        with tempfile.TemporaryDirectory() as folder:
            print(row(name, Path(folder)), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
