"""Every command: what it prints, its JSON, its archive; and the same from Python."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pyarrow import parquet
from tests.cli.commands import tertius
from tests.impact.levies import LEVY

pytestmark = pytest.mark.usefixtures("compiled")
FEW = ("--futures", 40, "--weeks", 5)


def test_json_stands_alone_on_standard_output(tmp_path: Path) -> None:
    war = LEVY["B"]
    for words in (("brief", war, *FEW), ("run", war, *FEW), ("compare", war, *FEW), ("check", war), ("scenarios",)):
        told = tertius(*words, "--json")
        assert (told.code, told.err) == (0, "")
        assert told.data
    for command in ("brief", "run", "compare"):
        out = tmp_path / command
        assert tertius(command, war, *FEW, "--out", out, "--json").data
        told = tertius("show", out, "--json")
        assert (told.code, told.err) == (0, "")
        ran = told.data if command == "run" else told.data["run"]
        assert ran["scenario"] == "levy-b"
        assert ran["complete"] is True
    told = tertius("new", "my-war", "--folder", tmp_path, "--json")
    assert (told.code, told.err) == (0, "")
    assert told.data == {"written": str(tmp_path / "my-war.yaml")}


def test_the_json_of_a_comparison_holds_its_numbers(tmp_path: Path) -> None:
    told = tertius("compare", LEVY["B"], *FEW, "--out", tmp_path / "c", "--json").data
    assert [(row["outcome"], row["week"]) for row in told["differences"]] == [
        (name, week) for name in ("land", "losses") for week in (4, 5)
    ]
    again = tertius("show", tmp_path / "c", "--json").data
    assert again == told
    for row in told["differences"]:
        assert row["larger"] + row["smaller"] + row["immaterial"] == pytest.approx(1.0)


@pytest.mark.parametrize("command", ["run", "compare", "brief"])
def test_what_is_written_can_be_shown(command: str, tmp_path: Path) -> None:
    told = tertius(command, LEVY["B"], *FEW, "--out", tmp_path / "out")
    assert told.code == 0
    assert "written" in told.out
    shown = tertius("show", tmp_path / "out")
    assert shown.code == 0
    assert told.out.startswith(shown.out)
    assert told.out.removeprefix(shown.out).startswith("written: ")
    assert "Borland" in shown.out
    assert "interrupted" not in shown.out
    assert (tmp_path / "out" / "brief.html").is_file() is (command == "brief")


def test_a_run_writes_its_samples(tmp_path: Path) -> None:
    assert tertius("run", LEVY["B"], *FEW, "--out", tmp_path / "r").code == 0
    table = parquet.read_table(tmp_path / "r" / "samples.parquet")
    assert table.column_names == ["trajectory", "week_end", "output", "value"]
    assert table.num_rows == 40 * 6 * 2
    assert set(table["output"].to_pylist()) == {"land", "losses"}
    assert sorted(set(table["trajectory"].to_pylist())) == list(range(40))
    assert len(set(table["week_end"].to_pylist())) == 6


def test_settings_of_one_arm_and_of_both() -> None:
    same = tertius("compare", LEVY["B"], *FEW, "--set", "sides.A.recruitment=300")
    assert same.code == 0
    row = tertius("compare", LEVY["B"], *FEW, "--set", "sides.A.recruitment=300", "--json").data["differences"][0]
    assert (row["mean"], row["interval"], row["immaterial"]) == (0.0, [0.0, 0.0], 1.0)
    both = tertius("compare", LEVY["B"], *FEW, "--assume", "events.levy.recruits=0", "--json").data
    assert {row["mean"] for row in both["differences"]} == {0.0}
    named = tertius("compare", LEVY["B"], *FEW, "--without", "levy:never", "--json").data
    assert named["question"]["without"] == [{"event": "levy", "mode": "never"}]


def test_a_new_scenario_passes_check_and_gives_a_brief(tmp_path: Path) -> None:
    assert tertius("new", "my-war", "--folder", tmp_path).code == 0
    file = tmp_path / "my-war.yaml"
    assert "my-war: valid" in tertius("check", file).out
    told = tertius("brief", file, "--futures", 40)
    assert told.code == 0
    assert "HOW FAR TO TRUST IT" in told.out
    assert "Only 40 futures were run: too few for an answer." in " ".join(told.out.split())
    assert "Corvia's soldiers" in tertius("brief", file, "--futures", 200).out


def test_texts_with_markup_are_printed_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "war.yaml"
    text = LEVY["B"].read_text(encoding="utf-8")
    file.write_text(text.replace("The levy of Borland", "'[/red] [bold]war'").replace("Losses of Avria", "'[/x] lost'"))
    for command in ("run", "compare", "brief"):
        told = tertius(command, file, *FEW)
        assert told.code == 0
        assert "[/red] [bold]war" in told.out
        assert ("[/x]" in told.out) is (command != "brief")  # a first page names no outcome that is no headline
    assert "[/x]" in tertius("brief", file, *FEW, "--full").out


# Says when a block of futures has been noted, so that the signal comes in the middle of the run.
TELLING = """
import importlib, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts what it runs aside without it
run = importlib.import_module("tertius.engine.run")
note = run._note
def telling(block, done):
    print("block", file=sys.stderr, flush=True)
    return note(block, done)
