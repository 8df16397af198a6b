"""A witness that shares no line with ours cosigns our log, and refuses the other history: Debian's `sigsum-witness`."""

import hashlib
import itertools
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from evenhand.ledger import Ledger, read_witness_policy
from evenhand.ledger.witness import Witnesses
from evenhand.ledger.witness_policy import WitnessPolicy
from evenhand.model.errors import HistoryConflict
from evenhand.model.log import Checkpoint, WitnessReply
from evenhand.store.keys import SigningKey
from evenhand.store.public_files import PublicFiles
from evenhand.store.sqlite import SqliteTables
from evenhand.transport.witness_client import ask
from evenhand.workflows.operations.ledgers import create_ledger
from tests.unit.ledger.making import AT, VERIFIER, draw, records

needs_sigsum = pytest.mark.skipif(
    not (shutil.which("sigsum-witness") and shutil.which("sigsum-key")),
    reason="not there: needs `sigsum-witness` and `sigsum-key` (Debian package sigsum-go)",
)
PUBLIC = Ed25519PrivateKey.from_private_bytes(draw(32)).public_key()
# It knows logs by this origin only, made of the log's key.
ORIGIN = f"sigsum.org/v1/tree/{hashlib.sha256(PUBLIC.public_bytes_raw()).hexdigest()}"
KEY = SigningKey(ORIGIN, draw(32))


@contextmanager
def running_witness(folder: Path) -> Iterator[WitnessPolicy]:
    """Run a witness with a new key; yield the policy that asks for its cosignature."""
    subprocess.run(["sigsum-key", "generate", "-o", folder / "witness"], check=True)
    (folder / "log.pub").write_bytes(PUBLIC.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH) + b"\n")
    # Its routes are written for the ways of net/http before Go 1.22.
    environment = {**os.environ, "GODEBUG": "httpmuxgo121=0"}
    for _ in range(10):
        # It takes no port 0, and another program may be given the free one before it.
        with closing(socket.create_server(("127.0.0.1", 0))) as probe:
            port = probe.getsockname()[1]
        command = [
            "sigsum-witness", "-k", folder / "witness", "--log-key", folder / "log.pub",
            "--state-file", folder / "state", f"127.0.0.1:{port}",
        ]  # fmt: skip
        with (folder / "out").open("wb") as out, subprocess.Popen(command, env=environment, stderr=out) as process:
            try:
                if not listens(process, port):
                    continue
                text = f"log {KEY.vkey}\nwitness W {vkey(folder)} http://127.0.0.1:{port}\nquorum W\n"
                yield read_witness_policy(text.encode())
                return
            finally:
                process.terminate()
    raise AssertionError((folder / "out").read_text(encoding="utf-8"))


def vkey(folder: Path) -> str:
    """Return the witness's key under the name that it gives itself."""
    key = ["-k", folder / "witness.pub"]
    name = f"sigsum.org/v1/witness/{said('to-hash', *key)}"
    return said("to-vkey", "-n", name, "-t", "cosignature/v1", *key)


def said(*arguments: str | Path) -> str:
    return subprocess.run(["sigsum-key", *arguments], check=True, capture_output=True, text=True).stdout.strip()


def listens(process: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until the witness takes connections; False if it ended, as it does where the port is taken."""
    until = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            time.sleep(0.05)  # if it was another program that answered, ours is ending now
            return process.poll() is None
    return False


def publish(folder: Path, policy: WitnessPolicy, start: int, count: int) -> tuple[Checkpoint, WitnessReply]:
    """Append `count` records from number `start` and return the head and what the witness said."""
    if not folder.exists():
        create_ledger(folder, ORIGIN, draw=draw)
    with closing(SqliteTables(folder / "private" / "ledger.sqlite")) as tables:
        ledger = Ledger(tables, PublicFiles(folder / "public"), KEY, draw, Witnesses(policy, ask, VERIFIER, 20))
        ledger.append(records(count, start), AT)
        return ledger.publish(AT), ledger.replies[0]


@needs_sigsum
def test_a_strangers_witness_cosigns_growth_and_refuses_a_split_view(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two histories signed with the log's own key: the second is never published."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with running_witness(tmp_path) as policy:
        for start, size in itertools.pairwise([0, 3, 300, 301]):
            head, reply = publish(tmp_path / "ours", policy, start, size - start)
            assert (reply.problem, head.size) == ("", size)
            assert policy.open(head.note.encode(), VERIFIER) == head

        for name, size in [("shorter", 200), ("same", 301), ("longer", 400)]:
            with pytest.raises(HistoryConflict, match=r"has seen .*nothing was published"):
                publish(tmp_path / name, policy, 1_000, size)
            published = (tmp_path / name / "public/checkpoint").read_text("utf-8")
            assert published.splitlines()[:2] == [ORIGIN, "0"]

        head, reply = publish(tmp_path / "ours", policy, 500, 1)
        assert (reply.problem, head.size) == ("", 302)
