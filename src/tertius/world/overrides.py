"""`path=value`: one quantity of a scenario set from the command line or a script."""

import re
from collections.abc import Mapping

from pydantic import ValidationError

from tertius.errors import Misfit, OptionError, ScenarioError
from tertius.world.priors import Prior, forms, read_prior
from tertius.world.quantity import Quantity
from tertius.world.yaml_source import read_yaml

_PATH = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)+")
_ALLOWED = "path=value with a number, a prior {family: {...}} or a quantity {value|prior, unit, source}"


def parse_override(text: str) -> tuple[str, Quantity | Prior | float]:
    """Return the path and the value of `path=value`; the value is YAML.

    Examples: `world.fire_exponent=0.7`, `contingents.first.discord={uniform: {low: 0, high: 1}}`,
    `world.pace={value: 2, unit: km2, source: choice}`.

    Raises:
        OptionError: no such form, or a value that is no number, prior or quantity.
    """
    path, equals, written = text.partition("=")
    path = path.strip()
    if not equals or not written.strip():
        raise OptionError("--set", text, _ALLOWED, "write for example world.fire_exponent=0.7")
    if not _PATH.fullmatch(path):
        raise OptionError(
            "--set", text, "a dotted path before =", "write for example world.fire_exponent=0.7"
        )
    return path, _value(path, written)


def _value(path: str, written: str) -> Quantity | Prior | float:
    try:
        node, repeated = read_yaml(written, "--set")
        value = node.plain()
        if repeated:
            raise ScenarioError(repeated)
    except ScenarioError as error:
        fault = error.problems[0]
        raise OptionError(f"--set {path}", written, fault.allowed, f"{fault.given}: {fault.fix}") from None
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not abs(value) < float("inf"):
            raise OptionError(f"--set {path}", written, "a finite number", "write a finite number")
        return float(value)
    if not isinstance(value, Mapping):
        raise OptionError(f"--set {path}", written, _ALLOWED, "write a number without unit or separators")
    try:
        if set(value) & set(Quantity.model_fields):
            return Quantity.model_validate(value)
        return read_prior(value)
    except Misfit as misfit:
        raise OptionError(f"--set {path}", written, misfit.allowed, f"{misfit.given}: {misfit.fix}") from None
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        place = ".".join(str(key) for key in detail["loc"])
        fix = f"{place}: {detail['msg']}" if place else str(detail["msg"])
        raise OptionError(f"--set {path}", written, f"{_ALLOWED}; priors: {forms()}", fix) from None
