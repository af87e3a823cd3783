"""What nobody foresaw, what a reader of a pipe does, and secrets in addresses."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.commands import tertius

from tertius.evidence.address import without_secrets

FAULTY = """
import sys
import tertius.cli.commands.scenarios as command
def scenarios() -> None:
    raise ZeroDivisionError("by the test")
command.scenarios = scenarios
from tertius.cli import main
sys.argv = ["tertius", "scenarios"]
main()
"""
MANY = """
import sys
from tertius.cli import main
sys.argv = ["tertius", *{words!r}]
main()
"""


def test_a_fault_of_ours_is_said_in_lines_and_keeps_its_trace(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", FAULTY]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 70
    assert "Traceback" not in done.stderr
    assert "ZeroDivisionError: by the test" in done.stderr
    kept = next(line.split("trace:")[1].strip() for line in done.stderr.splitlines() if "trace:" in line)
    assert "ZeroDivisionError" in Path(kept).read_text()


@pytest.mark.parametrize("words", [("scenarios",), ("country", "PRK"), ("check", "river-war", "--next")])
def test_a_reader_that_has_gone_is_no_error(words: tuple[str, ...]) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", MANY.format(words=list(words))], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        told = process.stderr.read().decode()
        assert process.wait(600) == 0, told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://user:secret@host:5432/db?password=secret", "postgresql://host:5432/db"),
        ("sqlite:////folder/a@b.sqlite?timeout=5", "sqlite:////folder/a@b.sqlite"),
        ("no address", "no address"),
    ],
)
def test_an_address_is_shown_without_its_secrets(address: str, shown: str) -> None:
    assert without_secrets(address) == shown


def test_a_folder_of_others_is_refused_before_anything_runs(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    told = tertius("brief", "river-war", "--futures", 4, "--weeks", 2, "--out", tmp_path)
    assert told.code == 2
    assert "others'" in told.err
    assert [place.name for place in tmp_path.iterdir()] == ["notes.txt"]
