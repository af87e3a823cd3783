"""Known vulnerabilities among the packages of constraints.txt, by pip-audit, where the network allows.

    python scripts/audit.py [--where-it-can]

Ends with 1 where there are any. Where the database cannot be asked, or knows none of the packages, it says so and ends
with 3: no answer is not a clean one. With --where-it-can it says so too and ends with 0. pip-audit is taken where it is
installed, else put into an environment of its own that is gone afterwards.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LONGEST_S = 600
NOT_ASKED = 3


def asked(python: str, constraints: Path) -> dict[str, Any] | str:
    """What pip-audit found; why not, where it could not ask."""
    words = ["--no-deps", "--disable-pip", "--progress-spinner", "off", "--format", "json"]
    try:
        done = subprocess.run(
            [python, "-m", "pip_audit", *words, "-r", str(constraints)],
            capture_output=True, text=True, check=False, timeout=LONGEST_S,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"no answer within {LONGEST_S} s"
    try:
        told = json.loads(done.stdout)
    except ValueError:
        return next(reversed(done.stderr.strip().splitlines()), "pip-audit failed")
    assert isinstance(told, dict)
    return told


def verdict(told: dict[str, Any] | str, lenient: bool = False) -> tuple[int, str]:
    """The exit code, and what is to be said."""
    known = [] if isinstance(told, str) else [each for each in told["dependencies"] if "skip_reason" not in each]
    if isinstance(told, str) or not known:
        why = told if isinstance(told, str) else "the database knows none of the packages by this way to the network"
        fix = "nothing is known of their faults; try again where the database can be reached"
        return 0 if lenient else NOT_ASKED, f"not audited: {why}; {fix}"
    found = [
        f"{each['name']} {each['version']}: {flaw['id']}, mended in {', '.join(flaw['fix_versions']) or 'no version'}"
        for each in known
        for flaw in each["vulns"]
    ]
    left = len(told["dependencies"]) - len(known)
    tail = f"; {left} packages were not known there" if left else ""
    if found:
        return 1, "\n".join([*found, f"{len(found)} known vulnerabilities in {len(known)} packages{tail}"])
    return 0, f"no known vulnerability in {len(known)} packages{tail}"


def main(words: list[str]) -> int:
    """Ask, say, and return the exit code."""
    if set(words) - {"--where-it-can"}:
        sys.exit("usage: python scripts/audit.py [--where-it-can]")
    constraints, lenient = ROOT / "constraints.txt", "--where-it-can" in words
    if importlib.util.find_spec("pip_audit") is not None:
        code, said = verdict(asked(sys.executable, constraints), lenient)
    else:
        with tempfile.TemporaryDirectory() as folder:
            venv.create(folder, with_pip=True)
            python = str(Path(folder) / ("Scripts" if sys.platform == "win32" else "bin") / "python")
            install = [python, "-m", "pip", "install", "--quiet", "pip-audit"]
            put = subprocess.run(install, capture_output=True, text=True, check=False)
            why = f"pip-audit cannot be installed: {next(reversed(put.stderr.strip().splitlines()), '')}"
            code, said = verdict(asked(python, constraints) if put.returncode == 0 else why, lenient)
    print(said)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
