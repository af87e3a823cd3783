"""A language model as a reader, against a server of our own: what it may say, what is dropped, how it fails."""

import json
import re
import threading
import time
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("spacy", reason="the extra 'read' is not installed")

from tests.cli.commands import Told, tertius

from tertius.evidence.reading import read_text
from tertius.evidence.reading.model import CHUNK, _chunks, disagreements
from tertius.evidence.reading.records import ACTIONS, MODES

TEXT = "North Korea has sent 10,000 soldiers\nto Russia. Iran denied arming Russia. Japan thanked Poland."
ROW = {"source": "PRK", "action": "AID", "target": "RUS", "mode": "happened", "quote": "sent 10,000 soldiers to Russia"}


class Server(ThreadingHTTPServer):
    """Answers with `rows`, or as `how` says; keeps what it was asked."""

    rows: list[Any]
    how: str
    asked: list[tuple[str, str, dict[str, Any]]]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, self.headers["Authorization"], body))
        how = self.server.how
        if how == "slow":
            time.sleep(1.5)
        said = json.dumps({"events": self.server.rows})
        answers: dict[str, tuple[int, bytes]] = {
            "error": (401, b'{"error": "bad key"}'), "moved": (302, b""), "prose": (200, b"hello"),
            "empty": (200, b'{"choices": []}'), "list": (200, _answer("[1, 2]")),
        }  # fmt: skip
        status, data = answers.get(how, (200, _answer(f"Here:\n```json\n{said}\n```")))
        self.send_response(status)
        if how == "moved":
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_address[1]}/elsewhere")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *given: Any) -> None:
        """Say nothing."""


def _answer(content: str) -> bytes:
    return json.dumps({"choices": [{"message": {"content": content}}]}).encode()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    made = Server(("127.0.0.1", 0), Handler)
    made.rows, made.how, made.asked = [ROW], "well", []
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("TERTIUS_MODEL_ADDRESS", f"http://127.0.0.1:{made.server_address[1]}/v1/")
    monkeypatch.setenv("TERTIUS_MODEL_NAME", "small")
    monkeypatch.setenv("TERTIUS_MODEL_KEY", "any-word")
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


@pytest.fixture
def note(tmp_path: Path) -> Path:
    file = tmp_path / "note.txt"
    file.write_text(TEXT)
    return file


def read(note: Path, *words: object) -> Told:
    return tertius("read", note, "--published", "2024-10-30", *words)


def test_an_event_counts_with_a_quote_that_stands_in_the_text(server: Server, note: Path) -> None:
    told = read(note, "--reader", "model", "--json").data
    (event,) = told["events"]
    assert (event["source"], event["action"], event["target"], event["kind"]) == ("PRK", "AID", "RUS", "troops")
    assert event["quote"] == "sent 10,000 soldiers\nto Russia" == TEXT[slice(*event["span"])]
    assert (event["confidence"], event["inferred"]) == (0.5, ["model"])
    ((path, key, body),) = server.asked
    assert (path, key, body["model"]) == ("/v1/chat/completions", "Bearer any-word", "small")
    assert body["messages"][1]["content"] == TEXT
    asked = body["messages"][0]["content"]
    # Organisations of three letters look like states' codes: a model that is not told of them cannot name them.
    words = set(re.findall(r"\w+", asked))
    assert words >= {"NATO", "RSF", "M23", "PKK", "KLA", *ACTIONS, *MODES}
    assert "Published: 2024-10-30" in asked


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"quote": "sent 20,000 soldiers"}, "does not stand in the text"), ({"quote": ""}, "no quote"),
        ({"source": "NARNIA"}, "no such actor"), ({"action": "HELP"}, "no such action"),
        ({"mode": "maybe"}, "no such mode"),
        ({"target": "PRK"}, "both parties are one"), ({"target": None}, "nobody is named"),
        ({"source": 7}, "no such actor"),
    ],
)  # fmt: skip
def test_what_the_text_does_not_bear_out_is_dropped_and_told(
    server: Server, note: Path, changed: dict[str, Any], reason: str
) -> None:
    server.rows = [{**ROW, **changed}]
    told = read(note, "--reader", "model", "--json").data
    assert told["events"] == []
    assert reason in told["dropped"][0]["reason"]
    assert any("1 of the model's events were dropped" in one for one in told["notes"])
    assert "does not bear out" in read(note, "--reader", "model").out


