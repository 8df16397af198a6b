"""The bytes of replies."""

import json
import time
from datetime import UTC, datetime

from evenhand.model.service import Mode
from evenhand.web.gate import replies
from evenhand.web.gate.counters import REFUSED
from evenhand.web.gate.replies import Refusal, marks, opening, refusing
from tests.each_case import each_case

REFUSALS = [each for each in vars(replies).values() if isinstance(each, Refusal)]


@each_case("refusal", REFUSALS)
def test_a_refusal_is_json_with_its_length_and_is_counted_by_its_reason(refusal: Refusal) -> None:
    """Programs read it as they read an answer; the texts are constant."""
    head, _, body = refusing(refusal, b"", keep=False).partition(b"\r\n\r\n")

    lines = head.split(b"\r\n")
    assert list(json.loads(body)) == ["error"]
    assert b"content-length: %d" % len(body) in lines
    assert b"connection: close" in lines
    assert refusal.why in {*REFUSED, ""}


def test_the_marks_of_a_reply_are_three_lines() -> None:
    """The date is HTTP's (RFC 9110 §5.6.7), in every month."""
    for month in range(1, 13):
        at = datetime(2026, month, 5, 4, 3, 2, tzinfo=UTC)
        said = marks(Mode.ALLOW_ALL, "7; stale", at).decode().split("\r\n")

        assert said[0] == time.strftime("date: %a, %d %b %Y %H:%M:%S GMT", at.timetuple())
        assert said[1:] == ["evenhand-mode: allow-all", "evenhand-register: 7; stale", ""]


def test_an_opening_ends_where_the_length_begins() -> None:
    """So that one join makes the whole reply."""
    begun = opening(b"a: b\r\n", media=b"text/plain")

    assert begun == b"HTTP/1.1 200 OK\r\na: b\r\ncontent-type: text/plain\r\ncontent-length: "
