"""To add touches one place: one file is put into a copy of the package, or changed there, and that is in use."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src" / "tertius"

LAW = '''"""Dummy: drags a number along."""

from tertius.kernel import Key, Params, State, mechanism
from tertius.kernel.fields import parameter, state

DRAG = parameter("theatre", "dummy_drag", "1", "how much it drags", default=0.0)
DRAGGED = state("theatre", "dummy_dragged", "1", "what it dragged")


@mechanism(stage="ground", reads=(DRAG,), writes=(DRAGGED,), off=((DRAG, 0.0),), channel="movement")
def dummy(state: State, params: Params, key: Key) -> None:
    for k in range(state.theatre.shape[0]):
        state.theatre[k, DRAGGED] += params.theatre[k, DRAG]
'''
LAW_USED = """
import numpy as np
from tertius.engine import Layout, laws
from tertius.impact.channels import mechanisms
from tertius.kernel.fields import ENTITIES, LINKED, fields
from tertius.kernel.state import Key, Params, State
from tertius.world import load_scenario

scenario = load_scenario("river-war")
path = f"theatres.{next(iter(scenario.theatres))}.dummy_drag"
layout = Layout.of(scenario, {path: 0.5})
assert layout.output(f"{path}ged")[0] == "theatre"
movement = next(player for player in mechanisms(layout) if player.name == "movement")
assert movement.off[path] == 0.0
law = next(law for law in laws() if law.name == "dummy")
state = State(*(np.zeros((2, len(fields("state", entity)))) for entity in ENTITIES))
drawn = [np.full((2, len(fields("parameter", entity))), 0.5) for entity in ENTITIES]
links = [np.zeros((2, len(fields("link", entity))), dtype=np.int64) for entity in LINKED]
names = (np.zeros(2, dtype=np.uint64) for _ in Key._fields[3:])
law.function(state, Params(*drawn, *links), Key(np.uint64(0), np.uint64(0), 0, *names))
assert (state.theatre[:, law.writes[0]] == 0.5).all()
"""

PUBLISHER = '''"""Dummy: counts something."""

from tertius.evidence.observations import ObservationModel, Observations, Parsed, Plausible
from tertius.evidence.registry import Source
from tertius.evidence.tables import columns_by_day, read_table

FILE = "dummy.csv"


def parse(data, name):
    table = read_table(data, name, ("date", "count"))
    points, notes = columns_by_day(table, lambda row: row.day("date"), ["count"])
    return Parsed((Observations("dummy.count", "level", "km2", "day", points["count"]),), len(table.rows), notes=notes)


def fetch(client, address):
    return [client.get(address, FILE)]


MODEL = ObservationModel(
    bias="none", noise=1.0, noise_unit="km2", noise_source="judgement", lag_days=1, redrawn=(), grade="B"
)
SOURCE = Source(
    "dummy", "Dummy", "https://example.org/dummy.csv", (FILE,), ("dummy.count",), MODEL, parse, fetch,
    plausible={"dummy.count": Plausible(0.0, 10.0, "judgement")},
)
'''
PUBLISHER_USED = """
from pathlib import Path
from tertius.evidence import observation_models, read_folder, sources

assert sources()["dummy"].files == ("dummy.csv",)
assert observation_models()["dummy"].grade == "B"
folder = Path("data")
folder.mkdir()
(folder / "dummy.csv").write_text("date,count\\n2024-10-27,1\\n2024-11-03,2\\n2024-11-10,4\\n")
assert read_folder(folder).series("dummy.count").values.tolist() == [1.0, 2.0, 4.0]
"""

SCENARIO_USED = """
from tertius.engine import Layout
from tertius.world import load_scenario, shipped_scenarios

assert "dummy" in shipped_scenarios()
assert Layout.of(load_scenario("dummy")).columns
"""

STRUCTURE = '''"""Dummy: as the damped level, under another name."""

from dataclasses import replace

from tertius.inference.structures import moving_level

STRUCTURE = replace(moving_level.STRUCTURE, name="dummy", title="a dummy")
'''
STRUCTURE_USED = """
from tertius.inference.structures import structures_of

assert "dummy" in [structure.name for structure in structures_of("area")]
"""

COMMAND = '''"""Say dummy."""

import typer


def dummy() -> None:
    typer.echo("dummy is said")
'''
COMMAND_USED = """
import subprocess
import sys

