"""The fast reader of YAML gives what the slow one gives, or leaves the text to it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tertius.errors import ScenarioError
from tertius.world import shipped_scenarios
from tertius.world.yaml_source import Node, _read_fast, _read_slowly

FILES = [*shipped_scenarios().values(), *sorted(Path(__file__).parent.parent.rglob("*.yaml"))]
PIECES = (
    *("a", "key", "1", "-1.5e3", "0x1f", "1_000", "0o7", "1:30", "yes", "null", "~", ".inf", "2024-10-01", "=", "<<"),
    *(
        ": ",
        ":",
        "- ",
        "-",
        "? ",
        ", ",
        ",",
        "[",
        "]",
        "{",
        "}",
        "|",
        ">",
        ">-",
        "|+",
        "|2",
        "#",
        " # note",
        "!",
        "!!str ",
    ),
    *(
        "&x ",
        "*x",
        "@",
        "`",
        "%",
        "%YAML 1.1\n",
        "---\n",
        "...\n",
        "'",
        "''",
        '"',
        "\\n",
        "\\/",
        "\\x41",
        "\\",
        "\\u00e9",
    ),
    *(
        "\n",
        "\n",
        "\n  ",
        "\n    ",
        "\n- ",
        "\n  - ",
        " ",
        "  ",
        "\t",
        "\r\n",
        "\x85",
        "\u2028",
        "\ufeff",
        "\u00e9",
        "\U0001f600",
    ),
)


def alike(text: str) -> bool:
    """Whether the fast reader took the text; what it then read must be what the slow one reads, lines included."""
    fast = _read_fast(text, "file")
    if fast is None:
        return False
    slow, problems = _read_slowly(text, "file")
    assert not problems
    assert fast == slow
    return True


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_files_are_read_alike(file: Path) -> None:
    assert alike(file.read_text(encoding="utf-8"))


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_no_text_is_read_otherwise(text: str) -> None:
    alike(text)


@given(st.dictionaries(st.text(max_size=8), st.one_of(st.text(), st.integers(), st.floats(), st.none()), max_size=4))
def test_what_is_written_is_read_alike(told: dict[str, object]) -> None:
    from tertius.world.yaml_source import write_yaml

    text = write_yaml(told)
    fast = _read_fast(text, "file")
    if fast is not None:
        assert repr(fast) == repr(_read_slowly(text, "file")[0])


@pytest.mark.parametrize("text", ["a: &x 1", "a: !!int 1", "a: 1\na: 2", "a: [1", "a:\t1", "%YAML 1.1\n---\na: 1"])
def test_what_may_be_wrong_is_left_to_the_slow_one(text: str) -> None:
    assert _read_fast(text, "file") is None


def test_the_slow_one_still_refuses() -> None:
    with pytest.raises(ScenarioError, match="anchor"):
        _read_slowly("a: &x 1", "file")
    assert isinstance(_read_slowly("a: 1", "file")[0], Node)
