"""The store: vintages, damage, killed and concurrent writers."""

import json
import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from tertius.errors import DataError, OptionError, UnknownName
from tertius.evidence import Store, read_data

NAME = "isw_area_daily.csv"


def add(store: Store, data: bytes, published: date | None = None) -> str:
    return store.add(data, "isw", NAME, "test", published).sha256


def test_the_same_bytes_are_kept_once(tmp_path: Path, isw: bytes) -> None:
    store = Store(tmp_path / "s")
    assert add(store, isw) == add(store, isw)
    assert len(store.vintages()) == 1
    assert len(list((tmp_path / "s" / "objects").rglob("??*/*"))) == 1


def test_a_backtest_sees_what_was_known_then(tmp_path: Path, isw: bytes) -> None:
    store = Store(tmp_path)
    add(store, b"\n".join(isw.splitlines()[:14]) + b"\n", date(2024, 10, 15))
    add(store, isw.replace(b"1006", b"2006"), date(2024, 11, 1))
    then = store.holdings(date(2024, 10, 20)).series("isw.controlled")
    assert (str(then.last), then.values[0]) == ("2024-10-13", 1006.0)
    assert store.holdings().series("isw.controlled").values[0] == 2006.0
    before = store.holdings(date(2024, 10, 8))
    assert (len(before.series("isw.controlled")), before.series("isw.controlled").values[0]) == (1, 1006.0)
    assert "no vintage from 2024-10-08 or before" in " ".join(before.notes)
    assert read_data(tmp_path, date(2024, 10, 20)).digest(["isw.controlled"]) == store.holdings(
        date(2024, 10, 20)
    ).digest(["isw.controlled"])


def test_a_damaged_file_is_refused_and_changes_nothing(tmp_path: Path, isw: bytes) -> None:
    store = Store(tmp_path)
    add(store, isw)
    index = (tmp_path / "index.jsonl").read_bytes()
    for bad in (b"<html>", isw[:-8], b""):
        with pytest.raises(DataError, match=NAME):
            add(store, bad)
    with pytest.raises(UnknownName, match="isw"):
        store.add(isw, "iswe", NAME, "test")
    with pytest.raises(OptionError):
        add(store, isw, date(2200, 1, 1))
    assert (tmp_path / "index.jsonl").read_bytes() == index


def test_a_corrupted_object_is_named_and_can_be_mended(tmp_path: Path, isw: bytes) -> None:
    store = Store(tmp_path)
    sha256 = add(store, isw)
    place = tmp_path / "objects" / sha256[:2] / sha256
    for spoil in (lambda: place.write_bytes(isw[:100]), place.unlink):
        spoil()
        with pytest.raises(DataError, match=sha256):
            store.holdings()
        assert store.status()[0]["damage"]
        add(store, isw)
        assert store.holdings().names() == ("isw.controlled",)
        assert not store.status()[0]["damage"]


@pytest.mark.parametrize("length", [1, 20, 100])
def test_a_half_written_line_is_passed_over_and_mended(tmp_path: Path, isw: bytes, length: int) -> None:
    store = Store(tmp_path)
    add(store, isw)
    index = tmp_path / "index.jsonl"
    whole = index.read_bytes()
    index.write_bytes(whole + whole[:length])
    assert "cut off" in " ".join(store.holdings().notes)
    add(store, isw.replace(b"1006", b"2006"))
    assert [json.loads(line)["name"] for line in index.read_text().splitlines()] == [NAME, NAME]
    assert len(store.vintages()) == 2
    assert store.warnings == ()


def test_a_spoilt_line_in_the_middle_is_named(tmp_path: Path, isw: bytes) -> None:
    store = Store(tmp_path)
    add(store, isw)
    index = tmp_path / "index.jsonl"
    index.write_bytes(b"{spoilt}\n" + index.read_bytes())
    with pytest.raises(DataError, match=r"index\.jsonl, line 1"):
        store.holdings()


def test_an_empty_store(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="tertius data pull"):
        Store(tmp_path).holdings()
    assert Store(tmp_path / "none").status() == []


def test_a_full_disk_loses_nothing(tmp_path: Path, isw: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path)
    add(store, isw)
    index = (tmp_path / "index.jsonl").read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(DataError, match="No space left"):
            add(store, isw.replace(b"1006", b"2006"))
    assert (tmp_path / "index.jsonl").read_bytes() == index
    assert not list(tmp_path.rglob(".new-*"))
    assert store.holdings().names() == ("isw.controlled",)


WRITER = """
import sys
from pathlib import Path
from tertius.evidence import Store
store, first, count = Store(Path(sys.argv[1])), int(sys.argv[2]), int(sys.argv[3])
for number in range(first, first + count):
    data = f"date,isw_russia_controlled_km2\\n2024-10-06,{number}\\n".encode()
    store.add(data, "isw", "isw_area_daily.csv", "test")
    print(number, flush=True)
"""


def writer(store: Path, first: int, count: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", WRITER, str(store), str(first), str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_a_killed_writer_leaves_all_that_was_saved(tmp_path: Path) -> None:
    process = writer(tmp_path, 1, 100_000)
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(5)]
    process.send_signal(signal.SIGKILL)
    said += process.stdout.readlines()
    process.stdout.close()
    process.wait()
    store = Store(tmp_path)
    assert len(store.vintages()) >= len([line for line in said if line.endswith("\n")]) >= 5
    assert len(store.holdings().series("isw.controlled")) == 1
    assert all(not row["damage"] for row in store.status())


def test_writers_at_the_same_time_lose_no_line(tmp_path: Path) -> None:
    processes = [writer(tmp_path, first, 15) for first in (100, 200)]
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    assert len(Store(tmp_path).vintages()) == 30
