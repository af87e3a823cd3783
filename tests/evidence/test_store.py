"""The store: vintages, damage, killed and concurrent writers."""

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tertius.errors import DataError, OptionError, UnknownName
from tertius.evidence import Store, read_data
from tertius.evidence.files import read_regular
from tertius.evidence.status import status

NAME = "isw_area_daily.csv"


def add(store: Store, data: bytes, published: date | None = None) -> str:
    return store.add(data, "isw", NAME, "test", published).vintage.sha256


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
        assert status(store)[0]["damage"]
        add(store, isw)
        assert store.holdings().names() == ("isw.controlled",)
        assert not status(store)[0]["damage"]


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
    assert status(Store(tmp_path / "none")) == []


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


def test_a_good_file_after_a_bad_one_is_the_newest_again(tmp_path: Path, isw: bytes) -> None:
    store = Store(tmp_path)
    bad = b"\n".join(isw.splitlines()[:14]) + b"\n"
    assert store.add(isw, "isw", NAME, "test").is_new
    assert store.add(bad, "isw", NAME, "test", shorter=True).is_new
    assert len(store.holdings().series("isw.controlled")) == 2
    assert store.add(isw, "isw", NAME, "test").is_new
    assert len(store.holdings().series("isw.controlled")) == 5
    assert not store.add(isw, "isw", NAME, "test").is_new
    assert len(store.vintages()) == 3
    assert len(list((tmp_path / "objects").rglob("??*/*"))) == 2
    assert status(store)[0]["last"] == "2024-10-31"


def test_a_back_dated_version_says_that_a_later_one_stays_the_newest(tmp_path: Path, isw: bytes) -> None:
    store = Store(tmp_path)
    store.add(isw.replace(b"1006", b"2006"), "isw", NAME, "test")
    kept = store.add(isw, "isw", NAME, "test", date(2024, 11, 1))
    assert kept.is_new
    assert "stays the newest" in " ".join(map(str, kept.notes))
    assert store.holdings().series("isw.controlled").values[0] == 2006.0
    assert store.holdings(date(2024, 11, 20)).series("isw.controlled").values[0] == 1006.0


@pytest.mark.parametrize("cut", ["rows", "end", "last cell"])
def test_a_file_shorter_than_the_newest_is_taken_only_by_request(tmp_path: Path, isw: bytes, cut: str) -> None:
    store = Store(tmp_path)
    add(store, isw)
    lines = isw.splitlines(keepends=True)
    short = {"rows": b"".join(lines[:5] + lines[6:]), "end": b"".join(lines[:-1]), "last cell": isw[:-2]}[cut]
    with pytest.raises(DataError, match="--shorter") as caught:
        add(store, short)
    assert "31 rows to 2024-10-31" in caught.value.allowed
    assert len(store.vintages()) == 1
    assert len(list((tmp_path / "objects").rglob("??*/*"))) == 1
    assert store.add(short, "isw", NAME, "test", shorter=True).is_new
    assert store.add(short.rstrip(), "isw", "other.csv", "test").notes[0].text.endswith("may be cut off")


def test_an_older_version_may_be_shorter(tmp_path: Path, isw: bytes) -> None:
    store = Store(tmp_path)
    add(store, isw)
    lines = isw.splitlines(keepends=True)
    add(store, b"".join(lines[:14]), date(2024, 10, 15))
    add(store, isw.rstrip())
    assert len(store.vintages()) == 3


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"date,isw_russia_controlled_km2\n2024-10-01,\n2024-10-02,\n", "without any value"),
        (b"date,isw_russia_controlled_km2\n" + b"2024-10-01,1\n" * 6_000_000, "at most"),
    ],
)
def test_a_file_without_use_is_refused(tmp_path: Path, data: bytes, said: str) -> None:
    with pytest.raises(DataError, match=said):
        add(Store(tmp_path), data)
    assert not list(tmp_path.iterdir())


