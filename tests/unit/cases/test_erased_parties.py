"""A party whose records were erased is decided anew, and nothing passes because its decision is gone."""

import sys
from pathlib import Path

import pytest

from evenhand.cases.erasing import erase
from evenhand.cases.ledgers import open_ledger, verify_folder
from evenhand.cases.replay import replay
from evenhand.model.errors import BadInput, HistoryConflict, RegisterInvalid
from evenhand.model.log import LogRecord
from evenhand.model.record import canonical
from tests.networks import DAY_1, DAY_2, DAY_3, MadeNetwork, quiet
from tests.unit.ledger.making import new_folder

WHY = {"basis": "GDPR Art. 17(1)(a)", "by": "desk"}


@pytest.fixture
def network(begun: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    return begun.copy(tmp_path / "network")


def test_a_party_in_the_tables_is_decided_anew_after_its_erasure(network: MadeNetwork) -> None:
    """The decision has another id than the erased one: the ledger would take it for that one and write nothing."""
    before = network.last("frozen")
    erase(network.folder, [], DAY_2, subject="frozen", lift=True, **WHY)

    report = network.run(DAY_2)

    after = network.last("frozen")
    assert (after.outcome, after.grounds) == (before.outcome, before.grounds)
    assert after.id != before.id
    assert (report.decisions, report.statements) == (1, 1)
    assert network.register()[1]["frozen"].decision == after.id
    assert (network.folder / f"out/reasons/r-{after.id.removeprefix('d-')}.txt").exists()
    assert verify_folder(network.folder).ok
    assert len(replay(network.network, "cedar", quiet).erased) == 1
    assert network.run(DAY_3).decisions == 0


def test_an_erasure_that_would_lift_a_decision_asks(network: MadeNetwork) -> None:
    """A refusal of a party that has left the tables would be gone for good."""
    size = network.size()
    with pytest.raises(BadInput, match=r"would lift: refuse of advertiser outlet \(entry \d+\); expected `--lift`"):
        erase(network.folder, [], DAY_2, subject="outlet", **WHY)
    with pytest.raises(BadInput, match="hold of advertiser namesake"):
        erase(network.folder, [], DAY_2, subject="namesake", **WHY)

    assert network.size() == size
    assert erase(network.folder, [], DAY_2, subject="plain", **WHY).erased


def test_an_entry_that_was_overtaken_may_go_without_asking(network: MadeNetwork) -> None:
    """The decision after it stands for the case."""
    first = network.last("outlet")
    network.row("house-media", "m-tele")["name"] = "Another Name Entirely"
    network.row("house-media", "m-tele")["website"] = ""
    network.run(DAY_2)
    assert network.last("outlet").outcome == "allow"
    seqs = {each.id: seq for seq, each in enumerate_decisions(network)}

    assert erase(network.folder, [seqs[first.id]], DAY_2, **WHY).erased == (seqs[first.id],)


def enumerate_decisions(network: MadeNetwork) -> list[tuple[int, object]]:
    with open_ledger(network.folder) as ledger:
        seqs = [seq for seq, _, payload in ledger.entries("decision") if payload is not None]
    return list(zip(seqs, network.decisions(), strict=True))


def test_records_of_somebody_else_are_erased_as_before(tmp_path: Path) -> None:
    """Their payloads may call anything a decision."""
    assert erase(new_folder(tmp_path / "l", 3), [1], DAY_1, **WHY).erased == (1,)


def test_an_erased_key_is_no_duplicate(tmp_path: Path) -> None:
    """What is not stored any more was not written; the answer `duplicate` would say that it was."""
    folder = new_folder(tmp_path / "l", 3)
    one = LogRecord(kind="decision", payload=canonical({"n": 1}), key="d-1")
    erase(folder, [1], DAY_1, **WHY)

    with open_ledger(folder) as ledger:
        (again,) = ledger.append([one], DAY_1)
        (duplicate,) = ledger.append([one], DAY_1)

        assert (again.seq, again.duplicate) == (4, False)
        assert (duplicate.seq, duplicate.duplicate) == (4, True)
        assert ledger.payload(4) == one.payload
    assert b"d-2" in (folder / "private/ledger.sqlite").read_bytes()
    erase(folder, [2], DAY_1, **WHY)
    assert b"d-2" not in (folder / "private/ledger.sqlite").read_bytes()


def test_a_decision_that_the_ledger_takes_for_another_stops_the_run(
    network: MadeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be counted as written, and its party would have none."""
    network.add("advertisers", id="late", name="Morvane Holding", domains="late.example")
    other = canonical(network.last("outlet"))
    with open_ledger(network.folder) as ledger:
        ledger.append([LogRecord(kind="claim", payload=other, key="d-taken")], DAY_1)
    monkeypatch.setattr("evenhand.cases.deciding.record_sha256", lambda _: "taken")
    register = (network.folder / "out/register.jsonl").read_bytes()

    with pytest.raises(HistoryConflict, match="decision `d-taken` was not written"):
        network.run(DAY_2)
    assert (network.folder / "out/register.jsonl").read_bytes() == register


def test_a_party_without_a_decision_stops_the_register(network: MadeNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its row would say `allow`, and the gate that there is no decision."""
    network.add("advertisers", id="late", name="Late Bakery", domains="late.example")
    monkeypatch.setattr(sys.modules["evenhand.cases.run"], "changes", lambda *_: ())

    with pytest.raises(
        RegisterInvalid, match="1 parties of the tables have no decision in the ledger `advertiser late`"
    ):
        network.run(DAY_2)
