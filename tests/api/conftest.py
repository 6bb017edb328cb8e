"""One live server for the tests of this folder, and an application without workers for those that never need one."""

from collections.abc import Iterator
from multiprocessing import get_context

import pytest
from compdesign.api.app import create_app
from compdesign.api.settings import Settings
from compdesign.api.work import WARM
from starlette.testclient import TestClient

from tests.api.serving import Served, served


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("server"), "--trust-proxy", "127.0.0.1") as running:
        yield running


@pytest.fixture(scope="session", autouse=True)
def warm() -> None:
    """Children of this process start warm too, if it has forked none before."""
    get_context("forkserver").set_forkserver_preload(WARM[1:])


@pytest.fixture
def idle() -> TestClient:
    """The application, its workers not started: for requests that are answered before any work."""
    return TestClient(create_app(Settings(faults=1_000_000)), raise_server_exceptions=False)
