"""Drafts of wars fought with missiles and drones: complete, few numbers to look up, no number of a front."""

from datetime import date
from pathlib import Path

import pytest

import tertius
from tertius.builder import Draft, Request, draft
from tertius.builder.draft import loaded
from tertius.errors import OptionError

MOST_LOOKED_UP = 15
KINDS = ("strikes", "both")


def made(kind: str) -> Draft:
    asked = Request.read(("ISR", "IRN"), "USA", "ISR", date(2025, 6, 15), (), date(2025, 6, 13), kind=kind)
    return draft("gulf", asked)


@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_loads_and_has_few_numbers_to_look_up(kind: str, tmp_path: Path) -> None:
    found = made(kind)
    assert 0 < len(found.missing) <= MOST_LOOKED_UP
    file = tmp_path / "gulf.yaml"
    file.write_text(found.text, encoding="utf-8")
    assert not [each for each in tertius.check(file).warnings if "instruments." in str(each)]
    scenario = loaded("gulf", found.text)
    assert scenario.weapons
    assert scenario.defences
    assert {told.side for told in scenario.targets.values()} == {"A", "B"}


def test_without_a_front_no_number_is_of_one() -> None:
    scenario = loaded("gulf", made("strikes").text)
    assert not scenario.theatres
    assert not scenario.contingents
    assert scenario.events["entry"].kind == "strikes"
    assert not [path for path in scenario.quantities() if path.rpartition(".")[2] in ("shells", "troops", "area")]


def test_both_keep_the_front_and_its_entry() -> None:
    scenario = loaded("gulf", made("both").text)
    assert scenario.theatres
    assert scenario.events["entry"].kind == "arrival"
    assert {outcome.partition("-")[0] for outcome in scenario.outcomes} >= {"land", "energy", "killed"}


def test_what_cannot_be_drafted_is_refused(tmp_path: Path) -> None:
    war = {"between": ("ISR", "IRN"), "entrant": "USA", "beside": "ISR", "as_of": "2025-06-15", "folder": tmp_path}
    with pytest.raises(OptionError, match="front, strikes, both") as caught:
        tertius.new("one", kind="strike", **war)  # type: ignore[arg-type]
    assert "strikes" in caught.value.fix
    with pytest.raises(OptionError, match="still to come"):
        tertius.new("two", kind="strikes", present=True, **war)  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("compiled")
def test_a_draft_of_strikes_runs_and_its_entry_counts() -> None:
    file_text = made("strikes").text
    from tertius.engine import Layout, Options, run

    found = run(Layout.of(loaded("gulf", file_text)), Options(futures=60, weeks=12, seed=2))
    assert (found.path("weapons.usa-strikes.cumulative_launched")[:, -1] > 0).mean() > 0.4
    assert found.path("weapons.irn-missiles.launched").any()
