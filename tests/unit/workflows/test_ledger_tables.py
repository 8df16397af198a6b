"""A ledger whose tables are in Postgres does all that one in a file does, and two hosts take turns."""

import json
import shutil
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from evenhand.ledger.checkpoint import sign_checkpoint
from evenhand.model.errors import BadInput, HistoryConflict, LedgerBusy
from evenhand.store.keys import read_key
from evenhand.workflows.operations import open_ledger
from evenhand.workflows.operations.ledger_folder import LedgerFolder
from evenhand.workflows.operations.ledger_tables import create_tables_at, open_tables_at
from tests.clusters import Cluster
from tests.commands import evenhand
from tests.unit.ledger.making import AT, records

MARK = "Mill of Dravik"


@pytest.fixture
def address(cluster: Cluster) -> str:
    return cluster.new_schema()


def made(folder: Path, address: str) -> Path:
    said = evenhand("ledger", "init", folder, "--origin", "ads.example/log", "--postgres", address)
    assert (said.status, said.json["size"]) == (0, 0), said.err
    return folder


def appended(folder: Path, *names: str) -> None:
    lines = [json.dumps({"payload": {"name": name}, "subject": name, "key": name}) for name in names]
    (folder.parent / "r.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    said = evenhand("ledger", "append", folder, folder.parent / "r.jsonl")
    assert said.status == 0, said.err


def test_every_verb_works_on_tables_in_postgres(tmp_path: Path, address: str) -> None:
    """Made, appended to, proved, erased, rotated, compacted, verified; the key's file never leaves the folder."""
    folder = made(tmp_path / "l", address)

    appended(folder, MARK, "b", "c")
    assert not (folder / "private/ledger.sqlite").exists()
    proof = evenhand("ledger", "prove", folder, "0", "--disclose", "--out", tmp_path / "p")
    assert proof.status == 0, proof.err
    vkey = (folder / "public/vkey").read_text(encoding="utf-8").strip()
    assert MARK in evenhand("ledger", "check", tmp_path / "p", "--vkey", vkey, "--json").json["payload"]
    erased = evenhand("ledger", "erase", folder, "0", "--basis", "GDPR 17(1)(b)", "--by", "privacy desk")
    assert erased.json == {"erased": [0], "leaf": 3}
    for verb in (["rotate", folder], ["compact", folder], ["status", folder], ["checkpoint", folder]):
        said = evenhand("ledger", *verb)
        assert said.status == 0, said.err
        assert said.json.get("size", 4) == 4
    report = evenhand("ledger", "verify", folder, "--json").json
    assert (report["ok"], report["entries"], report["payloads"], report["erased"]) == (True, 4, 3, 1)
    with closing(open_tables_at(LedgerFolder(folder), address, read_only=True)) as tables:
        assert MARK not in repr(list(tables.entries()))


def test_two_hosts_take_turns(tmp_path: Path, address: str) -> None:
    """Each has the folder with the key; anyone who comes while the other writes is sent away, then goes on."""
    one = made(tmp_path / "one", address)
    other = Path(shutil.copytree(one, tmp_path / "other"))

    with open_ledger(one) as ledger:
        ledger.append(records(3), AT)
        ledger.publish(AT)
        with pytest.raises(LedgerBusy, match="another session"), open_ledger(other):
            pass
    for folder, size in ((other, 5), (one, 7)):
        # A closed connection's lock is let go of by the server, when it comes to it.
        with open_ledger(folder, wait_s=60) as ledger:
            ledger.append(records(2, size), AT)
            assert ledger.publish(AT).size == size
        assert evenhand("ledger", "verify", folder).status == 0


def test_a_host_that_did_not_write_last_is_behind_and_no_more(tmp_path: Path, address: str) -> None:
    """Its public files are the beginning of what the other wrote: no word of tampering, and the verb that mends it."""
    one = made(tmp_path / "one", address)
    with open_ledger(one, wait_s=60) as ledger:
        ledger.append(records(3), AT)
        ledger.publish(AT)
    other = Path(shutil.copytree(one, tmp_path / "other"))
    with open_ledger(other, wait_s=60) as ledger:
        ledger.append(records(2, 5), AT)
        ledger.publish(AT)

    said, stands = evenhand("ledger", "verify", one), evenhand("ledger", "status", one)
    assert (said.status, stands.status) == (0, 0), (said, stands)
    sentence = "this folder's public files end at size 3, and another host has written on to 5 since"
    assert f"Behind: {sentence}; they are its beginning; run `evenhand ledger checkpoint`.\n" in said.out
    assert sentence in stands.json["other_host"]
    assert "is older" not in said.out + stands.out
    assert evenhand("ledger", "checkpoint", one).json["size"] == 5
    assert "Behind" not in evenhand("ledger", "verify", one).out
    assert (one / "public/checkpoint").read_bytes() == (other / "public/checkpoint").read_bytes()


def test_an_older_checkpoint_that_the_tables_do_not_continue_stays_an_alarm(tmp_path: Path, address: str) -> None:
    """Another root at that size is another history, whoever wrote last."""
    one = made(tmp_path / "one", address)
    with open_ledger(one, wait_s=60) as ledger:
        ledger.append(records(3), AT)
        ledger.publish(AT)
    with open_ledger(Path(shutil.copytree(one, tmp_path / "other")), wait_s=60) as ledger:
        ledger.append(records(2, 5), AT)
        ledger.publish(AT)
    key = read_key((one / "private/signing.key").read_bytes())
    forged = sign_checkpoint(key.name, 3, bytes(32), key)
    (one / "public/checkpoint").write_text(forged.note, encoding="utf-8")

    said, stands = evenhand("ledger", "verify", one), evenhand("ledger", "status", one)
    assert (said.status, stands.status) == (1, 1)
    assert "NOT verified" in said.out
    assert "is older than" in said.out
    assert "is older than" in stands.out
    assert "Behind" not in said.out


def test_another_logs_tables_are_told_by_its_name_and_nothing_more(tmp_path: Path, cluster: Cluster) -> None:
    """Of every entry there was a line, in a file that is not there, with the advice to restore it."""
    one, address = made(tmp_path / "one", cluster.new_schema()), cluster.new_schema()
    said = evenhand("ledger", "init", tmp_path / "two", "--origin", "b.example", "--postgres", address)
    appended(tmp_path / "two", "a", "b")
    shutil.copyfile(tmp_path / "two/ledger.toml", tmp_path / "toml")
    text = (tmp_path / "toml").read_text(encoding="utf-8").replace("b.example", "ads.example/log")
    (one / "ledger.toml").write_text(text, encoding="utf-8")

    said = evenhand("ledger", "verify", one)
    assert said.status == 1
    lines = [line for line in said.out.splitlines() if ":" in line]
    assert lines[0].startswith(
        f"name: postgres {cluster.folder}/postgres: the tables of the log b.example, not of ads."
    )
    assert len(lines) == 2, lines
    written = evenhand("ledger", "append", one, tmp_path / "r.jsonl")
    assert written.status == 4
    assert "the tables are another log's `b.example`; expected ads.example/log; correct where" in written.err
    assert "ledger.sqlite" not in said.out + written.err


def test_a_server_that_is_down_proves_nothing_wrong(tmp_path: Path, address: str) -> None:
    """Status 2, as of every verb that cannot read; 1 is for what was changed."""
    folder = made(tmp_path / "l", address)
    text = (folder / "ledger.toml").read_text(encoding="utf-8").replace("port=5432", "port=5439")
    (folder / "ledger.toml").write_text(text, encoding="utf-8")

    said = evenhand("ledger", "verify", folder)

    assert (said.status, said.out) == (2, "")
    assert "cannot use the ledger's tables: No such file or directory; start the server" in said.err


def test_tables_of_an_old_dump_are_refused(tmp_path: Path, address: str) -> None:
    """The server's own backup, put back: the published checkpoint knows more."""
    folder = made(tmp_path / "l", address)
    appended(folder, "a")
    with open_ledger(folder, wait_s=60) as ledger:
        storage = ledger.storage
        for table in ("idem", "payload", "entry"):
            storage._change(f"DELETE FROM {table}")
        storage._change("DELETE FROM head WHERE size > 0")
        storage._change("UPDATE head_current SET size = 0")

    with pytest.raises(HistoryConflict, match="older than the published checkpoint"), open_ledger(folder, wait_s=60):
        pass


def test_backups_of_a_server_are_the_servers(tmp_path: Path, address: str) -> None:
    """Ours would be a file that no server can read."""
    folder = made(tmp_path / "l", address)

    for verb in (["backup", folder, tmp_path / "b"], ["restore", folder, folder]):
        said = evenhand("ledger", *verb)
        assert said.status == 2
        assert "use the server's own backups" in said.err


def test_a_second_ledger_needs_a_schema_of_its_own(tmp_path: Path, address: str) -> None:
    """And nothing is left where the folder would have been."""
    made(tmp_path / "one", address)

    said = evenhand("ledger", "init", tmp_path / "two", "--origin", "b.example", "--postgres", address)

    assert (said.status, (tmp_path / "two").exists()) == (2, False)
    assert "cannot make the ledger's tables" in said.err


@pytest.mark.parametrize("act", [open_tables_at, lambda *at: create_tables_at(*at, "ads.example", "vkey")])
def test_without_psycopg_the_settings_say_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: Callable[[LedgerFolder, str], object]
) -> None:
    """The plain install reads and writes files only."""
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(BadInput, match=r"run `pip install evenhand\[postgres\]`"):
        act(LedgerFolder(tmp_path), "host=x")
