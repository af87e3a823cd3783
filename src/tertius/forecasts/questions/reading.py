"""A file of questions, read as a scenario is: every problem with its line, what is allowed and the fix.

tertius: 1                       version of the form
scenario: river-war              the scenario that they are about; left out where the file lies beside it
questions:
  more-land:
    text: Does the holder gain more than 50 km2 in the next 13 weeks?
    output: theatres.plain.area
    take: change
    above: 50
    until: 2031-06-01
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tertius.calendar import week_ends
from tertius.engine import Layout
from tertius.errors import OptionError, Problem, ScenarioError, UnknownName, nearest
from tertius.forecasts.questions.measuring import window
from tertius.forecasts.questions.rule import STEPS, Question, Rule
from tertius.world.entry import ID_PATTERN
from tertius.world.fitting import fit, not_a_mapping, problem_at, shown, unknown_key
from tertius.world.records import LONGEST_HORIZON
from tertius.world.yaml_source import Node, read_text, read_yaml

VERSION = 1
KEYS = ("tertius", "scenario", "questions")
SUFFIX = ".questions.yaml"


@dataclass(frozen=True)
class Questions:
    """The questions of a file about one scenario, in its order."""

    file: Path
    scenario: str
    questions: tuple[Question, ...]

    def of(self, name: str) -> Question:
        """A question by its id. Raises UnknownName."""
        for question in self.questions:
            if question.id == name:
                return question
        raise UnknownName("question", name, [question.id for question in self.questions])


def beside(layout: Layout) -> Path:
    """The file of questions that lies beside a scenario's own file."""
    written = Path(layout.scenario.tree.file)
    return written.with_name(f"{layout.scenario.name}{SUFFIX}")


def read_questions(layout: Layout, file: Path | None = None) -> Questions:
    """Read the questions about a scenario and check them against it.

    Args:
        layout: the scenario as the kernel sees it.
        file: their file; else the one beside the scenario's, NAME.questions.yaml.

    Raises:
        ScenarioError: the file cannot be read, or a question cannot be asked; every problem is in it.
        OptionError: no file is named and none lies beside the scenario.
    """
    name = layout.scenario.name
    if file is None:
        file = beside(layout)
        if not file.is_file():
            allowed = f"a file of questions, or {name}{SUFFIX} beside the scenario"
            raise OptionError("FILE", "nothing", allowed, "name a file; docs/ledger.md shows one of five lines")
    root, problems = read_yaml(read_text(file), str(file))
    if not isinstance(root.value, dict):
        raise ScenarioError([*problems, not_a_mapping(root, "")])
    rows = root.children()
    for key, child in rows.items():
        if key not in KEYS:
            problems.append(unknown_key(child, key, key, KEYS))
    problems += _head(root, name)
    found = tuple(_questions(root, layout, problems))
    if problems:
        raise ScenarioError(sorted(problems, key=lambda each: each.line or 0))
    return Questions(file, name, found)


def _head(root: Node, name: str) -> Iterator[Problem]:
    rows = root.children()
    version, about = rows.get("tertius"), rows.get("scenario")
    if version is None or version.value != VERSION or isinstance(version.value, bool):
        given = "no tertius" if version is None else shown(version.plain())
        yield problem_at(
            version or root, "tertius", given, f"version {VERSION} of the form", f"write `tertius: {VERSION}`"
        )
    if about is not None and about.value != name:
        fix = "ask the scenario that it names, or correct the name"
        yield problem_at(about, "scenario", shown(about.plain()), f"{name}, the scenario that is asked", fix)
    if "questions" not in rows:
        yield problem_at(root, "questions", "no questions", "questions is required", "add `questions:`")


def _questions(root: Node, layout: Layout, problems: list[Problem]) -> Iterator[Question]:
    node = root.children().get("questions")
    if node is None:
        return
    if not isinstance(node.value, dict) or not node.value:
        problems.append(not_a_mapping(node, "questions"))
        return
    for key, child in node.children().items():
        path = f"questions.{key}"
        if not re.fullmatch(ID_PATTERN, key):
            allowed = "an id: a letter, then letters, digits, - and _"
            problems.append(problem_at(child, path, f"the id {key!r}", allowed, "rename it"))
            continue
        question = fit(Question, child, path, problems, key)
        if question is None:
            continue
        found = list(_against(question, child, path, layout))
        for name in question.given:
            place, _ = child.deepest(("given", name))
            found += _against(question.branch(name), place, f"{path}.given.{name}", layout)
        problems += found
        if not found:
            yield question


def _against(rule: Rule, node: Node, path: str, layout: Layout) -> Iterator[Problem]:
    """What of a rule the scenario does not have, or leaves no room for."""
    scenario = layout.scenario

    def at(key: str, given: str, allowed: str, fix: str, near: str | None = None) -> Problem:
        place, _ = node.deepest((key,))
        return problem_at(place, f"{path}.{key}", given, allowed, fix, near)

    if rule.instrument is not None and rule.instrument not in scenario.instruments:
        near = nearest(rule.instrument, scenario.instruments)
        allowed = ", ".join(scenario.instruments) or "an instrument; the scenario has none"
        yield at("instrument", repr(rule.instrument), allowed, f"write {near or 'one of these'}", near)
        return
    if rule.output is not None:
        paths = [known for known, _ in layout.outputs()]
        if rule.output not in paths:
            near = nearest(rule.output, paths)
            fix = f"write {near}" if near else "tertius explain shows what the scenario has"
            yield at("output", repr(rule.output), "an output of the scenario", fix, near)
            return
    try:
        start, end = window(rule, [scenario.as_of, *week_ends(scenario.as_of, LONGEST_HORIZON)])
    except OptionError as error:
        yield at("until", error.given, error.allowed, error.fix)
        return
    if (rule.take, rule.of, start) == ("change", "changes", 0):
        allowed = "`since` at least a week after the as-of date: the change of that week is not known"
        yield at("of", "changes, with take change from the as-of date", allowed, "add `since`")
    if end >= LONGEST_HORIZON:
        yield at("until", str(rule.until), f"at most {LONGEST_HORIZON} weeks ahead", "ask of an earlier day")
    if rule.instrument is not None:
        yield from _room(rule, at, layout)


def _room(rule: Rule, at: Callable[..., Problem], layout: Layout) -> Iterator[Problem]:
    """Thresholds that the instrument's levels can never come to, or that they cannot miss."""
    assert rule.instrument is not None
    if rule.of == "changes" or rule.take in ("sum", "mean", "crossings", "weeks-above"):
        return
    told = layout.scenario.instruments[rule.instrument]
    top, level = len(told.levels) - 1, float(told.level.central)
    low, high = (-level, top - level) if rule.take == "change" else (0.0, float(top))
    if rule.take in STEPS:
        high = top - level if rule.take == "steps-up" else level if rule.take == "steps-down" else float("inf")
        high = float("inf") if 0 < level < top else high  # it may go back and step again
    for threshold in rule.thresholds:
        can = {
            "above": low <= threshold < high,
            "at_least": low < threshold <= high,
            "below": low < threshold <= high,
            "at_most": low <= threshold < high,
        }[rule.relation]
        if not can:
            allowed = f"what can come and can fail to: {rule.take} of {rule.instrument} lies in {low:g} to {high:g}"
            yield at(rule.relation, f"{threshold:g}", allowed, "choose a threshold in between")
            return
