"""`evenhand ledger verify`: yes, or every problem by name."""

import sqlite3
from contextlib import closing
from pathlib import Path

from evenhand.store.keys import SigningKey
from tests.commands import DAY_2, evenhand


def edit(network: Path, statement: str) -> None:
    with closing(sqlite3.connect(network / "ledger/private/ledger.sqlite")) as tables, tables:
        tables.execute(statement)


def test_an_untouched_ledger_is_verified(network: Path) -> None:
    """And the reader is told that the key is the folder's own."""
    status, out, _ = evenhand("ledger", "verify", network)

    assert status == 0
    assert out.startswith("ads.made-up.example/log: verified, ")
    assert "Verified with the folder's own key; pass --vkey" in out


def test_the_key_that_the_reader_knows_counts(network: Path) -> None:
    """Somebody who wrote the whole log anew has another key."""
    vkey = (network / "ledger/public/vkey").read_text().strip()

    right = evenhand("ledger", "verify", network / "ledger/public", "--vkey", vkey)
    wrong = evenhand("ledger", "verify", network, "--vkey", SigningKey("bds.example/log", bytes(32)).vkey)

    assert right.status == 0
    assert "--vkey" not in right.out
    assert wrong.status == 1
    assert "vkey is not the key given" in wrong.out


def test_an_edited_ledger_is_named_by_entry(network: Path) -> None:
    """`verify` says no with status 1; a run refuses to append with status 4. Both name the entry."""
    edit(network, "UPDATE entry SET leaf = replace(leaf, 'decision', 'judgment') WHERE seq = 2")

    verified, as_json = evenhand("ledger", "verify", network), evenhand("ledger", "verify", network, "--json")
    ran = evenhand("run", network, "--at", DAY_2)

    assert (verified.status, as_json.status, ran.status) == (1, 1, 4)
    assert "NOT verified: 2 problems," in verified.out
    assert "row: private/ledger.sqlite: entry, entry 2\n" in verified.out
    assert {problem["index"] for problem in as_json.json["problems"]} == {2}
    assert "entry 2 was changed" in ran.err


def test_a_folder_without_a_log_is_bad_use(tmp_path: Path) -> None:
    """No log is not a log that fails."""
    status, _, err = evenhand("ledger", "verify", tmp_path)

    assert status == 2
    assert "no log here" in err


def test_a_log_that_cannot_be_opened_is_named_by_its_folder(network: Path) -> None:
    """Its origin is unknown then, and an empty name would puzzle."""
    (network / "ledger/public/checkpoint").write_text("torn")

    status, out, _ = evenhand("ledger", "verify", network / "ledger/public")

    assert status == 1
    assert f"{network}/ledger/public: NOT verified" in out


def test_a_malformed_key_is_one_line_and_no_list_of_problems(network: Path) -> None:
    """Nothing was compared with it, so nothing of the log may be called wrong."""
    refused = evenhand("ledger", "verify", network, "--vkey", "foo")

    assert (refused.status, refused.out, refused.err.count("\n")) == (2, "", 1)
    assert refused.err.startswith("evenhand: vkey: not a verifier key `foo`; expected name+8 hex digits+base64")
