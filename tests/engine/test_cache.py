"""A damaged kernel cache is made afresh, whatever is wrong with it; it never stops a run or changes a result.

The block under test is a stand-in of a few lines: how a block is kept does not hang on what is in it, and compiling the
laws four times would take five minutes of a processor.
"""

import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tertius.engine import compiled

RUN = """
from tertius.engine import compiled

BLOCK = '''from numba import njit

@njit(cache=True)
def run_block(count):
    total = 0.0
    for number in range(count):
        total += number ** 0.5
    return total
'''
compiled.block_source = lambda order: BLOCK
compiled._first_call = lambda block: print(block(1000))
compiled.run_block()
"""


def environment_of(cache: Path) -> dict[str, str]:
    sources = str(Path(compiled.__file__).parents[2])
    return {"PATH": "/usr/bin:/bin", "TERTIUS_CACHE": str(cache), "PYTHONPATH": sources}


def simulate(cache: Path) -> subprocess.CompletedProcess[str]:
    environment = environment_of(cache)
    return subprocess.run([sys.executable, "-c", RUN], env=environment, capture_output=True, text=True, check=False)


def test_one_process_at_a_time_compiles_into_a_folder(tmp_path: Path) -> None:
    entered = threading.Event()

    def enter() -> None:
        with compiled._alone(tmp_path):
            entered.set()

    with compiled._alone(tmp_path):
        other = threading.Thread(target=enter)
        other.start()
        assert not entered.wait(0.2)
    assert entered.wait(60)
    other.join()


@pytest.mark.parametrize("file", ["compiled.sha256", "block_*.py"])
def test_bytes_that_are_no_text_are_made_afresh(file: str, tmp_path: Path, compiled_cache: tuple[Path, str]) -> None:
    kept, told = compiled_cache
    shutil.copytree(kept, tmp_path / "kernel")
    [folder] = (tmp_path / "kernel").iterdir()
    [target] = folder.glob(file)
    held = target.read_bytes()
    target.write_bytes(b"\xff\xfe" + bytes(range(128, 256)))
    again = simulate(tmp_path)
    assert again.returncode == 0, again.stderr
    assert again.stdout == told
    if file != "compiled.sha256":  # what is compiled anew differs from run to run, and so does its hash
        assert target.read_bytes() == held
    assert target.read_bytes().isascii()


@pytest.mark.parametrize("damage", ["cut", "changed", "module"])
def test_a_damaged_cache_is_made_afresh(damage: str, tmp_path: Path, compiled_cache: tuple[Path, str]) -> None:
    kept, told = compiled_cache
    shutil.copytree(kept, tmp_path / "kernel")
    [folder] = (tmp_path / "kernel").iterdir()
    target = next(folder.glob("block_*.py" if damage == "module" else "__pycache__/*.nbc"))
    held = bytearray(target.read_bytes())
    if damage == "changed":
        held[len(held) // 2 : len(held) // 2 + 400] = bytes(400)
    target.write_bytes(held if damage == "changed" else held[: len(held) // 3])
    again = simulate(tmp_path)
    assert again.returncode == 0, again.stderr
    assert again.stdout == told
    assert float(told) > 0


FULL = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (4500, 4500))  # the module fits, what is compiled does not
from numba.core.dispatcher import _FunctionCompiler
compile, times = _FunctionCompiler.compile, []

def counted(self, *words):
    times.append(1)
    return compile(self, *words)

_FunctionCompiler.compile = counted
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on files there")
def test_a_disk_that_takes_no_more_costs_no_second_compilation(tmp_path: Path) -> None:
    environment = environment_of(tmp_path)
    script = FULL + RUN + "print(len(times))\n"
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout.split()[0]) > 0
    assert done.stdout.split()[-1] == "1"
    assert not list(tmp_path.rglob("*.nbc"))
    assert simulate(tmp_path).returncode == 0  # once there is room, it is compiled and kept
    assert list(tmp_path.rglob("*.nbc"))


@pytest.fixture(scope="module")
def compiled_cache(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A kernel folder with this version's block compiled, and what the block said; shared by the cases."""
    cache = tmp_path_factory.mktemp("cache")
    made = simulate(cache)
    assert made.returncode == 0, made.stderr
    assert any((cache / "kernel" / compiled.source_hash()).glob("__pycache__/*.nbc"))
    return cache / "kernel", made.stdout
