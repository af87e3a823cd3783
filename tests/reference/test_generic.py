"""Reference priors: each is of a quantity that the laws know, in its unit and range."""

import json
from importlib.resources import files

import pytest

import tertius.mechanisms  # noqa: F401  (registers the laws and their fields)
from tertius.kernel.fields import quantities
from tertius.reference import chosen_priors, class_priors, generic_prior, generic_priors
from tertius.world import Quantity

TOLD = json.loads((files("tertius.reference") / "generic.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", [*TOLD["demanded"], *TOLD["chosen"]])
def test_each_is_of_a_known_quantity_in_its_unit_and_range(path: str) -> None:
    entity, _, name = path.partition(".")
    field = quantities(entity)[name]
    demanded = path in TOLD["demanded"]
    quantity = generic_priors()[path] if demanded else Quantity.model_validate({**chosen_priors(entity)[name]})
    assert (field.default is None) == demanded
    assert quantity.unit == field.unit
    low, high = quantity.prior.support if quantity.prior else (quantity.central, quantity.central)
    assert field.low <= low <= high <= field.high
    assert quantity.note


def test_what_is_particular_to_a_war_has_none() -> None:
    for entity, name in (("theatre", "area"), ("force", "troops"), ("side", "loss_level"), ("event", "week")):
        assert generic_prior(entity, name) is None


def test_the_class_of_wars_within_states_is_of_the_endings_law() -> None:
    for name, told in class_priors("endings-within-states").items():
        assert told["unit"] == quantities("world")[name].unit
