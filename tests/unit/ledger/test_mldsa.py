"""Lines of ML-DSA-44 (kind 0x06) below a checkpoint: of a log or of a witness, each in its role only."""

import sys
from functools import cache

import pytest

from evenhand.ledger import read_witness_policy
from evenhand.ledger.checkpoint import open_checkpoint
from evenhand.ledger.encodings import SIZE_LIMIT, to_base64
from evenhand.ledger.signed_notes import DASH, open_note, read_vkey, sign_note
from evenhand.ledger.tree import EMPTY_ROOT
from evenhand.model.errors import BadInput, NotVerified
from evenhand.model.verifier_key import COSIGNATURE, MLDSA44, VerifierKey
from evenhand.store.keys import _public_key
from tests.unit.ledger.making import KEY, ORIGIN, VERIFIER

mldsa = pytest.importorskip(
    "cryptography.hazmat.primitives.asymmetric.mldsa", reason="not there: needs cryptography with ML-DSA"
)

TEXT = f"{ORIGIN}\n0\n{to_base64(EMPTY_ROOT)}\n"
NOTE = sign_note(TEXT, KEY)


@cache
def private(number: int):
    return mldsa.MLDSA44PrivateKey.from_seed_bytes(bytes([number]) * 32)


def key(number: int, name: str) -> VerifierKey:
    return VerifierKey(name=name, kind=MLDSA44, public=private(number).public_key().public_bytes_raw())


def line(number: int, name: str, at: int = 1_760_000_000, origin: str = ORIGIN, signer: str = "") -> str:
    """Return a line over the empty log; the message is written out as the specification has it."""
    cosigner = signer or name
    message = b"subtree/v1\n\x00" + bytes([len(cosigner)]) + cosigner.encode() + at.to_bytes(8)
    message += bytes([len(origin)]) + origin.encode() + (0).to_bytes(8) + (0).to_bytes(8) + EMPTY_ROOT
    value = at.to_bytes(8) + private(number).sign(message)
    return f"{DASH}{name} {to_base64(key(number, name).id + value)}\n"


def test_a_key_is_read_as_it_is_written() -> None:
    """1,312 bytes after the kind; a shorter one is another kind's."""
    witness = key(1, "w.example")

    assert read_vkey(witness.vkey) == witness
    for bad in (witness.vkey[:-4] + "AA==", VerifierKey(name="w", kind=MLDSA44, public=bytes(32)).vkey,
                VerifierKey(name="w", kind=COSIGNATURE, public=bytes(1312)).vkey):  # fmt: skip
        with pytest.raises(BadInput, match="not a verifier key"):
            read_vkey(bad)


def test_a_witness_of_either_kind_counts_for_the_quorum() -> None:
    """C2SP has new witnesses sign with ML-DSA-44."""
    lines = [f"log {KEY.vkey}", f"witness W {key(1, 'w.example').vkey}", "quorum W"]
    policy = read_witness_policy("\n".join(lines).encode())

    assert policy.open((NOTE + line(1, "w.example")).encode(), VERIFIER).size == 0
    assert policy.open((NOTE + line(1, "w.example", at=0)).encode(), VERIFIER).size == 0
    with pytest.raises(NotVerified, match="not enough witnesses"):
        policy.open(NOTE.encode(), VERIFIER)
    for bad in (line(1, "w.example", origin="other.example"), line(1, "w.example", signer="x.example"),
                line(1, "w.example", at=SIZE_LIMIT), line(1, "w.example")[:-9] + "\n"):  # fmt: skip
        with pytest.raises(NotVerified):
            policy.open((NOTE + bad).encode(), VERIFIER)


def test_a_log_may_sign_with_it_and_a_witness_never_for_a_log() -> None:
    """A witness that bears the origin's name signs just as the log would."""
    theirs = key(1, ORIGIN)
    signed = (TEXT + "\n" + line(1, ORIGIN, at=0)).encode()

    assert open_checkpoint(signed, [theirs], VERIFIER).origin == ORIGIN
    assert read_witness_policy(f"log {theirs.vkey}\nquorum none\n".encode()).open(signed, VERIFIER).size == 0
    with pytest.raises(NotVerified, match="no signature of a known key"):
        read_witness_policy(f"log {KEY.vkey}\nwitness W {theirs.vkey}\nquorum W\n".encode()).open(signed, VERIFIER)
    for lines in (
        (f"log {theirs.vkey}", f"witness W {theirs.vkey}"),
        (f"witness W {theirs.vkey}", f"log {theirs.vkey}"),
    ):
        with pytest.raises(BadInput, match="the same public key twice"):
            read_witness_policy("\n".join([*lines, "quorum none"]).encode())


def test_a_logs_own_line_is_no_witness() -> None:
    """One key may have both roles with Ed25519, and signs differently in each."""
    same = VerifierKey(name=ORIGIN, kind=COSIGNATURE, public=read_vkey(KEY.vkey).public)
    policy = read_witness_policy(f"log {KEY.vkey}\nwitness W {same.vkey}\nquorum W\n".encode())

    with pytest.raises(NotVerified, match="not enough witnesses"):
        policy.open(NOTE.encode(), VERIFIER)


def test_it_signs_checkpoints_only() -> None:
    """Its message is made of origin, size and root; a note without them has none."""
    witness = key(1, "w.example")

    for text in (
        "hello\n",
        "hello\nworld\n\n",
        f"{ORIGIN}\n00\n{to_base64(EMPTY_ROOT)}\n",
        f"{'o' * 256}\n0\n{to_base64(EMPTY_ROOT)}\n",
    ):
        with pytest.raises(NotVerified):
            open_note(f"{text}\n{line(1, 'w.example')}".encode(), [witness], VERIFIER)


def test_where_it_cannot_be_checked_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not checked is not wrong; and a policy without such keys needs nothing new."""
    _public_key.cache_clear()
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.asymmetric.mldsa", None)

    with pytest.raises(BadInput, match="install a newer `cryptography`"):
        open_note((NOTE + line(1, "w.example")).encode(), [key(1, "w.example")], VERIFIER)
    assert open_note((NOTE + line(1, "w.example")).encode(), [read_vkey(KEY.vkey)], VERIFIER).text == TEXT
