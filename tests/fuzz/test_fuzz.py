"""What the fuzzer found once stays mended, and some fresh inputs of every kind find nothing."""

from pathlib import Path

import pytest
from benchmarks.fuzz_targets import targets

from benchmarks import fuzz
from tertius.errors import DataError

FOUND = sorted((Path(__file__).parent / "found").iterdir())


@pytest.mark.parametrize("file", FOUND, ids=lambda file: file.name)
def test_what_was_found_once_is_refused_or_taken(file: Path) -> None:
    with targets([file.name.partition("-")[0]]) as every:
        for target in every.values():
            assert fuzz.fault(target.run, file.read_bytes()) == ""


def test_fresh_inputs_find_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = ("override", "tables", "lists", "yaml", "fit", "questions", "ledger")
    code = fuzz.main([*names, "--inputs", "400", "--seed", "3", "--out", str(tmp_path)])
    assert code == 0, capsys.readouterr().out
    assert not list(tmp_path.iterdir())


def test_a_good_input_is_taken(tmp_path: Path) -> None:
    """What is changed at random is good before it: else every input is refused at its first sign."""
    import json

    from tertius.engine.posterior_form import read_form

    with targets(["fit", "yaml", "scenario", "ledger"]) as every:
        for name, target in every.items():
            target.run(target.seeds[0], tmp_path)
            assert target.seeds[0], name
        file = tmp_path / "good.fit.json"
        file.write_bytes(every["fit"].seeds[0])
        assert read_form(file)
        assert json.loads(every["fit"].seeds[0])["blocks"]


def test_a_fault_is_found_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(data: bytes, folder: Path) -> None:
        if len(data) % 3 == 0:
            raise ZeroDivisionError
        raise DataError("file", "harm", "none", "none")

    import benchmarks.fuzz_targets as module

    monkeypatch.setattr(module, "_yaml", breaks)
    assert fuzz.main(["yaml", "--inputs", "30", "--out", str(tmp_path)]) == 1
    (kept,) = tmp_path.iterdir()
    assert "ZeroDivisionError" in fuzz.fault(breaks, kept.read_bytes())


def test_what_hangs_and_what_is_large_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz, "HANGS_S", 1)
    monkeypatch.setattr(fuzz, "LARGE_MB", -1)

    def hangs(data: bytes, folder: Path) -> None:
        while True:
            pass

    assert fuzz.fault(hangs, b"").startswith("hangs")
    assert fuzz.fault(lambda data, folder: None, b"").startswith("large")
