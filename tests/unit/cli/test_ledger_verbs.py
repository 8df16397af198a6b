"""`evenhand ledger`: each verb as a script calls it, what it prints and how it exits."""

import json
import sys
from pathlib import Path

import pytest

from evenhand.workflows.operations.ledgers import open_ledger
from tests.commands import evenhand
from tests.unit.ledger.test_receipt import WITNESSES, witness_vkey

ORIGIN = "ads.example/log"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A ledger of three entries, published, with the line of the command that made it checked on the way."""
    made = evenhand("ledger", "init", tmp_path / "l", "--origin", ORIGIN)
    assert made.json == {"origin": ORIGIN, "vkey": vkey_of(tmp_path / "l"), "size": 0}
    lines = [json.dumps({"payload": {"n": number, "who": "Ännchen"}, "key": f"k{number}"}) for number in range(3)]
    (tmp_path / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")
    done = evenhand("ledger", "append", tmp_path / "l", tmp_path / "in.jsonl")
    assert (done.status, [json.loads(line)["seq"] for line in done.out.splitlines()]) == (0, [0, 1, 2])
    return tmp_path / "l"


def vkey_of(folder: Path) -> str:
    return (folder / "public/vkey").read_text(encoding="utf-8").strip()


def test_a_second_sending_is_answered_as_duplicate(folder: Path) -> None:
    """`duplicate` is there only where it is true."""
    again = evenhand("ledger", "append", folder, folder.parent / "in.jsonl")

    answers = [json.loads(line) for line in again.out.splitlines()]
    assert [each["duplicate"] for each in answers] == [True] * 3
    assert all(set(each) == {"seq", "leaf_hash", "duplicate"} for each in answers)


def test_standard_input_is_a_source_too(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`-`, as everywhere."""
    (tmp_path / "more").write_text('{"payload":1}\n', encoding="utf-8")
    with (tmp_path / "more").open(encoding="utf-8") as file:
        monkeypatch.setattr(sys, "stdin", file)
        assert set(evenhand("ledger", "append", folder, "-").json) == {"seq", "leaf_hash"}


def test_a_refused_record_exits_with_5_and_names_its_line(folder: Path, tmp_path: Path) -> None:
    """The sender mends that line and goes on with it."""
    (tmp_path / "bad").write_text('{"payload":1}\n{"payload":1.5}\n{"payload":2}\n', encoding="utf-8")

    done = evenhand("ledger", "append", folder, tmp_path / "bad")

    assert (done.status, done.out.count("\n")) == (5, 1)
    assert "line:2: not an integer" in done.err
    assert evenhand("ledger", "status", folder).json["entries"] == 4
    assert evenhand("ledger", "append", folder, tmp_path / "none").status == 2


def test_a_head_is_published_over_everything_recorded(folder: Path) -> None:
    """After a writer that died between COMMIT and head."""
    report = evenhand("ledger", "checkpoint", folder).json

    assert report == {"size": 3, "root": evenhand("ledger", "verify", folder, "--json").json["root"], "cosignatures": 0}


def test_a_witness_that_does_not_answer_is_told_and_the_log_goes_on(folder: Path, tmp_path: Path) -> None:
    """The quorum is demanded of receipts, not of the log's progress."""
    witness = witness_vkey(WITNESSES[0])
    (tmp_path / "p").write_text(
        f"log {vkey_of(folder)}\nwitness W {witness} http://127.0.0.1:9\nquorum W\n", encoding="utf-8"
    )

    done = evenhand("ledger", "checkpoint", folder, "--policy", tmp_path / "p")

    assert (done.status, done.json["cosignatures"]) == (0, 0)
    assert "w0.example" in done.err
    verified = evenhand("ledger", "verify", folder, "--policy", tmp_path / "p")
    assert verified.status == 1
    assert "policy: checkpoint: " in verified.out


def test_a_receipt_goes_from_hand_to_hand(folder: Path, tmp_path: Path) -> None:
    """Proved here, checked there, in lines for people and in JSON for programs."""
    receipt = tmp_path / "r.tlog-proof"
    assert evenhand("ledger", "prove", folder, 1, "--disclose", "--out", receipt).out == ""
    assert evenhand("ledger", "prove", folder, 1, "--disclose").out == receipt.read_text(encoding="utf-8")

    told = evenhand("ledger", "check", receipt, "--vkey", vkey_of(folder))
    as_json = evenhand("ledger", "check", receipt, "--vkey", vkey_of(folder), "--json").json
    bare = tmp_path / "bare"
    evenhand("ledger", "prove", folder, 1, "--out", bare)

    assert told.out.startswith("entry 1 is in the log of 3 entries: ")
    assert told.out.endswith('payload: {"n":1,"who":"Ännchen"}\n')
    assert (as_json["ok"], as_json["index"], as_json["size"]) == (True, 1, 3)
    assert set(as_json) == {"ok", "index", "size", "leaf", "payload"}
    assert "shows no payload" in evenhand("ledger", "check", bare, "--vkey", vkey_of(folder)).out
    assert evenhand("ledger", "prove", folder, 3).status == 2
    assert evenhand("ledger", "check", receipt).status == 2


