"""The ledger: what was done to it is found, what is killed leaves nothing half, what cannot be used is refused."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.forecasts.ledgers import fill, sealed

from tertius.errors import DataError
from tertius.forecasts.ledger.database import TABLE, Ledger
from tertius.forecasts.ledger.entries import Entry
from tertius.forecasts.ledger.seen import last_seen
from tertius.forecasts.ledger.verifying import verify

ROOT = Path(__file__).parents[2]
WRITER = """
import sys, time
from tests.forecasts.ledgers import sealed
from tertius.forecasts.ledger.database import Ledger
name, batches = sys.argv[2], int(sys.argv[3])
for batch in range(batches):
    held = Ledger(sys.argv[1], create=True)
    rows = [sealed(f"{name}-{batch}-{place}") for place in range(5)]
    added = held.append(rows)
    held.close()
    print(*(each.identity for each in added), flush=True)
"""


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERTIUS_DATA", str(tmp_path / "data"))


@pytest.fixture
def address(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'ledger.sqlite'}"


def changed(address: str, *lines: str) -> None:
    """Change the file as an intruder would: around the triggers."""
    with closing(sqlite3.connect(address.removeprefix("sqlite:///"))) as connection:
        for name in ("update", "delete"):
            connection.execute(f"DROP TRIGGER IF EXISTS {TABLE}_no_{name}")
        for line in lines:
            connection.execute(line.format(t=TABLE))
        connection.commit()


def faults(address: str, head: str = "") -> dict[str, tuple[str, ...]]:
    with closing(Ledger(address)) as held:
        return {layer.name: layer.faults for layer in verify(held, head=head).layers if layer.faults}


def test_a_ledger_as_written_is_sound_and_says_what_it_does_not_show(address: str) -> None:
    fill(address, 4)
    with closing(Ledger(address)) as held:
        found = verify(held)
    assert found.is_sound
    assert found.entries == 5
    layers = {layer.name: layer for layer in found.layers}
    assert list(layers) == ["content", "order", "time", "outcome"]
    assert "no outside time stamp" in layers["time"].not_shown
    assert faults(address, head=found.head[:12]) == {}
    assert "that was kept" in faults(address, head="0123456789")["order"][0]


def test_rows_can_neither_be_changed_nor_removed_through_the_database(address: str) -> None:
    fill(address, 2)
    for line in (f"UPDATE {TABLE} SET body = '{{}}' WHERE seq = 2", f"DELETE FROM {TABLE} WHERE seq = 2"):
        with (
            closing(sqlite3.connect(address.removeprefix("sqlite:///"))) as connection,
            pytest.raises(sqlite3.Error, match="only added to"),
        ):
            connection.execute(line)


@pytest.mark.parametrize(
    ("line", "layer", "said"),
    [
        ("UPDATE {t} SET body = replace(body, '0.25', '0.75') WHERE seq = 3", "content", "entry 3"),
        ("UPDATE {t} SET recorded = '2020-01-01T00:00:00+00:00' WHERE seq = 3", "content", "entry 3"),
        ("UPDATE {t} SET hash = replace(hash, substr(hash, 1, 4), '0000') WHERE seq = 3", "content", "entry 3"),
        ("UPDATE {t} SET kind = 'opened' WHERE seq = 3", "content", "entry 3"),
        ("UPDATE {t} SET body = '1' WHERE seq = 3", "content", "entry 3"),
        ("UPDATE {t} SET body = json_object('kind', 'live') WHERE seq = 3", "content", "entry 3"),
        ("UPDATE {t} SET body = 'no JSON' WHERE seq = 1", "content", "entry 1"),
        ("DELETE FROM {t} WHERE seq = 3", "order", "entry 3 is missing"),
        ("DELETE FROM {t} WHERE seq = 5", "order", "entry 5"),
        ("DELETE FROM {t} WHERE seq = 1", "order", "entry 1 is missing"),
    ],
)
def test_what_was_done_to_a_row_is_found(line: str, layer: str, said: str, address: str) -> None:
    fill(address, 4)
    changed(address, line)
    found = faults(address)
    assert any(said in fault for fault in found[layer]), found


@pytest.mark.parametrize("body", [1, {"kind": "live"}])
def test_an_entry_without_what_its_kind_holds_is_found_though_its_hash_is_right(body: Any, address: str) -> None:
    fill(address, 1)
    with closing(Ledger(address)) as held:
        held.append([("sealed", "odd", body)])
    assert "does not hold" in faults(address)["content"][0]


def test_a_live_forecast_sealed_on_its_last_day_is_found(address: str) -> None:
    today = datetime.now(UTC).date().isoformat()
    with closing(Ledger(address, create=True)) as held:
        held.append([sealed("late", ends=today)])
    assert "was not sealed before" in faults(address)["time"][0]


@pytest.mark.parametrize("text", ["[]", "1", "no JSON"])
def test_a_note_of_what_was_seen_that_cannot_be_read_is_written_anew(text: str, address: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "ledgers-seen.json").write_text(text)
    fill(address, 1)
    with closing(Ledger(address)) as held:
        assert last_seen(held.key) is not None


def test_rows_in_another_order_are_found(address: str) -> None:
    fill(address, 4)
    swap = "UPDATE {t} SET seq = CASE seq WHEN 103 THEN 4 ELSE 3 END WHERE seq IN (103, 104)"
    changed(address, "UPDATE {t} SET seq = seq + 100 WHERE seq IN (3, 4)", swap)
    found = faults(address)
    assert "entry 3" in found["content"][0]
    assert found["order"]


def test_a_chain_forged_anew_is_found_by_what_was_seen_before(address: str, tmp_path: Path) -> None:
    fill(address, 4)
    os.replace(tmp_path / "ledger.sqlite", tmp_path / "kept.sqlite")
    other = f"sqlite:///{tmp_path / 'other.sqlite'}"
    fill(other, 6)
    os.replace(tmp_path / "other.sqlite", tmp_path / "ledger.sqlite")
    found = faults(address)
    assert set(found) == {"order"}
    assert "another ledger" in found["order"][0]
    with closing(Ledger(address)) as held, pytest.raises(DataError, match="another ledger than was here"):
        held.append([sealed("more")])


def test_the_same_identity_is_added_once(address: str) -> None:
    fill(address, 2)
    with closing(Ledger(address)) as held:
        assert [each.seq for each in held.append([sealed("q0"), sealed("new"), sealed("new")])] == [4]


def test_what_is_added_may_be_decided_by_what_stands_while_nobody_else_writes(address: str) -> None:
    fill(address, 2)
    with closing(Ledger(address)) as held:

        def rows(entries: list[Entry]) -> list[Any]:
            with (
                closing(sqlite3.connect(address.removeprefix("sqlite:///"), timeout=0)) as other,
                pytest.raises(sqlite3.OperationalError, match="locked"),
            ):
                other.execute("BEGIN IMMEDIATE")
            return [sealed(f"after-{entries[-1].seq}")]

        assert [each.identity for each in held.append(rows)] == ["after-3"]


def refused(address: str, create: bool) -> str:
    with pytest.raises(DataError) as caught, closing(Ledger(address, create=create)):
        pass
    assert "fix:" in str(caught.value)
    return str(caught.value)


def test_what_is_no_ledger_is_refused_with_the_fix(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "pets.sqlite")) as connection:
        connection.execute("CREATE TABLE pets (name TEXT)")
        connection.execute(f"CREATE TABLE {TABLE}_x (name TEXT)")
    (tmp_path / "text").write_text("no database " * 100)
    before = (tmp_path / "pets.sqlite").read_bytes()
    for create in (True, False):
        assert "another program (its tables are pets" in refused(f"sqlite:///{tmp_path / 'pets.sqlite'}", create)
        assert "file is not a database" in refused(f"sqlite:///{tmp_path / 'text'}", create)
        assert "a folder" in refused(f"sqlite:///{tmp_path}", create)
        assert "in memory" in refused("sqlite://", create)
        assert "no address" in refused("ledger", create)
    assert (tmp_path / "pets.sqlite").read_bytes() == before
    assert "does not exist" in refused(f"sqlite:///{tmp_path / 'none.sqlite'}", False)
    assert not (tmp_path / "none.sqlite").exists()


def test_a_ledger_that_is_gone_is_not_begun_anew(address: str, tmp_path: Path) -> None:
    fill(address, 2)
    (tmp_path / "ledger.sqlite").unlink()
    assert "a ledger that is gone" in refused(address, True)


def test_a_full_disk_is_refused_and_loses_nothing(address: str) -> None:
    fill(address, 2)
    size = Path(address.removeprefix("sqlite:///")).stat().st_size
    code = f"""
