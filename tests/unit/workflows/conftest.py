"""Networks that many tests of workflows read; a test that changes one copies it first."""

import pytest

from tests.networks import DAY_1, MadeNetwork, full_network


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """A network of every kind of outcome that has run once, on DAY_1."""
    made = full_network(tmp_path_factory.mktemp("begun") / "network")
    made.run(DAY_1)
    return made
