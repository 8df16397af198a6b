"""Heads signed by the log's key, by another one, or by none."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from evenhand.gate import write_register
from evenhand.gate.registers.log_checkpoint import AcceptedRegisters
from evenhand.gate.registers.signature import signature_path, signed_text
from evenhand.ledger.checkpoint import sign_checkpoint
from evenhand.ledger.signed_notes import sign_note
from evenhand.model.errors import BadInput, NotVerified
from evenhand.store.keys import SigningKey
from evenhand.web.gate.log_key import note_check, text_check
from tests.unit.gate.registers import NOW, SUFFIXES, head, row
from tests.unit.web.served import Served

KEY, OTHER = (SigningKey("log.example/made-up", bytes([number]) * 32) for number in (1, 2))


def signed(size: int, key: SigningKey = KEY) -> str:
    return sign_checkpoint("log.example/made-up", size, bytes([size]) * 32, key).note


def test_a_head_that_the_key_signed_is_taken() -> None:
    """Of several keys one suffices: a log that has changed its key signs with both for a time."""
    note_check([KEY.vkey])(signed(7))
    note_check([OTHER.vkey, KEY.vkey])(signed(7))


@pytest.mark.parametrize(
    "note", ["", "log.example/made-up\n7\ncm9vdA==\n", signed(7, OTHER), signed(7).replace("7", "8", 1)]
)
def test_any_other_head_is_not_verified(note: str) -> None:
    """None, not signed, by another key, or changed since."""
    with pytest.raises(NotVerified):
        note_check([KEY.vkey])(note)


def test_a_text_that_is_no_key_is_told() -> None:
    """Before the service listens."""
    with pytest.raises(BadInput, match="not a verifier key"):
        note_check(["log.example/made-up"])


def test_a_service_with_a_key_serves_nothing_that_the_key_did_not_sign(tmp_path: Path) -> None:
    """Neither at the start nor at a reload; the older good register stays."""
    served = Served(tmp_path, empty=True, expected=AcceptedRegisters(check_note=note_check([KEY.vkey])))

    def put(party: str, note: str) -> list[str]:
        rows = [row(party, domains=("a.example",))]
        write_register(rows, head(checkpoint=note), tmp_path / "register.jsonl", SUFFIXES)
        return served.look()

    (line,) = put("a", signed(7, OTHER))
    assert "the checkpoint is not signed by the log's key" in line
    assert served.ask("/readyz").status == 503
    assert put("a", signed(7)) == ["register taken"]
    (line,) = put("b", signed(9, OTHER))
    assert served.ask("/v1/verdict", {"adomain": ["a.example"]}).json["advertiser"] == "a"
    assert served.ask("/readyz").json["refused"]["why"] == "signature"


def test_a_service_that_asks_for_signed_registers_waits_a_minute_for_a_signature(tmp_path: Path) -> None:
    """A run signs when it ends, after the file is there: until then nothing is said, and the register in use stays."""
    register = tmp_path / "register.jsonl"
    served = Served(tmp_path, empty=True, expected=AcceptedRegisters(signed_text=text_check([KEY.vkey])))

    def put(party: str, *, signed: bool, written: datetime = NOW) -> list[str]:
        write_register([row(party, domains=("a.example",))], head(), register, SUFFIXES)
        os.utime(register, (written.timestamp(), written.timestamp()))
        if signed:
            signature_path(register).write_text(sign_note(signed_text([register], {}), KEY), "utf-8")
        return served.look()

    assert put("a", signed=False) == []
    assert served.ask("/readyz").status == 503
    assert put("a", signed=True) == ["register taken"]
    assert put("b", signed=False, written=NOW + timedelta(seconds=1)) == []
    assert served.ask("/v1/verdict", {"adomain": ["a.example"]}).json["advertiser"] == "a"

    served.now = NOW + timedelta(minutes=2)
    (line,) = served.look()
    assert "is not signed by the log's key: `the signature of other bytes`" in line
    assert served.ask("/readyz").json["refused"]["why"] == "unsigned"
    assert 'register_refused_total{why="unsigned"} 1' in served.ask("/metrics").body.decode()

    served.now = NOW
    assert put("c", signed=True, written=NOW + timedelta(seconds=2)) == ["register taken"]
