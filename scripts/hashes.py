"""constraints.txt with the hash of every file that this Python on this system takes, for installing from nothing else.

    python scripts/hashes.py FILE

pip is asked what it would install, and installs nothing. `pip install --require-hashes --no-deps -r FILE` then takes no
file but these. Another system or Python takes other files: the first line says whose they are. Where the packages
cannot be reached it says so, writes nothing, and ends with code 3.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
NOT_REACHED = 3


def report(constraints: Path) -> dict[str, Any] | str:
    """What pip would install, as it reports it; its last line where it cannot say."""
    words = ["install", "--quiet", "--dry-run", "--ignore-installed", "--no-deps", "--only-binary", ":all:"]
    asked = [sys.executable, "-m", "pip", *words, "--report", "-", "-r", str(constraints)]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    if done.returncode:
        return next(reversed(done.stderr.strip().splitlines()), "pip failed")
    told = json.loads(done.stdout)
    assert isinstance(told, dict)
    return told


def hashed(told: dict[str, Any]) -> str:
    """The lines of a file that pip takes with --require-hashes. Raises KeyError for a package without a hash."""
    rows = []
    for each in told["install"]:
        package, found = each["metadata"], each["download_info"]["archive_info"]["hashes"]["sha256"]
        name = package["name"].lower().replace("_", "-").replace(".", "-")
        rows.append(f"{name}=={package['version']} --hash=sha256:{found}\n")
    where = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    return f"# What {where} takes: pip install --require-hashes --no-deps -r THIS\n" + "".join(sorted(rows))


def main(words: list[str]) -> int:
    """Write the file, or say why it cannot be."""
    if len(words) != 1:
        sys.exit("usage: python scripts/hashes.py FILE")
    if Path(words[0]).is_dir() or not Path(words[0]).absolute().parent.is_dir():  # told before the download
        sys.exit(f"not written: {words[0]} is no file in a folder that is there; name another")
    told = report(ROOT / "constraints.txt")
    if isinstance(told, str):
        print(f"not written: {words[0]}: {told}", file=sys.stderr)
        return NOT_REACHED
    Path(words[0]).write_text(hashed(told), encoding="utf-8")
    print(f"written: {words[0]}, {len(told['install'])} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
