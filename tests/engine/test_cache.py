"""A damaged kernel cache is made afresh, whatever is wrong with it; it never stops a run or changes a result."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tertius.engine import compiled

RUN = "from tertius import Scenario; print(Scenario.load('ukraine-2024').run(futures=8, weeks=3, seed=5).samples.sum())"


def simulate(cache: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": "/usr/bin:/bin", "TERTIUS_CACHE": str(cache)}
    return subprocess.run([sys.executable, "-c", RUN], env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("damage", ["cut", "changed", "module"])
def test_a_damaged_cache_is_made_afresh(damage: str, tmp_path: Path, compiled_cache: Path) -> None:
    shutil.copytree(compiled_cache, tmp_path / "kernel")
    whole = simulate(tmp_path)
    assert whole.returncode == 0, whole.stderr
    [folder] = (tmp_path / "kernel").iterdir()
    target = next(folder.glob("block_*.py" if damage == "module" else "__pycache__/*.nbc"))
    held = bytearray(target.read_bytes())
    if damage == "changed":
        held[len(held) // 2 : len(held) // 2 + 4000] = bytes(4000)
    target.write_bytes(held if damage == "changed" else held[: len(held) // 3])
    again = simulate(tmp_path)
    assert again.returncode == 0, again.stderr
    assert again.stdout == whole.stdout


@pytest.fixture(scope="module")
def compiled_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kernel folder with this version's block compiled, shared by the cases."""
    cache = tmp_path_factory.mktemp("cache")
    made = simulate(cache)
    assert made.returncode == 0, made.stderr
    assert (cache / "kernel" / compiled.source_hash()).is_dir()
    return cache / "kernel"
