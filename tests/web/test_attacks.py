"""What a visitor may try: secrets in the log, writes at the same moment, a folder that fills, reading forever."""

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.web.conftest import CASE

from tertius.api.places import write_whole
from tertius.errors import DataError, OptionError
from tertius.web import drafts
from tertius.web.desk import Desk
from tertius.web.guard import loggable
from tertius.web.jobs import drafting

API = "/api/v1"
SECRET = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAM"


@pytest.mark.parametrize(
    "path",
    [
        f"/case/{CASE}/seminar/001-aa/{SECRET}",
        f"{API}/cases/{CASE}/seminars/001-aa/{SECRET}/moves",
        f"/case/{CASE}/estimates/001-aa/{SECRET}/report",
        f"{API}/cases/{CASE}/estimates/001-aa/{SECRET}/hand-in",
    ],
)
def test_the_secret_of_a_seat_is_not_logged_with_a_refusal(
    client: TestClient, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "tertius.web"):
        assert client.post(path, json={}, headers={"Origin": "http://attacker.example"}).status_code == 403
    assert SECRET not in caplog.text
    assert "001-aa/..." in caplog.text


def test_what_is_logged_of_a_path_stays_on_one_line() -> None:
    assert loggable("/case/a\r\nrefused") == r"/case/a\r\nrefused"
    assert loggable(f"/case/{CASE}/estimates") == f"/case/{CASE}/estimates"


def test_one_file_written_by_many_at_once_is_always_whole(tmp_path: Path) -> None:
    texts = [sign * 500_000 for sign in "abcdefgh"]
    with ThreadPoolExecutor(len(texts)) as pool:
        for _ in range(5):
            list(pool.map(lambda text: write_whole(tmp_path / "file", text), texts))
            assert (tmp_path / "file").read_text(encoding="utf-8") in texts
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_cases_are_bounded_in_number(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(folder)
    monkeypatch.setattr(drafts, "MOST_CASES", len(desk.cases()) + 1)
    drafts.copy(desk, CASE, "first")
    with pytest.raises(OptionError, match="cases at most"):
        drafts.copy(desk, CASE, "second")


def test_an_article_that_a_draft_is_made_of_is_not_read_forever(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tertius

    def forever(*_: object, **__: object) -> Path:
        while True:
            re.search("a", "b")

    monkeypatch.setattr(tertius, "new", forever)
    monkeypatch.setattr(drafting, "LONGEST", 1)
    asked = {"name": "drafted", "upload": "", "between": (), "entrant": ""}
    with pytest.raises(DataError, match="takes longer"):
        drafting.new(Desk(folder), CASE, asked, lambda *_: None)
