"""The archive of a comparison: its arms are held together by the list of files."""

from pathlib import Path

import pytest
from tests.cli.commands import tertius
from tests.impact.bounds import OPTIONS, bound

from tertius.engine.folders import LIST
from tertius.errors import ArchiveError
from tertius.impact.archive import read_comparison, save_answer
from tertius.impact.making import COMPARISON, Made, answer_of

pytestmark = pytest.mark.usefixtures("compiled")


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return save_answer(Made(answer_of(bound(), OPTIONS, COMPARISON), bound()), tmp_path / "pair")


def test_a_comparison_comes_back(saved: Path) -> None:
    read = read_comparison(saved).comparison
    last = bound().base.weeks
    assert read.at("land", last).mean == pytest.approx(bound().at("land", last).mean, rel=1e-4)


def test_swapped_arms_are_refused(saved: Path) -> None:
    (saved / "with").rename(saved / "aside")
    (saved / "without").rename(saved / "with")
    (saved / "aside").rename(saved / "without")
    with pytest.raises(ArchiveError, match="was changed after it was saved"):
        read_comparison(saved)


def test_a_changed_question_is_refused(saved: Path) -> None:
    file = saved / "answer.json"
    file.write_text(file.read_text().replace('"never"', '"withdraw"'))
    told = tertius("show", saved)
    assert told.code == 3
    assert "answer.json is cut off or was changed" in told.err


def test_a_comparison_without_its_list_is_refused(saved: Path) -> None:
    (saved / LIST).unlink()
    with pytest.raises(ArchiveError, match=r"files\.json is missing"):
        read_comparison(saved)


def test_a_place_that_the_system_refuses_is_an_error_without_a_traceback(tmp_path: Path) -> None:
    told = tertius("run", "river-war", "--futures", "4", "--weeks", "1", "--out", tmp_path / ("x" * 300))
    assert told.code == 3
    assert told.err.strip().splitlines()[-1].startswith("error:")
    assert "File name too long" in told.err
