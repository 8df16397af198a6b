"""The strict reader: one text, one canonical form, or a refusal."""

import contextlib
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ledger import canonical_json
from evenhand.ledger.canonical_json import MOST_BYTES, MOST_INTEGER, is_canonical, read_canonical
from evenhand.model.errors import RecordRefused
from tests.each_case import each_case

KEYS = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-MOST_INTEGER, MOST_INTEGER)
    | st.text(st.characters(exclude_categories=["Cs"]))
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=20)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        (b' { "b" : 1 , "a" : [ true , null ] } ', b'{"a":[true,null],"b":1}'),
        (rb'{"a":"\u0041\/\n\u00e9"}', '{"a":"A/\\né"}'.encode()),
        (b'{"a":-9007199254740991}', b'{"a":-9007199254740991}'),
        (b"-0", b"0"),
        (b"[" * 32 + b"]" * 32, b"[" * 32 + b"]" * 32),
    ],
)
def test_a_text_of_the_subset_has_one_form(text: bytes, canonical: bytes) -> None:
    """Two writers of one payload must come to one commitment (RFC 8785)."""
    assert read_canonical(text) == canonical
    assert read_canonical(canonical) == canonical


@each_case(
    ("text", "says"),
    [
        (b'{"a":1.0}', "not an integer"),
        (b'{"a":1e3}', "not an integer"),
        (b'{"a":-Infinity}', "not an integer"),
        (b'{"a":9007199254740992}', "integer too large"),
        (b'{"a":' + b"9" * 5000 + b"}", "integer too large"),
        (b'{"a":1,"a":1}', "duplicate key"),
        (rb'{"a":1,"\u0061":1}', "duplicate key"),
        (b'[{"x":{"a":1,"a":2}}]', "duplicate key"),
        ('{"é":1}'.encode(), "bad key"),
        (b'{"":1}', "bad key"),
        (b'{"\x7f":1}', "bad key"),
        (rb'{"\n":1}', "bad key"),
        (rb'{"a":"\ud800"}', "not text"),
        (b'{"a":"\xff"}', "not text"),
        (b"[" * 33 + b"]" * 33, "nested too deep"),
        (b'{"a":' * 33 + b"1" + b"}" * 33, "nested too deep"),
        (b'[{"a":' * 17 + b"1" + b"}]" * 17, "nested too deep"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"a":1} x', "not JSON"),
        (b"", "not JSON"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        (b'"' + b"x" * MOST_BYTES + b'"', "too large"),
    ],
)
def test_what_readers_disagree_about_is_refused(text: bytes, says: str) -> None:
    """Each of these means different things to different JSON readers, or nothing."""
    with pytest.raises(RecordRefused, match=says) as refused:
        read_canonical(text)

    assert "\n" not in str(refused.value)


@given(VALUES)
def test_every_value_survives_and_its_form_is_fixed(value: object) -> None:
    """Reading is idempotent and loses nothing, however the text was written."""
    once = read_canonical(json.dumps(value, indent=1).encode())

    assert json.loads(once) == value
    assert read_canonical(once) == once


@given(st.binary() | st.text(alphabet='{}[]":,0123456789.eE+-\\u ntf').map(str.encode))
def test_any_bytes_are_read_or_refused(text: bytes) -> None:
    """What parses foreign bytes must not fail in any other way."""
    with contextlib.suppress(RecordRefused):
        assert read_canonical(read_canonical(text))


@given(VALUES, st.booleans())
def test_the_short_way_tells_what_the_strict_reader_tells(value: object, ascii_only: bool) -> None:
    """Law *One form*: the typed decoder is only a faster way to the same answer."""
    text = read_canonical(json.dumps(value, ensure_ascii=ascii_only).encode())

    assert is_canonical(text)
    assert not is_canonical(text + b" ")
    assert not is_canonical(b"[" + text + b" ]")


@each_case(
    "text",
    [
        b"1.5", b"1e3", b"9007199254740992", b"-9007199254740992", b'{"a":1,"a":1}', b'{"":1}', b'{"a\x7f":1}',
        rb'{"a\u0001":1}',
        b"[" * 33 + b"]" * 33, b'"' + b"x" * MOST_BYTES + b'"', '{"é":1}'.encode(), b'"\xff"', b"[", b"",
        b'"\xed\xa0\x80"', '{"a":"b",":é":1}'.encode(), '{"a":":","é":1}'.encode(), b'{"a":["]"],"b":[1,{"":2}]}',
        b'{"a":[' + b'{"]":[' * 16 + b"]}" * 16 + b"]}", b'{"a":-1.0}', b'{"a":12345678901234567890}',
    ],
)  # fmt: skip
def test_the_short_way_lets_nothing_in_that_the_strict_reader_refuses(text: bytes) -> None:
    """A float or a doubled key read two ways would be two payloads under one commitment."""
    with pytest.raises(RecordRefused):
        is_canonical(text)


@pytest.mark.parametrize(
    "text",
    [
        b'{"facts":{"entities":[{"attrs":{"association":{"similarity":{"__extn":{"arg":"0.0000"}}}}}]}}',
        '{"n":9007199254,"name":"Müller Möbel"}'.encode(), b"[" * 32 + b"]" * 32,
        b'{"a":"1.5 [[[ {{{ 12345678901234567890"}', '"{}"'.format("é" * 500_000).encode(),
    ],
    ids=["of a decision's depth", "in another script", "as deep as may be", "signs within a string", "long"],
)  # fmt: skip
def test_what_payloads_have_needs_no_strict_reader(text: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten times the time for each decision: its facts are eight containers deep, its name need not be ASCII."""
    monkeypatch.delattr(canonical_json, "read_canonical")

    assert is_canonical(text)


@given(
    VALUES,
    st.integers(0),
    st.sampled_from([b"", b" ", b'"', b"\\", b"0", b".5", b"e1", b"\x7f", b",", b"[", b'"":1,', b"-"]),
)
def test_the_short_way_and_the_strict_reader_agree_on_damaged_texts(value: object, at: int, put: bytes) -> None:
    """One byte cut out or something put in: whatever that makes of it, both say the same."""
    text = read_canonical(json.dumps(value).encode())
    at %= len(text) + 1
    damaged = text[:at] + put + text[at + (not put) :]

    assert outcome(is_canonical, damaged) == outcome(lambda each: read_canonical(each) == each, damaged)


def outcome(ask: Callable[[bytes], bool], text: bytes) -> bool | str:
    try:
        return ask(text)
    except RecordRefused as refusal:
        return str(refusal)
