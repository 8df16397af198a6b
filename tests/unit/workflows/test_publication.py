"""What leaves after a run, and that it is made again when it is gone."""

import shutil
from pathlib import Path

import msgspec
import pytest

from evenhand.model.log import LogRecord
from evenhand.model.record import sha256_hex
from evenhand.workflows.delivery.publication import RegisterLeaf, in_chunks
from tests.networks import DAY_2, MadeNetwork


def pair(size: int, count: int = 2) -> tuple[LogRecord, ...]:
    return tuple(LogRecord(kind="decision", payload=b"x" * size) for _ in range(count))


@pytest.mark.parametrize(
    ("pairs", "chunks"),
    [
        ([], []),
        ([pair(1)] * 3, [6]),
        ([pair(1)] * 501, [1000, 2]),
        ([pair(1, 1), *[pair(1)] * 500], [999, 2]),
        ([pair(1 << 20)] * 9, [14, 4]),
    ],
)
def test_what_belongs_together_is_appended_together(pairs: list[tuple[LogRecord, ...]], chunks: list[int]) -> None:
    """The ledger's transactions end at 1,000 records or 16 MiB: a decision may never be durable without its reasons."""
    taken: list[list[LogRecord]] = []

    in_chunks(iter(pairs), taken.append)

    assert [len(each) for each in taken] == chunks


def test_files_of_reasons_that_are_gone_are_written_again(begun: MadeNetwork, tmp_path: Path) -> None:
    """From the ledger, byte for byte; what is whole is left alone."""
    made = begun.copy(tmp_path / "network")
    folder = made.folder / "out" / "reasons"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    next(folder.glob("*.txt")).unlink()

    made.run(DAY_2)
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    shutil.rmtree(made.folder / "out")
    made.run(DAY_2)

    assert before == after == {path.name: path.read_bytes() for path in folder.iterdir()}
    assert len(before) == 3 * (len(begun.payloads("statement")) - 1) + 1  # the letter of `namesake` waits


def test_the_register_leaf_names_the_rows_and_is_written_only_if_they_changed(
    begun: MadeNetwork, tmp_path: Path
) -> None:
    """The head line changes every day, the rows do not."""
    made = begun.copy(tmp_path / "network")
    made.run(DAY_2)
    rows = (made.folder / "out" / "register.jsonl").read_bytes().partition(b"\n")[2]
    (first,) = [msgspec.json.decode(each, type=RegisterLeaf) for each in made.payloads("register")]
    made.row("advertisers", "bakery")["bundles"] = "example.crust"
    made.run(DAY_2)

    assert first == RegisterLeaf(sha256_hex(rows), 10, begun.size() - 1)
    assert len(made.payloads("register")) == 2


def test_the_table_of_decisions_has_a_row_for_each_in_force(begun: MadeNetwork) -> None:
    """A refusal that waits is not among them yet."""
    rows = {(row[3], row[5]): row for row in begun.in_force()}

    assert ("outlet", "advertiser") not in rows
    assert len(rows) == len(begun.decisions()) - 1
    assert rows["bakery", "campaign:c-hidden"][6] == "hold"
    assert rows["frozen", "advertiser"][4] == "Harbour Lane Parts"


def test_a_statement_tells_the_case_and_the_eu_payload_says_what_it_lacks(begun: MadeNetwork) -> None:
    """Anyone who is refused reads which entry of which list, and that it was decided by automated means."""
    folder, reason = begun.folder / "out" / "reasons", f"r-{begun.last('frozen').id[2:]}"

    record = msgspec.json.decode((folder / f"{reason}.json").read_bytes())
    export = msgspec.json.decode((folder / f"{reason}.tdb.json").read_bytes())

    assert record["ground"]["type"] == "clause"
    assert "ferrolit.example" in (folder / f"{reason}.txt").read_text("utf-8")
    assert (export["id"], export["form"]) == (reason, "tdb")
    assert export["ok"] is (not export.get("errors"))


def test_a_case_of_an_order_names_when_the_order_began(begun: MadeNetwork, tmp_path: Path) -> None:
    """The object of the decision is the order, not the account."""
    made = begun.copy(tmp_path / "network")
    made.row("campaigns", "c-hidden").update(starts="2026-02-01", payer_id="morvane")

    made.run(DAY_2)

    reason = f"r-{made.last('bakery', 'campaign:c-hidden').id[2:]}"
    record = msgspec.json.decode((made.folder / "out" / "reasons" / f"{reason}.json").read_bytes())
    assert (record["kind"], record["dates"]["object"]) == ("refuse-order", "2026-02-01")


def test_natural_persons_stay_out_of_what_is_public(begun: MadeNetwork, tmp_path: Path) -> None:
    """The party's own name is told to the party, never to everybody; a listed namesake's to neither."""
    made = begun.copy(tmp_path / "network")
    made.settings["reasons"]["hold_notice"] = "at_once"
    made.add("house-sanctions", id="s-person", schema="Person", name="Ansel Fictive")
    made.add("advertisers", id="ansel", name="Ansel Fictive", schema="Person")

    made.run(DAY_2)

    reason = f"r-{made.last('ansel').id[2:]}"
    record = msgspec.json.decode((made.folder / "out" / "reasons" / f"{reason}.json").read_bytes())
    assert record["persons"] == ["Ansel Fictive"]
    assert "Ansel" not in record["facts_public"]
