"""The folder of a run in pieces: killed, cut off, full or damaged, it goes on to the same bits."""

import errno
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from tests.cli.commands import tertius as command

import tertius
from tertius.engine import pieces, runs
from tertius.engine.holding import busy, held
from tertius.engine.keeping import remove, states
from tertius.errors import ArchiveError, OptionError

FUTURES, WEEKS = 800, 6  # 20 pieces: the first 16 are merged before the others
WORDS = {"futures": FUTURES, "weeks": WEEKS, "threads": 2}


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "MOST_PIECE", 40)


@pytest.fixture(scope="module")
def expected(compiled: None, tmp_path_factory: pytest.TempPathFactory) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "MOST_PIECE", 40)
        return tertius.stream("river-war", tmp_path_factory.mktemp("whole") / "run", **WORDS).digest  # type: ignore[arg-type]


class Stop(Exception):
    pass


def cut_off(folder: Path, after: int) -> None:
    """Begin a run and stop once so many futures are done."""

    def watch(stage: str, done: int, total: int) -> None:
        if done >= after:
            raise Stop

    with pytest.raises(Stop):
        tertius.stream("river-war", folder, progress=watch, **WORDS)  # type: ignore[arg-type]


KILLED = """
import os, random, signal, sys, time
from pathlib import Path
from tertius.engine import pieces
pieces.MOST_PIECE = 40
import tertius
from tertius.engine.compiled import run_block
import tertius.api.streaming  # by what is begun 21 times, once
run_block()
folder, chance = Path(sys.argv[1]), random.Random(int(sys.argv[2]))
words = {"futures": 6_000, "weeks": 6, "threads": 2}


def there():
    # how many pieces are on disk
    names = [file.stem for file in (folder / "pieces").glob("*.piece")]
    merged = [int(name[7:]) for name in names if name.startswith("merged-")]
    return sum(name.isdecimal() for name in names) + max(merged, default=0)


kills = 0
while kills < 20:
    child, aim = os.fork(), there() + chance.randint(1, 3)
    if child == 0:
        if (folder / "plan.json").exists():
            tertius.resume(folder, threads=2)
        else:
            tertius.stream("river-war", folder, **words)
        os._exit(0)
    while there() < aim and os.waitpid(child, os.WNOHANG)[0] == 0:
        time.sleep(0.002)
    time.sleep(chance.uniform(0, 0.02))
    os.kill(child, signal.SIGKILL)
    if os.waitpid(child, 0)[1] == 0:
        break
    kills += 1
held = sum(1 for _ in (folder / "pieces").glob("*.piece")) if folder.exists() else 0
made = tertius.resume(folder) if folder.exists() else tertius.stream("river-war", folder, **words)
print(kills, held, made.digest)
whole = tertius.stream("river-war", folder.with_name("whole"), **words)
print(whole.digest)
"""


@pytest.mark.slow
def test_twenty_kills_at_random_moments_leave_the_same_bits(compiled: None, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", KILLED, tmp_path / "run", "7"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(tertius.__file__).parents[1])},
    )
    (kills, held, digest), (whole,) = (line.split() for line in done.stdout.splitlines())
    assert int(kills) == 20
    assert int(held) > 0
    assert digest == whole
    assert not [place.name for place in tmp_path.iterdir() if place.name not in ("run", "whole")]
    assert not list((tmp_path / "run" / "pieces").glob("*.part"))


