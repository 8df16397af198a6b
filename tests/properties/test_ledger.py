"""What holds of every ledger, however it grew."""

import itertools
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.ledger import verify_growth
from evenhand.workflows.operations.ledgers import verify_folder
from tests.unit.ledger.making import AT, Opened, new_folder, records


@given(st.lists(st.tuples(st.integers(0, 300), st.booleans()), min_size=1, max_size=5))
@settings(max_examples=15, deadline=None)
def test_index_is_order_and_every_head_continues_every_earlier_one(steps: list[tuple[int, bool]]) -> None:
    """Laws *Growth* and *Nothing lost*: appended in any portions, reopened between any two."""
    with tempfile.TemporaryDirectory() as name:
        folder, heads, size = new_folder(Path(name) / "l"), [], 0
        for count, publish in steps:
            with Opened(folder) as ledger:
                receipts = ledger.append(records(count, size), AT)
                assert [each.seq for each in receipts] == list(range(size, size + count))
                size += count
                if publish:
                    heads.append(ledger.publish(AT))

        with Opened(folder) as ledger:
            assert [payload for _, _, payload in ledger.entries()] == [each.payload for each in records(size)]
            for old, new in itertools.pairwise(heads):
                verify_growth(old, new, ledger.consistency(old.size, new.size) if old.size else [])
        assert verify_folder(folder).ok