def test_rows_of_any_form_do_no_harm(server: Server, note: Path) -> None:
    server.rows = [None, 3, "x", [], {}, {**ROW, "quote": ["a"]}, ROW, ROW]
    told = read(note, "--reader", "model", "--json").data
    assert len(told["events"]) == 1
    assert len(told["dropped"]) == 6


def test_nothing_is_sent_without_being_asked_for_or_without_a_key(
    server: Server, note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read(note).code == 0
    monkeypatch.delenv("TERTIUS_MODEL_KEY")
    told = read(note, "--reader", "model")
    assert (told.code, "TERTIUS_MODEL_KEY" in told.err, "Nothing was sent" in told.err) == (2, True, True)
    assert server.asked == []


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("error", "status 401"), ("moved", "status 302"), ("prose", "another form"), ("empty", "another form"),
        ("list", "without events"), ("slow", "within 0.3 s"),
    ],
)  # fmt: skip
def test_a_failure_is_told_by_name(server: Server, note: Path, how: str, words: str) -> None:
    server.how = how
    told = read(note, "--reader", "model", "--timeout", 0.3)
    assert (told.code, words in told.err, "Traceback" in told.err) == (3, True, False), told.err
    assert "any-word" not in told.err
    assert len(server.asked) == 1  # a redirect is not followed: the key would travel along


@pytest.mark.parametrize(
    "words",
    [
        ("--address", "file:///etc/passwd"), ("--address", "http://me@host/v1"),
        ("--address", "http://[::1/v1"), ("--address", "http://host:port/v1"), ("--address", "host/v1"),
        ("--timeout", 0), ("--reader", "oracle"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(server: Server, note: Path, words: tuple[object, ...]) -> None:
    told = read(note, "--reader", "model", *words)
    assert (told.code, server.asked) == (2, [])
    assert read(note, "--address", "http://localhost/v1").code == 2


def test_nobody_there_is_told(note: Path, server: Server) -> None:
    told = read(note, "--reader", "model", "--address", "http://127.0.0.1:9/v1")
    assert (told.code, "no answer" in told.err) == (3, True)


def test_disagreements_with_the_rules_are_shown(server: Server, note: Path) -> None:
    server.rows = [ROW, {**ROW, "source": "IRN", "quote": "Iran denied arming Russia"}]
    told = read(note, "--reader", "both", "--json").data
    assert {"event": "IRN AID RUS", "rules": "denied", "model": "happened"} in told["disagreements"]
    assert {"event": "JPN SUPPORT POL", "rules": "happened", "model": "-"} in told["disagreements"]
    assert not any(one["event"] == "PRK AID RUS" for one in told["disagreements"])
    assert "where the readers disagree" in read(note, "--reader", "both").out
    same = read_text("Japan thanked Poland.", date(2024, 10, 30)).events
    assert disagreements(same, same) == []


def test_it_is_scored_on_the_same_gold(server: Server, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    events = [{**ROW, "said_by": None}, {**ROW, "source": "IRN", "mode": "denied", "said_by": "IRN"}]
    gold.write_text(json.dumps({"id": "a", "published": "2024-10-30", "text": TEXT, "events": events}) + "\n")
    told = tertius("read", "--score", gold, "--reader", "model", "--json").data
    assert (told["precision"], told["recall"], told["matched"]) == (1.0, 0.5, 1)
    assert tertius("read", "--score", gold, "--reader", "both").code == 2


def test_a_long_text_is_asked_in_parts_that_are_the_whole() -> None:
    for text in ("Peru met Chile. " * 2000, "x" * (3 * CHUNK + 5), "\n\n" + "a b\n" * 9000, ""):
        parts = [text[start:end] for start, end in _chunks(text)]
        assert "".join(parts).strip() == text.strip()
        assert all(0 < len(part) <= CHUNK for part in parts)
