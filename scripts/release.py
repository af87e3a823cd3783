"""A release into dist/: wheel, sdist, parts (CycloneDX), hashes of packages, checksums; the wheel is tried elsewhere.

    python scripts/release.py [--trial]

The version is that of pyproject.toml. CHANGELOG.md has to begin with it and a day, `## 0.1.0 (2026-12-01)`, and nothing
may be uncommitted; --trial builds without both. The wheel is installed without its packages into an empty folder. From
another folder, away from these sources, it has to list the scenarios and run one.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
DIST = ROOT / "dist"
FORM = "1.6"  # of CycloneDX
NOT_REACHED = 3  # of scripts/hashes.py: the packages cannot be reached, which it says
TRIED = """
import tertius, pathlib
place = pathlib.Path(tertius.__file__).resolve()
assert place.is_relative_to(pathlib.Path({target!r}).resolve()), place
assert {{"river-war", "ukraine-2024"}} <= {{row.name for row in tertius.scenarios()}}
made = tertius.brief("river-war", futures=40, weeks=4)
tertius.save(made, "brief", formats=["md"])
assert (pathlib.Path("brief") / "brief.md").stat().st_size > 1000
print("the wheel works away from its sources")
"""


def main() -> None:
    """Build, list, sum, try."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    if "--trial" not in sys.argv[1:]:
        check(version)
    DIST.mkdir(exist_ok=True)
    for old in DIST.iterdir():
        if old.name.startswith(("tertius-", "SHA256SUMS")):
            old.unlink()
    subprocess.run([sys.executable, "-m", "build", "--outdir", str(DIST), str(ROOT)], check=True)
    wheel = DIST / f"tertius-{version}-py3-none-any.whl"
    (DIST / f"tertius-{version}.cdx.json").write_text(json.dumps(parts(version), indent=1) + "\n", encoding="utf-8")
    hashes = [
        sys.executable,
        str(ROOT / "scripts" / "hashes.py"),
        str(DIST / f"tertius-{version}-constraints-hashed.txt"),
    ]
    if (code := subprocess.run(hashes, check=False).returncode) not in (0, NOT_REACHED):
        sys.exit(code)
    files = sorted(file for file in DIST.iterdir() if file.name.startswith("tertius-"))
    sums = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
    (DIST / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
    try_elsewhere(wheel)
    print("".join(sums), end="")
    if code == NOT_REACHED:
        print(f"without {hashes[-1]}: the packages could not be reached; run make release again where they can")


def check(version: str) -> None:
    """Stop where the changelog has no day for the version, the citation another one, or something is uncommitted."""
    cited = re.search(r'^version: "(.+)"$', (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)
    if cited is None or cited[1] != version:
        sys.exit(f"CITATION.cff has version {cited[1] if cited else 'none'}; write {version}, that of pyproject.toml")
    first = re.search(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    if first is None or not re.fullmatch(rf"{re.escape(version)} \(\d{{4}}-\d\d-\d\d\)", first[1]):
        found = first[1] if first else "nothing"
        sys.exit(
            f"CHANGELOG.md begins with {found!r}; write '## {version} (YYYY-MM-DD)', or build with RELEASE=--trial"
        )
    told = subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=True)
    if told.stdout:
        sys.exit(f"uncommitted:\n{told.stdout}commit it first, or build with RELEASE=--trial")


def parts(version: str) -> dict[str, object]:
    """The packages of constraints.txt, as CycloneDX has them."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line.split("==") for line in lines if "==" in line and not line.startswith("#")]
    listed = [
        {"type": "library", "name": name, "version": pin.split(";")[0].strip(), "purl": f"pkg:pypi/{name}@{pin}"}
        for name, pin in pins
    ]
    own = {"type": "application", "name": "tertius", "version": version, "purl": f"pkg:pypi/tertius@{version}"}
    return {"bomFormat": "CycloneDX", "specVersion": FORM, "metadata": {"component": own}, "components": listed}


def try_elsewhere(wheel: Path) -> None:
    """Install the wheel alone into an empty folder and use it from another; its packages are those of this Python."""
    with tempfile.TemporaryDirectory() as folder:
        target, work = Path(folder) / "installed", Path(folder) / "work"
        work.mkdir()
        words = ["install", "--quiet", "--no-deps", "--no-index", "--target", str(target), str(wheel)]
        subprocess.run([sys.executable, "-m", "pip", *words], check=True)
        told = {**os.environ, "PYTHONPATH": str(target), "PYTHONSAFEPATH": "1"}
        subprocess.run([sys.executable, "-c", TRIED.format(target=str(target))], cwd=work, env=told, check=True)


if __name__ == "__main__":
    main()
