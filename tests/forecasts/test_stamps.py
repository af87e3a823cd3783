"""Outside time stamps: what they vouch for, and what is no stamp of this ledger. The authority is on this machine."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.cli.commands import tertius as command
from tests.forecasts.authorities import Authority, served
from tests.forecasts.ledgers import fill, sealed

import tertius
from tertius.errors import DataError, MissingExtra
from tertius.forecasts.ledger import database
from tertius.forecasts.ledger.database import Ledger
from tertius.forecasts.ledger.entries import Entry, written
from tertius.forecasts.ledger.stamping import DAMAGED, NOT_VERIFIED, VERIFIED, read_roots, stamp, stamps_of
from tertius.forecasts.ledger.verifying import verify


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERTIUS_DATA", str(tmp_path / "data"))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority") / "one")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    address = f"sqlite:///{tmp_path / 'l.sqlite'}"
    fill(address, 2)
    with closing(Ledger(address)) as held:
        yield held


def time_of(held: Ledger, roots: Path | None) -> Any:
    return next(each for each in verify(held, roots=read_roots(roots) if roots else None).layers if each.name == "time")


def test_a_stamp_vouches_for_all_before_it_and_for_nothing_after(ledger: Ledger, authority: Authority) -> None:
    before = datetime.now(UTC)
    entry, told = stamp(ledger, "http://here", asking=authority.answer)
    assert entry is not None
    assert told is not None
    assert (told.covers, told.entry, told.authority) == (3, 4, "A clock of the test")
    assert abs(datetime.fromisoformat(told.time) - before) < timedelta(minutes=1)
    layer = time_of(ledger, authority.roots)
    assert "2 live forecasts" in layer.shown
    assert "2 of them by an outside stamp" in layer.shown
    assert (layer.not_shown, layer.faults) == ("", ())
    ledger.append([sealed("late")])
    layer = time_of(ledger, authority.roots)
    assert "2 of them by an outside stamp" in layer.shown
    assert "from entry 5 on" in layer.not_shown


def test_the_same_authority_is_not_asked_twice_for_nothing(ledger: Ledger, authority: Authority) -> None:
    stamp(ledger, "http://here", asking=authority.answer)
    assert stamp(ledger, "http://here", asking=lambda *_: pytest.fail("asked")) == (None, None)
    assert stamp(ledger, "http://there", asking=authority.answer)[0] is not None
    assert len(verify(ledger).stamps) == 2


def test_without_the_right_roots_nothing_is_verified(ledger: Ledger, authority: Authority, tmp_path: Path) -> None:
    stamp(ledger, "http://here", asking=authority.answer)
    other = Authority(tmp_path / "other")
    for roots, why in ((None, "no root is given"), (other.roots, "does not lead to one of the roots")):
        (told,) = verify(ledger, roots=read_roots(roots) if roots else None).stamps
        assert told.state == NOT_VERIFIED
        assert why in told.why
        layer = time_of(ledger, roots)
        assert "by an outside stamp" not in layer.shown
        assert "no stamp is verified" in layer.not_shown


def test_a_stamp_by_another_than_the_roots_given_is_not_kept(
    ledger: Ledger, authority: Authority, tmp_path: Path
) -> None:
    other = Authority(tmp_path / "other")
    with pytest.raises(DataError, match="does not lead to one of the roots"):
        stamp(ledger, "http://here", read_roots(other.roots), authority.answer)
    assert len(ledger.entries()) == 3


def _answers(authority: Authority) -> dict[str, Any]:
    """What an authority should not answer -> (asking, why it is refused)."""
    import rfc3161_client as client

    def of(data: bytes) -> bytes:
        build = client.TimestampRequestBuilder().data(data).hash_algorithm(client.HashAlgorithm.SHA256)
        return authority.answer("", build.build().as_bytes())

    return {
        "of something else": (lambda *_: of(b"another hash"), "something else than the hash of entry 3"),
        "no answer of the kind": (lambda *_: b"<html>busy</html>", "no answer of RFC 3161"),
        "nothing": (lambda *_: b"", "no answer of RFC 3161"),
        "refused": (lambda *_: authority.answer("", b"no request"), "the authority refused"),
    }


@pytest.mark.parametrize("case", ["of something else", "no answer of the kind", "nothing", "refused"])
def test_what_is_no_stamp_of_the_head_is_not_kept(ledger: Ledger, authority: Authority, case: str) -> None:
    asking, why = _answers(authority)[case]
    with pytest.raises(DataError, match=why):
        stamp(ledger, "http://here", asking=asking)
    assert len(ledger.entries()) == 3


def test_an_answer_to_an_earlier_request_is_not_kept(ledger: Ledger, authority: Authority) -> None:
    kept: list[bytes] = []

    def first(address: str, request: bytes) -> bytes:
        kept.append(authority.answer(address, request))
        raise DataError(address, "lost", "an answer", "again")

    with pytest.raises(DataError, match="lost"):
        stamp(ledger, "http://here", asking=first)
    with pytest.raises(DataError, match="nonce"):
        stamp(ledger, "http://here", asking=lambda *_: kept[0])


def body_of(ledger: Ledger) -> dict[str, Any]:
    return next(each.told for each in ledger.entries() if each.kind == "stamped")


@pytest.mark.parametrize("case", ["signature does not hold", "nonce", "can be read"])
def test_a_changed_stamp_is_damaged(ledger: Ledger, authority: Authority, case: str) -> None:
    stamp(ledger, "http://here", asking=authority.answer)
    *before, entry = ledger.entries()
    raw = bytearray(base64.b64decode(entry.told["response"]))
    raw[-20] ^= 1
    changed = {
        "signature does not hold": {"response": base64.b64encode(raw).decode()},
        "nonce": {"nonce": "1"},
        "can be read": {"response": "not base64"},
    }[case]
    (found,) = stamps_of([*before, _again(entry, entry.told | changed)], read_roots(authority.roots))
    assert found.state == DAMAGED
    assert case in found.why


def test_a_stamp_of_another_chain_is_a_fault(ledger: Ledger, authority: Authority, tmp_path: Path) -> None:
    stamp(ledger, "http://here", asking=authority.answer)
    address = f"sqlite:///{tmp_path / 'other.sqlite'}"
    fill(address, 2)
    with closing(Ledger(address)) as held:
        held.append([("stamped", "taken from the first", body_of(ledger))])
        found = verify(held, roots=read_roots(authority.roots))
    assert not found.is_sound
    assert "another chain" in found.stamps[0].why


def _again(entry: Entry, body: dict[str, Any]) -> Entry:
    """An entry with another body, chained as a writer would who rewrites the ledger."""
    changed = replace(entry, body=written(body))
    return replace(changed, hash=changed.computed)


def test_a_clock_put_back_to_seal_a_live_forecast_is_found_by_the_stamp(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Back(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Back:
            return cls(2025, 1, 5, tzinfo=UTC)

    monkeypatch.setattr(database, "datetime", Back)
    with closing(Ledger(f"sqlite:///{tmp_path / 'back.sqlite'}", create=True)) as held:
        held.append([sealed("q", ends="2025-06-01")])
        assert verify(held).is_sound, "by its own clock nothing is wrong"
        stamp(held, "http://here", asking=authority.answer)
        layer = time_of(held, authority.roots)
    assert "0 of them by an outside stamp" in layer.shown
    assert any("before its stamp was made" in each for each in layer.faults)


def test_openssl_alone_can_check_a_stamp(ledger: Ledger, authority: Authority, tmp_path: Path) -> None:
    stamp(ledger, "http://here", asking=authority.answer)
    body = body_of(ledger)
    (tmp_path / "stamp.tsr").write_bytes(base64.b64decode(body["response"]))
    (tmp_path / "hash").write_text(body["hash"])
    line = ["openssl", "ts", "-verify", "-in", tmp_path / "stamp.tsr", "-data", tmp_path / "hash"]
    done = subprocess.run([*line, "-CAfile", authority.roots], capture_output=True, text=True, check=False)
    assert "Verification: OK" in done.stdout + done.stderr


def test_stamped_and_verified_from_the_command_line(ledger: Ledger, authority: Authority, tmp_path: Path) -> None:
    own = ("--ledger", ledger.address)
    with served(authority.answer) as address:
        told = command("ledger", "stamp", "--tsa", address, "--roots", authority.roots, *own)
        assert "entries 1 to 3: A clock of the test at" in told.out
        assert "nothing was added" in command("ledger", "stamp", "--tsa", address, *own).out
    gone = command("ledger", "stamp", "--tsa", address, *own)
    assert gone.code == 0, "it vouches for every entry already, and is not asked"
    ledger.append([sealed("later")])
    gone = command("ledger", "stamp", "--tsa", address, *own)
    assert gone.code == 3
    assert "no answer" in gone.err
    found = json.loads(command("ledger", "verify", "--roots", authority.roots, *own, "--json").out)
    assert [each["state"] for each in found["stamps"]] == [VERIFIED]
    assert len(ledger.entries()) == 5
    (tmp_path / "no.pem").write_text("no certificate")
    for place in ("no.pem", "missing.pem"):
        refused = command("ledger", "verify", "--roots", tmp_path / place, *own)
        assert refused.code == 3
        assert "--roots" in refused.err


def test_without_the_extra_a_stamp_is_told_and_not_checked(
    ledger: Ledger, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamp(ledger, "http://here", asking=authority.answer)
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    with pytest.raises(MissingExtra):
        stamp(ledger, "http://here", asking=authority.answer)
    found = verify(ledger)
    assert found.is_sound
    assert [(each.covers, each.state) for each in found.stamps] == [(3, NOT_VERIFIED)]
    assert "tertius[stamps]" in found.stamps[0].why


def test_an_authority_that_says_nothing_is_told(ledger: Ledger) -> None:
    from tertius.forecasts.ledger.authority import ask

    with served(lambda *_: b"x" * (2 << 20)) as address, pytest.raises(DataError, match="no end"):
        ask(address, b"request")
    with pytest.raises(DataError, match="--tsa"):
        tertius.stamp(ledger=ledger.address, authority="ftp://here")
