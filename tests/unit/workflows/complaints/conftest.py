"""A network with a wrong match, built once; a test that changes it copies it first."""

from pathlib import Path

import pytest

from tests.networks import MadeNetwork
from tests.settlements import reversed_complaint
from tests.wrong_match import wrongly_matched


@pytest.fixture(scope="session")
def built_wrong_match(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    return wrongly_matched(tmp_path_factory.mktemp("wrong-match") / "network")


@pytest.fixture
def wrong_match(built_wrong_match: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    return built_wrong_match.copy(tmp_path / "network")


@pytest.fixture(scope="session")
def built_reversal(built_wrong_match: MadeNetwork, tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """The wrong match, complained of and reversed by two people, not settled yet."""
    made = built_wrong_match.copy(tmp_path_factory.mktemp("reversal") / "network")
    reversed_complaint(made)
    return made


@pytest.fixture
def reversal(built_reversal: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    return built_reversal.copy(tmp_path / "network")
