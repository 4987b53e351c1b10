"""The marker of the tests that take minutes: `pytest -m "not cluster"` leaves them out."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "cluster: a country on the cluster for tests, in minutes")
