"""The drawing library that is kept in the user's cache: used as it is, made anew where it was damaged."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tertius.report.html import bundle

MADE = 'var vega="\N{GREEK SMALL LETTER PI}";\r\nvar end="</script>";\n'
WRITTEN = MADE.replace("</script", "<\\/script")


@pytest.fixture
def makings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the maker was asked for, in place of making it, which takes seconds."""
    asked: list[str] = []
    monkeypatch.setenv("TERTIUS_CACHE", str(tmp_path))
    monkeypatch.setattr("vl_convert.javascript_bundle", lambda loader: (asked.append(loader), MADE)[1])
    return asked


def test_what_was_kept_is_used_and_not_made_again(makings: list[str], tmp_path: Path) -> None:
    assert bundle.__wrapped__() == bundle.__wrapped__() == WRITTEN
    assert len(makings) == 1
    assert [file.suffix for file in tmp_path.iterdir()] == [".js"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda kept: random.Random(1).randbytes(len(kept)),
        lambda kept: b"",
        lambda kept: kept[: len(kept) // 2],
        lambda kept: kept[:-1],
        lambda kept: kept.replace(b"vega", b"vege"),
        lambda kept: kept.partition(b"\n")[2],
    ],
    ids=["random", "empty", "cut", "a byte short", "changed", "without its hash"],
)
def test_a_damaged_one_is_made_anew(damage: Callable[[bytes], bytes], makings: list[str], tmp_path: Path) -> None:
    bundle.__wrapped__()
    [file] = tmp_path.iterdir()
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    assert bundle.__wrapped__() == WRITTEN
    assert len(makings) == 2
    assert file.read_bytes() == whole
