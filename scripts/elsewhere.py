"""Try the wheel where its users have it: an empty environment, another folder, an ordinary user, no network.

    python scripts/elsewhere.py [--walk [-- PYTEST-ARGUMENTS]] [--wheel FILE] [--only 3.12]

Packages are downloaded first, with the versions of constraints.txt. From then on nothing reaches a network: commands
run in a network of their own that holds the loopback alone, where root may make one. For each Python of PYTHONS that is
here, the wheel is installed with its extra `web`, and `tertius brief` writes a brief. With --walk, the walks of
tests/web go through the workbench that an environment serves; that one has the extra `read` too, since an article is
read there. What is not here is told, and counts as skipped; the status is then 0, 1 where something failed, and 75
where no package could be fetched.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PYTHONS = ("3.11", "3.12", "3.13")
USER = 65534  # nobody, on every Linux
AT_ONCE = 2
BRIEF = ("brief", "river-war", "--futures", "40", "--weeks", "4", "--out", "made")
WALKS = "tests/web/test_walk*.py"
LOOPBACK = """
import fcntl, os, shutil, socket, struct, sys
with socket.socket() as one:  # up, as `ip link set lo up` does: SIOCSIFFLAGS with IFF_UP
    fcntl.ioctl(one, 0x8914, struct.pack("16sh", b"lo", 1))
found = shutil.which(sys.argv[2])
if sys.argv[1] != "-":
    os.setgroups([]); os.setgid(int(sys.argv[1])); os.setuid(int(sys.argv[1]))
os.execv(found, sys.argv[2:])
"""


FAILED, SKIPPED = "failed", "skipped"
NOT_FETCHED = 75  # EX_TEMPFAIL of sysexits.h


class NotFetched(Exception):
    """A package that cannot be had now."""


@dataclass(frozen=True)
class Place:
    """An environment: its Python, where the shared libraries of that lie, and folders of the user's own."""

    version: str
    python: Path
    libraries: Path
    home: Path
    work: Path

    @property
    def told(self) -> dict[str, str]:
        """The variables that its commands see."""
        return {
            "PATH": f"{self.python.parent}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "LD_LIBRARY_PATH": str(self.libraries),
        }


def main() -> int:
    """Build, download, install, try. Returns the status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--walk", action="store_true", help="walk through the workbench, too")
    parser.add_argument("--wheel", type=Path, help="a wheel that is built already")
    parser.add_argument("--only", choices=PYTHONS, help="one Python instead of all")
    parser.add_argument("rest", nargs="*", help="arguments of pytest for the walks, after --")
    given = parser.parse_args()
    if given.wheel is not None and not given.wheel.is_file():  # pip's refusal would pass for a network that is away
        parser.error(f"argument --wheel: {given.wheel} is no file; build one, or leave --wheel out")
    with tempfile.TemporaryDirectory(prefix="tertius-elsewhere-") as folder:
        base = Path(folder)
        base.chmod(0o755)
        try:
            wheel = given.wheel or build(base)
        except NotFetched as error:
            print(f"SKIPPED: {error}", flush=True)
            return NOT_FETCHED
        found = {name: path for name in PYTHONS if (path := python_of(name)) and given.only in (None, name)}
        for name in PYTHONS:
            if given.only in (None, name) and name not in found:
                print(f"SKIPPED: no Python {name} here", flush=True)
        if not found:
            sys.exit("no Python to try the wheel with")
        with ThreadPoolExecutor(AT_ONCE) as several:
            extras = "web,read" if given.walk else "web"
            asked = {name: several.submit(tried, base, name, path, wheel, extras) for name, path in found.items()}
            results = {name: one.result() for name, one in asked.items()}
        places = [one for one in results.values() if isinstance(one, Place)]
        own = f"{sys.version_info[0]}.{sys.version_info[1]}"
        place = next((one for one in places if one.version == own), places[0] if places else None)
        if FAILED in results.values() or (given.walk and place is not None and walk(place, given.rest)):
            return 1
        return 0 if place is not None else NOT_FETCHED


def build(base: Path) -> Path:
    """The wheel of these sources. Raises NotFetched where what builds it cannot be had; CalledProcessError."""
    backend = ["pip", "download", "--quiet", "--no-deps", "--dest", str(base / "backend"), "hatchling"]
    try:
        run([sys.executable, "-m", *backend])
    except subprocess.CalledProcessError as error:
        raise NotFetched("what builds the wheel cannot be downloaded; see above") from error
    run([sys.executable, "-m", "build", "--wheel", "--outdir", str(base / "dist"), str(ROOT)])
    return next((base / "dist").glob("*.whl"))


def python_of(version: str) -> Path | None:
    """A Python of this version: on the path, or where pyenv keeps it; one that cannot make environments is none."""
    own = [Path(sys.base_prefix) / "bin" / f"python{version}"]
    kept = sorted((Path.home() / ".pyenv/versions").glob(f"{version}.*/bin/python{version}"))
    on_path = shutil.which(f"python{version}")
    for each in (*own, *kept, *([Path(on_path)] if on_path else [])):
        told = (
            subprocess.run([each, "-c", "import venv, ssl, sqlite3"], capture_output=True) if each.is_file() else None
        )
        if told is not None and told.returncode == 0:
            return each.resolve()
    return None


def tried(base: Path, version: str, python: Path, wheel: Path, extras: str) -> Place | str:
    """Install the wheel and write a brief; what became of it where that did not go well."""
    try:
        place = installed(base / version, version, python, wheel, extras)
        began = time.monotonic()
        run(alone(["tertius", *BRIEF]), place)
        made = place.work / "made" / "brief.html"
        if made.stat().st_size < 10_000:
            raise OSError(f"{made.name} has {made.stat().st_size} bytes")
    except NotFetched as error:
        print(f"SKIPPED: Python {version}: {error}", flush=True)
        return SKIPPED
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"FAILED: Python {version}: {error}", flush=True)
        return FAILED
    print(f"Python {version}: installed, and a brief written in {time.monotonic() - began:.0f} s", flush=True)
    return place


def installed(base: Path, version: str, python: Path, wheel: Path, extras: str) -> Place:
    """An empty environment with the wheel and these of its extras; packages come from a folder, after a download."""
    libraries = base / "python" / "lib"
    if is_root() and not reached(python):
        python = copied(python, base / "python", version)
    for name in ("home", "work"):
        (base / name).mkdir(parents=True)
        if is_root():
            os.chown(base / name, USER, USER)
    environment, house = base / "environment", base / "packages"
    place = Place(version, environment / "bin" / "python", libraries, base / "home", base / "work")
    told = {**os.environ, "LD_LIBRARY_PATH": str(libraries)}
    run([str(python), "-m", "venv", "--without-pip", str(environment)], told=told)
    pip = [sys.executable, "-m", "pip", "--python", str(place.python)]
    wanted = ["--quiet", "--only-binary", ":all:", "-c", str(ROOT / "constraints.txt"), f"{wheel}[{extras}]"]
    try:
        run([*pip, "download", "--dest", str(house), *wanted], told=told)
    except subprocess.CalledProcessError as error:
        raise NotFetched("its packages cannot be downloaded; see above") from error
    files = [str(each) for each in sorted(house.glob("*.whl"))]  # the wheel itself is among them
    run(alone([*pip, "install", "--quiet", "--no-index", "--no-deps", *files], user=False), told=told)
    run(alone([*pip, "check"], user=False), told=told)
    return place


def copied(python: Path, place: Path, version: str) -> Path:
    """A Python that others may read, of one that lies in a folder of root's own."""
    base = python.parent.parent
    unread = shutil.ignore_patterns("site-packages", "test", "__pycache__", "idlelib", "config-*")
    shutil.copytree(base / "lib" / f"python{version}", place / "lib" / f"python{version}", ignore=unread)
    (place / "lib" / f"python{version}" / "site-packages").mkdir()
    for each in (base / "lib").glob("libpython*.so*"):
        shutil.copy2(each, place / "lib" / each.name)
    (place / "bin").mkdir()
    return Path(shutil.copy2(python, place / "bin" / f"python{version}"))


