"""Commitments by forms, beside those of payloads that are read one by one."""

import re
from collections.abc import Sequence
from hashlib import shake_256
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from evenhand.ledger import sealing_forms
from evenhand.ledger.leaf import commit, commit_record, make_leaf, opens, read_leaf
from evenhand.ledger.sealing_forms import SealingForms
from evenhand.model.errors import NotVerified, RecordRefused
from evenhand.model.log import LogRecord
from evenhand.model.record import canonical_exact

NAMES = (
    "facts", "context", "entities", "attrs", "uid", "principal", "id", "type", "__entity", "outcome", "sealed", "a/b",
)  # fmt: skip
VALUE = re.compile(rb'(?<=[:,\[])(?:"[^"\\]*"|-?[0-9]+|true|false|null|\[[^]\[{}]*\]|\{[^]\[{}]*\})(?=[,}\]])')
INSTEAD = (
    b"0", b"1", b"-7", b'"p"', b'"a,1,b"', b'"DE"', b"true", b"null", b"[]", b"{}", b'["DE","FR"]',
    b'{"a":1,"b":"x"}', b'{"a":2,"b":"y"}', b'"\xd1\x82"', b'"a\\"b"', b'"\x7f"', b"999999999999999",
    b"9007199254740991", b'"%s"', b'"\xee\x80\x80"', b'{"sealing":1}', b'{"__entity":{"id":"p","type":"Payer"}}',
    b'[{"uid":{"id":"p","type":"Payer"}}]', b'{"a,5,b":0,"a,6,z":0}', b'{"a,0,b":0,"a,0,z":0}',
    # No leaf may hold these.
    b"-0", b"01", b"1.5", b"9007199254740992", b" 1", b"", b"1],[1", b'1,"z":1', b'"x"y"', b'"\xff"', b'"\\u0041"',
    b'"\t"', b'{"b":1,"a":1}', b'{"a":1,"a":1}', b'{"":1}', b'{"\xc3\xa9":1}', b'{"sealed":"%b"}' % (b"0" * 64),
    b"[" * 30 + b"]" * 30, b'{"a,5,b":0,"a,1,z":0}',
)  # fmt: skip


def decision(party: str, **facts: Any) -> dict[str, Any]:
    """Return what a decision of a run has, as far as places go."""
    named = {"id": party, "type": "Advertiser"}
    attributes = {"country": "DE", "languages": ["en"], "share": {"eu": 0, "uk": 0}, **facts}
    return {
        "v": 1, "sealing": 1, "id": f"d-{party}", "outcome": "allow", "reasons": ["r1"], "supersedes": None,
        "party": {"id": party, "kind": "advertiser"}, "findings": [],
        "plan": {"funds": {"prepaid_micros": 5, "rules": []}, "tell": []},
        "facts": {
            "action": {"id": "buy", "type": "Action"},
            "context": {
                "payer": {"__entity": {"id": party, "type": "Payer"}}, "political": False, "territories": ["DE", "FR"],
            },
            "entities": [{"uid": named, "attrs": attributes, "parents": []}],
            "principal": named,
        },
    }  # fmt: skip


plain_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text('aé\\"☃', max_size=4),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.sampled_from(NAMES), each, max_size=4),
    max_leaves=8,
)
payloads = st.one_of(
    st.builds(decision, st.text(alphabet="ab1", max_size=3)),
    st.builds(decision, st.just("a"), extra=plain_values),
    st.dictionaries(st.sampled_from(NAMES), plain_values, max_size=5).map(lambda drawn: {**drawn, "sealing": 1}),
).map(canonical_exact)


@st.composite
def alike(draw: st.DrawFn) -> list[bytes]:
    """Return a payload and others that are the same but for a few values, whatever these are."""
    whole = draw(payloads)
    found = [whole, whole]
    for _ in range(draw(st.integers(1, 6))):
        changed = draw(st.sampled_from(found))
        for _ in range(draw(st.integers(1, 2))):
            places = list(VALUE.finditer(changed))
            if places:
                start, end = draw(st.sampled_from(places)).span()
                changed = changed[:start] + draw(st.sampled_from(INSTEAD)) + changed[end:]
        found += [changed] * draw(st.integers(1, 2))
    return found


