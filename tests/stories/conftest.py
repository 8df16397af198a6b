"""A small network, made once by the command line and copied for each test."""

import shutil
from pathlib import Path

import pytest

from tests.commands import build


@pytest.fixture(scope="session")
def built_network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("built") / "network")


@pytest.fixture
def network(built_network: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built_network, tmp_path / "network"))
