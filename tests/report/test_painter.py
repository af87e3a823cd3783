"""Pictures drawn in another process are those drawn in this one."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import vl_convert

from tertius.report.painter import Painter, answer


def spec(mark: str = "bar") -> dict[str, Any]:
    rows = ({"place": "Größe", "value": 0.1 + 0.2}, {"place": "line\nbreak", "value": -1e-7})
    encoding = {"x": {"field": "place", "type": "nominal"}, "y": {"field": "value", "type": "quantitative"}}
    return {"data": {"values": rows}, "mark": mark, "encoding": encoding}


def test_a_picture_is_the_same_wherever_it_is_drawn() -> None:
    with Painter() as painter:
        assert painter.svg(spec()) == vl_convert.vegalite_to_svg(spec())
        assert painter._process is not None, "it was drawn here"
    assert painter._process is None


def test_what_cannot_be_drawn_says_why_and_harms_no_other() -> None:
    with Painter() as painter:
        with pytest.raises(ValueError, match="failed"):
            painter.svg(spec("nonsense"))
        assert "<svg" in painter.svg(spec())


def test_a_process_that_is_gone_is_done_without() -> None:
    with Painter() as painter:
        assert painter._process is not None
        painter._process.kill()
        painter._process.wait()
        assert painter.svg(spec()) == vl_convert.vegalite_to_svg(spec())


@pytest.mark.parametrize("program", ["/no/such/interpreter", None])
def test_without_an_interpreter_it_draws_here(monkeypatch: pytest.MonkeyPatch, program: str | None) -> None:
    monkeypatch.setattr(sys, "executable", program)
    with Painter() as painter:
        assert "<svg" in painter.svg(spec())


SLOW_PANDAS = """
import time
time.sleep(2)
class Timestamp: ...
class DataFrame: ...
class Series: ...
class Index: ...
class Interval: ...
"""
LOADED_MEANWHILE = """
import sys, threading, time
import altair as alt
from tertius.report.drawing import specification
from tertius.report.html import drawn
chart = alt.Chart(alt.Data(values=[{"x": 1.5, "y": None}])).mark_bar().encode(x="x:Q", y="y:Q")
sys.path.insert(0, sys.argv[1])
threading.Thread(target=__import__, args=("pandas",)).start()
while "pandas" not in sys.modules:
    time.sleep(0.001)
whole = sys.argv[2] == "whole"
print(bool(specification(chart)["mark"]) if whole else "<svg" in drawn(chart, lambda spec: "<svg/>").svg)
"""


@pytest.mark.parametrize("way", ["page", "whole"])
def test_a_figure_is_drawn_while_another_thread_loads_pandas(tmp_path: Path, way: str) -> None:
    """Altair asks whatever of pandas is loaded; half of it lacks what is asked for."""
    (tmp_path / "pandas.py").write_text(SLOW_PANDAS)
    command = [sys.executable, "-c", LOADED_MEANWHILE, str(tmp_path), way]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "True", done.stderr


def test_it_answers_line_by_line() -> None:
    told = io.StringIO()
    answer(io.StringIO(f"{json.dumps(spec())}\nno JSON\n{json.dumps(spec('nonsense'))}\n"), told)
    first, second, third = (json.loads(line) for line in told.getvalue().splitlines())
    assert first == vl_convert.vegalite_to_svg(spec())
    assert second is third is None


LIMITED = """
import json, sys
from tertius.memory import is_limited, limit_memory
from tertius.report.painter import svg
assert not is_limited()
limit_memory(400 << 20)  # in which the library that draws ends its process
assert is_limited()
spec = json.loads(sys.stdin.read())
first = svg(spec)
try:
    svg({**spec, "mark": "nonsense"})
except ValueError:
    print("refused")
assert svg(spec) == first
print(len(first))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits memory so")
def test_a_process_of_little_memory_lives_through_its_pictures() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED], input=json.dumps(spec()), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-500:]
    assert done.stdout.splitlines()[-1] == str(len(vl_convert.vegalite_to_svg(spec())))
