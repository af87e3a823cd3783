"""What templates print: every name that a template uses is a field, every field is used and says what it holds."""

from __future__ import annotations

import dataclasses
import types
import typing
from typing import Any

import pytest
from jinja2 import nodes

from tertius.report import render
from tertius.report.brief import BriefContext
from tertius.report.causes import CausesContext
from tertius.report.html import PageContext
from tertius.report.page import ChanceRow
from tertius.report.reactions import ReactionsContext

ROOTS: tuple[tuple[str, dict[str, Any]], ...] = (
    (render.template("brief.md"), typing.get_type_hints(BriefContext)),
    (render.template("reactions.md"), {"reactions": ReactionsContext, "as_of": str}),
    (render.CAUSES_ALONE, {"causes": CausesContext}),
    (render.template("page.html"), typing.get_type_hints(PageContext)),
)
DRAWN = ("with_it", "without", "low", "high")  # of a chance: its figure draws them, which `test_page` holds
GIVEN = {"figure", "mark", "loop"}
Scope = dict[str, Any]


class Reader:
    """Follows the types of all that templates print."""

    def __init__(self) -> None:
        self.used: set[tuple[type, str]] = set()
        self.wrong: list[str] = []
        self.macros: dict[str, Any] = {}

    def read(self, text: str, scope: Scope) -> None:
        self.each(render.environment().parse(text).body, scope)

    def each(self, found: list[Any], scope: Scope) -> None:
        for node in found:
            self.statement(node, scope)

    def statement(self, node: Any, scope: Scope) -> None:
        if isinstance(node, nodes.For):
            element = of_each(self.kind(node.iter, scope))
            inner = {**scope, **named(node.target, element)}
            self.each(node.body, inner)
            self.each(node.else_, scope)
        elif isinstance(node, nodes.If):
            self.kind(node.test, scope)
            for part in (node.body, node.elif_, node.else_):
                self.each(part, scope)
        elif isinstance(node, nodes.Include):
            assert isinstance(node.template, nodes.Const)
            self.read(render.template(node.template.value), scope)
        elif isinstance(node, nodes.FromImport):
            assert isinstance(node.template, nodes.Const)
            found = render.environment().parse(render.template(node.template.value)).find_all(nodes.Macro)
            self.macros |= {macro.name: macro for macro in found if macro.name in node.names}
        elif isinstance(node, nodes.FilterBlock):
            self.each(node.body, scope)
        elif isinstance(node, nodes.Output):
            for part in node.nodes:
                self.kind(part, scope)
        else:
            raise TypeError(f"no template uses {type(node).__name__} yet: teach this test")

    def kind(self, node: Any, scope: Scope) -> Any:
        """The type of an expression."""
        if isinstance(node, nodes.Name):
            if node.name not in GIVEN and node.name not in scope:
                self.wrong.append(f"line {node.lineno}: {node.name}")
            return scope.get(node.name, Any)
        if isinstance(node, nodes.Getattr):
            return self.attribute(plain(self.kind(node.node, scope)), node)
        if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in self.macros:
            macro = self.macros[node.node.name]
            given = {name.name: self.kind(part, scope) for name, part in zip(macro.args, node.args, strict=False)}
            given |= {each.key: self.kind(each.value, scope) for each in node.kwargs}
            self.each(macro.body, {**dict.fromkeys((name.name for name in macro.args), Any), **given})
            return str
        if isinstance(node, nodes.Call):
            for argument in node.args:
                self.kind(argument, scope)
            return self.kind(node.node, scope)
        for child in node.iter_child_nodes():
            self.kind(child, scope)
        return Any

    def attribute(self, owner: Any, node: Any) -> Any:
        if dataclasses.is_dataclass(owner):
            assert isinstance(owner, type)
            if node.attr not in {field.name for field in dataclasses.fields(owner)}:
                self.wrong.append(f"line {node.lineno}: {owner.__name__}.{node.attr}")
                return Any
            self.used.add((owner, node.attr))
            return typing.get_type_hints(owner)[node.attr]
        if typing.get_origin(owner) in (dict, typing.get_origin(typing.Mapping[str, str])):
            return tuple[tuple[typing.get_args(owner)], ...] if node.attr == "items" else typing.get_args(owner)[1]
        return Any


def plain(hint: Any) -> Any:
    """A type without its None."""
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        (hint,) = (part for part in typing.get_args(hint) if part is not type(None))
    return hint


def of_each(hint: Any) -> Any:
    found = plain(hint)
    return typing.get_args(found)[0] if typing.get_origin(found) is tuple else Any


def named(target: Any, element: Any) -> Scope:
    if isinstance(target, nodes.Name):
        return {target.name: element}
    parts = typing.get_args(element) or (Any,) * len(target.items)
    return {item.name: part for item, part in zip(target.items, parts, strict=False)}


def contexts(kind: Any) -> set[type]:
    """The contexts that a type is made of."""
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return {kind}.union(*(contexts(hint) for hint in typing.get_type_hints(kind).values()))
    return set().union(*(contexts(part) for part in typing.get_args(kind))) if typing.get_args(kind) else set()


def followed(*more: tuple[str, Scope]) -> Reader:
    reader = Reader()
    for text, scope in (*ROOTS, *more):
        reader.read(text, scope)
    return reader


ALL = sorted(contexts(BriefContext) | contexts(PageContext), key=lambda kind: kind.__name__)


def test_templates_use_no_name_that_is_not_there() -> None:
    assert followed().wrong == []
    listed = typing.get_type_hints(ReactionsContext)["rows"]
    misspelt = followed(("{% for row in rows %}{{ row.acter }}{{ rwo }}{% endfor %}", {"rows": listed}))
    assert misspelt.wrong == ["line 1: StepRow.acter", "line 1: rwo"]


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_every_field_is_printed_and_says_what_it_holds(kind: type) -> None:
    used = followed().used | {
        (BriefContext, name)
        for text in render.TEMPLATES
        if text.endswith(".md")
        for name in names_of(render.template(text))
    }
    used |= {(PageContext, name) for name in names_of(render.template("page.html"))}
    used |= {(ChanceRow, name) for name in DRAWN}
    fields = dataclasses.fields(kind)
    assert [field.name for field in fields if (kind, field.name) not in used] == []
    assert [field.name for field in fields if not field.metadata.get("help")] == []


def names_of(text: str) -> set[str]:
    return {node.name for node in render.environment().parse(text).find_all(nodes.Name)}