def test_a_page_in_place_of_a_workbook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="a web page"):
        Store(tmp_path).add(b"<html>log in</html>", "kiel", "release.xlsx", "test")


def test_a_file_is_not_published_before_its_last_day(tmp_path: Path, isw: bytes) -> None:
    with pytest.raises(OptionError, match="a day from 2024-10-31 to today") as caught:
        add(Store(tmp_path), isw, date(2024, 10, 30))
    assert NAME in str(caught.value)
    add(Store(tmp_path), isw, date(2024, 10, 31))


def test_days_that_have_not_come_are_noted(tmp_path: Path, isw: bytes) -> None:
    ahead = datetime.now(UTC).date() + timedelta(days=40)
    kept = Store(tmp_path).add(isw + f"{ahead},1100\n".encode(), "isw", "isw_area_daily.csv", "here")
    assert any(str(ahead) in str(note) and "left out" in str(note) for note in kept.notes)
    assert not any("observed" in str(note) for note in Store(tmp_path / "b").add(isw, "isw", "a.csv", "here").notes)


def test_a_month_and_a_week_may_be_published_before_they_end(tmp_path: Path) -> None:
    aid = b"month,donor,aid_type,measure,eur\n2024-10-01,A,Military,Allocation,5000000\n"
    head = b"country,origin,system,status,url,date_recorded\n"
    items = head + b"Russia,B,c,destroyed,u,2024-10-22\nRussia,B,c,captured,u,2024-10-21\n"
    for data, source, day in ((aid, "kiel", date(2024, 10, 1)), (items, "oryx", date(2024, 10, 22))):
        assert Store(tmp_path).add(data, source, "x.csv", "test", day).is_new
        with pytest.raises(OptionError):
            Store(tmp_path).add(data, source, "y.csv", "test", day - timedelta(1))


def test_a_last_line_that_lacks_only_its_break_is_kept(tmp_path: Path, isw: bytes) -> None:
    store = Store(tmp_path)
    add(store, isw)
    index = tmp_path / "index.jsonl"
    index.write_bytes(index.read_bytes().rstrip(b"\n"))
    assert len(store.vintages()) == 1
    assert store.warnings == ()
    add(store, isw.replace(b"1006", b"2006"))
    assert len(store.vintages()) == 2
    assert len(index.read_bytes().splitlines()) == 2


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *((key, value) for key in ("source", "name", "sha256", "origin") for value in (None, 5, [], {"a": 1}, True)),
        *(("retrieved", value) for value in (None, 5, [], "x", "9999-12-31T00:00:00+00:00", "2024-02-30T00:00:00")),
        *(("published", value) for value in (5, [], "soon", "20241103", "9999-12-31")),
        *(("bytes", value) for value in (None, -1, 1.5, True, "5")),
        *(("rows", value) for value in (None, -1, True)),
        *(("last", value) for value in (5, "x")),
        ("sha256", "ab/../../../etc/passwd"),
        ("name", "\ud800"),
        ("usable", 1),
    ],
)
def test_an_index_of_wrong_types_is_named(tmp_path: Path, isw: bytes, key: str, value: object) -> None:
    store = Store(tmp_path)
    add(store, isw)
    index = tmp_path / "index.jsonl"
    index.write_text(json.dumps(json.loads(index.read_text()) | {key: value}) + "\n")
    for use in (store.vintages, lambda: status(store), store.holdings):
        with pytest.raises(DataError, match=rf"index\.jsonl, line 1, {key}") as caught:
            use()
        assert "delete the line" in caught.value.fix


@pytest.mark.parametrize("line", [b"[" * 100_000, b"[]", b"null", b"5", b"\xff", b"{}", b'{"sorce": "isw"}', b""])
def test_an_index_line_of_another_form_is_named(tmp_path: Path, isw: bytes, line: bytes) -> None:
    store = Store(tmp_path)
    add(store, isw)
    index = tmp_path / "index.jsonl"
    index.write_bytes(line + b"\n" + index.read_bytes())
    with pytest.raises(DataError, match=r"index\.jsonl, line 1"):
        status(store)


