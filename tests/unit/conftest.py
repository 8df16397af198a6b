"""Postgres servers for all tests of the tables, each in a schema of its own: one alone, and one with a standby."""

from collections.abc import Iterator

import pytest

from tests.clusters import Cluster, running_cluster, running_standby, why_no_cluster


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    if reason := why_no_cluster():
        pytest.skip(reason)
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def main_and_standby() -> Iterator[tuple[Cluster, Cluster]]:
    """Return a server and a hot standby of it; a test that stops one starts it again."""
    if reason := why_no_cluster():
        pytest.skip(reason)
    with running_cluster() as main, running_standby(main) as standby:
        yield main, standby
