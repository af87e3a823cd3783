"""Hashes and the audit of the packages: what pip and pip-audit report, in our words; no answer is no clean one."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"scripts_{name}", SCRIPTS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def flawed(name: str, *ids: str) -> dict[str, Any]:
    return {"name": name, "version": "1.0", "vulns": [{"id": each, "fix_versions": ["1.1"]} for each in ids]}


SKIPPED = {"name": "c", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("told", "codes", "said"),
    [
        ({"dependencies": [flawed("a"), flawed("b")]}, (0, 0), "no known vulnerability in 2 packages"),
        ({"dependencies": [flawed("a"), SKIPPED]}, (0, 0), "in 1 packages; 1 packages were not known there"),
        ({"dependencies": [flawed("a", "CVE-1"), SKIPPED]}, (1, 1), "a 1.0: CVE-1, mended in 1.1"),
        ({"dependencies": [SKIPPED]}, (3, 0), "not audited"),
        ({"dependencies": []}, (3, 0), "not audited"),
        ("no route to host", (3, 0), "not audited: no route to host"),
    ],
)
def test_an_audit_tells_what_it_found_and_when_it_could_not_ask(told: Any, codes: tuple[int, int], said: str) -> None:
    audit = script("audit")
    for lenient, code in zip((False, True), codes, strict=True):
        found, words = audit.verdict(told, lenient)
        assert found == code
        assert said in words


def test_an_audit_that_fails_is_no_answer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake = tmp_path / "python"
    fake.write_text("#!/bin/sh\necho 'no network' >&2\nexit 1\n")
    fake.chmod(0o755)
    assert script("audit").asked(str(fake), tmp_path / "constraints.txt") == "no network"


def test_a_release_is_of_one_version_with_a_day_and_of_nothing_uncommitted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = script("release")
    monkeypatch.setattr(release, "ROOT", tmp_path)
    for words in (["init", "-q"], ["config", "user.email", "a@example.org"], ["config", "user.name", "a"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)

    def write(cited: str, head: str) -> None:
        (tmp_path / "CITATION.cff").write_text(f'version: "{cited}"\n')
        (tmp_path / "CHANGELOG.md").write_text(f"# Changelog\n\n## {head}\n\n- A thing.\n")

    for cited, head, said in (
        ("0.2.0", "0.1.0 (2026-12-01)", "CITATION.cff has version 0.2.0; write 0.1.0"),
        ("0.1.0", "0.1.0 (unreleased)", r"begins with '0.1.0 \(unreleased\)'; write '## 0.1.0 \(YYYY-MM-DD\)'"),
        ("0.1.0", "0.1.0 (2026-12-01)", "uncommitted"),
    ):
        write(cited, head)
        with pytest.raises(SystemExit, match=said):
            release.check("0.1.0")
    subprocess.run(["git", "add", "-A"], cwd=tmp_path, check=True)
    subprocess.run(["git", "commit", "-qm", "all"], cwd=tmp_path, check=True)
    release.check("0.1.0")


def test_hashes_are_lines_that_pip_takes_and_an_unreachable_index_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hashes = script("hashes")
    row = {"metadata": {"name": "Ruamel.YAML_x", "version": "2"}}
    row["download_info"] = {"url": "x", "archive_info": {"hashes": {"sha256": "ab" * 32}}}
    head, line = hashed = hashes.hashed({"install": [row]}).splitlines()
    assert len(hashed) == 2
    assert head.startswith(f"# What Python {sys.version_info.major}.")
    assert line == f"ruamel-yaml-x==2 --hash=sha256:{'ab' * 32}"
    monkeypatch.setattr(hashes, "report", lambda constraints: "ERROR: no matching distribution")
    assert hashes.main([str(tmp_path / "hashed.txt")]) == 3
    assert "no matching distribution" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
