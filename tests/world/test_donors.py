"""A donor belongs to one actor, once."""

from collections.abc import Callable

from tests.world.conftest import changed

from tertius.errors import Problem


def test_a_donor_named_twice_is_refused_with_its_place(problems: Callable[..., tuple[Problem, ...]]) -> None:
    text = changed("  borland: {name: Borland}", "  borland: {name: Borland, donors: [Dovia, Elmia, dovia]}")
    (problem,) = problems(text)
    assert problem.path == "actors.borland.donors.2"
    assert "actors.borland.donors.0" in problem.given
