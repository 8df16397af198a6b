"""A record as a line of JSON: taken in one meaning only, or refused."""

import json

import pytest

from evenhand.ledger.record_lines import read_line
from evenhand.model.errors import RecordRefused
from evenhand.model.log import NO_HASH, LogRecord
from tests.each_case import each_case

HASH = "sha256:" + "5" * 64


def test_a_line_may_be_no_more_than_a_payload() -> None:
    """The least that can be recorded is what was decided."""
    assert read_line(b'{"payload":{"b":1,"a":[]}}') == LogRecord(kind="decision", payload=b'{"a":[],"b":1}')


def test_a_line_names_kind_subject_key_and_hashes() -> None:
    """Blanks and the order of fields carry no meaning; escapes in names neither."""
    line = {"lists": HASH, "kind": "claim", "payload": "x", "subject": "a1", "key": "k", "rulebook": NO_HASH}

    assert read_line(json.dumps(line, indent=1).encode()) == LogRecord(
        kind="claim", payload=b'"x"', subject="a1", key="k", lists=HASH
    )
    assert read_line(b'{"p\\u0061yload" : {"n": 7}}').payload == b'{"n":7}'


@pytest.mark.parametrize(
    "payload", [b"{}", b'"payload"', b'"key"', b"0", b"[]", b'{"key":1}', b"null", b"true", b'{"sealed":"envelope"}']
)
def test_a_payload_may_look_like_a_name(payload: bytes) -> None:
    """What stands in it must not be taken for a field of the line."""
    line = b'{"key":"k","subject":"{}","payload":' + payload + b',"kind":"claim"}'

    assert read_line(line) == LogRecord(kind="claim", payload=payload, key="k", subject="{}")


def test_a_payload_may_be_32_containers_deep() -> None:
    """The line around it does not count (`docs/spec/ledger-leaf.md`)."""
    for depth, holds in [(32, True), (33, False)]:
        line = b'{"payload":' + b"[" * depth + b"]" * depth + b"}"
        if holds:
            assert read_line(line).payload == b"[" * 32 + b"]" * 32
        else:
            with pytest.raises(RecordRefused, match="nested too deep"):
                read_line(line)


@each_case(
    ("line", "says"),
    [
        (b"", "not a record"),
        (b"[]", "not a record"),
        (b"{}", "missing required field `payload`"),
        (b'{"payload":{}} x', "not a record"),
        (b'{"payload":{},"at":1}', "unknown field `at`"),
        (b'{"payload":{},"kind":"gossip"}', "Invalid enum value"),
        (b'{"payload":{},"kind":"erasure"}', "evenhand ledger erase"),
        (b'{"payload":{"a":[{"sealed":"' + b"0" * 64 + b'"}]}}', "a sealed value"),
        (b'{"payload":{},"rulebook":"x"}', "$.rulebook"),
        (b'{"payload":{},"lists":"sha256:' + b"5" * 65 + b'"}', "$.lists"),
        (b'{"payload":{},"key":7}', "$.key"),
        (b'{"payload":1.5}', "not an integer"),
        (b'{"payload":{"a":1,"a":1}}', "duplicate key"),
        (b'{"payload":{},"payload":{}}', "duplicate key"),
        (b'{"payload":{},"p\\u0061yload":{}}', "duplicate key"),
        (b'{"payload":1,"payload":1}', "duplicate key"),
        (b'{"payload":{},"key":"a","key":"b"}', "duplicate key"),
        (b'{"payload":{"a":"\xff"}}', "not text"),
        (b'{"payload":{},"key":"\xff"}', "not a record"),
        (b'{"payload":"\\ud800"}', "not a record"),
    ],
)
def test_a_line_that_could_be_read_in_two_ways_is_refused(line: bytes, says: str) -> None:
    """Readers disagree on those, and the log must mean one thing."""
    with pytest.raises(RecordRefused) as refused:
        read_line(line)
    assert says in str(refused.value)


def test_a_line_beyond_the_limit_is_refused() -> None:
    """1 MiB of input, or what the settings say."""
    line = b'{"payload":"' + b"x" * 100 + b'"}'

    assert read_line(line, len(line)).payload == b'"' + b"x" * 100 + b'"'
    with pytest.raises(RecordRefused, match="record too large"):
        read_line(line, len(line) - 1)
    whole = b'{"payload":"' + b"x" * ((1 << 20) - 14) + b'"}'
    assert len(read_line(whole).payload) == (1 << 20) - 12
    with pytest.raises(RecordRefused, match="record too large"):
        read_line(whole.replace(b"x", b"xx", 1))


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_a_line_nested_a_hundred_thousand_deep_is_refused_in_one_line(opening: bytes) -> None:
    """The reader of JSON raises RecursionError there; the lines before it are stored."""
    for line in (b'{"payload":' + opening * 100_000, opening * 100_000):
        with pytest.raises(RecordRefused, match=r"nested too deep|not a record"):
            read_line(line)
