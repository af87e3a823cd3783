"""The scenario: every record of a file and its parents, frozen."""

import hashlib
import json
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tertius.errors import Problem
from tertius.world.quantity import Quantity
from tertius.world.sections import Sections
from tertius.world.yaml_source import Node, write_yaml


@dataclass(frozen=True, eq=False)
class Scenario(Sections):
    """A loaded scenario, from `load_scenario`. Its mappings are read-only, in the order of the file."""

    name: str
    title: str
    description: str
    as_of: date
    weeks: int
    warnings: tuple[Problem, ...]
    """What deserves a second look but does not stop a run."""
    fit: Path | None
    """File with the posterior sample of a fit, where the scenario names one."""
    tree: Node = field(repr=False)
    """The merged file; `where`, `digest` and `to_yaml` read it."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the read-only mappings, which cannot be pickled, as what they hold."""
        held = {each.name: getattr(self, each.name) for each in fields(self)}
        plain = {name: dict(value) if isinstance(value, MappingProxyType) else value for name, value in held.items()}
        return _restored, (plain, self.__dict__.get("digest"))

    def where(self, path: str) -> tuple[str, int] | None:
        """Return the file and the line (from 1) that set a dotted path; None where nothing did."""
        keys = tuple(path.split("."))
        node, used = self.tree.deepest(keys)
        return (node.file, node.line) if used == len(keys) else None

    def nearest_place(self, path: str) -> tuple[str, int | None]:
        """Return the file and the line that set a dotted path, or the part of it from the left that is written."""
        keys = tuple(path.split("."))
        node, used = self.tree.deepest(keys)
        return (node.file, node.line) if used else (self.name, None)

    def without_fit(self) -> "Scenario":
        """Return the scenario with its priors in place of the fit that it names."""
        kept = {key: child for key, child in self.tree.children().items() if key != "fit"}
        return replace(self, fit=None, tree=Node(kept, self.tree.file, self.tree.line))

    def quantities(self) -> dict[str, Quantity]:
        """Return every quantity by dotted path, such as `theatres.front.forces.A.troops`."""
        return dict(self._by_path)

    @cached_property
    def _by_path(self) -> dict[str, Quantity]:
        return super().quantities()

    @property
    def headlines(self) -> tuple[str, ...]:
        """Ids of the headline outcomes; all outcomes where none is marked."""
        return tuple(name for name, told in self.outcomes.items() if told.headline) or tuple(self.outcomes)

    @cached_property
    def digest(self) -> str:
        """Sha256 of the content, notes included, after `extends`; the order of keys does not count."""
        text = json.dumps(canonical(self.tree.plain()), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8")).hexdigest()

    def to_yaml(self) -> str:
        """Return the scenario as one file without parents; loading it gives the same digest."""
        return self._written

    @cached_property
    def _written(self) -> str:
        return write_yaml(self.tree.plain())


def _restored(plain: dict[str, Any], digest: str | None) -> Scenario:
    """A scenario from what was pickled of it, with its digest where that was known."""
    held: dict[str, Any] = {
        name: MappingProxyType(value) if isinstance(value, dict) else value for name, value in plain.items()
    }
    made = Scenario(**held)
    if digest is not None:
        made.__dict__["digest"] = digest
    return made


def canonical(value: Any) -> Any:
    """Return `value` so that equal content gives equal text: 30 and 30.0 are one number."""
    if isinstance(value, dict):
        return {key: canonical(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [canonical(item) for item in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) + 0.0  # -0.0 becomes 0.0
    return value
