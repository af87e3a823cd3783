"""What refers is marked in the type of its field, and the walker finds each mark with its place."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pytest
from pydantic.fields import FieldInfo

from tertius.world import SECTIONS, Strict, within
from tertius.world.entry import ID_PATTERN, ActorId, Id
from tertius.world.references import Output, Past, Ref, marked, target_of

RECORDS = [record for section in SECTIONS.values() for record in (section.record, *within(section.record).values())]


def ids(annotation: Any) -> Iterator[bool]:
    """Yield of every id in a type whether it says of what; keys that name records of their own are none."""
    arguments = get_args(annotation)
    if get_origin(annotation) is Annotated:
        patterns = [getattr(part, "pattern", None) for mark in arguments[1:] for part in parts(mark)]
        if ID_PATTERN in patterns:
            yield any(isinstance(mark, Ref) for mark in arguments[1:])
        yield from ids(arguments[0])
    elif get_origin(annotation) is not Mapping:
        for argument in arguments:
            yield from ids(argument)


def parts(mark: Any) -> list[Any]:
    return list(mark.metadata) if isinstance(mark, FieldInfo) else [mark]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_every_id_that_a_record_holds_says_of_what(record: type[Strict]) -> None:
    hints = get_type_hints(record, include_extras=True)
    assert all(told for name in record.model_fields for told in ids(hints[name]))


def test_an_id_without_a_mark_is_seen() -> None:
    assert list(ids(Id | None)) == [False]
    assert list(ids(tuple[ActorId, ...])) == [True]


class Inner(Strict):
    id: str
    of: ActorId


class Outer(Strict):
    one: Annotated[Id, Ref("theatres")]
    some: tuple[ActorId, ...] = ()
    words: Annotated[tuple[str, ...], Ref("sources", but=("judgement",))] = ()
    held: Mapping[ActorId, Inner] = {}
    output: Annotated[str, Output()] | None = None
    began: Annotated[int, Past()] | None = None


def test_the_walker_finds_every_mark_with_its_place() -> None:
    record = Outer(
        one="front", some=("a", "b"), words=("x", "y"), held={"c": Inner(id="c", of="d")}, output="theatres.front.area"
    )
    actors = Ref("actors")
    assert list(marked(record, "here")) == [
        ("here.one", "front", Ref("theatres")),
        ("here.some.0", "a", actors),
        ("here.some.1", "b", actors),
        ("here.words", ("x", "y"), Ref("sources", but=("judgement",))),
        ("here.held.c", "c", actors),
        ("here.held.c.of", "d", actors),
        ("here.output", "theatres.front.area", Output()),
    ]
    assert (target_of(Outer, "one"), target_of(Outer, "output"), target_of(Outer, "began")) == ("theatres", None, None)
