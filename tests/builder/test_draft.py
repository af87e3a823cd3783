"""Drafts of wars that nobody prepared: complete, sourced, honest about time; and what is refused."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

import tertius
from tertius.builder import Draft, Request, draft
from tertius.builder.bearing import Field
from tertius.builder.choosing import choose
from tertius.builder.draft import loaded
from tertius.builder.sizes import Sizes
from tertius.engine import Layout
from tertius.errors import OptionError, UnknownName
from tertius.history.relations import read_relations
from tertius.reference.states import state
from tertius.world.quantity import MISSING

MOST_LOOKED_UP = 15


@dataclass(frozen=True)
class Case:
    """A war to draft, and third states that no analyst would leave out."""

    between: tuple[str, str]
    entrant: str
    beside: str
    as_of: date
    thirds: tuple[str, ...]

    @property
    def request(self) -> Request:
        return Request.read(self.between, self.entrant, self.beside, self.as_of)


CASES = {
    "korea-beside-russia": Case(("RUS", "UKR"), "PRK", "RUS", date(2024, 11, 3), ("CHN", "KOR", "USA", "BLR", "POL")),
    "rwanda": Case(("M23", "COD"), "RWA", "M23", date(2025, 1, 20), ("UGA", "BDI", "AGO")),
    "eritrea": Case(("TPLF", "ETH"), "ERI", "ETH", date(2020, 11, 4), ("SDN", "DJI")),
    "turkey": Case(("AZE", "ARM"), "TUR", "AZE", date(2020, 9, 27), ("RUS", "IRN", "GEO")),
    "iran": Case(("Houthis", "YEM"), "IRN", "Houthis", date(2015, 3, 26), ("SAU", "USA", "OMN")),
    "old": Case(("PRK", "KOR"), "CHN", "PRK", date(1950, 10, 15), ("RUS", "USA")),
}


@pytest.fixture(scope="module", params=CASES, ids=list(CASES))
def case(request: pytest.FixtureRequest) -> tuple[Case, Draft]:
    told = CASES[request.param]
    return told, draft(request.param, told.request)


def test_a_draft_loads_and_passes_every_check(case: tuple[Case, Draft], tmp_path: Path) -> None:
    told, made = case
    file = tmp_path / f"{made.name}.yaml"
    file.write_text(made.text, encoding="utf-8")
    found = tertius.check(file)
    assert found.as_of == told.as_of
    assert found.warnings == ()
    assert len(found.outcomes) >= 8


def test_few_numbers_are_left_to_look_up_and_each_has_a_range(case: tuple[Case, Draft]) -> None:
    _, made = case
    quantities = loaded(made.name, made.text).quantities()
    missing = [path for path, quantity in quantities.items() if quantity.source == (MISSING,)]
    assert sorted(missing) == sorted(made.missing)
    assert 10 <= len(missing) <= MOST_LOOKED_UP
    for path in missing:
        quantity = quantities[path]
        assert quantity.prior is not None
        assert quantity.note
        low, high = quantity.prior.quantile([0.1, 0.9])
        assert high > low


def test_every_value_names_what_it_rests_on(case: tuple[Case, Draft]) -> None:
    _, made = case
    scenario = loaded(made.name, made.text)
    for path, quantity in scenario.quantities().items():
        assert all(name in scenario.sources for name in quantity.source_ids), path
    used = {name for quantity in scenario.quantities().values() for name in quantity.source_ids}
    assert set(scenario.sources) == used
    assert {"cow-contiguity", "atop", "capitals", "geonames"} <= used


def test_nothing_is_known_that_came_later(case: tuple[Case, Draft]) -> None:
    told, made = case
    scenario = loaded(made.name, made.text)
    assert all(source.known <= told.as_of for source in scenario.sources.values())
    for bearing in Field(told.request).bearings:
        assert bearing.state.year <= told.as_of.year - 1
        for facts in bearing.to.values():
            assert facts is None or all(pact.since <= told.as_of for pact in facts.pacts)


def test_third_states_that_matter_are_there_each_with_a_reason(case: tuple[Case, Draft]) -> None:
    told, made = case
    there = {third.key for third in made.thirds}
    assert set(told.thirds) <= there
    assert len(there) <= 9
    scenario = loaded(made.name, made.text)
    for third in made.thirds:
        assert third.reasons
        assert third.reasons[0] in (scenario.actors[third.key].note or "")


def test_what_joins_has_its_rate_from_past_disputes(case: tuple[Case, Draft]) -> None:
    _, made = case
    scenario = loaded(made.name, made.text)
    relations = read_relations(scenario)
    joiners = [name for name, told in scenario.instruments.items() if told.kind == "troops"]
    assert len(joiners) >= 2
    for name in joiners[1:]:  # the first is the entrant's own
        rate = scenario.instruments[name].steps["up"].quantities["rate"]
        assert 0 < rate.central < 1
        assert scenario.instruments[name].actor in relations.actors


def test_areas_fit_under_the_ceiling(case: tuple[Case, Draft]) -> None:
    _, made = case
    layout = Layout.of(loaded(made.name, made.text))
    area, ceiling = (layout.by_path[f"theatres.front.{name}"].quantity for name in ("area", "area_ceiling"))
    assert area.prior is not None
    assert area.prior.support[1] <= ceiling.central


def test_the_same_request_gives_the_same_text() -> None:
    told = CASES["turkey"].request
    assert draft("same", told).text == draft("same", told).text


def test_a_group_has_its_hosts_geography_but_not_its_pacts() -> None:
    made = draft("group", CASES["rwanda"].request)
    scenario = loaded("group", made.text)
    assert scenario.relations["UGA-A"].quantities["land_border"].central == 1
    assert scenario.relations["UGA-A"].quantities["defence_pact"].central == 0
    assert scenario.relations["UGA-A"].quantities["rivalry"].central == 0
    assert scenario.relations["UGA-B"].quantities["rivalry"].central == 1
    assert "group: M23" in made.text


@pytest.mark.parametrize(
    ("between", "contested", "holder"),
    [
        (("Israel", "Hezbollah"), "Lebanon", "A"),
        (("Hezbollah", "Israel"), "Lebanon", "B"),
        (("Ethiopia", "Tigray"), "Ethiopia", "B"),
        (("Tigray", "Ethiopia"), "Ethiopia", "A"),
    ],
)
def test_a_group_is_fought_in_the_land_where_it_lives(between: tuple[str, str], contested: str, holder: str) -> None:
    sizes = Sizes(Request.read(between, "Sudan", between[0], date(2020, 7, 20)))
    assert (sizes.contested.at.name, sizes.holder) == (contested, holder)


def test_any_group_may_be_named_with_its_state() -> None:
    told = Request.read(("Some Militia@MLI", "MLI"), "BFA", "MLI", date(2023, 6, 1))
    assert told.between[0].key == "Some-Militia"
    assert loaded("militia", draft("militia", told).text).actors["Some-Militia"].name == "Some Militia"


def test_a_third_state_asked_for_is_there() -> None:
    told = Request.read(("RUS", "UKR"), "PRK", "RUS", date(2024, 11, 3), ("JPN", "Turkey"))
    thirds = choose(Field(told))
    assert [third.key for third in thirds if "asked for" in third.reasons] == sorted(
        ["JPN", "TUR"], key=[third.key for third in thirds].index
    )


def test_a_pact_of_the_day_counts_from_that_day() -> None:
    def pact(day: date) -> float:
        told = Request.read(("RUS", "UKR"), "PRK", "RUS", day)
        return loaded("pact", draft("pact", told).text).relations["PRK-A"].quantities["defence_pact"].central

    assert pact(date(2024, 6, 1)) == 0
    assert pact(date(2024, 11, 3)) == 1


def test_an_entrant_that_fights_already_is_taken_out_in_the_other_world() -> None:
    told = CASES["rwanda"]
    asked = Request.read(told.between, told.entrant, told.beside, told.as_of, present=True)
    made = draft("present", asked)
    scenario = loaded("present", made.text)
    assert scenario.comparison is not None
    assert scenario.comparison.mode == "withdraw"
    assert scenario.contingents["rwa-soldiers"].quantities["troops"].source == (MISSING,)
    assert len(made.missing) <= MOST_LOOKED_UP
    Layout.of(scenario)


def test_endings_are_of_wars_within_states_where_a_group_fights() -> None:
    within = loaded("w", draft("w", CASES["rwanda"].request).text).world.quantities
    between = loaded("b", draft("b", CASES["turkey"].request).text).world.quantities
    assert within["slow_end_rate"].source == ("class-civil",)
    assert between["slow_end_rate"].source == ("class-endings",)
    assert within["slow_end_rate"].central < between["slow_end_rate"].central


@pytest.mark.parametrize(
    ("words", "error", "said"),
    [
        ({"between": ("Rusia", "UKR")}, UnknownName, "Russia"),
        ({"between": ("RUS", "Houthy")}, UnknownName, "Houthi"),
        ({"entrant": "SSD", "as_of": date(2005, 1, 1)}, OptionError, "ask for 2011"),
        ({"entrant": "YMD"}, OptionError, "or for YEM"),
        ({"as_of": date(2999, 1, 1)}, OptionError, "a day up to today"),
        ({"as_of": date(1900, 1, 1)}, OptionError, "1947"),
        ({"entrant": "UKR"}, OptionError, "is a belligerent"),
        ({"between": ("RUS", "Russia")}, OptionError, "two belligerents"),
        ({"beside": "PRK"}, OptionError, "RUS or UKR"),
        ({"third": ("RUS",)}, OptionError, "in it"),
        ({"began": date(2025, 1, 1)}, OptionError, "up to the as-of date"),
        ({"between": ("@COD", "UKR")}, OptionError, "name the group"),
    ],
)
def test_what_cannot_be_drafted_is_refused_with_the_nearest_right_thing(
    words: dict, error: type[Exception], said: str
) -> None:
    usual = {"between": ("RUS", "UKR"), "entrant": "PRK", "beside": "RUS", "as_of": date(2024, 11, 3)}
    with pytest.raises(error, match=said):
        Request.read(**{**usual, **words})


def test_soldiers_on_record_are_those_of_the_year_before() -> None:
    made = draft("year", CASES["turkey"].request)
    year = state("AZE", 2019).values["soldiers"].year
    assert f"({year}, cow-capabilities)" in made.text
