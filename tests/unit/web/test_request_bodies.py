"""What is taken for a question, and which refusal everything else gets."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.web.gate import replies
from evenhand.web.gate.replies import Refusal, Refused
from evenhand.web.gate.request_bodies import read_order_of, read_parts, read_question, read_request
from tests.each_case import each_case
from tests.unit.web.served import ORDER


def refusal(read: Any, body: bytes) -> Refusal:
    with pytest.raises(Refused) as refused:
        read(body)
    return refused.value.refusal


@pytest.mark.parametrize(
    "body",
    [
        b'{"request":{"id":"1"},"response":{"a":1.10, "b" : 1E2}}',
        b' {"response":{"a":1.10, "b" : 1E2} , "request" :{"id":"1"}}\n',
        b'{"id":"x","at":17,"request":{"id":"1"},"other":[[]],"response":{"a":1.10, "b" : 1E2}}',
        b'{"\\u0072equest":{"id":"1"},"response":{"a":1.10, "b" : 1E2}}',
    ],
)
def test_both_parts_come_out_as_they_were_written(body: bytes) -> None:
    """No number is spelled anew, whatever stands around the parts."""
    assert read_parts(body) == (b'{"id":"1"}', b'{"a":1.10, "b" : 1E2}')


def test_half_a_character_is_no_reason_to_leave_an_auction_unfiltered() -> None:
    """One bidder's escape of half a surrogate pair would else take every bid of the auction past the filter."""
    request, response = b'{"ua":"\\ud83d"}', b'{"a":"\\uDE00 \\ud83d\\ude00", "b" : 1E2}'

    assert read_parts(b'{"x":"\\ud83d","request": ' + request + b',"response" :' + response + b"}") == (
        request,
        response,
    )
    assert refusal(read_parts, b'{"request":{"a":"\\ud83d"},"response":{},"response":{}}')[:2] == replies.FORM[:2]
    assert refusal(read_parts, b'{"request":{"a":"\\ud83d"},"response":[]}')[:2] == replies.FORM[:2]
    assert refusal(read_parts, b'{"request":{"a":"\\ud83d"},"response":{}') == replies.SYNTAX


@each_case(
    ("body", "expected"),
    [
        (b"", replies.SYNTAX),
        (b"{", replies.SYNTAX),
        (b'{"request":{},"response":{}}x', replies.SYNTAX),
        (b'{"request":{"a":NaN},"response":{}}', replies.SYNTAX),
        (b'{"request":{},"response":{"skipped":"\xff"}}', replies.SYNTAX),
        (b'{"request":{},"response":{},"\xed\xa0\x80":1}', replies.SYNTAX),
        (b"\x1f\x8b\x08\x00", replies.SYNTAX),
        (b"[]", replies.FORM),
        (b"null", replies.FORM),
        (b'{"request":{}}', replies.FORM),
        (b'{"request":{},"response":null}', replies.FORM),
        (b'{"request":[],"response":{}}', replies.FORM),
        (b'{"request":{},"response":"{}"}', replies.FORM),
        (b'{"request":{},"response":{},"id":7}', replies.FORM),
        (b'{"request":{"id":7},"response":{}}', replies.FORM),
        (b'{"request":{"id":null},"response":{}}', replies.FORM),
        (b'{"request":{},"response":{},"response":{}}', replies.FORM),
        (b'{"request":{},"response":{},"\\u0072equest":{}}', replies.FORM),
        (b'{"x":1,"request":{},"response":{},"x":1,"pad":"12345678901234567890"}', replies.FORM),
        (b'{"request":{},"response":{},"x":' + b"[" * 5000 + b"]" * 5000 + b"}", replies.DEPTH),
    ],
)
def test_parts_that_cannot_be_told_apart_from_others_are_refused(body: bytes, expected: Refusal) -> None:
    """Two readers must not see two different requests in one body."""
    assert refusal(read_parts, body)[:2] == expected[:2]


@given(st.lists(st.sampled_from(["request", "response", "id", "x", "é"]), max_size=5), st.integers(0, 3))
def test_a_part_is_taken_if_and_only_if_it_is_named_once(names: list[str], blanks: int) -> None:
    """The short way that most bodies take says the same as reading the body twice."""
    values = {"id": '"i"', "x": "7", "é": "7"}
    members = [f'"{name}"{" " * blanks}:{" " * blanks}{values.get(name, "{}")}' for name in names]
    body = ("{" + ",".join(members) + "}").encode()

    once = len(set(names)) == len(names) and {"request", "response"} <= set(names)

    if once:
        assert read_parts(body) == (b"{}", b"{}")
    else:
        assert refusal(read_parts, body)[:2] == replies.FORM[:2]


