from pathlib import Path

import pytest
from tests.evidence.publisher import client as client
from tests.evidence.publisher import publisher as publisher

REAL = Path(__file__).parents[2].parent / "shared" / "data" / "ukraine"

ISW = "date,isw_russia_controlled_km2\n"


@pytest.fixture
def real() -> Path:
    if not REAL.is_dir():
        pytest.skip(f"reference data absent: {REAL}")
    return REAL


@pytest.fixture
def isw() -> bytes:
    return (ISW + "".join(f"2024-10-{day:02d},{1000 + day}\n" for day in range(1, 32))).encode()
