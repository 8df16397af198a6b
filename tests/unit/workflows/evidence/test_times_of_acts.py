"""When something may be said to have been done with a document."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from evenhand.model.errors import BadInput
from evenhand.workflows.evidence.open_evidence import check_not_before

LAST = datetime(2026, 3, 2, 12, 0, 0, 700_000, tzinfo=UTC)


def test_what_follows_within_a_second_is_not_earlier() -> None:
    """A page cuts its clock to the second; what was done before the second is refused."""
    records: Any = SimpleNamespace(last=LAST)

    check_not_before(records, LAST.replace(microsecond=0))
    check_not_before(None, LAST - timedelta(days=1))
    with pytest.raises(BadInput, match="dated before the last thing"):
        check_not_before(records, LAST - timedelta(seconds=1))
