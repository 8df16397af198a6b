"""Sealed values and subjects' keys: one person's words can go while the rest stays."""

import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ledger.sealed_fields import seal, seal_hash, sealed_places
from evenhand.ledger.subject_salts import SubjectSalts, salt_of, subject_salt
from evenhand.model.errors import BadInput
from evenhand.model.log import StoredEntry
from evenhand.model.record import canonical
from tests.unit.ledger.making import draw

PAYLOAD = {"rule": "r1", "evidence": [{"excerpt": "she wrote this", "at": 1}, {"excerpt": "he that"}], "a/b~c": "x"}


def test_a_sealed_payload_shows_only_commitments() -> None:
    """What is published with it later can be compared; what was erased opens to nothing."""
    sealed, fields = seal(PAYLOAD, ["/evidence/0/excerpt", "/a~1b~0c"], draw)

    assert b"wrote" not in canonical(sealed)
    assert [(each.path, each.value) for each in fields] == [
        ("/evidence/0/excerpt", b'"she wrote this"'), ("/a~1b~0c", b'"x"')
    ]  # fmt: skip
    kept = {each.path: seal_hash(each.path, each.salt, each.value) for each in fields}
    assert dict(sealed_places(sealed)) == kept
    assert sealed["evidence"][1] == PAYLOAD["evidence"][1]
    assert "sealed" not in json.dumps(PAYLOAD)


def test_the_hash_of_a_sealed_value_is_that_of_the_page() -> None:
    """SHA-256(0x03 ‖ salt ‖ uint16-BE len(path) ‖ path ‖ canonical value)."""
    whole = b"\x03" + draw(32) + b"\x00\x03" + "/ü".encode() + b'{"a":1}'

    assert seal_hash("/ü", draw(32), b'{"a":1}') == hashlib.sha256(whole).hexdigest()


@pytest.mark.parametrize("path", ["/none", "/evidence/7", "/evidence/x", "/rule/0"])
def test_a_path_to_nothing_is_refused(path: str) -> None:
    """A misspelt path would leave the words where they are."""
    with pytest.raises(BadInput, match="nothing to seal"):
        seal(PAYLOAD, [path], draw)


def test_a_value_is_sealed_once() -> None:
    """A commitment to a commitment would keep the first value's row for ever."""
    with pytest.raises(BadInput, match="sealed already"):
        seal(PAYLOAD, ["/evidence/0/excerpt", "/evidence/0/excerpt/sealed"], draw)
    with pytest.raises(BadInput, match="holds a sealed value already"):
        seal(PAYLOAD, ["/evidence/0/excerpt", "/evidence"], draw)


def test_a_word_is_no_commitment() -> None:
    """A payload may hold the key `sealed` for something else."""
    assert list(sealed_places({"offer": {"sealed": "with wax"}, "both": {"sealed": "0" * 64, "n": 1}})) == []


@given(st.recursive(st.integers() | st.text(), lambda inner: st.dictionaries(st.text("a~/b"), inner, min_size=1)))
def test_every_value_of_a_payload_can_be_sealed_and_found(value: Any) -> None:
    """Keys may hold the characters that a JSON Pointer escapes."""

    def paths(value: Any, path: str = "") -> list[str]:
        if not isinstance(value, dict):
            return [path]
        escaped = [(key.replace("~", "~0").replace("/", "~1"), each) for key, each in value.items()]
        return [found for key, each in escaped for found in paths(each, f"{path}/{key}")]

    every = paths(value)
    sealed, fields = seal(value, every, draw)

    assert [path for path, _ in sealed_places(sealed)] == every
    assert [each.path for each in fields] == every


def test_a_subjects_salt_is_hkdf() -> None:
    """RFC 5869 with SHA-256, one block."""
    extracted = hmac.new(b"evenhand/salt/v1", draw(32), hashlib.sha256).digest()
    expected = hmac.new(extracted, (123).to_bytes(8, "big") + b"\x01", hashlib.sha256).digest()

    assert subject_salt(draw(32), 123) == expected
    assert subject_salt(draw(32), 124) != expected


def test_a_row_opens_with_its_own_salt_or_its_subjects() -> None:
    """A ledger may have begun with random salts."""
    row = {"seq": 3, "leaf": b"", "leaf_hash": b"", "body": b"{}"}

    assert salt_of(StoredEntry(salt=b"s" * 32, subject_key=draw(32), **row)) == b"s" * 32
    assert salt_of(StoredEntry(salt=b"", subject_key=draw(32), **row)) == subject_salt(draw(32), 3)
    assert salt_of(StoredEntry(salt=b"", **row)) == b""
    assert salt_of(StoredEntry(salt=None, **row)) is None


class Keys:
    """A storage of nothing but subjects' keys."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def subject_keys(self, subjects: set[str]) -> dict[str, bytes]:
        return {subject: self.kept[subject] for subject in subjects & self.kept.keys()}

    def add_subject_keys(self, keys: dict[str, bytes]) -> None:
        assert not keys.keys() & self.kept.keys()
        self.kept |= keys


def test_a_subject_keeps_its_key_and_nobody_has_none() -> None:
    """Thousands of records of one subject hang on 32 bytes."""
    storage: Any = Keys()
    drawn = iter(bytes([number]) * 32 for number in range(9))
    salts = SubjectSalts(storage, lambda _: next(drawn))

    first = salts.keys({"a", "", "b"})
    again = salts.keys({"b", "c"})

    assert first == {"a": b"\0" * 32, "b": b"\1" * 32}
    assert again == {"b": b"\1" * 32, "c": b"\2" * 32}
    assert salts.keys({""}) == {}
