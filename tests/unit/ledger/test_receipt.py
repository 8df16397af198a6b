"""Receipts and trust policies: what a client needs to check its decision offline."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ledger import format_receipt, read_witness_policy, verify_growth, verify_receipt
from evenhand.ledger.checkpoint import sign_checkpoint
from evenhand.ledger.encodings import from_base64, to_base64
from evenhand.ledger.receipt import Disclosure
from evenhand.ledger.signed_notes import sign_note
from evenhand.ledger.tree import EMPTY_ROOT, leaf_hash
from evenhand.model.errors import BadInput, NotVerified
from evenhand.model.log import Checkpoint
from evenhand.model.verifier_key import VerifierKey
from evenhand.store.keys import SigningKey
from tests.each_case import each_case
from tests.unit.ledger.making import KEY, ORIGIN, OTHER_KEY, VERIFIER, Opened, draw, new_folder

POLICY = read_witness_policy(f"log {KEY.vkey}\nquorum none\n".encode())
WITNESSES = [SigningKey(f"w{number}.example", bytes([number]) * 32) for number in range(3)]


def witness_vkey(key: SigningKey) -> str:
    public = from_base64(key.vkey.split("+", 2)[2])[1:]
    return VerifierKey(name=key.name, kind=0x04, public=public).vkey


@pytest.fixture(scope="module")
def receipt(tmp_path_factory: pytest.TempPathFactory) -> str:
    return make_receipt(tmp_path_factory.mktemp("r") / "l")


def make_receipt(folder: Path, index: int = 7) -> str:
    with Opened(new_folder(folder, 300)) as ledger:
        assert ledger.checkpoint is not None
        leaf = next(ledger._storage.entries(7)).leaf
        disclosed = Disclosure(leaf=leaf, payload=ledger.payload(7), salt=draw(32))
        return format_receipt(index, ledger.inclusion(7, 300), ledger.checkpoint, disclosed)


def test_a_receipt_shows_leaf_and_payload_to_whom_it_was_disclosed(receipt: str) -> None:
    """One file, no network, and the advertiser knows that its decision stands in the log."""
    report = verify_receipt(receipt.encode(), POLICY, VERIFIER)

    assert (report.ok, report.index, report.size, report.payload, report.problem) == (True, 7, 300, '{"n":7}', "")
    assert report.leaf is not None
    assert '"seq":7' in report.leaf
    assert len(receipt) < 5_000


def changed(receipt: str, **parts: bytes) -> bytes:
    lines = receipt.split("\n")
    extra = json.loads(from_base64(lines[1][6:]))
    extra |= {name: to_base64(value) for name, value in parts.items()}
    lines[1] = f"extra {to_base64(json.dumps(extra).encode())}"
    return "\n".join(lines).encode()


def test_what_a_receipt_discloses_is_recomputed(receipt: str) -> None:
    """The extra line is not authenticated; bytes may not move between salt and payload either."""
    for parts, says in [
        ({"payload": b'{"n":8}'}, "not the one committed to"),
        ({"salt": bytes(32)}, "not the one committed to"),
        ({"salt": draw(31), "payload": b'\x1f{"n":7}'}, "not the one committed to"),
        ({"leaf": b"{}"}, "not in the log"),
    ]:
        report = verify_receipt(changed(receipt, **parts), POLICY, VERIFIER)

        assert not report.ok
        assert says in report.problem


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2", "not a receipt"),
        ("index 7", "index 8", "not in the log"),
        ("index 7", "index 07", "not a number"),
        ("index 7", "number 7", "no index"),
        ("\n300\n", "\n301\n", "bad signature"),
        ("\n\n", "\n", "not base64"),
        ("extra ", "extra !", "not base64"),
    ],
)
def test_a_changed_receipt_says_what_is_wrong(receipt: str, old: str, new: str, says: str) -> None:
    """Anyone who holds it may not know what a Merkle tree is."""
    report = verify_receipt(receipt.replace(old, new, 1).encode(), POLICY, VERIFIER)

    assert not report.ok
    assert says in report.problem


def test_a_receipt_without_leaf_needs_one_from_the_reader(receipt: str) -> None:
    """C2SP receipts of other logs carry none."""
    lines = receipt.split("\n")
    bare = "\n".join([lines[0], *lines[2:]]).encode()
    leaf = json.loads(from_base64(lines[1][6:]))["leaf"]

    assert "holds no leaf" in verify_receipt(bare, POLICY, VERIFIER).problem
    assert verify_receipt(bare, POLICY, VERIFIER, leaf=from_base64(leaf)).ok


def test_a_leaf_of_another_index_is_noticed(tmp_path: Path) -> None:
    """A log whose entry 0 is a copy of a leaf that says seq 5 has doubled a decision."""
    leaf = b'{"at":"2026-11-24T13:58Z","c":"","kind":"claim","lists":"","rulebook":"","seq":5,"v":1}'
    head = sign_checkpoint(ORIGIN, 1, leaf_hash(leaf), KEY)

    report = verify_receipt(format_receipt(0, [], head, Disclosure(leaf=leaf)).encode(), POLICY, VERIFIER)

    assert "another entry's" in report.problem
    for bad in (b"x", leaf + b" ", leaf.replace(b"claim", b"gossip")):
        head = sign_checkpoint(ORIGIN, 1, leaf_hash(bad), KEY)
        assert not verify_receipt(format_receipt(0, [], head, Disclosure(leaf=bad)).encode(), POLICY, VERIFIER).ok


@given(st.binary())
def test_any_bytes_give_a_report(data: bytes) -> None:
    """Receipts come from strangers."""
    assert not verify_receipt(data, POLICY, VERIFIER).ok
    assert not verify_receipt(b"c2sp.org/tlog-proof@v1\n" + data, POLICY, VERIFIER).ok


def cosigned(*keys: SigningKey, at: int = 1_760_000_000) -> bytes:
    note = sign_note(f"{ORIGIN}\n0\n{to_base64(EMPTY_ROOT)}\n", KEY)
    text = note.rpartition("\n\n")[0] + "\n"
    for key in keys:
        value = at.to_bytes(8) + key.sign(f"cosignature/v1\ntime {at}\n{text}".encode())
        name, hex_id, _ = witness_vkey(key).split("+", 2)
        note += f"— {name} {to_base64(bytes.fromhex(hex_id) + value)}\n"
    return note.encode()


def test_a_quorum_counts_witnesses_through_groups() -> None:
    """The reader says who must have seen a head."""
    lines = [f"log {KEY.vkey} https://ads.example", "# two of three", ""]
    lines += [f"witness W{n}\t{witness_vkey(key)}" for n, key in enumerate(WITNESSES)]
    lines += ["group A any W0 W1", "group B all A W2", "quorum B"]
    policy = read_witness_policy("\n".join(lines).encode())

    assert policy.open(cosigned(WITNESSES[1], WITNESSES[2]), VERIFIER).size == 0
    for missing in (cosigned(), cosigned(WITNESSES[2]), cosigned(WITNESSES[0], WITNESSES[1])):
        with pytest.raises(NotVerified, match="not enough witnesses"):
            policy.open(missing, VERIFIER)
    with pytest.raises(NotVerified, match="bad signature"):
        policy.open(cosigned(WITNESSES[1], WITNESSES[2], at=1 << 63), VERIFIER)


@each_case(
    "lines",
    [
        [],
        ["quorum none", "quorum none"],
        ["quorum W9"],
        ["quorum none none"],
        ["trust everybody", "quorum none"],
        ["log x", "quorum none"],
        [f"log {KEY.vkey}", f"log {KEY.vkey}", "quorum none"],
        [f"log {witness_vkey(WITNESSES[0])}", "quorum none"],
        [f"witness none {witness_vkey(WITNESSES[0])}", "quorum none"],
        [f"witness W {witness_vkey(WITNESSES[0])}", f"witness W {witness_vkey(WITNESSES[1])}", "quorum W"],
        [f"witness W {witness_vkey(WITNESSES[0])}", "group G 2 W", "quorum G"],
        [f"witness W {witness_vkey(WITNESSES[0])}", "group G 0 W", "quorum G"],
        [f"witness W {witness_vkey(WITNESSES[0])}", "group G some W", "quorum G"],
        [f"witness W {witness_vkey(WITNESSES[0])}", "group G any W W", "quorum G"],
        [f"witness W {witness_vkey(WITNESSES[0])}", "group G any W", "group H any W", "quorum G"],
        ["group G any H", "quorum G"],
        ["quorum none\r"],
        ["quorum \x7f"],
    ],
)
def test_a_policy_that_can_be_misread_is_refused(lines: list[str]) -> None:
    """Trust that hangs on a typing error is none (C2SP tlog-policy)."""
    with pytest.raises(BadInput, match="policy"):
        read_witness_policy("\n".join(lines).encode())


@given(st.binary())
def test_any_bytes_are_a_policy_or_refused(data: bytes) -> None:
    """Policies are edited by hand."""
    try:
        read_witness_policy(data + b"\nquorum none")
    except BadInput as error:
        str(error).encode()


def test_growth_is_refused_between_two_logs_and_without_proof() -> None:
    """Two heads that do not continue one another are the evidence of a changed log."""
    old, new = (sign_checkpoint(ORIGIN, size, bytes([size]) * 32, KEY) for size in (1, 2))
    empty = Checkpoint(origin=ORIGIN, size=0, root=EMPTY_ROOT, note="")

    verify_growth(empty, new, [])
    with pytest.raises(NotVerified, match="size 2 does not continue size 1"):
        verify_growth(old, new, [bytes(32)])
    with pytest.raises(NotVerified, match="checkpoints of two logs"):
        verify_growth(old, sign_checkpoint(OTHER_KEY.name, 2, bytes(32), OTHER_KEY), [])
