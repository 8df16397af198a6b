"""Keys: what is written is read, and nothing of the secret is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.model.errors import BadInput
from evenhand.store.keys import Ed25519Verifier, SigningKey, read_key

KEY = SigningKey("ads.example/ledger", bytes(32))
PUBLIC = KEY._key.public


def test_a_key_is_read_from_its_file_as_it_was_written() -> None:
    """The form is that of Go's note.GenerateKey, so other tools can sign with it."""
    assert KEY.to_file().startswith(b"PRIVATE+KEY+ads.example/ledger+b5c685fe+AQ")
    assert read_key(KEY.to_file()).vkey == KEY.vkey


@given(st.binary(min_size=32, max_size=32))
def test_every_seed_survives_its_file(seed: bytes) -> None:
    """Base64 may hold the `+` that separates the parts."""
    assert read_key(SigningKey("a", seed).to_file()).to_file() == SigningKey("a", seed).to_file()


@pytest.mark.parametrize(
    "data", [b"", b"\xff", KEY.to_file()[:-6], KEY.to_file().replace(b"b5c6", b"b5c7"), KEY.vkey.encode()]
)
def test_a_damaged_key_file_is_refused_without_showing_it(data: bytes) -> None:
    """A message goes into logs; a secret must not."""
    with pytest.raises(BadInput, match="not a signing key") as refused:
        read_key(data)

    assert "AQAAA" not in str(refused.value)
    assert "AQAAA" not in repr(KEY)


@pytest.mark.parametrize(("name", "seed"), [("", bytes(32)), ("a b", bytes(32)), ("a+b", bytes(32)), ("a", bytes(31))])
def test_a_name_that_cannot_sign_and_a_short_seed_are_refused(name: str, seed: bytes) -> None:
    """The name stands on every signature line."""
    with pytest.raises(BadInput):
        SigningKey(name, seed)


def test_a_signature_holds_for_its_message_and_key_alone() -> None:
    """RFC 8032."""
    verify, signature = Ed25519Verifier().verify, KEY.sign(b"message")

    assert verify(PUBLIC, signature, b"message")
    assert not verify(PUBLIC, signature, b"Message")
    assert not verify(PUBLIC, signature[:-1], b"message")
    assert not verify(bytes(31), signature, b"message")
