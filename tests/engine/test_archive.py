"""The archive: a round trip, damage, and places that cannot be written."""

import dataclasses
import errno
import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tertius.engine import LEVELS, Ensemble, folders, read_run, save_run
from tertius.engine.archive import FILES
from tertius.engine.folders import LIST, write_folder
from tertius.errors import ArchiveError
from tertius.world import Normal

Simulate = Callable[..., Ensemble]


def content(folder: Path) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file()}


@pytest.fixture
def saved(base: Ensemble, tmp_path: Path) -> Path:
    return save_run(base, tmp_path / "run")


def test_a_round_trip(saved: Path, base: Ensemble) -> None:
    read = read_run(saved)
    assert read.outcomes == base.outcomes
    assert (read.trajectories == base.trajectories).all()
    assert (read.samples == base.samples.astype(np.float32)).all()
    assert (read.seed, read.weeks, read.replicates, read.label) == (base.seed, base.weeks, base.replicates, base.label)
    assert read.complete
    assert read.dates == base.dates
    assert read.layout.scenario.digest == base.layout.scenario.digest
    for path, values in base.parameters.items():
        assert (read.parameters[path] == values).all(), path


def test_overrides_come_back(simulate: Simulate, tmp_path: Path) -> None:
    overrides = {"contingents.kpa.discord": 0.25, "theatres.front.tempo": Normal(mean=100, sd=5)}
    run = simulate(overrides=overrides, futures=12, weeks=3)
    read = read_run(save_run(run, tmp_path / "run"))
    assert dict(read.layout.overrides) == dict(run.layout.overrides)
    assert read.parameters.keys() == run.parameters.keys()
    assert (read.parameters["theatres.front.tempo"] == run.parameters["theatres.front.tempo"]).all()


