"""`path=value`: one quantity of a scenario set from the command line or a script."""

import re
from collections.abc import Mapping

from pydantic import ValidationError

from tertius.errors import Misfit, OptionError, ScenarioError, UnknownName
from tertius.world.loader import build
from tertius.world.priors import Prior, forms, read_prior
from tertius.world.quantity import CHOICE, JUDGEMENT, Quantity
from tertius.world.scenario import Scenario
from tertius.world.yaml_source import Node, read_yaml

OPTION = "--set"

_PATH = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)+")
_ALLOWED = "path=value with a number, a prior {family: {...}} or a quantity {value|prior, unit, source}"


def parse_override(text: str, option: str = OPTION) -> tuple[str, Quantity | Prior | float]:
    """Return the path and the value of `path=value`; the value is YAML; `option` names the option in errors.

    Examples: `world.fire_exponent=0.7`, `contingents.first.discord={uniform: {low: 0, high: 1}}`,
    `world.pace={value: 2, unit: km2, source: choice}`.

    Raises:
        OptionError: no such form, or a value that is no number, prior or quantity.
    """
    path, equals, written = text.partition("=")
    path = path.strip()
    if not equals or not written.strip():
        raise OptionError(option, text, _ALLOWED, "write for example world.fire_exponent=0.7")
    if not _PATH.fullmatch(path):
        raise OptionError(option, text, "a dotted path before =", "write for example world.fire_exponent=0.7")
    return path, _value(path, written, option)


def with_overrides(scenario: Scenario, overrides: Mapping[str, Quantity | Prior | float]) -> Scenario:
    """Return the scenario with quantities replaced; its digest, warnings and `to_yaml` follow.

    A number or a prior keeps unit and note of the quantity that it replaces and becomes a choice or a
    judgement. A whole quantity may also be new, in a record that exists.

    Raises:
        UnknownName: a path that no quantity (for a whole quantity: no record) of the scenario has.
        ScenarioError: the scenario is not valid with them, such as an unknown source.
    """
    tree = scenario.tree
    present = scenario.quantities()
    records = {path for path, _ in scenario.records()} | {path.rpartition(".")[0] for path in present}
    for path, value in overrides.items():
        new = isinstance(value, Quantity) and path.rpartition(".")[0] in records
        if path not in present and not new:
            raise UnknownName("quantity", path, present)
        written = _written(value, present.get(path))
        tree = _replaced(tree, tuple(path.split(".")), Node.of(written, OPTION, 1))
    return build(tree, scenario.name)


def _written(value: Quantity | Prior | float, replaced: Quantity | None) -> dict[str, object]:
    """Return the keys of a quantity as a file would have them."""
    if isinstance(value, Quantity):
        number, prior, source = value.value, value.prior, value.source
        about = value
    else:
        assert replaced is not None  # `with_overrides` lets only whole quantities be new
        prior = value if isinstance(value, Prior) else None
        number = None if isinstance(value, Prior) else float(value)
        source = (CHOICE,) if prior is None else (JUDGEMENT,)
        about = replaced
    keys: dict[str, object] = {
        "value": number,
        "prior": None if prior is None else {prior.family: prior.parameters()},
        "unit": about.unit,
        "source": source[0] if len(source) == 1 else source,
        "label": about.label,
        "note": about.note,
        "if_wrong": about.if_wrong,
    }
    return {key: item for key, item in keys.items() if item is not None}


def _replaced(node: Node, keys: tuple[str, ...], leaf: Node) -> Node:
    """Return the tree with the node under `keys` replaced, the rest shared."""
    if not keys:
        return leaf
    children = node.children()
    below = children.get(keys[0], Node({}, leaf.file, leaf.line))
    return Node({**children, keys[0]: _replaced(below, keys[1:], leaf)}, node.file, node.line)


def _value(path: str, written: str, option: str) -> Quantity | Prior | float:
    try:
        node, repeated = read_yaml(written, option)
        value = node.plain()
        if repeated:
            raise ScenarioError(repeated)
    except ScenarioError as error:
        fault = error.problems[0]
        raise OptionError(f"{option} {path}", written, fault.allowed, f"{fault.given}: {fault.fix}") from None
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not abs(value) < float("inf"):
            raise OptionError(f"{option} {path}", written, "a finite number", "write a finite number")
        return float(value)
    if not isinstance(value, Mapping):
        raise OptionError(f"{option} {path}", written, _ALLOWED, "write a number without unit or separators")
    try:
        if set(value) & set(Quantity.model_fields):
            return Quantity.model_validate(value)
        return read_prior(value)
    except Misfit as misfit:
        raise OptionError(f"{option} {path}", written, misfit.allowed, f"{misfit.given}: {misfit.fix}") from None
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        place = ".".join(str(key) for key in detail["loc"])
        fix = f"{place}: {detail['msg']}" if place else str(detail["msg"])
        raise OptionError(f"{option} {path}", written, f"{_ALLOWED}; priors: {forms()}", fix) from None
