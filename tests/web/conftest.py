"""A workbench over a folder in which river-war has an answer of a few futures."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.web.browsing import browser

import tertius
from tertius.web.app import create_app
from tertius.web.desk import Desk
from tertius.web.settings import Settings

CASE = "river-war"


@pytest.fixture(scope="session")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which river-war has an answer; copy it before you change it."""
    folder = tmp_path_factory.mktemp("workbench")
    Desk(folder).save(CASE, tertius.brief(CASE, futures=40, weeks=8))
    return folder


@pytest.fixture
def folder(answered: Path, tmp_path: Path) -> Path:
    """A copy of that folder, to be changed."""
    return Path(shutil.copytree(answered, tmp_path / "workbench", ignore=shutil.ignore_patterns("jobs.sqlite*")))


@pytest.fixture
def app(folder: Path) -> FastAPI:
    """The app over it, without workers."""
    return create_app(Settings(folder, workers=0))


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """A browser's requests to it."""
    with TestClient(app, base_url="http://127.0.0.1:8712") as held:
        yield held


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser for walks; skips where there is none."""
    with browser() as held:
        yield held
