"""Signed notes and checkpoints, good and bad."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ledger.checkpoint import open_checkpoint, sign_checkpoint
from evenhand.ledger.encodings import to_base64
from evenhand.ledger.signed_notes import open_note, parse_note, read_vkey, sign_note
from evenhand.ledger.tree import EMPTY_ROOT
from evenhand.model.errors import BadInput, NotVerified
from evenhand.model.verifier_key import VerifierKey
from evenhand.store.keys import SigningKey
from tests.unit.ledger.making import KEY, ORIGIN, OTHER_KEY, VERIFIER

OWN, OTHER = read_vkey(KEY.vkey), read_vkey(OTHER_KEY.vkey)
NOTE = sign_note("one\n\ntwo\n", KEY)


def sign(text: str, key: SigningKey = KEY) -> bytes:
    return sign_note(text, key).encode()


def test_a_signed_text_opens_to_itself_and_its_signer() -> None:
    """The text may hold blank lines: it ends at the last one."""
    opened = open_note(NOTE.encode(), [OTHER, OWN], VERIFIER)

    assert (opened.text, opened.keys) == ("one\n\ntwo\n", (OWN,))


def test_lines_of_unknown_keys_are_passed_over_and_a_second_line_of_one_key_too() -> None:
    """Witnesses come and go; readers know their own."""
    unknown = sign_note("one\n\ntwo\n", OTHER_KEY).rpartition("\n\n")[2]
    own = NOTE.rpartition("\n\n")[2]

    assert open_note((NOTE + unknown + own).encode(), [OWN], VERIFIER).keys == (OWN,)


@pytest.mark.parametrize(
    ("note", "says"),
    [
        (NOTE[:-1], "not a signed note"),
        (NOTE.replace("one", "o\x01e"), "not a signed note"),
        (NOTE.replace("one", "One"), "bad signature"),
        ("text\n", "not a signed note"),
        (NOTE.replace("— ", "- "), "not a signature line"),
        (NOTE.replace("— ads.example/ledger", "— a+b"), "not a signature line"),
        (NOTE[:-3] + "!\n", "not base64"),
        (NOTE.rpartition(" ")[0] + " \n", "not base64"),
        (NOTE.rpartition(" ")[0] + " AAAA\n", "signature too short"),
        (NOTE + NOTE.rpartition("\n\n")[2] * 100, "too many signatures"),
        (sign_note("one\n", OTHER_KEY), "no signature of a known key"),
    ],
)
def test_a_note_that_does_not_hold_is_refused(note: str, says: str) -> None:
    """A known key with a bad signature rejects the whole note (C2SP signed-note)."""
    with pytest.raises(NotVerified, match=says):
        open_note(note.encode(), [OWN], VERIFIER)


def test_a_note_that_is_no_text_is_refused() -> None:
    """Bytes that are no UTF-8 have no one reading."""
    with pytest.raises(NotVerified, match="UTF-8"):
        parse_note(b"\xff")


@given(st.binary())
def test_any_bytes_are_opened_or_refused(note: bytes) -> None:
    """Notes come from strangers."""
    for data in (note, NOTE.encode() + note, note + NOTE.encode()):
        with contextlib.suppress(NotVerified):
            open_note(data, [OWN], VERIFIER)


@pytest.mark.parametrize("vkey", [KEY.vkey, VerifierKey(name="w", kind=0x04, public=bytes(32)).vkey])
def test_a_key_is_read_as_it_is_written(vkey: str) -> None:
    """Logs and witnesses differ by the kind of their key."""
    assert read_vkey(vkey).vkey == vkey


@pytest.mark.parametrize(
    "vkey",
    ["", "a", "a+b+c", KEY.vkey[:-4], KEY.vkey.replace("ads", "bds"), KEY.vkey.replace("+", "+0", 1), f"+{KEY.vkey}"],
)
def test_a_key_with_a_wrong_id_or_form_is_refused(vkey: str) -> None:
    """The id is a checksum of name and key."""
    with pytest.raises(BadInput, match="not a verifier key"):
        read_vkey(vkey)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"{ORIGIN}\n1\n", "not a checkpoint"),
        (f"{ORIGIN}\n1\n{to_base64(bytes(32))}\n\nx\n", "not a checkpoint"),
        (f"{ORIGIN}\n01\n{to_base64(bytes(32))}\n", "not a number"),
        (f"{ORIGIN}\n-1\n{to_base64(bytes(32))}\n", "not a number"),
        (f"{ORIGIN}\n²\n{to_base64(bytes(32))}\n", "not a number"),
        (f"{ORIGIN}\n9223372036854775808\n{to_base64(bytes(32))}\n", "not a number"),
        (f"{ORIGIN}\n1\n{to_base64(bytes(31))}\n", "not a hash"),
        (f"{ORIGIN}\n0\n{to_base64(bytes(32))}\n", "root of an empty log"),
        (f"else.example\n1\n{to_base64(bytes(32))}\n", "another log"),
    ],
)
def test_a_checkpoint_that_does_not_hold_is_refused(text: str, says: str) -> None:
    """Signed nonsense is nonsense (C2SP tlog-checkpoint)."""
    with pytest.raises(NotVerified, match=says):
        open_checkpoint(sign(text), [OWN], VERIFIER)


def test_a_checkpoint_with_extension_lines_is_read() -> None:
    """We write none; others may."""
    head = open_checkpoint(sign(f"{ORIGIN}\n0\n{to_base64(EMPTY_ROOT)}\nmore\n"), [OWN], VERIFIER)

    assert (head.origin, head.size, head.root) == (ORIGIN, 0, EMPTY_ROOT)


def test_a_signed_checkpoint_opens_to_itself() -> None:
    """What we publish we must be able to read."""
    head = sign_checkpoint(ORIGIN, 9, bytes(32), KEY)

    assert open_checkpoint(head.note.encode(), [OWN], VERIFIER) == head
