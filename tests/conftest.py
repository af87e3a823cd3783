"""What all rooms' tests share: Hypothesis without deadlines (compiling takes seconds), and the block compiled once.

Examples are the same at every run, so that a change is judged by what it changes; TERTIUS_RANDOM=1 draws new ones.
"""

import os

import pytest
from hypothesis import settings
from threadpoolctl import threadpool_limits

# Threads of linear algebra wait for each other by spinning: beside as many workers as there are processors they cost
# half as much again as one does alone. What a plugin has loaded is told, the rest and other processes find it.
for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")
threadpool_limits(1)

settings.register_profile("tertius", deadline=None, derandomize="TERTIUS_RANDOM" not in os.environ)
settings.load_profile("tertius")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Modules with slow tests come first: at the end no processor waits for one long test on another."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def compiled() -> None:
    """Compile the block, or load it from the cache, before anything that uses it."""
    from tertius.engine import Layout, Options, run
    from tertius.world import load_scenario

    run(Layout.of(load_scenario("ukraine-2024")), Options(futures=1, weeks=1))


@pytest.fixture(scope="session")
def laws_kept() -> None:
    """Laws that Python calls one by one, compiled once for all workers and runs.

    They are kept in the folder of the sources' hash: Numba itself does not see that what a law calls has changed.
    """
    import numba

    import tertius.mechanisms  # noqa: F401  (registers the laws)
    from tertius.engine.compiled import kernel_folder
    from tertius.kernel import laws

    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(kernel_folder() / "laws")
    try:
        for law in laws():
            law.function.enable_caching()
    finally:
        numba.config.CACHE_DIR = before  # the block, compiled later, has a place of its own