def test_a_run_that_was_stopped_goes_on_with_what_is_there(tmp_path: Path, expected: str) -> None:
    cut_off(tmp_path / "run", FUTURES // 2)
    told = []
    made = tertius.resume(tmp_path / "run", executor="processes", threads=2, progress=lambda *row: told.append(row))
    assert made.digest == expected
    assert told[0][1] >= FUTURES // 2
    assert tertius.resume(tmp_path / "run").digest == expected
    assert tertius.show(tmp_path / "run").digest == expected


def test_a_full_disk_is_said_and_the_run_goes_on(
    tmp_path: Path, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    flush, count = os.fsync, iter(range(100))

    def full(opened: int) -> None:
        if next(count) > 20:
            raise OSError(errno.ENOSPC, "No space left on device")
        flush(opened)

    monkeypatch.setattr(runs.os, "fsync", full)
    with pytest.raises(ArchiveError, match=r"No space left.*Free some space.*futures are kept; go on: tertius resume"):
        tertius.stream("river-war", tmp_path / "run", **WORDS)  # type: ignore[arg-type]
    monkeypatch.undo()
    monkeypatch.setattr(pieces, "MOST_PIECE", 40)
    assert tertius.resume(tmp_path / "run").digest == expected


def test_a_damaged_piece_is_computed_again(tmp_path: Path, expected: str) -> None:
    cut_off(tmp_path / "run", FUTURES // 2)
    held = sorted((tmp_path / "run" / "pieces").glob("*.piece"))
    held[0].write_bytes(held[0].read_bytes()[:-9])
    held[-1].write_bytes(b"")
    (tmp_path / "run" / "pieces" / "000000000003.part").write_bytes(b"half")
    assert tertius.resume(tmp_path / "run").digest == expected


def test_two_processes_do_not_work_on_one_run_and_runs_beside_it_are_left_alone(tmp_path: Path, expected: str) -> None:
    cut_off(tmp_path / "run", 200)
    said = []

    def beside(stage: str, done: int, total: int) -> None:
        if not said:
            said.append("once")
            with pytest.raises(ArchiveError, match="being worked on by process"):
                tertius.resume(tmp_path / "run")
            with pytest.raises(ArchiveError, match="being worked on"):
                remove(tmp_path / "run")
            assert [state.state for state in states(tmp_path)] == ["running"]
            assert tertius.stream("river-war", tmp_path / "second", **WORDS).digest == expected  # type: ignore[arg-type]

    assert tertius.resume(tmp_path / "run", progress=beside).digest == expected
    assert said


RESUMED = """
import sys
from pathlib import Path
from tertius.engine import pieces
pieces.MOST_PIECE = 40
import tertius
ready, go = Path(sys.argv[2]), Path(sys.argv[3])
ready.touch()
while not go.exists():
    pass
try:
    print(tertius.resume(sys.argv[1], threads=1).digest)
except tertius.errors.ArchiveError as error:
    print(error)
"""


@pytest.mark.slow
def test_of_two_that_go_on_at_once_one_does_and_the_other_is_told(tmp_path: Path, expected: str) -> None:
    cut_off(tmp_path / "run", FUTURES // 2)
    told = {**os.environ, "PYTHONPATH": str(Path(tertius.__file__).parents[1])}
    go, ready = tmp_path / "go", [tmp_path / "ready-0", tmp_path / "ready-1"]
    both = [
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", RESUMED, tmp_path / "run", file, go],
            stdout=subprocess.PIPE, text=True, env=told,
        )
        for file in ready
    ]  # fmt: skip
    while not all(file.exists() for file in ready):
        assert all(process.poll() is None for process in both)
    go.touch()
    said = sorted(process.communicate()[0].strip() for process in both)
    # The second is refused while the first works, until its last file is written; once it is whole both are told.
    assert expected in said
    assert all(line == expected or "is being worked on by process" in line for line in said)
    assert tertius.resume(tmp_path / "run").digest == expected
    for arm in ("base", "other"):
        assert tertius.show(tmp_path / "run" / "sample" / arm)


def test_a_run_is_held_until_its_last_file_is_written(
    tmp_path: Path, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_off(tmp_path / "run", 200)
    written, write_last = [], runs.write_last

    def beside(file: Path, content: bytes) -> None:
        assert busy(tmp_path / "run")
        with pytest.raises(ArchiveError, match="being worked on by process"):
            tertius.resume(tmp_path / "run")
        written.append(file.name)
        write_last(file, content)

    monkeypatch.setattr("tertius.impact.pieced.write_last", beside)
    assert tertius.resume(tmp_path / "run").digest == expected
    assert written == ["summary.parquet", "summary.json"]
    assert not busy(tmp_path / "run")


def test_who_asks_whether_a_run_is_worked_on_stands_in_nobodys_way(tmp_path: Path, expected: str) -> None:
    import fcntl

    cut_off(tmp_path / "run", 200)
    lock = tmp_path / "run" / "lock"
    before = lock.read_text()
    assert not busy(tmp_path / "run")
    assert lock.read_text() == before
    with lock.open() as asking:
        fcntl.flock(asking, fcntl.LOCK_SH)
        ended = threading.Timer(0.1, fcntl.flock, (asking, fcntl.LOCK_UN))
        ended.start()
        assert tertius.resume(tmp_path / "run").digest == expected
        ended.join()
    lock.unlink()
    assert not busy(tmp_path / "run"), "one that nobody ever worked on"


@pytest.mark.parametrize("change", [{"code": "0"}, {"tertius_run": 0}, {"tertius_run": 99}])
def test_a_run_of_another_version_is_left_as_it_is(tmp_path: Path, expected: str, change: dict[str, object]) -> None:
    cut_off(tmp_path / "run", FUTURES // 2)
    file = tmp_path / "run" / "plan.json"
    own = file.read_text()
    file.write_text(json.dumps({**json.loads(own), "version": "0.0.7", **change}))
    files = {place: place.read_bytes() for place in sorted((tmp_path / "run").rglob("*")) if place.is_file()}
    with pytest.raises(ArchiveError, match=r"begun by Tertius 0\.0\.7.*Go on with that version, or begin a new run"):
        tertius.resume(tmp_path / "run")
    shown = command("runs", "show", tmp_path / "run").out.replace("\n", " ")
    assert "another version of Tertius, or of its code, began it, and that one goes on" in shown
    assert "cannot be read" not in shown
    assert command("runs", "list", tmp_path, "--json").data[0]["state"] == "of another version"
    assert files == {place: place.read_bytes() for place in sorted((tmp_path / "run").rglob("*")) if place.is_file()}
    file.write_text(own)
    assert tertius.resume(tmp_path / "run").digest == expected


def test_what_another_version_made_whole_is_told(tmp_path: Path, expected: str) -> None:
    tertius.stream("river-war", tmp_path / "run", **WORDS)  # type: ignore[arg-type]
    file = tmp_path / "run" / "plan.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "version": "0.0.7", "code": "0"}))
    assert tertius.resume(tmp_path / "run").digest == expected
    assert "100%" in command("runs", "list", tmp_path).out


def test_what_is_no_run_or_another_run_is_refused(tmp_path: Path, expected: str) -> None:
    cut_off(tmp_path / "run", 200)
    with pytest.raises(OptionError, match="tertius resume"):
        tertius.stream("river-war", tmp_path / "run", **WORDS)  # type: ignore[arg-type]
    (tmp_path / "others").mkdir()
    (tmp_path / "others" / "letter.txt").write_text("mine")
    for wrong in ("others", "nowhere"):
        with pytest.raises(ArchiveError, match="no run in pieces"):
            tertius.resume(tmp_path / wrong)
    with pytest.raises(OptionError, match="an empty folder"):
        tertius.stream("river-war", tmp_path / "others", **WORDS)  # type: ignore[arg-type]
    file = tmp_path / "run" / "plan.json"
    told = json.loads(file.read_text())
    for change, words in (
        ({"code": "0"}, "with code 0; this is"),
        ({"futures": "many"}, "damaged"),
        ({"weeks": 0}, "damaged"),
        ({"piece": 7}, "another size"),
        ({"worlds": []}, "damaged"),
        ({"worlds": [{**told["worlds"][0], "sha256": "0"}]}, "was changed"),
        ({"worlds": [{**told["worlds"][0], "overrides": {"x.y": 3}}]}, "damaged"),
    ):
        file.write_text(json.dumps({**told, **change}))
        with pytest.raises(ArchiveError, match=words):
            tertius.resume(tmp_path / "run")
    for text in ("", "[]", "{", '{"tertius_run": 1}', "\x00"):
        file.write_text(text)
        with pytest.raises(ArchiveError, match="damaged"):
            tertius.resume(tmp_path / "run")
    assert [state.state for state in states(tmp_path)] == ["damaged"]


def test_runs_are_listed_shown_and_removed_but_nothing_of_others(tmp_path: Path, expected: str) -> None:
    cut_off(tmp_path / "half", FUTURES // 2)
    tertius.stream("river-war", tmp_path / "whole", **WORDS)  # type: ignore[arg-type]
    tertius.save(tertius.run("river-war", futures=40, weeks=4), tmp_path / "small")
    told = command("runs", "list", tmp_path, "--json").data
    assert [(row["state"], row["kind"]) for row in told] == [
        ("stopped", "comparison in pieces"), ("whole", "run"), ("whole", "comparison in pieces")
    ]  # fmt: skip
    assert told[0]["done"] >= FUTURES // 2
    assert "100%" in command("runs", "list", tmp_path).out
    shown = command("runs", "show", tmp_path / "whole")
    assert expected in shown.out
    assert command("runs", "show", tmp_path / "whole", "--json").data["summary"]["digest"] == expected
    assert "resume" in command("runs", "show", tmp_path / "half").out
    (tmp_path / "whole" / "notes.txt").write_text("mine")
    assert "notes.txt" in command("runs", "rm", tmp_path / "whole").out
    assert [file.name for file in (tmp_path / "whole").iterdir()] == ["notes.txt"]
    for name in ("half", "small"):
        assert command("runs", "rm", tmp_path / name).code == 0
        assert not (tmp_path / name).exists()
    for wrong in (tmp_path, tmp_path / "whole", tmp_path / "nowhere"):
        assert command("runs", "rm", wrong).code == 3
    assert "no runs in" in command("runs", "list", tmp_path).out
    assert command("runs", "list", tmp_path / "nowhere").code == 2


def test_commands_run_in_pieces_where_asked_or_where_there_are_many(tmp_path: Path) -> None:
    refused = command("run", "river-war", "--futures", 50_001)
    assert refused.code == 2
    assert "--out" in refused.err
    made = command("run", "river-war", "--futures", 400, "--weeks", 4, "--executor", "threads", "--out", tmp_path / "r")
    assert made.code == 0, made.err
    assert "Digest" in made.out
    assert command("resume", tmp_path / "r", "--json").data["levels"][0]["world"] == "base"
    assert command("show", tmp_path / "r").out.split("written")[0] in made.out
    words = ("--set", "contingents.legion.discord=0.5", "--futures", 400, "--weeks", 4, "--executor", "threads")
    compared = command("compare", "river-war", *words, "--out", tmp_path / "c")
    assert "as it stands, less set contingents.legion.discord" in compared.out.replace("\n", " ")
    assert command("compare", "river-war", *words, "--out", tmp_path / "c").code == 2


def test_a_run_that_is_shown_says_what_can_be_done_with_it(tmp_path: Path) -> None:
    cut_off(tmp_path / "run", 200)
    assert "goes on" in command("runs", "show", tmp_path / "run").out
    with held(tmp_path / "run"):
        assert "a process is working on it" in command("runs", "show", tmp_path / "run").out
    (tmp_path / "run" / "plan.json").write_text("{")
    shown = command("runs", "show", tmp_path / "run").out
    assert "cannot be read" in shown
    assert "resume" not in shown


def test_a_manifest_made_to_harm_is_a_damaged_run_and_hides_no_other(tmp_path: Path) -> None:
    whole = {"futures_asked": 3, "futures_done": 3, "weeks": 1, "seed": 1, "complete": True}
    for name, file, text in (
        ("deep", "run.json", "[" * 100_000),
        ("deep-plan", "plan.json", "[" * 100_000),
        ("endless", "run.json", json.dumps({**whole, "scenario": "x"}).replace(": 3", ": 1e999")),
        ("loud", "run.json", json.dumps({**whole, "scenario": "\x1b[31mred\u202e"})),
        (os.fsdecode(b"odd-\xff"), "run.json", json.dumps({**whole, "scenario": "x"})),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / file).write_text(text)
    told = {row["folder"].rpartition("/")[2]: row["state"] for row in command("runs", "list", tmp_path, "--json").data}
    assert told["deep"] == told["deep-plan"] == told["endless"] == "damaged"
    assert len(told) == 5
    listed = command("runs", "list", tmp_path)
    assert listed.code == 0
    assert "\x1b" not in listed.out
    assert "\u202e" not in listed.out
    for name in ("deep", "deep-plan"):
        assert "cannot be read" in command("runs", "show", tmp_path / name).out
        assert command("show", tmp_path / name).code == 3
    assert command("resume", tmp_path / "deep-plan").code == 3
    refused = command("runs", "rm", tmp_path / "deep")
    assert refused.code == 3
    assert "nothing was removed" in refused.err.replace("\n", " ")
    assert (tmp_path / "deep" / "run.json").is_file()
