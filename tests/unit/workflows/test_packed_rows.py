"""Tables and findings that a process keeps packed are those that a command reads whole."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.model.party import Ownership
from evenhand.workflows.evaluation.packed_rows import PackedParties, PackedRows, packed_inputs
from evenhand.workflows.evaluation.run_state import INPUTS, read_known_inputs, read_memory
from evenhand.workflows.operations.ledgers import read_ledger
from tests.networks import DAY_1, MadeNetwork, empty_network


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """Forty-one advertisers, of which fourteen bear the name of a listed entity, after one run."""
    made = empty_network(tmp_path_factory.mktemp("packed") / "network")
    for number in range(40):
        name = f"Bakery {number}" if number % 3 else "Ozmerel Vantrik Foundry"
        made.add("advertisers", id=f"a{number}", name=name, domains=f"bakery-{number}.example",
                 country="DE", verification="register")  # fmt: skip
    made.add("ownership", owner="someone", owner_name="Somebody Else", owned="a1", share="40%")
    made.run(DAY_1)
    return made


def raw(rows: Sequence[object]) -> list[msgspec.Raw]:
    """Return rows as their bytes."""
    return [msgspec.Raw(msgspec.msgpack.encode(each)) for each in rows]


@given(st.lists(st.integers(0, 1_000_000), max_size=100), st.integers(-120, 120), st.integers(-120, 120))
def test_packed_rows_are_the_sequence_that_was_packed(shares: list[int], start: int, stop: int) -> None:
    """By place, from the end, by slice, and one after the other."""
    rows = tuple(Ownership(owner="o", owned=f"a{each}", share=each) for each in shares)

    packed = PackedRows(raw(rows), Ownership)

    assert (len(packed), tuple(packed), packed[start:stop]) == (len(rows), rows, rows[start:stop])
    if rows and -len(rows) <= start < len(rows):
        assert packed[start] == rows[start]
    else:
        with pytest.raises(IndexError):
            packed[start]


def test_a_row_of_another_kind_is_refused_when_it_is_packed() -> None:
    """Whoever reads a damaged file is told so at once, not by some page later."""
    with pytest.raises(msgspec.ValidationError):
        PackedRows(raw([("no", "ownership")]), Ownership)


def test_packed_inputs_are_those_of_the_run(made: MadeNetwork) -> None:
    """Every table in its order, and all that is beside the tables."""
    with read_ledger(made.network.ledger) as ledger:
        whole = read_known_inputs(made.network.state, ledger.checkpoint)
        packed = read_known_inputs(made.network.state, ledger.checkpoint, packed_inputs)
    assert whole is not None
    assert packed is not None

    for name in ("advertisers", "payers", "ownership", "campaigns", "creatives"):
        assert tuple(getattr(packed.tables, name)) == getattr(whole.tables, name)
    assert len(packed.tables.advertisers) == 41
    assert (packed.relations, packed.read_at, packed.noticed) == (whole.relations, whole.read_at, whole.noticed)
    assert packed.tables.votes == whole.tables.votes
    assert packed.tables.hashes == whole.tables.hashes


def test_packed_findings_are_those_of_the_run(made: MadeNetwork) -> None:
    """Of every party in the order of the run, but for the hash that a run alone asks for."""
    with read_ledger(made.network.ledger) as ledger:
        whole, size = read_memory(made.network.state, ledger.checkpoint)
        packed, same = read_memory(made.network.state, ledger.checkpoint, keep=PackedParties)
    assert whole is not None
    assert packed is not None

    found = {key: msgspec.structs.replace(each, content="") for key, each in whole.seen.items()}
    assert list(packed.seen.items()) == list(found.items())
    assert (len(packed.seen), same) == (len(found), size)
    assert sum(bool(each.noticed) for each in packed.seen.values()) == 14
    assert packed.seen.get(("payer", "nobody")) is None


def test_damaged_inputs_or_findings_are_none(made: MadeNetwork, tmp_path: Path) -> None:
    """As where they are read whole."""
    network = made.copy(tmp_path / "network").network
    (network.state / INPUTS).write_bytes(b"\x80")
    (network.state / "findings.parquet").write_bytes(b"no table")

    with read_ledger(network.ledger) as ledger:
        assert read_known_inputs(network.state, ledger.checkpoint, packed_inputs) is None
        assert read_memory(network.state, ledger.checkpoint, keep=PackedParties) == (None, 0)
