"""A network with a wrong match, built once; a test that changes it copies it first."""

from pathlib import Path

import pytest

from tests.networks import MadeNetwork
from tests.wrong_match import wrongly_matched


@pytest.fixture(scope="session")
def built_wrong_match(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    return wrongly_matched(tmp_path_factory.mktemp("wrong-match") / "network")


@pytest.fixture
def wrong_match(built_wrong_match: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    return built_wrong_match.copy(tmp_path / "network")
