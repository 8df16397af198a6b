"""A party whose records were erased is decided anew, and nothing passes because its decision is gone."""

import sys
from pathlib import Path

import pytest

from evenhand.gate.registers.signature import signed_text
from evenhand.model.errors import BadInput, HistoryConflict, NotFound, RegisterInvalid, StorageFailed
from evenhand.model.log import LogRecord
from evenhand.model.record import canonical
from evenhand.store.tables import read_parquet
from evenhand.workflows.erasure.erase import erase
from evenhand.workflows.operations.ledgers import open_ledger, verify_folder
from evenhand.workflows.rulebooks.replay import replay
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
    monkeypatch.setattr("evenhand.workflows.run.decisions.record_sha256", lambda _: "taken")
    register = (network.folder / "out/register.jsonl").read_bytes()

    with pytest.raises(HistoryConflict, match="decision `d-taken` was not written"):
        network.run(DAY_2)
    assert (network.folder / "out/register.jsonl").read_bytes() == register


def test_a_party_without_a_decision_stops_the_register(network: MadeNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its row would say `allow`, and the gate that there is no decision."""
    network.add("advertisers", id="late", name="Late Bakery", domains="late.example")
    monkeypatch.setattr(sys.modules["evenhand.workflows.run.recorded_rulings"], "changes", lambda *_: ())

    with pytest.raises(
        RegisterInvalid, match="1 parties of the tables have no decision in the ledger `advertiser late`"
    ):
        network.run(DAY_2)


def found_in(folder: Path, *texts: str) -> list[str]:
    """Return the files below a folder that hold one of the texts, tables read as such."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".parquet":
            data = repr(read_parquet(path)).encode()
        elif path.is_file():
            data = path.read_bytes()
        else:
            continue
        if any(text.encode() in data for text in texts):
            found.append(str(path.relative_to(folder)))
    return found


NAMES = ("Harbour Lane Parts", "ferrolit.example")


def test_an_erasure_cleans_the_networks_files_and_says_what_is_left(network: MadeNetwork) -> None:
    """The name stayed in letters, snapshots, state, register and report; only backups and copies are out of reach."""
    network.add("advertisers", id="friend", name="A Friend", domains="friend.example", payer_id="frozen")
    network.run(DAY_2)
    (network.folder / "out/report.html").write_text("<p>Harbour Lane Parts</p>", encoding="utf-8")
    places = {each.partition("/")[0] for each in found_in(network.folder, *NAMES)}
    assert places == {"data", "ledger", "lists", "lists-in", "out", "snapshots", "state"}

    done = erase(network.folder, [], DAY_2, subject="frozen", lift=True, **WHY)

    assert done.files is not None
    assert {"out/report.html", "out/decisions.csv", "out/decisions.xlsx"} <= set(done.files.removed)
    assert "state" in done.files.removed
    assert {"out/register.jsonl", "out/register.evh", "out/decisions.parquet"} <= set(done.files.rewritten)
    left = {each.where.partition("/")[0]: each for each in done.files.left}
    still = {each.partition("/")[0] for each in found_in(network.folder, *NAMES)}
    # The listed entity of this domain stays on its list, the table is the network's own, the letter is about friend.
    assert still == {"data", "ledger", "lists", "lists-in", "out"}
    assert left.keys() == still | {"backups", "copies"}
    about = network.last("friend").id.removeprefix("d-")
    assert {each.where for each in done.files.left if each.where.startswith("out/reasons")} == {
        f"out/reasons/r-{about}.json",
        f"out/reasons/r-{about}.txt",
    }
    assert {network.payloads()[seq][:5] for seq in left["ledger"].entries} == {b'{"app', b'{"acc'}
    assert set(found_in(network.folder / "ledger", "Harbour Lane Parts")) == {"private/ledger.sqlite"}
    assert "frozen" not in network.register()[1]
    assert "friend" in network.register()[1]
    signature = (network.folder / "out/register.sig").read_text("utf-8")
    assert signature.startswith(
        signed_text([network.folder / "out/register.evh", network.folder / "out/register.jsonl"], {})
    )
    assert verify_folder(network.folder).ok


def test_a_cleaned_snapshot_keeps_its_name_and_says_why(network: MadeNetwork) -> None:
    """Decisions name it; rows of others stay, and a table that still has the row is kept whole again."""
    shas = set(network.last("outlet").inputs.tables.values())
    erase(network.folder, [], DAY_2, subject="outlet", lift=True, **WHY)

    kept = {path.name: path for path in (network.folder / "snapshots").glob("*")}
    assert {f"{sha.removeprefix('sha256:')}.parquet" for sha in shas} <= kept.keys()
    notes = [name for name in kept if name.endswith(".erased.json")]
    assert notes
    assert b'"because":"erasure"' in kept[notes[0]].read_bytes()
    rows = [row for path in kept.values() if path.suffix == ".parquet" for row in read_parquet(path)]
    assert not any("outlet" in row or "Vessari Telewave" in row for row in rows)
    assert any("Morning Crust Bakery" in row for row in rows)

    network.run(DAY_2)
    assert not list((network.folder / "snapshots").glob("*.erased.json"))
    assert network.last("outlet").outcome == "refuse"
    assert verify_folder(network.folder).ok


def test_a_person_s_name_in_two_columns_is_erased_as_well(network: MadeNetwork) -> None:
    """No cell alone holds the name; another person of the same first name stays."""
    rows = "id,first_name,last_name\nperson,Ilvira,Quandt\nother,Ilvira,Brandt\n"
    network.settings["intake"] |= {"advertisers": "data/people.csv", "max_refused_share": "1"}
    (network.folder / "data/people.csv").write_text(rows, "utf-8")
    network.run(DAY_2)
    assert network.register()[1]["person"].names == ("Ilvira Quandt",)

    erase(network.folder, [], DAY_2, subject="person", lift=True, **WHY)

    kept = [row for path in (network.folder / "snapshots").glob("*.parquet") for row in read_parquet(path)]
    assert not any("person" in row or "Quandt" in row for row in kept)
    assert ("other", "Ilvira", "Brandt") in kept


def test_an_erasure_that_was_cut_short_is_repeated(network: MadeNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger was done, the files were not: the same command ends it, and a third one finds nothing."""
    module = sys.modules["evenhand.workflows.erasure.erase"]
    with monkeypatch.context() as patch:
        patch.setattr(module, "clean", fail)
        with pytest.raises(StorageFailed):
            erase(network.folder, [], DAY_2, subject="frozen", lift=True, **WHY)
    network.drop("advertisers", "frozen")

    again = erase(network.folder, [], DAY_2, subject="frozen", **WHY)

    assert (again.erased, again.leaf) == ((), None)
    assert "out" not in {each.partition("/")[0] for each in found_in(network.folder, *NAMES)}
    network.run(DAY_2)
    with pytest.raises(
        NotFound,
        match=r"nothing is recorded about this subject.*named in a document goes with it",
    ):
        erase(network.folder, [], DAY_2, subject="frozen", **WHY)
    assert (network.folder / "state").exists()


def fail(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_one_entry_alone_takes_its_letter_and_no_more(network: MadeNetwork) -> None:
    """Erased by index, the party stays; its letter waits, so its record alone goes; its name is not hunted."""
    decision = network.last("namesake")
    seqs = {each.id: seq for seq, each in enumerate_decisions(network)}

    done = erase(network.folder, [seqs[decision.id], seqs[decision.id] + 1], DAY_2, lift=True, **WHY)

    assert done.files is not None
    assert f"out/reasons/r-{decision.id.removeprefix('d-')}.waiting.json" in done.files.removed
    assert [each.where for each in done.files.left] == ["backups", "copies"]
    assert network.run(DAY_2).decisions == 1
