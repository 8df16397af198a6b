"""What `make test COVERAGE=1` measures, and what it does not pay for."""

import sys


def test_where_nothing_is_measured_nothing_is_traced() -> None:
    """Contracts are not measured; a second measurement below the first doubled their cost in every worker."""
    assert sys.gettrace() is None