def test_a_source_that_is_not_known_is_said(tmp_path: Path, isw: bytes) -> None:
    store = Store(tmp_path)
    add(store, isw)
    index = tmp_path / "index.jsonl"
    index.write_text(index.read_text() + json.dumps(json.loads(index.read_text()) | {"source": "isx"}) + "\n")
    assert "'isx' is not known" in " ".join(store.holdings().notes)
    assert {row["source"]: row["is_known"] for row in status(store)} == {"isw": True, "isx": False}
    index.write_text(index.read_text().splitlines()[1] + "\n")
    with pytest.raises(DataError, match="'isx' is not known"):
        store.holdings()


def test_a_name_that_is_not_utf8_is_refused_before_anything_is_written(tmp_path: Path, isw: bytes) -> None:
    with pytest.raises(DataError, match="rename the file"):
        Store(tmp_path).add(isw, "isw", "isw\udcff.csv", "test")
    assert not list(tmp_path.iterdir())
    assert Store(tmp_path).add(isw, "isw", NAME, "a\udcff/isw.csv").vintage.origin == "a\\udcff/isw.csv"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
@pytest.mark.timeout(20)
@pytest.mark.parametrize("place", ["index.jsonl", "object", ".lock", "file"])
def test_a_named_pipe_is_refused_and_not_opened(tmp_path: Path, isw: bytes, place: str) -> None:
    store = Store(tmp_path / "s")
    sha256 = add(store, isw)
    inside = f"objects/{sha256[:2]}/{sha256}" if place == "object" else NAME if place == "file" else place
    pipe = store.folder / inside
    pipe.unlink(missing_ok=True)
    os.mkfifo(pipe)
    uses = {"file": lambda: read_regular(pipe), ".lock": lambda: add(store, isw)}
    use = uses.get(place, lambda: read_data(store.folder).names())
    with pytest.raises(DataError, match="a named pipe"):
        use()


def test_a_store_that_is_no_folder_is_named(tmp_path: Path, isw: bytes) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="no folder") as caught:
        add(Store(tmp_path / "file"), isw)
    assert "free some space" not in str(caught.value)
    with pytest.raises(DataError, match="no folder"):
        status(Store(tmp_path / "file"))


def test_what_was_known_later_counts_whatever_its_name(tmp_path: Path, isw: bytes) -> None:
    store = Store(tmp_path)
    old = b"date,isw_russia_controlled_km2\n2024-10-26,2001\n2024-10-27,2001\n"
    store.add(isw, "isw", NAME, "test", date(2024, 11, 4))
    store.add(old, "isw", "z_old.csv", "test", date(2024, 11, 3))
    found = store.holdings().series("isw.controlled")
    assert found.values[3] == 1027.0
    said = " ".join(found.notes)
    assert f"z_old.csv differs in 2 days (2024-10-26, 2024-10-27) from {NAME} (known from 2024-11-04)" in said
    store.add(old, "isw", "a_new.csv", "test", date(2024, 11, 5))
    assert store.holdings().series("isw.controlled").values[3] == 2001.0


WRITER = """
import sys
from pathlib import Path
from tertius.evidence import Store
store, first, count = Store(Path(sys.argv[1])), int(sys.argv[2]), int(sys.argv[3])
for number in range(first, first + count):
    data = f"date,isw_russia_controlled_km2\\n2024-10-06,{1000 + number}\\n".encode()
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
    assert all(not row["damage"] for row in status(store))


def test_writers_at_the_same_time_lose_no_line(tmp_path: Path) -> None:
    processes = [writer(tmp_path, first, 15) for first in (100, 200)]
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    assert len(Store(tmp_path).vintages()) == 30