run._note = telling
from tertius.cli import main
main()
"""


@pytest.mark.parametrize("blocks", [1, 40])
def test_ctrl_c_leaves_an_archive_that_can_be_shown(blocks: int, tmp_path: Path) -> None:
    words = ("run", LEVY["B"], "--futures", 50_000, "--weeks", 100, "--threads", 2, "--out", tmp_path / "o")
    command = [sys.executable, "-c", TELLING, *map(str, words)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            seen = 0
            while seen < blocks:
                line = process.stderr.readline()
                assert line, "the run ended before the signal"
                seen += "block" in line
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=600)
        finally:
            process.kill()
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert "interrupted" in out
    shown = tertius("show", tmp_path / "o")
    assert shown.code == 0
    assert "interrupted" in shown.out
    assert "of 50,000 futures" in shown.out
    told = json.loads((tmp_path / "o" / "run.json").read_text())
    assert told["complete"] is False
    assert 0 < told["futures_done"] < 50_000
    assert told["futures_done"] % 200 == 0  # whole blocks
    data = tertius("show", tmp_path / "o", "--json").data
    assert data["futures_done"] == told["futures_done"]


@pytest.mark.skipif(not hasattr(signal, "SIGTERM") or sys.platform == "win32", reason="no such signal")
def test_a_request_to_terminate_leaves_nothing_half_written(tmp_path: Path) -> None:
    place = tmp_path / "o"
    words = ("run", LEVY["B"], "--futures", 50_000, "--weeks", 100, "--threads", 2, "--out", place)
    command = [sys.executable, "-c", TELLING, *map(str, words)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            while "block" not in (line := process.stderr.readline()):
                assert line, "the run ended before the signal"
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=600)
        finally:
            process.kill()
    assert process.returncode == 128 + signal.SIGTERM, err
    assert out == ""
    assert "terminated; results are written whole or not at all" in err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="no such signal")
def test_what_the_caller_lets_be_ignored_stays_ignored() -> None:
    """As under nohup: the terminal's end does not end the run."""
    code = (
        "import os, signal, sys\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "import tertius.world as w\nload = w.load_scenario\n"
        "def hang_up(name):\n    os.kill(os.getpid(), signal.SIGHUP)\n    return load(name)\n"
        "w.load_scenario = hang_up\nfrom tertius.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "check", "river-war"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "valid" in done.stdout


def test_ctrl_c_before_a_future_is_done_says_that_nothing_was_written(tmp_path: Path) -> None:
    stopping = "import tertius.world as w\ndef stop(*_):\n    raise KeyboardInterrupt\nw.load_scenario = stop\n"
    command = [sys.executable, "-c", f"{stopping}from tertius.cli import main; main()", "run", str(LEVY["B"])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 130
    assert "stopped; results are written whole or not at all" in done.stderr
    assert "Traceback" not in done.stderr


def test_three_lines_of_python() -> None:
    from tertius import Scenario

    ensemble = Scenario.load("ukraine-2024").run(futures=40, weeks=26)
    table = ensemble.to_pandas()
    outcomes = list(ensemble.layout.scenario.outcomes)
    assert table.shape == (40 * 27, len(outcomes))
    assert list(table.columns) == outcomes
    assert table.index.names == ["trajectory", "week_end"]
    cube = ensemble.to_xarray()
    assert cube.dims == ("trajectory", "week_end", "outcome")
    assert cube.shape == (40, 27, len(outcomes))
    assert list(cube["outcome"].values) == outcomes
    assert cube["week_end"].values[0] == np.datetime64("2024-11-03")
    chosen = cube.sel(trajectory=7, outcome=outcomes[1]).values
    assert np.array_equal(chosen, table.loc[7, outcomes[1]].to_numpy())
    assert np.array_equal(chosen, ensemble.of(outcomes[1])[7])


def test_the_same_comparison_from_python_and_from_the_command_line() -> None:
    from tertius import Scenario

    war = Scenario.load(str(LEVY["A"]))
    found = war.assume({"theatres.ridge.tempo": 6.0}).compare(["levy"], futures=40, weeks=5)
    told = tertius("compare", LEVY["A"], *FEW, "--assume", "theatres.ridge.tempo=6", "--json").data
    assert [row.mean for row in found.table()] == [row["mean"] for row in told["differences"]]
    assert war.settings == {}
    assert war.brief(futures=40, weeks=5).last == 5
