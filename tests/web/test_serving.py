"""What `tertius serve` says where it cannot, and that it listens before it says so."""

import builtins
import os
import socket
import threading
from pathlib import Path
from typing import Any

import pytest
from tests.web.conftest import CASE

from tertius.errors import MissingExtra, OptionError, UnknownName
from tertius.web.ahead import addresses, open_ahead
from tertius.web.app import create_app
from tertius.web.own import got
from tertius.web.serving import address, checked, serve, token_of
from tertius.web.settings import Settings


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        with pytest.raises(OptionError, match=rf"(?s)--port.*{port}.*--port"):
            serve(Settings(tmp_path, port=port, workers=0), lambda told: pytest.fail(told))


@pytest.mark.parametrize("settings", [{"port": 0}, {"port": 70_000}, {"port": -1}, {"workers": -1}, {"workers": 65}])
def test_numbers_out_of_range_are_told(tmp_path: Path, settings: dict[str, int]) -> None:
    with pytest.raises(OptionError):
        checked(Settings(tmp_path, **settings))


@pytest.mark.parametrize("host", ["no.such.host.invalid", "256.1.1.1", "203.0.113.7"])
def test_an_address_that_is_not_this_machines_is_told(tmp_path: Path, host: str) -> None:
    with pytest.raises(OptionError, match=host.replace(".", r"\.")):
        serve(Settings(tmp_path, host=host, port=18712, workers=0), lambda told: pytest.fail(told))


def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    for folder in (file, file / "below"):
        with pytest.raises(OptionError, match="--folder"):
            checked(Settings(folder))


def test_a_case_that_is_not_there_is_told_before_anything_listens(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="river-war"):
        serve(Settings(tmp_path, port=18713, workers=0), lambda told: pytest.fail(told), "river-wat")


def test_a_missing_extra_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *given: Any, **named: Any) -> Any:
        if name == "fastapi":
            raise ImportError(name=name)
        return real(name, *given, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtra, match="web"):
        checked(Settings(tmp_path))


def test_the_address_brings_the_token_and_holds_a_long_host_in_brackets(tmp_path: Path) -> None:
    assert address(Settings(tmp_path, host="::1")) == "http://[::1]:8712/"
    assert address(Settings(tmp_path, token="a" * 16)).endswith(f":8712/?token={'a' * 16}")
    assert address(Settings(tmp_path, token="a" * 16), "x").endswith(f"/?token={'a' * 16}&case=x")
    assert address(Settings(tmp_path), "x") == "http://127.0.0.1:8712/case/x/today"


def test_the_token_comes_from_a_file_or_the_environment_and_from_no_option(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands in an option can be read by every user of the machine."""
    monkeypatch.setenv("TERTIUS_TOKEN", "of-the-environment")
    assert token_of(None) == "of-the-environment"
    file = tmp_path / "token"
    file.write_text("of-a-file-0123456\n")
    assert token_of(file) == "of-a-file-0123456"
    monkeypatch.delenv("TERTIUS_TOKEN")
    assert token_of(None) == ""
    file.write_text(" \n")
    for wrong in (file, tmp_path, tmp_path / "none"):
        with pytest.raises(OptionError, match="--token-file"):
            token_of(wrong)
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(OptionError, match="no text"):
        token_of(file)


def test_a_token_file_without_end_is_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for endless, said in ((Path("/dev/zero"), "more than 4,096 bytes"), (pipe, "a named pipe")):
        with pytest.raises(OptionError, match=said):
            token_of(endless)
    read, write = os.pipe()  # what `--token-file <(pass show tertius)` of a shell gives
    os.write(write, b"of-a-pipe-0123456\n")
    os.close(write)
    assert token_of(Path(f"/dev/fd/{read}")) == "of-a-pipe-0123456"
    os.close(read)


@pytest.mark.parametrize("memory", [-1.0, 1.9, float("nan"), float("inf"), 1e9])
def test_memory_that_two_workers_cannot_live_on_is_told(tmp_path: Path, memory: float) -> None:
    with pytest.raises(OptionError, match="--memory"):
        checked(Settings(tmp_path, workers=2, memory=memory))
    assert checked(Settings(tmp_path, workers=1, memory=1.9)).memory == 1.9


def test_every_page_of_an_answered_case_is_opened_ahead(folder: Path) -> None:
    app = create_app(Settings(folder, workers=0, token="a" * 20))
    opened = list(addresses(app))
    assert {f"/case/{CASE}/{page}" for page in app.state.pages} <= set(opened)
    outcomes = app.state.desk.scenario(CASE).record.outcomes
    assert {f"/case/{CASE}/futures?outcome={name}" for name in outcomes} <= set(opened)
    assert [one for one in opened if got(app, one, "a" * 20)[0] != 200] == []
    assert got(app, opened[0])[0] == 401


def test_opening_ahead_ends_with_the_server(folder: Path) -> None:
    open_ahead(create_app(Settings(folder, workers=0)), after=600.0).set()
    ahead = [each for each in threading.enumerate() if each.name == "ahead"]
    for each in ahead:
        each.join(60)
    assert not any(each.is_alive() for each in ahead)