import resource, signal
from tests.forecasts.ledgers import sealed
from tertius.errors import DataError
from tertius.forecasts.ledger.database import Ledger
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({size} + 8192, {size} + 8192))
held = Ledger({address!r})
try:
    held.append([sealed(f"more{{n}}", "x" * 4000) for n in range(50)])
except DataError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT, env=env())
    assert "free some space" in done.stdout
    assert faults(address) == {}
    with closing(Ledger(address)) as held:
        assert len(held.entries()) == 3


def env() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}


def writer(address: str, name: str, batches: int) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", WRITER, address, name, str(batches)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=env())


@pytest.mark.slow
def test_killed_while_sealing_nothing_is_lost_or_half_written(address: str) -> None:
    """Five times here; fifty by TERTIUS_KILLS=50."""
    fill(address, 1)
    told: set[str] = set()
    chance = random.Random(7)
    for turn in range(int(os.environ.get("TERTIUS_KILLS", "5"))):
        running = writer(address, f"kill{turn}", 10_000)
        assert running.stdout is not None
        told |= set(running.stdout.readline().split())
        time.sleep(chance.uniform(0.0, 0.3))
        running.send_signal(signal.SIGKILL)
        rest = running.communicate()[0]
        told |= {name for line in rest.splitlines(keepends=True) if line.endswith("\n") for name in line.split()}
        assert faults(address) == {}
    with closing(Ledger(address)) as held:
        kept = [each.identity for each in held.entries()]
    assert told <= set(kept)
    batches = [name.rsplit("-", 1)[0] for name in kept if name.startswith("kill")]
    assert {batches.count(name) for name in batches} == {5}


