"""The vectors of docs/spec/signatures.md, which ssh-keygen made: what any verifier must find."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from evenhand.model.log import LogRecord
from evenhand.model.staff import signed_bytes
from evenhand.store.ssh_keys import read_public_key
from evenhand.store.ssh_signatures import verify_message
from evenhand.workflows.operations import create_ledger, open_ledger
from evenhand.workflows.people.signature_checks import approval_bytes, signature_problems
from tests.networks import DAY_1

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "docs/spec/vectors/signatures.json").read_text("utf-8")
)


@pytest.mark.parametrize("row", VECTORS["rows"], ids=lambda row: row["note"])
def test_a_verifier_finds_what_the_vectors_say(tmp_path: Path, row: dict[str, Any]) -> None:
    """Each row is one record below one staff leaf."""
    create_ledger(tmp_path / "ledger", "ads.made-up.example/log")
    staff = json.dumps(VECTORS["staff"], sort_keys=True, separators=(",", ":")).encode()
    with open_ledger(tmp_path / "ledger") as ledger:
        ledger.append([LogRecord(kind="staff", payload=staff)], DAY_1)
        ledger.append([LogRecord(kind=VECTORS["kind"], payload=row["payload"].encode())], DAY_1)

        held, problems = signature_problems(ledger)

    assert (held, len(problems)) == (row["holds"], row["problems"])


def test_the_signed_bytes_are_those_of_the_vectors() -> None:
    """Of a record, and of the release of a rulebook."""
    release = VECTORS["release"]
    message = release["signed_bytes"].encode()

    assert signed_bytes(VECTORS["rows"][0]["payload"].encode()).decode() == VECTORS["signed_bytes"]
    assert approval_bytes(json.loads(message)["approve_release"]) == message
    verify_message(base64.b64decode(release["signature"]), message, read_public_key(release["key"]))
