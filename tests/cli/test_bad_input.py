"""Bad input: the exit code, the place, what is allowed, the nearest name; never a traceback."""

import errno
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.cli.commands import Told, tertius
from tests.impact.levies import LEVY

pytestmark = pytest.mark.usefixtures("compiled")
WAR = LEVY["B"]

CASES = {
    "no such scenario": (("run", "ukraine-2042"), "ukraine-2024"),
    "no such file": (("check", "nowhere.yaml"), "nowhere.yaml"),
    "no such path": (("run", WAR, "--set", "sides.A.recruitmnt=3"), "nearest: sides.A.recruitment"),
    "no such path in one arm": (("compare", WAR, "--set", "sides.B.fungibel=0"), "nearest: sides.B.fungible"),
    "no equals sign": (("run", WAR, "--set", "sides.A.recruitment"), "path=value"),
    "no number": (("run", WAR, "--set", "sides.A.recruitment=many"), "number"),
    "not finite": (("run", WAR, "--set", "sides.A.recruitment=.inf"), "finite"),
    "out of range": (("run", WAR, "--set", "sides.A.fungible=1.5"), "1.5"),
    "no such prior": (("run", WAR, "--set", "sides.A.fungible={uniformm: {low: 0, high: 1}}"), "uniform"),
    "no such event": (("compare", WAR, "--without", "levvy"), "nearest: levy"),
    "no such mode": (("compare", WAR, "--without", "levy:nevr"), "never, withdraw, no-further"),
    "no such mode by option": (("compare", WAR, "--without", "levy", "--mode", "x"), "never, withdraw, no-further"),
    "a mode that does not fit": (("compare", WAR, "--without", "levy:withdraw"), "mobilisation"),
    "no futures": (("run", WAR, "--futures", 0), "1 to 10,000,000"),
    "too many futures": (("run", WAR, "--futures", 10_000_000_001, "--out", "x"), "1 to 10,000,000,000"),
    "too many futures at once": (("brief", WAR, "--futures", 10_000_001), "1 to 10,000,000"),
    "many futures without a folder": (("run", WAR, "--futures", 50_001), "in pieces"),
    "too many weeks": (("brief", WAR, "--weeks", 521), "1 to 520"),
    "negative weeks": (("run", WAR, "--weeks", -1), "1 to 520"),
    "negative seed": (("compare", WAR, "--seed", -1), "seed"),
    "negative threads": (("run", WAR, "--threads", -2), "0 to 256"),
    "a word for a number": (("run", WAR, "--futures", "many"), "--futures"),
    "no such command": (("rum",), "rum"),
    "no such option": (("run", WAR, "--frobnicate"), "--frobnicate"),
    "no name": (("new", "../x"), "plain name"),
}


def plainly_refused(told: Told, code: int, *words: str) -> None:
    assert told.code == code, told
    assert told.out == ""
    assert "Traceback" not in told.err
    for word in words:
        assert word in told.err


@pytest.mark.parametrize("case", CASES)
def test_bad_input_is_refused_with_what_is_allowed(case: str) -> None:
    words, expected = CASES[case]
    plainly_refused(tertius(*words), 2, expected)


@pytest.mark.parametrize("command", ["run", "compare", "brief"])
def test_out_is_a_folder(command: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    plainly_refused(tertius(command, WAR, "--futures", 8, "--out", file), 2, "--out", "is no folder")
    below = tertius(command, WAR, "--futures", 8, "--weeks", 2, "--out", file / "below")
    assert below.code in (2, 3)
    assert "Traceback" not in below.err
    assert file.read_text() == "mine"


def test_never_needs_a_contingent_that_is_not_there_yet(tmp_path: Path) -> None:
    assert tertius("new", "w", "--folder", tmp_path).code == 0
    present = ("--assume", "contingents.legion.troops=500")
    told = tertius("compare", tmp_path / "w.yaml", *present, "--without", "entry", "--futures", 8)
    plainly_refused(told, 2, "withdraw", "legion", "entry:withdraw")
    few = ("--futures", 8, "--weeks", 3)
    assert tertius("compare", tmp_path / "w.yaml", *present, "--without", "entry:withdraw", *few).code == 0


def test_new_does_not_write_over_a_file(tmp_path: Path) -> None:
    (tmp_path / "w.yaml").write_text("mine")
    plainly_refused(tertius("new", "w", "--folder", tmp_path), 2, "does not exist yet")
    assert (tmp_path / "w.yaml").read_text() == "mine"
    told = tertius("new", "w", "--folder", tmp_path / "no")
    plainly_refused(told, 2, "--folder", "a folder that exists")


def test_new_on_a_full_disk_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Path.write_text

    def full(self: Path, text: str, **more: str) -> int:
        write(self, text[:100], **more)
        raise OSError(errno.ENOSPC, "No space left on device", str(self))

    monkeypatch.setattr(Path, "write_text", full)
    plainly_refused(tertius("new", "w", "--folder", tmp_path), 3, "No space left", "Free some space", "--folder")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="no folder that refuses even root")
