"""A shipped scenario that was read before is the same as one that is read now, and never an old or damaged one."""

import json
from pathlib import Path

import numpy as np
import pytest

from tertius import errors
from tertius.shipped import shipped_scenarios
from tertius.world import load_scenario
from tertius.world.kept import kept_hash, kept_scenario
from tertius.world.loader import _shipped
from tertius.world.scenario import Scenario


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TERTIUS_CACHE", str(tmp_path))
    return tmp_path / "scenarios"


def never() -> Scenario:
    raise AssertionError("it is read again")


def told(scenario: Scenario) -> str:
    quantities = {path: repr(held) for path, held in scenario.quantities().items()}
    return json.dumps([scenario.digest, scenario.to_yaml(), list(map(str, scenario.warnings)), quantities])


@pytest.mark.parametrize("name", sorted(shipped_scenarios()))
def test_what_was_kept_is_what_is_read(name: str) -> None:
    read = load_scenario(shipped_scenarios()[name])
    assert told(kept_scenario(name, lambda: read)) == told(kept_scenario(name, never)) == told(read)


def test_priors_that_were_kept_draw_the_same(own_cache: Path) -> None:
    read = load_scenario(shipped_scenarios()["river-war"])
    kept_scenario("river-war", lambda: read)
    held = kept_scenario("river-war", never)
    levels = np.linspace(0.01, 0.99, 9)
    for path, quantity in read.quantities().items():
        assert np.array_equal(quantity.quantile(levels), held.quantities()[path].quantile(levels)), path


@pytest.mark.parametrize("damage", [b"", b"no pickle", b"cos\nsystem\n"])
def test_what_is_damaged_is_read_again(damage: bytes, own_cache: Path) -> None:
    read = load_scenario(shipped_scenarios()["river-war"])
    kept_scenario("river-war", lambda: read)
    (file,) = own_cache.iterdir()
    file.write_bytes(damage)
    assert kept_scenario("river-war", lambda: read) is read
    assert kept_scenario("river-war", never).digest == read.digest


def test_another_version_of_the_files_is_read_again(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = load_scenario(shipped_scenarios()["river-war"])
    kept_scenario("river-war", lambda: read)
    monkeypatch.setattr("tertius.world.kept._stamp", lambda written: "another")
    with pytest.raises(AssertionError, match="read again"):
        kept_scenario("river-war", never)
    kept_scenario("river-war", lambda: read)
    assert [path.name for path in own_cache.iterdir()] == ["river-war-another.pickle"]


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "file"
    place.write_text("")
    monkeypatch.setenv("TERTIUS_CACHE", str(place))
    _shipped.cache_clear()
    assert load_scenario("river-war").name == "river-war"


def test_what_cannot_be_read_is_told_and_not_kept(own_cache: Path) -> None:
    def broken() -> Scenario:
        raise errors.ScenarioError([])

    with pytest.raises(errors.ScenarioError):
        kept_scenario("river-war", broken)
    assert not own_cache.exists()


def test_a_hash_that_was_kept_is_not_found_again(own_cache: Path) -> None:
    def refuses() -> str:
        raise AssertionError("it is found again")

    assert kept_hash("ab", lambda: "0f" * 32) == kept_hash("ab", refuses) == "0f" * 32
    with pytest.raises(AssertionError, match="found again"):
        kept_hash("cd", refuses)


@pytest.mark.parametrize("damage", [b"", b"0f", b"no hash", b"\xff", b" " * 64, b"0f " * 32, b"cd" * 32])
def test_a_damaged_hash_is_found_again(damage: bytes, own_cache: Path) -> None:
    kept_hash("ab", lambda: "0f" * 32)
    (own_cache / "ab.sha256").write_bytes(damage)
    assert kept_hash("ab", lambda: "ab" * 32) == kept_hash("ab", lambda: "cd" * 32) == "ab" * 32


def test_a_hash_that_was_changed_or_stands_under_another_name_is_found_again(own_cache: Path) -> None:
    kept_hash("ab", lambda: "0f" * 32)
    file = own_cache / "ab.sha256"
    whole = file.read_bytes()
    file.write_bytes(b"1" + whole[1:])
    assert kept_hash("ab", lambda: "0f" * 32) == "0f" * 32
    assert file.read_bytes() == whole
    kept_hash("cd", lambda: "cd" * 32)
    file.write_bytes((own_cache / "cd.sha256").read_bytes())
    assert kept_hash("ab", lambda: "ab" * 32) == kept_hash("ab", lambda: "cd" * 32) == "ab" * 32