def test_what_was_told_before_the_states_were_let_go_is_not_run_again(
    saved: Path, base: Ensemble, simulate: Simulate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr("tertius.engine.archive.run_again")
    kept = simulate(outputs=base.kept[:2], further=base.kept)
    none = kept.everything[:0, :, :0]
    light = dataclasses.replace(kept, told=kept.of_first(), kept=(), everything=none, further=None)
    assert content(save_run(light, tmp_path / "light")) == content(saved)


def test_public_tools_can_read_it(saved: Path, base: Ensemble) -> None:
    from pyarrow import parquet

    samples = parquet.read_table(saved / "samples.parquet").to_pandas()
    gain = samples[samples.output == "front-gain"].pivot(index="trajectory", columns="week_end", values="value")
    assert (gain.to_numpy() == base.of("front-gain").astype(np.float32)).all()
    assert [str(day)[:10] for day in gain.columns] == [day.isoformat() for day in base.dates]
    table = parquet.read_table(saved / "quantiles.parquet").to_pandas()
    area = table[table.output == "theatres.front.area"]
    assert set(area.unit) == {"km2"}
    place = [path for path, _ in base.layout.outputs()].index("theatres.front.area")
    for number, level in enumerate(LEVELS):
        assert (area[f"q{round(100 * level):02d}"].to_numpy() == base.quantiles[number, :, place]).all()
    drawn = parquet.read_table(saved / "parameters.parquet").to_pandas()
    assert (drawn["contingents.kpa.discord"] == base.parameters["contingents.kpa.discord"]).all()


@pytest.mark.parametrize("name", ["samples.parquet", "scenario.yaml", "run.json"])
@pytest.mark.parametrize("part", [0.0, 0.5, 0.99])
def test_a_cut_off_file_is_an_archive_error(name: str, part: float, saved: Path) -> None:
    whole = (saved / name).read_bytes()
    (saved / name).write_bytes(whole[: int(len(whole) * part)])
    with pytest.raises(ArchiveError, match="damaged"):
        read_run(saved)


@pytest.mark.parametrize("name", ["samples.parquet", "scenario.yaml", "run.json"])
def test_a_missing_file_is_an_archive_error(name: str, saved: Path) -> None:
    (saved / name).unlink()
    with pytest.raises(ArchiveError, match=name):
        read_run(saved)


def test_no_archive_at_all(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="no such folder"):
        read_run(tmp_path / "nothing")


@pytest.mark.parametrize(
    ("key", "value", "match"),
    [
        ("tertius_archive", 2, "form 2; this version reads form 1"),
        ("futures_done", 7, "holds 120 futures, not 7"),
        ("weeks", "x", "damaged"),
        ("overrides", {"contingents.kpa.nothing": {"value": 1, "unit": "1", "source": ["choice"]}}, "damaged"),
        ("overrides", 3, "damaged"),
    ],
)
def test_a_wrong_manifest(key: str, value: object, match: str, saved: Path) -> None:
    told = json.loads((saved / "run.json").read_text())
    (saved / "run.json").write_text(json.dumps({**told, key: value}))
    if key != "tertius_archive":
        with pytest.raises(ArchiveError, match=r"run\.json is cut off or was changed"):
            read_run(saved, part=True)
    (saved / LIST).unlink()  # as one arm of a comparison is read: what the manifest says is still checked
    with pytest.raises(ArchiveError, match=match):
        read_run(saved, part=True)


@pytest.mark.parametrize("key", ["weeks", "seed", "label", "replicates", "futures_asked", "futures_done", "overrides"])
def test_a_manifest_without_a_key(key: str, saved: Path) -> None:
    told = json.loads((saved / "run.json").read_text())
    del told[key]
    (saved / "run.json").write_text(json.dumps(told))
    (saved / LIST).unlink()
    with pytest.raises(ArchiveError, match=key):
        read_run(saved, part=True)


def test_the_place_is_a_file(base: Ensemble, tmp_path: Path) -> None:
    (tmp_path / "run").write_text("mine")
    with pytest.raises(ArchiveError, match="is a file; --out takes a folder"):
        save_run(base, tmp_path / "run")
    assert (tmp_path / "run").read_text() == "mine"
    assert list(tmp_path.iterdir()) == [tmp_path / "run"]


def test_saving_again_replaces_and_leaves_other_files(saved: Path, simulate: Simulate) -> None:
    (saved / "notes.txt").write_text("mine")
    save_run(simulate(futures=12, weeks=3), saved)
    assert len(read_run(saved).trajectories) == 12
    assert (saved / "notes.txt").read_text() == "mine"
    assert [f.name for f in saved.parent.iterdir()] == ["run"]


@pytest.mark.parametrize("at", [1, 2, 3, 5])
def test_a_disk_full_while_moving_keeps_the_old_archive(
    at: int, saved: Path, simulate: Simulate, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = simulate(futures=12, weeks=3)
    (saved / "notes.txt").write_text("mine")  # with others' files in it, a folder cannot change places with another
    before, calls, replace = content(saved), [], os.replace

    def full(source: Path, target: Path) -> None:
        calls.append(target)
        if len(calls) == at:
            raise OSError(errno.ENOSPC, "No space left on device", str(target))
        replace(source, target)

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(ArchiveError, match=r"No space left on device; nothing saved there before was changed"):
        save_run(other, saved)
    assert len(calls) == at
    assert content(saved) == before
    assert [f.name for f in saved.parent.iterdir()] == ["run"]


def test_a_disk_full_while_writing_keeps_the_old_archive(
    saved: Path, simulate: Simulate, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pyarrow import parquet

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    other, before = simulate(futures=12, weeks=3), content(saved)
    monkeypatch.setattr(parquet, "write_table", full)
    with pytest.raises(ArchiveError, match="No space left on device"):
        save_run(other, saved)
    assert content(saved) == before
    assert [f.name for f in saved.parent.iterdir()] == ["run"]


def test_a_folder_that_cannot_be_made(base: Ensemble, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ArchiveError, match="cannot write"):
        save_run(base, tmp_path / "file" / "run")
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("name", FILES)
def test_a_changed_file_is_never_shown_as_good(name: str, saved: Path) -> None:
    written = bytearray((saved / name).read_bytes())
    written[len(written) // 2] ^= 1
    (saved / name).write_bytes(written)
    with pytest.raises(ArchiveError, match=f"{name} is cut off or was changed"):
        read_run(saved)


def compare_there(scratch: Path) -> None:
    (scratch / "comparison.json").write_text("{}")
    (scratch / "without").mkdir()
    (scratch / "without" / "run.json").write_text("{}")


def test_a_result_of_another_kind_is_not_replaced(base: Ensemble, tmp_path: Path) -> None:
    place = write_folder(tmp_path / "run", compare_there)
    before = content(place)
    with pytest.raises(ArchiveError, match=r"a result of another kind \(comparison\.json\)"):
        save_run(base, place)
    assert content(place) == before


def test_files_that_are_not_ours_are_never_touched(base: Ensemble, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    for name in ("figures/my.png", "without/notes.txt", "comparison.json.bak"):
        (mine / name).parent.mkdir(parents=True, exist_ok=True)
        (mine / name).write_text("precious")
    before = content(mine)
    save_run(base, mine)
    save_run(base, mine)
    assert content(mine).items() >= before.items()
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "samples.parquet").write_text("precious")
    with pytest.raises(ArchiveError, match=r"samples\.parquet was not written by Tertius and would be overwritten"):
        save_run(base, foreign)
    assert content(foreign) == {"samples.parquet": b"precious"}
    assert sorted(f.name for f in tmp_path.iterdir()) == ["foreign", "mine"]


@pytest.mark.parametrize("at", [1, 3, 5])
def test_an_interruption_while_moving_keeps_the_old_archive(
    at: int, saved: Path, simulate: Simulate, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = simulate(futures=12, weeks=3)
    (saved / "notes.txt").write_text("mine")  # with others' files in it, a folder cannot change places with another
    before, calls, replace = content(saved), [], os.replace

    def stopped(source: Path, target: Path) -> None:
        calls.append(target)
        if len(calls) == at:
            raise KeyboardInterrupt
        replace(source, target)

    monkeypatch.setattr(os, "replace", stopped)
    with pytest.raises(KeyboardInterrupt):
        save_run(other, saved)
    assert content(saved) == before
    assert [f.name for f in saved.parent.iterdir()] == ["run"]


KILLED = """
import os, signal, sys
from pathlib import Path
from tertius.engine import folders

def write(scratch):
    (scratch / "a").mkdir()
    (scratch / "a" / "new.txt").write_text("new")
    (scratch / "run.json").write_text("new")

def killed(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

place, when = sys.argv[1:]
rename = folders._exchanged
folders._exchanged = killed if when == "before" else lambda *given: (rename(*given), killed())
folders.write_folder(Path(place), write)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere folders cannot change places in one step")
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_killed_process_leaves_the_old_or_the_new(when: str, saved: Path, base: Ensemble) -> None:
    before = content(saved)
    done = subprocess.run([sys.executable, "-c", KILLED, str(saved), when], check=False)
    assert done.returncode == -signal.SIGKILL
    assert any(place.name.startswith(f".{saved.name}-") for place in saved.parent.iterdir())
    if when == "before":
        assert content(saved) == before
    else:
        assert sorted(content(saved)) == ["a/new.txt", "files.json", "run.json"]
        assert (saved / "run.json").read_text() == "new"
    living = saved.parent / f".{saved.name}-{folders.HOST}-{os.getpid()}-abc"
    living.mkdir()
    save_run(base, saved)  # the next writer clears away what the dead one left, and nothing of a living one's
    assert [place.name for place in saved.parent.iterdir() if place.name.startswith(".")] == [living.name]


def test_a_folder_keeps_its_rights(saved: Path, base: Ensemble, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    assert saved.stat().st_mode == (tmp_path / "plain").stat().st_mode
    saved.chmod(0o750)
    save_run(base, saved)
    assert stat.S_IMODE(saved.stat().st_mode) == 0o750


@pytest.mark.parametrize("text", ["", "[]", '{"tertius_files": 1, "sha256": {"../x": "0"}}', '{"tertius_files": 9}'])
def test_a_damaged_list_is_refused(text: str, saved: Path, base: Ensemble) -> None:
    (saved / LIST).write_text(text)
    before = content(saved)
    for again in (lambda: read_run(saved), lambda: save_run(base, saved)):
        with pytest.raises(ArchiveError, match=r"files\.json is damaged"):
            again()
    assert content(saved) == before


def test_what_is_no_regular_file_is_refused_and_does_not_wait(saved: Path) -> None:
    (saved / "samples.parquet").unlink()
    os.mkfifo(saved / "samples.parquet")
    with pytest.raises(ArchiveError, match=r"samples\.parquet"):
        read_run(saved)


def test_an_interrupted_run_does_not_replace_a_complete_one(saved: Path, base: Ensemble) -> None:
    before = content(saved)
    part = dataclasses.replace(base, asked=base.asked + 40)
    assert save_run(part, saved).name == "run-partial"
    assert content(saved) == before
    assert not read_run(saved.with_name("run-partial")).complete


def test_an_interrupted_run_replaces_no_complete_one_by_any_name(saved: Path, base: Ensemble) -> None:
    save_run(base, saved.with_name("run-partial"))
    part = dataclasses.replace(base, asked=base.asked + 40)
    assert save_run(part, saved).name == "run-partial-2"
    assert save_run(part, saved).name == "run-partial-2"  # an interrupted one may be replaced
    assert read_run(saved.with_name("run-partial")).complete


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_wait_until_all_is_moved(
    number: int, saved: Path, simulate: Simulate, monkeypatch: pytest.MonkeyPatch
) -> None:
    (saved / "notes.txt").write_text("mine")
    came, replace = [], os.replace

    def signalled(source: Path, target: Path) -> None:
        os.kill(os.getpid(), number)
        os.kill(os.getpid(), number)
        replace(source, target)

    before = signal.signal(number, lambda given, _: came.append(given))
    monkeypatch.setattr(os, "replace", signalled)
    try:
        save_run(simulate(futures=12, weeks=3), saved)
    finally:
        signal.signal(number, before)
    assert came == [number]
    assert len(read_run(saved).trajectories) == 12


@pytest.mark.parametrize(("key", "value"), [("futures_asked", "x"), ("replicates", None), ("seed", -1), ("label", 3)])
def test_a_manifest_with_another_type_is_refused(key: str, value: object, saved: Path) -> None:
    told = json.loads((saved / "run.json").read_text())
    (saved / "run.json").write_text(json.dumps({**told, key: value}))
    (saved / LIST).unlink()
    with pytest.raises(ArchiveError, match=r"files\.json is missing"):
        read_run(saved)
    with pytest.raises(ArchiveError, match=key):
        read_run(saved, part=True)