def walk(place: Place, arguments: list[str]) -> int:
    """The walks of tests/web, by this Python and its packages, through the workbench of the environment; 1 for a fault.

    They need the tests and what tests need; the server that they start is the environment's, and sees none of it.
    """
    python, version = Path(sys.executable), f"{sys.version_info[0]}.{sys.version_info[1]}"
    libraries = place.libraries
    if is_root() and not reached(python):
        libraries = place.home.parent.parent / "tests" / "lib"
        python = copied(Path(sys.base_prefix) / "bin" / f"python{version}", libraries.parent, version)
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    told = {
        **place.told,
        "LD_LIBRARY_PATH": str(libraries),
        "PYTHONPATH": packages,
        "PYTHONDONTWRITEBYTECODE": "1",
        "TERTIUS_SERVED_BY": str(place.python.parent / "tertius"),
        "TERTIUS_SERVED_WITH": str(place.libraries),
        "TERTIUS_SERVED_FROM": str(place.work),
    }
    told |= {name: os.environ[name] for name in ("CHROMIUM", "AXE") if name in os.environ}
    walks = [str(path.relative_to(ROOT)) for path in sorted(ROOT.glob(WALKS))]
    words = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "--basetemp", str(place.home / "tests")]
    command = alone([str(python), *words, *(arguments or walks)])
    return int(subprocess.run(command, cwd=ROOT, env=told).returncode != 0)


def is_root() -> bool:
    """Whether this process may become an ordinary user."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def reached(python: Path) -> bool:
    """Whether an ordinary user may start it."""
    try:
        told = subprocess.run([python, "-c", ""], user=USER, group=USER, extra_groups=[], cwd="/", capture_output=True)
    except PermissionError:
        return False
    return told.returncode == 0


@cache
def parted() -> bool:
    """Whether this machine lets a command have a network of its own; a container may refuse that even to root."""
    if not is_root() or shutil.which("unshare") is None:
        return False
    able = subprocess.run(["unshare", "--net", sys.executable, "-c", LOOPBACK, str(USER), "true"], capture_output=True)
    if able.returncode:
        print(
            "note: nothing can be cut off from the network here; the wheel is tried as this user, with it",
            flush=True,
        )
    return able.returncode == 0


def alone(command: list[str], user: bool = True) -> list[str]:
    """A command without a network but the loopback, as an ordinary user; as it is where this process is not root."""
    if not parted():
        return command
    return ["unshare", "--net", sys.executable, "-c", LOOPBACK, str(USER) if user else "-", *command]


def run(command: list[str], place: Place | None = None, told: dict[str, str] | None = None) -> None:
    """Run a command, in the folder and with the variables of a place where one is given; what it says, if it fails.

    Raises CalledProcessError.
    """
    where, env = (place.work, place.told) if place else (ROOT, told)
    found = subprocess.run(command, cwd=where, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if found.returncode:
        print(found.stdout[-4000:], flush=True)
        raise subprocess.CalledProcessError(found.returncode, command[-8:])


if __name__ == "__main__":
    sys.exit(main())
