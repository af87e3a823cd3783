"""Laws that Python calls one by one, compiled once for all workers and runs."""

import numba
import pytest

import tertius.mechanisms  # noqa: F401  (registers the laws)
from tertius.engine.compiled import kernel_folder
from tertius.kernel import laws


@pytest.fixture(scope="session", autouse=True)
def laws_kept() -> None:
    """Keep them in the folder of the sources' hash: Numba itself does not see that what a law calls has changed."""
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(kernel_folder() / "laws")
    try:
        for law in laws():
            law.function.enable_caching()
    finally:
        numba.config.CACHE_DIR = before  # the block, compiled later, has a place of its own
