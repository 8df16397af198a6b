"""The sample network, built once for all tests of pages; nothing in it may be written but by the console's own file."""

from pathlib import Path

import pytest

from tests.sample_network import build_sample


@pytest.fixture(scope="session")
def console_network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the sample network for pages that only read; a test that writes copies it (`copy_network`)."""
    return build_sample(tmp_path_factory.mktemp("console") / "network")
