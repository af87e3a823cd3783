"""What a run was given: a scenario, quantities set by hand, and the question asked; and what differs between two such.

A change is told with what stood before and after and what it rests on. `mixed_inputs` makes the inputs that lie between
two: those of the first with some of the changes made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from tertius.engine.interventions import Intervention
from tertius.engine.layout import Layout
from tertius.world import SECTIONS, Edit, Quantity, Scenario, edits, mixed

AS_OF, FIT, ADDED, REMOVED, VALUE, WORDS, OTHER = "as of", "fit", "added", "removed", "value", "words", "other"
ASSUMED, QUESTION = "set by hand", "question"
QUESTION_PATH = "question"
LONGEST = 80  # characters of a text that is shown


@dataclass(frozen=True)
class Inputs:
    """A scenario with what is set by hand in all its worlds (`overrides`), and what the other world is without.

    without, settings   events undone and quantities set in the other world alone; both empty where there is none
    """

    scenario: Scenario
    overrides: Mapping[str, Quantity] = field(default_factory=dict)
    without: tuple[Intervention, ...] = ()
    settings: Mapping[str, Quantity] = field(default_factory=dict)

    @property
    def layout(self) -> Layout:
        """How the kernel sees it. Raises LayoutError, UnknownName."""
        return Layout.of(self.scenario, self.overrides)

    @property
    def question(self) -> str:
        """The other world in words."""
        told = [f"without {item}" for item in self.without]
        told += [f"set {path} = {quantity.describe()}" for path, quantity in self.settings.items()]
        return "; ".join(told) or "none"


@dataclass(frozen=True)
class Change:
    """One thing that differs between two inputs.

    kind     AS_OF, FIT, ADDED, REMOVED, VALUE, WORDS, OTHER, ASSUMED or QUESTION
    path     dotted path in the scenario
    before, after   what stood there, as text with its unit; empty for nothing
    source, note    what the later value rests on (the earlier one's where it is gone)
    silent   whether it moves no number by its nature
    """

    kind: str
    path: str
    before: str
    after: str
    source: str = ""
    note: str = ""
    silent: bool = False
    edit: Edit | None = None


def changes(one: Inputs, two: Inputs) -> tuple[Change, ...]:
    """Everything that differs between two inputs, what moves numbers first."""
    found = [_change(one.scenario, two.scenario, edit) for edit in edits(one.scenario, two.scenario)]
    for path in dict.fromkeys([*one.overrides, *two.overrides]):
        before, after = one.overrides.get(path), two.overrides.get(path)
        if before != after:
            stood = before or one.scenario.quantities().get(path)
            stands = after or two.scenario.quantities().get(path)
            found.append(Change(ASSUMED, path, _quantity(stood), _quantity(stands), *_grounds(stands or stood)))
    if one.question != two.question:
        found.append(Change(QUESTION, QUESTION_PATH, one.question, two.question))
    return tuple(sorted(found, key=lambda change: change.silent))


def mixed_inputs(one: Inputs, two: Inputs, chosen: Iterable[Change]) -> Inputs:
    """The inputs `one` with some of the changes to `two` made.

    Raises ScenarioError where these changes cannot stand without others.
    """
    made = list(chosen)
    scenario = mixed(one.scenario, two.scenario, [change.edit for change in made if change.edit is not None])
    overrides = dict(one.overrides)
    for change in made:
        if change.kind == ASSUMED:
            overrides.pop(change.path, None)
            if change.path in two.overrides:
                overrides[change.path] = two.overrides[change.path]
    asked = two if any(change.kind == QUESTION for change in made) else one
    return Inputs(scenario, overrides, asked.without, asked.settings)


def _change(one: Scenario, two: Scenario, edit: Edit) -> Change:
    path = edit.path
    if edit.keys == ("fit",):
        return Change(FIT, path, _fit(one), _fit(two), edit=edit)
    if edit.keys == ("as_of",):
        return Change(AS_OF, path, one.as_of.isoformat(), two.as_of.isoformat(), edit=edit)
    before, after = one.quantities().get(path), two.quantities().get(path)
    if before is not None or after is not None:
        kind = WORDS if edit.silent else VALUE
        told = (_quantity(before), _quantity(after)) if kind == VALUE else (_words(before), _words(after))
        source, note = _grounds(after or before)
        return Change(kind, path, *told, source, note, edit.silent, edit)
    told = _text(edit.before), _text(edit.after)
    kind = WORDS if edit.silent else OTHER
    if len(edit.keys) == 2 and edit.keys[0] in SECTIONS and not SECTIONS[edit.keys[0]].single:
        kind = ADDED if edit.before is None else REMOVED if edit.after is None else kind
    grounds = next((node.plain() for node in (edit.after, edit.before) if node is not None), None)
    held = grounds if isinstance(grounds, dict) else {}
    source, note = held.get("source", ""), held.get("note", "")
    source = ", ".join(source) if isinstance(source, tuple) else str(source)
    return Change(kind, path, *told, source, str(note), edit.silent, edit)


def _quantity(quantity: Quantity | None) -> str:
    return "" if quantity is None else quantity.describe()


def _words(quantity: Quantity | None) -> str:
    """What a quantity rests on, where that is all that differs."""
    if quantity is None:
        return ""
    return _short(f"source {', '.join(quantity.source)}" + (f"; {quantity.note}" if quantity.note else ""))


def _grounds(quantity: Quantity | None) -> tuple[str, str]:
    """Source and note of a quantity, as text."""
    return ("", "") if quantity is None else (", ".join(quantity.source), quantity.note or "")


def _fit(scenario: Scenario) -> str:
    if scenario.fit is None:
        return ""
    return f"{scenario.fit.name} (sha256 {sha256(scenario.fit.read_bytes()).hexdigest()[:12]})"


def _text(node: Any) -> str:
    """What stands at a place, in a few words: a record by its name, a list by its length or items."""
    if node is None:
        return ""
    return _short("; ".join(_parts(node.plain())))


def _parts(plain: Any) -> Iterator[str]:
    if isinstance(plain, dict):
        yield str(next((plain[key] for key in ("name", "title", "text") if key in plain), f"{len(plain)} entries"))
    elif isinstance(plain, tuple):
        yield from (str(item) for item in plain) if len(plain) <= 6 else (f"{len(plain)} items",)
    else:
        yield str(plain)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
