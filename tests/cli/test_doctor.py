"""`tertius doctor`: what works is said to work, what does not ends with another code and says what to do."""

from pathlib import Path

import pytest
from tests.cli.commands import tertius as command

from tertius.api import doctor


@pytest.mark.usefixtures("compiled")
def test_an_installation_that_works_is_said_to_work() -> None:
    told = command("doctor", "--json")
    assert (told.code, told.data["works"]) == (0, True)
    states = {finding["what"]: finding for finding in told.data["findings"]}
    assert "to the bit" in states["a run"]["found"]
    assert "river-war" in states["scenarios"]["found"]
    assert {"Python", "Tertius", "packages", "extras", "memory", "data folder"} <= set(states)
    assert "everything works" in command("doctor").out


@pytest.mark.usefixtures("compiled")
def test_other_numbers_are_wrong_and_a_last_digit_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    near = {name: value * (1 + 1e-12) for name, value in doctor.KNOWN.items()}
    monkeypatch.setattr(doctor, "KNOWN", near)
    told = command("doctor", "--json")
    assert told.code == 0
    assert "last digits" in told.data["findings"][-1]["found"]
    monkeypatch.setattr(doctor, "KNOWN", {**near, "land": 1.0})
    told = command("doctor")
    assert told.code == 3
    assert "WRONG a run" in told.out
    assert "not 1" in told.out


def test_what_lacks_is_said_with_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def requires(name: str) -> list[str]:
        return ["numpy>=2", "no-such-package>=1", 'also-missing>=3; extra == "pdf"']

    file = tmp_path / "file"
    file.write_text("")
    monkeypatch.setattr(doctor.metadata, "requires", requires)
    monkeypatch.setenv("TERTIUS_DATA", str(file / "below"))
    told = command("doctor", "--json")
    assert told.code == 3
    found = {finding["what"]: finding for finding in told.data["findings"]}
    assert found["packages"]["state"] == "wrong"
    assert "no-such-package" in found["packages"]["fix"]
    assert (found["extra pdf"]["state"], found["extra pdf"]["fix"]) == ("note", "pip install also-missing")
    assert found["data folder"]["state"] == "wrong"
    assert "TERTIUS_DATA" in found["data folder"]["fix"]
    assert "a run" not in found


@pytest.mark.parametrize(
    ("dropped", "lies_there", "state"), [(False, False, "good"), (True, True, "good"), (True, False, "note")]
)
def test_bytecode_that_is_never_kept_is_noted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, dropped: bool, lies_there: bool, state: str
) -> None:
    place = tmp_path / "doctor.pyc"
    if lies_there:
        place.write_bytes(b"")
    monkeypatch.setattr(doctor.sys, "dont_write_bytecode", dropped)
    monkeypatch.setattr(doctor, "cache_from_source", lambda file: str(place))
    found = doctor._bytecode()
    assert found.state == state
    assert ("compileall" in found.fix) == (state == "note")
