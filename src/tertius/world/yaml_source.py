"""YAML text -> a tree of nodes that know their file and line, and back to text.

Only the part of YAML that a scenario needs is let in: mappings with text keys, lists, and scalars read by the
core rules of YAML 1.2 (null, true, false, numbers, text; a date stays text). Anchors, aliases and tags are
refused while the text is still a stream of events, so nothing is ever built from them.

Ordinary text is read by libyaml, thirty times as fast as in Python. What it does not take without a word, and text with
anything that its YAML and version 1.2 see differently, is read by ruamel.yaml, whose messages a reader gets.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

import yaml
import yaml.events

from tertius.errors import Problem, ScenarioError, nearest

LARGEST_FILE = 1_000_000  # bytes
DEEPEST = 20  # mappings and lists inside one another
MOST_NODES = 40_000

Scalar: TypeAlias = str | int | float | bool | None

_INTEGER = re.compile(r"[-+]?[0-9]+")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"([-+]?\.(inf|Inf|INF))|\.(nan|NaN|NAN)")
_NULL = ("", "~", "null", "Null", "NULL")
_TRUE = ("true", "True", "TRUE")
_FALSE = ("false", "False", "FALSE")
# control characters, halves of characters, and those that turn the direction in which text is shown
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# text that both parsers read alike: no tabs, directives, document marks, lines of nothing but spaces or block scalars
# that begin in a comment, and no line breaks but \n
_ORDINARY = re.compile(
    r"(?!.*(?:^(?:%|---|\.\.\.| +$)|[|>][-+0-9]*#))"
    r"[^\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]*",
    re.MULTILINE | re.DOTALL,
)
_PLAIN = re.compile(r"[A-Za-z](?:[A-Za-z0-9 _./()-]*[A-Za-z0-9_./()-])?|[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Node:
    """A value of the file with the place where it was written."""

    value: "Scalar | tuple[Node, ...] | dict[str, Node]"
    file: str
    line: int
    """The line of the key, where there is one; counted from 1."""

    def children(self) -> "dict[str, Node]":
        """Return what lies below by key (a list's by index as text); empty for a scalar."""
        if isinstance(self.value, dict):
            return self.value
        if isinstance(self.value, tuple):
            return {str(index): child for index, child in enumerate(self.value)}
        return {}

    @classmethod
    def of(cls, value: Any, file: str, line: int) -> "Node":
        """Return plain dicts, lists, tuples and scalars as a tree that lies at one place."""
        if isinstance(value, dict):
            return cls({key: cls.of(item, file, line) for key, item in value.items()}, file, line)
        if isinstance(value, tuple | list):
            return cls(tuple(cls.of(item, file, line) for item in value), file, line)
        return cls(value, file, line)

    def plain(self) -> Any:
        """Return dicts, tuples and scalars without places."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, tuple):
            return tuple(child.plain() for child in self.value)
        return self.value

    def deepest(self, keys: tuple[str, ...]) -> "tuple[Node, int]":
        """Walk down `keys` as far as the tree goes; return the node reached and how many keys were used.

        A key of the file that holds dots, such as a path that a variant sets, takes up several.
        """
        node, used = self, 0
        while used < len(keys):
            children = node.children()
            ends = (end for end in range(used + 1, len(keys) + 1) if ".".join(keys[used:end]) in children)
            end = next(ends, None)
            if end is None:
                break
            node, used = children[".".join(keys[used:end])], end
        return node, used


class _Refused(Exception):
    """Carries the one problem that makes reading on pointless."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem)


class _TooMuch(_Refused):
    """The same for a text with more in it than is read."""


def read_text(path: Path, allowed: tuple[str, ...] = ()) -> str:
    """Return the text of a scenario file.

    Args:
        path: the file.
        allowed: names that could have been meant, for the message if there is no such file.

    Raises:
        ScenarioError: no such file, not a regular file, larger than 1 MB, empty, binary or not UTF-8.
    """
    try:
        if path.is_dir():
            raise _refused(path, None, "a folder", "one YAML file", "name a file inside the folder")
        if not path.exists():
            near = nearest(path.stem, allowed)
            choice = ", ".join(allowed) or "none yet"
            fix = f"use {near!r}, or" if near else "use a shipped name, or"
            raise _refused(
                path,
                None,
                "a file that does not exist",
                f"a file's path or a shipped name ({choice})",
                f"{fix} check the path",
                near,
            )
        if not path.is_file():
            raise _refused(path, None, "a device, pipe or socket", "a regular file", "name a YAML file")
        with path.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _refused(path, None, reason, "a file that can be read", "check path and permissions") from None
    if len(data) > LARGEST_FILE:
        raise _refused(path, None, "more than 1 MB", "at most 1,000,000 bytes", "split it with `extends`")
    if b"\0" in data:
        line = data[: data.index(b"\0")].count(b"\n") + 1
        raise _refused(path, line, "binary data (a NUL byte)", "text in UTF-8", "save the file as UTF-8 text")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        given = f"byte 0x{data[error.start]:02x}, which is not UTF-8"
        raise _refused(path, line, given, "text in UTF-8", "save the file as UTF-8") from None
    if not text.strip():
        raise _refused(path, None, "an empty file", "a scenario", "start with `tertius: 1`")
    return text


def read_yaml(text: str, file: str) -> tuple[Node, list[Problem]]:
    """Return the tree of `text` and the problems that reading could step over, such as a repeated key.

    Raises:
        ScenarioError: the text is not YAML or uses what is refused, so that there is no tree.
    """
    root = _read_fast(text, file)
    return _read_slowly(text, file) if root is None else (root, [])


def _read_fast(text: str, file: str) -> Node | None:
    """The tree of ordinary text in which nothing is wrong; None for any other. Raises ScenarioError for too much."""
    if not _ORDINARY.fullmatch(text):
        return None
    reader = _Reader(file, yaml.events)
    try:
        root = reader.read(yaml.parse(text, Loader=yaml.CSafeLoader))
    except _TooMuch as refused:  # reading that much again, thirty times as slowly, would find no more
        raise ScenarioError([*reader.problems, refused.problem]) from None
    except (yaml.YAMLError, _Refused, ValueError):
        return None
    return None if reader.problems else root


def _read_slowly(text: str, file: str) -> tuple[Node, list[Problem]]:
    from ruamel.yaml import YAML, events
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    reader = _Reader(file, events)
    try:
        return reader.read(YAML(typ="safe", pure=True).parse(text)), reader.problems
    except _Refused as refused:
        raise ScenarioError([*reader.problems, refused.problem]) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (None, 0) if mark is None else (mark.line + 1, mark.column + 1)
        given = f"{error.problem or error.context} (column {column})"
        fix = "check indentation, colons, brackets and quotes in and just above this line"
        raise ScenarioError([*reader.problems, Problem(file, line, "", given, "YAML", None, fix)]) from None
    except (YAMLError, ValueError, ArithmeticError, LookupError, TypeError, AttributeError) as error:
        # ruamel lets plain Python errors through for some broken escapes and characters
        given = str(error).splitlines()[0] if str(error) else type(error).__name__
        at = getattr(error, "position", None)
        line = text.count("\n", 0, at) + 1 if isinstance(at, int) else reader.line
        fix = "remove control characters and broken escapes"
        raise ScenarioError([*reader.problems, Problem(file, line, "", given, "YAML", None, fix)]) from None


def _refused(
    path: Path, line: int | None, given: str, allowed: str, fix: str, near: str | None = None
) -> ScenarioError:
    return ScenarioError([Problem(str(path), line, "", given, allowed, near, fix)])


class _Reader:
    """Turns one file's events into nodes, counting as it goes so that hostile input stops early."""

    def __init__(self, file: str, kinds: ModuleType) -> None:
        self.file = file
        self.kinds = kinds  # the events of the parser used; both have the same names
        self.line = 1
        self.nodes = 0
        self.keys: list[str] = []
        self.problems: list[Problem] = []

    def read(self, events: Iterator[Any]) -> Node:
        root: Node | None = None
        for event in events:
            if isinstance(event, self.kinds.DocumentStartEvent):
                if root is not None:
                    self._refuse(event, "a second document", "one document a file", "remove the `---` line")
                root = self._node(next(events), events, depth=1)
        if root is None:
            problem = Problem(self.file, 1, "", "only comments", "a scenario", None, "start with `tertius: 1`")
            raise _Refused(problem)
        return root

    def _node(self, event: Any, events: Iterator[Any], depth: int, line: int | None = None) -> Node:
        self._check(event, depth)
        at = line or self.line
        if isinstance(event, self.kinds.MappingStartEvent):
            return Node(self._mapping(events, depth), self.file, at)
        if isinstance(event, self.kinds.SequenceStartEvent):
            return Node(self._sequence(events, depth), self.file, at)
        return Node(self._scalar(event), self.file, at)

    def _mapping(self, events: Iterator[Any], depth: int) -> dict[str, Node]:
        entries: dict[str, Node] = {}
        for event in events:
            if isinstance(event, self.kinds.MappingEndEvent):
                break
            self._check(event, depth)
            if not isinstance(event, self.kinds.ScalarEvent):
                self._refuse(event, "a list or mapping as a key", "text as a key", "write a plain name")
            key, line = str(event.value), self.line
            self._printable(event, key)
            self.keys.append(key)
            node = self._node(next(events), events, depth + 1, line)
            if key in entries:
                given = f"key {key!r} a second time (first on line {entries[key].line})"
                self._note(line, given, "each key once", "remove or rename one of the two")
            else:
                entries[key] = node
            self.keys.pop()
        return entries

    def _sequence(self, events: Iterator[Any], depth: int) -> tuple[Node, ...]:
        items: list[Node] = []
        for event in events:
            if isinstance(event, self.kinds.SequenceEndEvent):
                break
            self.keys.append(str(len(items)))
            items.append(self._node(event, events, depth + 1))
            self.keys.pop()
        return tuple(items)

    def _scalar(self, event: Any) -> Scalar:
        text = str(event.value)
        self._printable(event, text)
        return plain_scalar(text) if event.implicit[0] else text

    def _check(self, event: Any, depth: int) -> None:
        self.line = event.start_mark.line + 1
        self.nodes += 1
        if isinstance(event, self.kinds.AliasEvent) or getattr(event, "anchor", None) is not None:
            given = f"the anchor or alias {event.anchor!r}"
            self._refuse(event, given, "no anchors (&) or aliases (*)", "write the value out where it is needed")
        if event.tag is not None:
            self._refuse(event, f"the tag {str(event.tag)!r}", "no tags (!)", "remove the tag")
        if depth > DEEPEST:
            self._refuse(event, f"nesting {depth} deep", f"at most {DEEPEST} levels", "flatten the file")
        if self.nodes > MOST_NODES:
            given, allowed = f"more than {MOST_NODES:,} keys and values", f"at most {MOST_NODES:,}"
            line = event.start_mark.line + 1
            fix = "make the file smaller"
            raise _TooMuch(Problem(self.file, line, ".".join(self.keys), given, allowed, None, fix))

    def _printable(self, event: Any, text: str) -> None:
        found = _UNPRINTABLE.search(text)
        if found:
            given = f"the character U+{ord(found[0]):04X}"
            self._refuse(event, given, "text without control characters", "remove the character")

    def _note(self, line: int, given: str, allowed: str, fix: str) -> None:
        self.problems.append(Problem(self.file, line, ".".join(self.keys), given, allowed, None, fix))

    def _refuse(self, event: Any, given: str, allowed: str, fix: str) -> None:
        line = event.start_mark.line + 1
        raise _Refused(Problem(self.file, line, ".".join(self.keys), given, allowed, None, fix))


def plain_scalar(text: str) -> Scalar:
    """Return what an unquoted scalar means by the core rules of YAML 1.2."""
    if text in _NULL:
        return None
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    if _INTEGER.fullmatch(text) and len(text) <= 300:
        return int(text)
    if _NUMBER.fullmatch(text):
        return float(text)
    if _NOT_FINITE.fullmatch(text):
        return float(text.replace(".", "", 1))
    return text


def write_yaml(value: Any, indent: int = 0) -> str:
    """Return dicts, tuples and scalars as YAML that `read_yaml` reads back to the same values."""
    pad = "  " * indent
    if isinstance(value, dict) and value:
        return "".join(f"{pad}{_scalar_text(key)}:{_below(item, indent + 1)}" for key, item in value.items())
    if isinstance(value, tuple | list) and value:
        return "".join(f"{pad}-{_below(item, indent + 1)}" for item in value)
    return f"{pad}{_scalar_text(value)}\n"


def _below(value: Any, indent: int) -> str:
    if isinstance(value, dict | tuple | list) and value:
        return "\n" + write_yaml(value, indent)
    return f" {_scalar_text(value)}\n"


def _scalar_text(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, dict):
        return "{}"
    if isinstance(value, tuple | list):
        return "[]"
    if _PLAIN.fullmatch(value) and isinstance(plain_scalar(value), str):
        return str(value)
    # YAML counts more characters as line breaks than JSON does
    return re.sub("[\u2028\u2029\u0085\ufeff]", lambda m: f"\\u{ord(m[0]):04x}", json.dumps(value, ensure_ascii=False))