def committed(texts: Sequence[bytes], forms: SealingForms | None) -> list[str]:
    """Return what leaves commit to, or why there is none."""
    found = []
    for at, text in enumerate(texts):
        try:
            found.append(commit_record(LogRecord(kind="decision", payload=text), salt(at), forms))
        except (RecordRefused, UnicodeDecodeError) as refused:
            found.append(f"{type(refused).__name__}: {refused}")
    return found


def salt(at: int) -> bytes:
    return shake_256(b"%d" % at).digest(32)


def with_values(*values: bytes) -> list[bytes]:
    """Return payloads that differ in one value."""
    whole = canonical_exact(decision("a", extra=0))
    return [whole.replace(b'"extra":0', b'"extra":' + value) for value in values]


@example(with_values(b"1", b"2", b'{"a,0,b":0,"a,0,z":0}', b'{"a,5,b":0,"a,1,z":0}'))
@example([text + more for text in with_values(b"1", b"2", b"3") for more in (b"", b" ", b"}", text[-9:])])
@given(st.lists(alike(), min_size=1, max_size=3).map(lambda drawn: [text for texts in drawn for text in texts]))
def test_forms_say_what_the_plain_way_says(texts: list[bytes]) -> None:
    """The same commitments of the same payloads, and the same refusals, in whatever order they come."""
    assert committed(texts, SealingForms()) == committed(texts, None)


@example(with_values(b"1", b"2", b"3", b"1.5", b"1"))
@given(st.lists(alike(), min_size=1, max_size=3).map(lambda drawn: [text for texts in drawn for text in texts]))
def test_a_leaf_opens_by_forms_what_it_opens_the_plain_way(texts: list[bytes]) -> None:
    """Its own payload and no other, canonical or not: a payload in the tables may have been changed to anything."""
    forms = SealingForms()
    for at, text in enumerate(texts):
        leaf = read_leaf(
            make_leaf(LogRecord(kind="decision", payload=text), at, "2026-11-24T13:58Z", commit(salt(at), text))
        )
        for other in (text, texts[0], texts[-1], text.replace(b"0", b"1"), text[:-1] + b" }"):
            assert opens(leaf, salt(at), other, forms) == opens(leaf, salt(at), other)


def test_forms_that_are_full_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is let go of is read again."""
    monkeypatch.setattr(sealing_forms, "_MOST_FORMS", 2)
    monkeypatch.setattr(sealing_forms, "_MOST_VALUES", 3)
    texts = [canonical_exact(decision(f"a{at}", **{"xyz"[at % 3]: at})) for at in range(30)]

    assert committed(texts, SealingForms()) == committed(texts, None)


def test_decisions_of_one_form_are_not_read() -> None:
    """Else all of this would be for nothing."""
    forms = SealingForms()
    texts = [canonical_exact(decision(party, spent=len(party))) for party in ("a", "a1", "a22", "тест")]
    commit_record(LogRecord(kind="decision", payload=texts[0]), salt(0), forms)

    found = [forms.commitment(salt(at), text) for at, text in enumerate(texts)]

    assert found == committed(texts, None)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_salt_of_another_length_is_refused_by_forms_too(size: int) -> None:
    """Bytes could move between salt and payload."""
    forms, record = SealingForms(), LogRecord(kind="decision", payload=canonical_exact(decision("a")))
    commit_record(record, salt(0), forms)

    with pytest.raises(NotVerified, match="salt of another length"):
        commit_record(record, bytes(size), forms)


def test_a_record_of_a_known_form_is_looked_at_too() -> None:
    """Kind and hashes are no part of the payload."""
    forms, payload = SealingForms(), canonical_exact(decision("a"))
    commit_record(LogRecord(kind="decision", payload=payload), salt(0), forms)

    with pytest.raises(RecordRefused, match="unknown kind"):
        commit_record(LogRecord(kind="gossip", payload=payload), salt(0), forms)  # type: ignore[arg-type]  # no kind of leaf
