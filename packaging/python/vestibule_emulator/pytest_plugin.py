"""Fixtures for pytest, which finds them when the package is installed."""

from __future__ import annotations

import os
from typing import Iterator

import pytest

from vestibule_emulator import Emulator


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini(
        "vestibule_emulator_config",
        "TOML file with the accounts, roles, users and sessions of the emulator",
        default="",
    )


@pytest.fixture(scope="session")
def vestibule_emulator_server(pytestconfig: pytest.Config) -> Iterator[Emulator]:
    """One emulator for all tests, with every sign-in approved."""
    config = pytestconfig.getini("vestibule_emulator_config")
    path = os.path.join(pytestconfig.rootpath, config) if config else None
    with Emulator(config=path, auto_approve=True) as emulator:
        yield emulator


@pytest.fixture
def vestibule_emulator(vestibule_emulator_server: Emulator) -> Iterator[Emulator]:
    """The emulator, without faults that an earlier test scheduled."""
    yield vestibule_emulator_server
    vestibule_emulator_server.heal()
