"""What the command line says of an error: the place by the word that was typed, the value, what is allowed, the fix."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from tertius.errors import OptionError, ScenarioError, TertiusError, UnknownName, listed, nearest

OF_A_RUN = ("futures", "weeks", "seed", "threads", "replicates")
"""Options that the engine knows without the dashes of the command line."""
KINDS = {"integer": "a whole number", "int": "a whole number", "float": "a number"}
EXAMPLES = {"SCENARIO": "river-war", "PATH": "theatres.river.area", "ARCHIVE": "my-brief", "NAME": "my-war"}


def refusal(error: TertiusError, words: Sequence[str]) -> str:
    """An error of ours as a block of text; `words` are what was typed."""
    if isinstance(error, OptionError) and error.name in OF_A_RUN:
        fix = error.fix.replace(f"choose {error.name} ", f"choose --{error.name} ")
        return str(OptionError(f"--{error.name}", error.given, error.allowed, fix))
    if isinstance(error, UnknownName):
        option = option_with(error.given, words)
        return f"option {option}: {error}" if option else str(error)
    if isinstance(error, ScenarioError):
        return str(type(error)(_by_option(error, words)))
    return str(error)


def usage_refusal(error: Any, words: Sequence[str]) -> str:
    """An error of the library that reads the words, as a block of text."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "tertius"
    known = context.command.params if context is not None else ()
    helped = f"{command} --help says more"
    if hasattr(error, "option_name") and hasattr(error, "possibilities"):
        options = [word for each in known for word in each.opts if word.startswith("--")]
        given = str(error.option_name)
        near = nearest(given, options)
        fix = f"{f'write {near}' if near else 'leave it out'}; {helped}"
        return _block(f"option {given} of {command}", given, listed(options), fix, near)
    if getattr(error, "param", None) is not None:
        return _of_parameter(error, words, command, helped)
    return _of_words(error, [_named(each) for each in known if not each.opts[0].startswith("-")], command, helped)


def _of_parameter(error: Any, words: Sequence[str], command: str, helped: str) -> str:
    """An option or argument that is lacking, or has a value of another kind."""
    param, message = error.param, error.message or ""
    name = _named(param)
    is_option = name.startswith("--")
    place = f"{'option' if is_option else 'argument'} {name} of {command}"
    allowed = getattr(param, "help", None) or "a value"
    if type(error).__name__ == "MissingParameter":
        example = f"{name} N" if is_option else f"{command} {EXAMPLES.get(name, name)}"
        return _block(place, "nothing", allowed, f"write it, such as {example}")
    typed = [value for option, value in _options(words) if option in param.opts]
    kind = re.search(r"valid (integer|int|number|float)", message)
    allowed = f"{KINDS[kind[1]]}: {allowed}" if kind else allowed
    return _block(place, typed[-1] if typed else message, allowed, f"write another; {helped}")


def _of_words(error: Any, takes: Sequence[str], command: str, helped: str) -> str:
    """A command that is not there, words too many, an option without its value, and whatever else."""
    message = error.format_message()
    found = re.match(r"No such command '(.*?)'", message)
    if found:
        names = list(error.ctx.command.list_commands(error.ctx))
        near = nearest(found[1], names)
        return _block(
            f"no command {found[1]!r} of {command}",
            found[1],
            listed(names),
            f"write {command} {near}" if near else helped,
            near,
        )
    found = re.search(r"extra argument.*\(([^()]*)\)$", message)
    if found:
        fix = f"leave it out, or write the option that it belongs to; {helped}"
        return _block(f"words too many for {command}", found[1], " ".join(takes) or "options alone", fix)
    found = re.search(r"Option '(.*?)' requires", message)
    if found:
        return _block(f"option {found[1]}", "nothing", "a value after it", f"write one; {helped}")
    return _block(command, message, "the words that its help lists", helped)


def _named(param: Any) -> str:
    """What a parameter is called on the command line."""
    option = next((word for word in param.opts if word.startswith("--")), "")
    return option or str(param.metavar or param.name).upper()


def _block(place: str, given: str, allowed: str, fix: str, near: str | None = None) -> str:
    rows = [place, f"  given:   {given}", f"  allowed: {allowed}"]
    return "\n".join([*rows, *([f"  nearest: {near}"] if near else []), f"  fix:     {fix}"])


def option_with(given: str, words: Sequence[str]) -> str:
    """The option among the words whose value holds a name: the value itself, or a part of it; empty for none."""
    for option, value in _options(words):
        if given == value or given in [part.strip() for part in re.split("[=:,]", value)]:
            return option
    return ""


def _options(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(option, value) of the options among the words."""
    for word, after in zip(words, [*words[1:], ""], strict=True):
        if word.startswith("--"):
            name, equals, value = word.partition("=")
            yield name, value if equals else after


def _by_option(error: ScenarioError, words: Sequence[str]) -> list[Any]:
    """The problems of a scenario, those of values set by hand under the option that set them."""
    from tertius.engine.checking import BY_HAND

    told = []
    for problem in error.problems:
        option = option_with(problem.path, words) if problem.file == BY_HAND else ""
        told.append(replace(problem, file=f"option {option}") if option else problem)
    return told
