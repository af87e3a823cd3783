"""Scenarios to run, and ensembles that several tests look at."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tertius.engine import Ensemble, Layout, Options, run
from tertius.world import Scenario, load_scenario
from tertius.world.yaml_source import write_yaml

SHIPPED = "ukraine-2024"
Change = Callable[[dict[str, Any]], None]


def changed(*changes: Change) -> dict[str, Any]:
    """Return the shipped scenario's keys, as changed, without its fit, which is of one form of it only."""
    plain: dict[str, Any] = load_scenario(SHIPPED).tree.plain()
    del plain["fit"], plain["observations"]
    for change in changes:
        change(plain)
    return plain


@pytest.fixture
def build(tmp_path: Path) -> Callable[..., Scenario]:
    """Return the shipped scenario with changes, written to a file and read from it."""

    def _build(*changes: Change) -> Scenario:
        path = tmp_path / f"{SHIPPED}.yaml"
        path.write_text(write_yaml(changed(*changes)), encoding="utf-8")
        return load_scenario(path)

    return _build


@pytest.fixture(scope="session")
def simulate(compiled: None) -> Callable[..., Ensemble]:
    def _simulate(scenario: Scenario | None = None, overrides: Mapping[str, Any] | None = None, **options: Any) -> Any:
        given = {"futures": 120, "weeks": 20, "block": 50, "threads": 2, **options}
        return run(Layout.of(scenario or load_scenario(SHIPPED).without_fit(), overrides), Options(**given))

    return _simulate


@pytest.fixture(scope="session")
def base(simulate: Callable[..., Ensemble]) -> Ensemble:
    """The shipped scenario without its fit, 120 futures of 20 weeks."""
    return simulate()


@pytest.fixture(scope="session")
def layout() -> Layout:
    return Layout.of(load_scenario(SHIPPED))
