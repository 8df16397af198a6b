"""One Postgres server for all tests of the tables, each in a schema of its own."""

from collections.abc import Iterator

import pytest

from tests.clusters import Cluster, running_cluster, why_no_cluster


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    if reason := why_no_cluster():
        pytest.skip(reason)
    with running_cluster() as cluster:
        yield cluster