def said(*words):
    command = [sys.executable, "-c", "from tertius.cli import main; main()", *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout

assert "Say dummy." in said("--help")
assert said("dummy") == "dummy is said\\n"
"""

FIGURE = '''

def _dummy(answer: Answer, scenario: Scenario) -> Charts:
    """The differences at the end as points."""
    rows = [{"value": found.mean} for found in answer.differences]
    return {"dummy": styled(chart(rows).mark_point().encode(x="value:Q"), "A dummy")}


FIGURES["dummy"] = _dummy
'''
FORMAT = '''"""Dummy: the number of differences, in a file."""

from tertius.report.formats import Format


def write(answer, scenario, figures, folder):
    (folder / "dummy.txt").write_text(f"{len(answer.differences)}", encoding="utf-8")
    return {"dummy.txt": "how many differences there are"}


FORMAT = Format("dummy", "a count", "counted", write)
'''
# As much of an answer as these ask for, made without running a future.
ANSWERED = """
from types import SimpleNamespace as Made
from pathlib import Path

answer = Made(differences=(Made(mean=1.0), Made(mean=2.0)))
"""
FIGURE_USED = """
from tertius.report.figures import FIGURES, to_svg

(drawn,) = FIGURES["dummy"](answer, None).values()
assert "A dummy" in to_svg(drawn)
"""
FORMAT_USED = """
from tertius.report.formats import chosen_formats

(dummy,) = chosen_formats(["dummy"])
assert dummy in chosen_formats(["all"]) and dummy in chosen_formats()
assert set(dummy.write(answer, None, {}, Path())) == {"dummy.txt"}
assert Path("dummy.txt").read_text() == "2"
"""

ERROR_USED = """
from tertius.errors import DummyError, TertiusError

assert issubclass(DummyError, TertiusError)
"""


@dataclass(frozen=True)
class Addition:
    """What is added: the one file of the package that is made or changed, its text, and a script that uses it."""

    file: str
    text: Callable[[Path], str]
    used: str


ADDITIONS = {
    "law": Addition("mechanisms/dummy.py", lambda package: LAW, LAW_USED),
    "publisher": Addition("evidence/publishers/dummy.py", lambda package: PUBLISHER, PUBLISHER_USED),
    "scenario": Addition(
        "scenarios/dummy.yaml", lambda package: (package / "world" / "template.yaml").read_text(), SCENARIO_USED
    ),
    "rival structure": Addition("inference/structures/dummy.py", lambda package: STRUCTURE, STRUCTURE_USED),
    "command": Addition("cli/commands/dummy.py", lambda package: COMMAND, COMMAND_USED),
    "figure": Addition(
        "report/figures.py",
        lambda package: (package / "report" / "figures.py").read_text() + FIGURE,
        ANSWERED + FIGURE_USED,
    ),
    "format of output": Addition("report/formats/dummy.py", lambda package: FORMAT, ANSWERED + FORMAT_USED),
    "error": Addition(
        "errors.py",
        lambda package: (package / "errors.py").read_text() + "\n\nclass DummyError(TertiusError):\n    pass\n",
        ERROR_USED,
    ),
}


@pytest.mark.parametrize("name", ADDITIONS)
def test_an_addition_touches_one_file_and_is_in_use(name: str, tmp_path: Path) -> None:
    added = ADDITIONS[name]
    package = tmp_path / "src" / "tertius"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    (package / added.file).write_text(added.text(package))
    done = subprocess.run(
        [sys.executable, "-c", added.used],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(package.parent), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_contributing_names_every_place() -> None:
    """The folders and files that it names are there, and every addition tried here is in its table."""
    text = (PACKAGE.parents[1] / "CONTRIBUTING.md").read_text()
    rows = [line for line in text.splitlines() if line.startswith("| a")]
    for name in ADDITIONS:
        row = next((row for row in rows if row.startswith((f"| a {name} |", f"| an {name} |"))), None)
        assert row is not None, name
        place = ADDITIONS[name].file
        assert f"src/tertius/{place if (PACKAGE / place).exists() else place.rpartition('/')[0]}" in row, row
    for row in rows:
        for named in row.split("`")[1::2]:
            if named.startswith(("src/", "tests/")):
                assert (PACKAGE.parents[1] / named).exists(), named