def test_members_that_nobody_reads_may_be_deep_but_never_end_the_reader() -> None:
    """Two readers of different patience look at them; whichever gives up first, there is a refusal for it."""
    heard = set()
    for depth in range(700, 1100):
        body = b'{"request":{},"response":{},"x":%b%b}' % (b"[" * depth, b"]" * depth)
        try:
            heard.add(read_parts(body)[0])
        except Refused as refused:
            heard.add(refused.refusal.body)

    assert heard <= {b"{}", replies.DEPTH.body}


def test_a_question_has_the_fields_of_a_check() -> None:
    """A field of one value may stand in a list, as one of several does."""
    plain = read_question(b'{"adomain":["a.example",7],"seat":"1","bundle":null,"country":"DE"}')
    listed = read_question(b'{"adomain":"a.example","seat":["1"],"advertiser":["a1"]}')

    assert (plain.adomain, plain.seat, plain.bundle, plain.country) == (["a.example", 7], "1", None, "DE")
    assert (listed.adomain, listed.seat, listed.advertiser, listed.bundle) == ("a.example", "1", "a1", None)


def test_a_question_may_be_about_a_bid_that_names_nobody() -> None:
    """An empty `adomain` is a bid; no `adomain` is a question about something else."""
    assert read_question(b'{"adomain":[]}').adomain == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"{}", replies.FORM),
        (b'{"country":"DE"}', replies.FORM),
        (b'{"seat":""}', replies.FORM),
        (b'{"seat":7}', replies.FORM),
        (b'{"seat":["1","2"]}', replies.FORM),
        (b'{"adomain":{"a":1}}', replies.FORM),
        (b'{"adomains":["a.example"]}', replies.FORM),
        (b'{"seat":"1","seat":"2"}', replies.FORM),
        (b'{"seat":"1","seat" :"1"}', replies.FORM),
        (b'{"seat":"1","s\\u0065at":"2"}', replies.FORM),
        (b'{"seat":"\xff"}', replies.SYNTAX),
        (b'{"seat":"1"', replies.SYNTAX),
        (b'{"adomain":' + b"[" * 70 + b"]" * 70 + b"}", replies.DEPTH),
        (b"[" * 2_000_000, replies.DEPTH),
    ],
    ids=lambda each: repr(each)[:40],
)
def test_a_question_that_asks_nothing_or_something_else_is_refused(body: bytes, expected: Refusal) -> None:
    """A misspelled field would be a question about nobody, and its answer a wrong comfort."""
    assert refusal(read_question, body)[:2] == expected[:2]


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_body_gets_anything_but_an_answer_or_a_refusal(body: bytes) -> None:
    """Whatever bytes come, no other error leaves the reader."""
    for read in (read_parts, read_question):
        with suppress(Refused):
            read(body)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("read", "body", "field"),
    [
        (read_parts, b'{"request":{}}', "response"),
        (read_parts, b'{"request":{},"response":[]}', "response"),
        (read_parts, b'{"request":{"id":7},"response":{}}', "request.id"),
        (read_parts, b'{"request":{},"response":{},"response":{}}', "response"),
        (read_question, b'{"seat":7}', "seat"),
        (read_question, b'{"seat":"1","seat":"2"}', "seat"),
        (read_request, b'{"request":[]}', "request"),
        (read_order_of, b'{"advertiser":"a"}', "campaign"),
        (read_order_of, b'{"advertiser":""}', "advertiser"),
        (read_order_of, json.dumps(ORDER | {"markets": [7]}).encode(), "markets[0]"),
        (read_order_of, json.dumps(ORDER | {"flight": {"starts": "2026-08-01T00:00:00Z"}}).encode(), "flight.ends"),
    ],
)
def test_a_refusal_names_the_field(read: Callable[[bytes], object], body: bytes, field: str) -> None:
    """By our own name for it, so that anyone who wrote the caller finds the place."""
    assert json.loads(refusal(read, body).body)["field"] == field


@pytest.mark.parametrize(
    "body", [b'{"mine":1}', b'{"mine":1,"mine":2,"seat":"1"}', b'{"request":{},"response":{},"mine":1,"mine":2}']
)
def test_a_field_that_is_none_of_ours_is_not_repeated(body: bytes) -> None:
    """Nothing of what came in goes out."""
    for read in (read_parts, read_question):
        assert b"mine" not in refusal(read, body).body
