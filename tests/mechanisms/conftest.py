"""Laws that Python calls one by one are kept compiled."""

import pytest


@pytest.fixture(scope="session", autouse=True)
def kept(laws_kept: None) -> None:
    """For every test of this folder."""