@pytest.mark.parametrize("command", ["run", "compare", "brief", "causes"])
def test_a_place_that_cannot_be_written_is_told_before_the_work(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("futures were run")

    monkeypatch.setattr(sys.modules["tertius.engine.run"], "run_arms", never)
    told = tertius(command, WAR, "--out", "/proc/tertius")
    plainly_refused(told, 2, "--out", "/proc/tertius", "name another")
    assert "space" not in told.err


@pytest.mark.parametrize("command", ["run", "compare", "brief", "causes", "reactions", "chronicle"])
def test_a_bad_assumption_names_its_own_option(command: str) -> None:
    plainly_refused(tertius(command, WAR, "--assume", "sides.A.recruitment=many"), 2, "--assume sides.A.recruitment")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no devices here")
def test_a_device_is_no_text() -> None:
    plainly_refused(tertius("read", "/dev/zero"), 3, "/dev/zero", "a device", "standard input")
    plainly_refused(tertius("brief", WAR, "--article", "/dev/full"), 3, "/dev/full", "a device")


def test_a_brief_of_few_futures_says_so() -> None:
    few = ("--weeks", 2)
    assert "Only one future was run" in tertius("brief", WAR, "--futures", 1, *few).out
    assert "Only 8 futures were run" in tertius("compare", WAR, "--futures", 8, *few).out
    assert "futures were run" not in tertius("run", WAR, "--futures", 200, *few).out


def test_a_scenario_without_a_question(tmp_path: Path) -> None:
    file = tmp_path / "w.yaml"
    file.write_text(WAR.read_text(encoding="utf-8").partition("comparison:")[0], encoding="utf-8")
    for command in ("compare", "brief"):
        plainly_refused(tertius(command, file, "--futures", 8), 2, "levy")


def damage(folder: Path, how: str) -> Path:
    """Damage an archive in one of many ways and return it."""
    manifest = next(folder / name for name in ("comparison.json", "run.json") if (folder / name).exists())
    arm = folder / "with" if manifest.name == "comparison.json" else folder
    told = json.loads(manifest.read_text())
    if how == "cut off":
        data = (arm / "samples.parquet").read_bytes()
        (arm / "samples.parquet").write_bytes(data[: len(data) // 2])
    elif how == "half a manifest":
        manifest.write_text(manifest.read_text()[:40])
    elif how == "a list":
        manifest.write_text("[1]")
    elif how == "of another form":
        manifest.write_text(json.dumps({**told, "tertius_archive": 99}))
    elif how.startswith("without "):
        (arm / how.removeprefix("without ")).unlink()
    else:
        key, _, value = how.partition("=")
        manifest.write_text(json.dumps({**told, key: json.loads(value)}))
    return folder


HOW = ("cut off", "half a manifest", "a list", "of another form", "without samples.parquet", "without scenario.yaml")
IN_RUN = ('weeks="x"', "weeks=null", "overrides=[1]", "futures_done=7", "kind=null")
IN_COMPARISON = ("horizons=null", 'horizons=["x"]', "horizons=[99]", "interventions=null", "without run.json")


@pytest.mark.parametrize(("command", "ways"), [("run", (*HOW, *IN_RUN)), ("compare", (*HOW, *IN_COMPARISON))])
def test_a_damaged_archive_is_refused(command: str, ways: Sequence[str], tmp_path: Path) -> None:
    for number, how in enumerate(ways):
        out = tmp_path / str(number)
        assert tertius(command, WAR, "--futures", 8, "--weeks", 2, "--out", out).code == 0
        damage(out, how)
        for words in ((), ("--json",)):
            plainly_refused(tertius("show", out, *words), 3, str(out))


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    plainly_refused(tertius("show", tmp_path / "nowhere"), 3, "no such folder")
    plainly_refused(tertius("show", tmp_path), 3, "no run.json")
    (tmp_path / "file").write_text("x")
    plainly_refused(tertius("show", tmp_path / "file"), 3, "is no archive")


@pytest.mark.parametrize("command", ["run", "compare", "brief", "causes", "reactions", "chronicle"])
def test_one_path_is_set_once(command: str) -> None:
    twice = ("--assume", "sides.A.recruitment=1", "--assume", "sides.A.recruitment=2")
    plainly_refused(tertius(command, WAR, *twice), 2, "--assume", "each path once")


def test_a_scenario_without_outcomes_is_warned_of(tmp_path: Path) -> None:
    file = tmp_path / "w.yaml"
    file.write_text("extends: river-war\noutcomes: null\ncomparison: null\n", encoding="utf-8")
    told = tertius("check", file)
    assert told.code == 0
    assert "warning: no outcomes" in told.out


def test_one_future_gives_no_confidence() -> None:
    told = tertius("brief", WAR, "--futures", 1, "--weeks", 3).out
    assert "One future was run: too few for an answer." in " ".join(told.split())
    whole = tertius("brief", WAR, "--futures", 1, "--weeks", 3, "--full").out
    assert "so few futures have no Monte Carlo error" in " ".join(whole.split())


def test_a_terminal_without_a_sign_gets_its_number() -> None:
    command = [sys.executable, "-c", "from tertius.cli import main; main()", "run", str(WAR), "--futures", "20"]
    done = subprocess.run(
        command, capture_output=True, check=False, env={**os.environ, "PYTHONIOENCODING": "ascii"}, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr
