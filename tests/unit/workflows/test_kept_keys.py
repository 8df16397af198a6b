"""The keys that the register of the last run has of some parties."""

import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from evenhand.gate.registers.plain_form import decode_register, encode_register
from evenhand.model.outcome import Outcome
from evenhand.model.register import RegisterRow
from evenhand.workflows.delivery import kept_keys
from tests.unit.gate.registers import head

ids = st.text(min_size=1, max_size=4) | st.sampled_from(['","id":"b', '"id":"b"', "b\\", 'b"', "b", "é", "\u2028"])
rows = st.lists(
    st.builds(
        RegisterRow, kind=st.sampled_from(["advertiser", "payer"]), id=ids, outcome=st.just(Outcome.ALLOW),
        names=st.lists(ids, max_size=2).map(tuple), identifiers=st.lists(ids, max_size=1).map(tuple),
        bundles=st.lists(ids, max_size=1).map(tuple), instruct=st.lists(ids, max_size=1).map(tuple),
    ),
    max_size=4, unique_by=lambda row: (row.kind, row.id),
)  # fmt: skip


@given(rows, st.sets(ids, max_size=3))
@example(
    [RegisterRow(kind="payer", id="b", outcome=Outcome.ALLOW, identifiers=("x:1",), bundles=('","id":"c"',))], {"b"}
)
def test_the_rows_of_some_parties_are_those_of_the_whole_register(known: list[RegisterRow], parties: set[str]) -> None:
    """A row that is looked over would leave a party without its keys, so that it passes the gate."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "register.jsonl")
        path.write_bytes(encode_register(head(), known))
        network: Any = SimpleNamespace(out=Path(folder))

        found = dict(kept_keys._published(network, parties))

        whole = {(row.kind, row.id): row.names for row in decode_register(path.read_bytes().split(b"\n"), path)[1]}
        assert {party: keys.names for party, keys in found.items()} == {
            party: names for party, names in whole.items() if party[1] in parties
        }
