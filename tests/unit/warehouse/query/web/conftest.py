"""A page over a warehouse of made-up letters."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from imr_etl.storage.paths import DataPaths
from warehouse.query.web.app import create_app

HERE = "http://127.0.0.1:8017"


@pytest.fixture(scope="session")
def page(made_up: DataPaths) -> Iterator[TestClient]:
    """Ask the page over the made-up letters, for reading only."""
    with TestClient(create_app(made_up), base_url=HERE, raise_server_exceptions=False) as client:
        yield client
