"""The name table and the register of laws."""

import pytest

import tertius.mechanisms  # noqa: F401  (registers the laws and their fields)
from tertius.kernel import Field, laws, mechanism
from tertius.kernel import fields as table
from tertius.kernel.fields import ENTITIES, TABLE, TROOPS, parameter, state

EVERY = list(TABLE.values())


def test_the_table_is_filled() -> None:
    assert {field.entity for field in EVERY} == set(ENTITIES)
    assert {field.kind for field in EVERY} == {"state", "parameter", "link"}


@pytest.mark.parametrize("field", EVERY, ids=lambda f: f"{f.kind}-{f.path}")
def test_every_field_says_what_it_is(field: Field) -> None:
    assert field.unit.strip()
    assert len(field.meaning) > 5
    assert field.low < field.high
    assert field.name == field.name.lower()
    assert field.default is None or field.low <= field.default <= field.high
    assert TABLE[field.kind, field.entity, field.name] is field


@pytest.mark.parametrize("entity", ENTITIES)
def test_slots_are_whole(entity: str) -> None:
    for kind in ("state", "parameter", "link"):
        assert [int(f) for f in table.fields(kind, entity)] == list(range(len(table.fields(kind, entity))))


@pytest.mark.parametrize("entity", ENTITIES)
def test_scenario_names_are_unique(entity: str) -> None:
    """A parameter and a given state of one name would be one quantity in a scenario."""
    given = [f.name for kind in ("state", "parameter") for f in table.fields(kind, entity) if f.given]
    assert len(given) == len(set(given))
    assert set(table.quantities(entity)) == set(given)


def test_a_name_twice_is_refused() -> None:
    before = dict(TABLE)
    with pytest.raises(ValueError, match=r"state contingent\.troops is declared twice"):
        state("contingent", "troops", "persons", "again")
    with pytest.raises(ValueError, match="'army' is no entity; allowed: world, theatre"):
        parameter("army", "troops", "persons", "unknown entity")
    assert before == TABLE


def refused(match: str, **changes: object) -> None:
    given: dict[str, object] = {"stage": "ground", "reads": (), "writes": (), "off": (), "channel": "fire", **changes}
    before = laws()

    def newcomer(state: object, params: object, key: object) -> None:
        """Do nothing."""

    def ground(state: object, params: object, key: object) -> None:
        """Do nothing."""

    with pytest.raises(ValueError, match=match):
        mechanism(**given)(ground if changes == {"stage": "ground"} else newcomer)  # type: ignore[arg-type]
    assert laws() == before


def test_the_register_refuses() -> None:
    refused("'noon' is no stage of the week; allowed: calendar", stage="noon")
    refused("a law named 'ground' is registered already", stage="ground")
    refused("channel 'luck' and background ''; allowed: a channel .friction, ", channel="luck")
    refused("channel '' and background ''", channel="")
    refused("channel 'fire' and background 'the entry itself'", background="the entry itself")
    refused("by contingent.quality; allowed: parameters of off", by=(table.quantities("contingent")["quality"],))
    refused("random stream 31 of law 'newcomer' is taken", stream=31)
    quality = table.quantities("contingent")["quality"]
    refused(r"contingent\.quality is a parameter; a law writes state only", writes=(quality,))


def test_a_field_is_its_slot() -> None:
    assert ["a", "b", "c"][TROOPS] == "abc"[int(TROOPS)]
    assert TROOPS.path == "contingent.troops"