def test_a_receipt_that_does_not_hold_exits_with_1(folder: Path, tmp_path: Path) -> None:
    """With the reason in one line."""
    text = evenhand("ledger", "prove", folder, 1).out
    (tmp_path / "r").write_text(text.replace("index 1", "index 0"), encoding="utf-8")

    told = evenhand("ledger", "check", tmp_path / "r", "--vkey", vkey_of(folder))
    as_json = evenhand("ledger", "check", tmp_path / "r", "--vkey", vkey_of(folder), "--json")

    assert (told.status, as_json.status) == (1, 1)
    assert told.out.startswith("NOT verified: entry 0: the leaf is not in the log")
    assert as_json.json["problem"].startswith("entry 0: ")


def test_an_erasure_is_told_by_verification(folder: Path) -> None:
    """Which entry, on which ground, by which leaf."""
    done = evenhand("ledger", "erase", folder, 1, "--basis", "GDPR Art. 17", "--by", "dpo")

    assert done.json == {"erased": [1], "leaf": 3}
    verified, as_json = evenhand("ledger", "verify", folder), evenhand("ledger", "verify", folder, "--json").json
    assert verified.out.startswith("entry 1: payload erased under GDPR Art. 17 at leaf 3\n")
    assert "4 entries, 1 erased" in verified.out
    assert (as_json["ok"], as_json["entries"], as_json["payloads"], as_json["erased"]) == (True, 4, 3, 1)
    assert evenhand("ledger", "erase", folder, 1, "--basis", "x", "--by", "y").status == 2
    assert evenhand("ledger", "erase", folder, "--basis", "x", "--by", "y").status == 2
    assert evenhand("ledger", "erase", folder, 0).status == 2


def test_care_prints_one_object_each(folder: Path, tmp_path: Path) -> None:
    """Scripts read them; people read the reference."""
    status = evenhand("ledger", "status", folder).json
    assert (status["origin"], status["size"], status["entries"], status["behind"]) == (ORIGIN, 3, 3, 0)
    assert status["settings"]["backup_days"] == 30

    assert set(evenhand("ledger", "compact", folder).json) == {"removed", "bytes_before", "bytes_after"}
    assert evenhand("ledger", "backup", folder, tmp_path / "b").json["entries"] == 3
    assert evenhand("ledger", "export", folder, tmp_path / "web").json["size"] == 3
    assert evenhand("ledger", "verify", tmp_path / "web", "--vkey", vkey_of(folder)).status == 0
    rotated = evenhand("ledger", "rotate", folder, "--days", 7).json
    assert rotated["vkey"] == vkey_of(folder)
    assert evenhand("ledger", "verify", folder).status == 0


def test_a_restore_says_when_the_key_is_missing_and_exits_with_4_where_history_would_fork(
    folder: Path, tmp_path: Path
) -> None:
    """The two things an operator must not miss on a bad day."""
    evenhand("ledger", "backup", folder, tmp_path / "b")
    done = evenhand("ledger", "restore", tmp_path / "b", tmp_path / "new")
    assert done.json == {"entries": 3, "size": 3, "key": False}
    assert "put it back" in done.err
    assert evenhand("ledger", "restore", tmp_path / "b", folder).json["key"] is True

    evenhand("ledger", "append", folder, make_line(tmp_path))

    assert evenhand("ledger", "restore", tmp_path / "b", folder).status == 4


def make_line(tmp_path: Path) -> Path:
    (tmp_path / "line").write_text('{"payload":"one more"}\n', encoding="utf-8")
    return tmp_path / "line"


def test_a_held_ledger_exits_with_3(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers need no lock."""
    for module in ("ledger", "ledger_maintenance"):
        monkeypatch.setattr(f"evenhand.cli.commands.{module}.LOCK_WAIT_S", 0)
    with open_ledger(folder):
        for command in (["checkpoint"], ["compact"], ["rotate"], ["erase", "--basis", "x", "--by", "y"]):
            assert evenhand("ledger", command[0], folder, *command[1:]).status == 3
        assert evenhand("ledger", "verify", folder).status == 0
        assert evenhand("ledger", "prove", folder, 1).status == 0
        assert evenhand("ledger", "status", folder).status == 0