def check_many_at_once(address: str, many: int) -> None:
    running = [writer(address, f"p{number}", 2) for number in range(many)]
    printed = [each.communicate(timeout=900)[0] for each in running]
    assert [each.returncode for each in running] == [0] * many
    assert sum(len(text.split()) for text in printed) == many * 10
    with closing(Ledger(address)) as held:
        assert verify(held).is_sound
        assert len(held.entries()) == 1 + many * 10


@pytest.mark.slow
def test_twenty_processes_seal_at_once(address: str) -> None:
    check_many_at_once(address, 20)


@pytest.fixture
def server(tmp_path: Path) -> Any:
    """A PostgreSQL server of Debian's on a socket of its own."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin")) if Path("/usr/lib/postgresql").is_dir() else []
    found = shutil.which("initdb") or next((str(each / "initdb") for each in reversed(folders)), None)
    if found is None:
        pytest.skip("no PostgreSQL server here (Debian: postgresql); SQLite alone is tested")
    pytest.importorskip("psycopg", reason="the extra 'postgresql' is not installed")
    tools = Path(found).resolve().parent
    own: dict[str, Any] = {}
    home = tmp_path / "server"
    home.mkdir()
    if os.geteuid() == 0:  # a server does not run as root
        import pwd

        try:
            who = pwd.getpwnam("postgres")
        except KeyError:
            who = pwd.getpwnam("nobody")
        own = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
        os.chown(home, who.pw_uid, who.pw_gid)
        for parent in home.parents:
            if parent.stat().st_uid == 0 and parent != Path("/") and not parent.stat().st_mode & 0o001:
                parent.chmod(parent.stat().st_mode | 0o011)
    data = home / "data"
    quiet: dict[str, Any] = {"check": True, "capture_output": True, "cwd": home, **own}
    subprocess.run([tools / "initdb", "-D", data, "-U", "tertius", "-A", "trust", "--no-sync"], **quiet)
    options = f"-k {home} -c listen_addresses= -c fsync=off"
    words = [tools / "pg_ctl", "-D", data, "-w", "-l", home / "log", "-o", options, "start"]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=home, **own)
    try:
        yield f"postgresql+psycopg://tertius@/postgres?host={home}"
    finally:
        subprocess.run([tools / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"], **quiet)


@pytest.mark.slow
def test_a_ledger_on_a_server(server: str) -> None:
    assert "no table" in refused(server, False)
    check_many_at_once(server, 6)
    import sqlalchemy as sql

    engine = sql.create_engine(server)
    with engine.begin() as connection, pytest.raises(sql.exc.SQLAlchemyError, match="only added to"):
        connection.execute(sql.text(f"DELETE FROM {TABLE} WHERE seq = 2"))
    with engine.begin() as connection:
        connection.execute(sql.text(f"ALTER TABLE {TABLE} DISABLE TRIGGER ALL"))
        connection.execute(sql.text(f"UPDATE {TABLE} SET body = replace(body, '0.25', '0.75') WHERE seq = 3"))
    engine.dispose()
    assert "entry 3" in faults(server)["content"][0]
