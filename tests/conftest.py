"""What all rooms' tests share: Hypothesis without deadlines (compiling takes seconds), and the block compiled once."""

import pytest
from hypothesis import settings

settings.register_profile("tertius", deadline=None)
settings.load_profile("tertius")


@pytest.fixture(scope="session")
def compiled() -> None:
    """Compile the block, or load it from the cache, before anything that uses it."""
    from tertius.engine import Layout, Options, run
    from tertius.world import load_scenario

    run(Layout.of(load_scenario("ukraine-2024")), Options(futures=1, weeks=1))
