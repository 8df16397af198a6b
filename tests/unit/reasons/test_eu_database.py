"""Answers of the database, each read for what it says of every statement."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.model.errors import BadInput
from evenhand.reasons.eu_database import (
    MOST,
    DatabaseReply,
    FollowUp,
    asked_wait_s,
    read_known,
    read_stored,
    to_ask,
    to_store,
)

PUIDS = ["r-0", "r-1", "r-2"]


def answer(status: int, said: Any = None) -> DatabaseReply:
    return DatabaseReply(status, b"" if said is None else json.dumps(said).encode())


def test_201_means_that_all_are_stored() -> None:
    """With what the database calls each of them, as far as it says so."""
    said = {"statements": [{"puid": "r-0", "uuid": "u-0", "id": 7, "decision_facts": "…"}, "?"]}

    reading = read_stored(answer(201, said), PUIDS)

    assert reading == (FollowUp.SEND, {"r-0": {"status": 201, "uuid": "u-0", "id": "7"},
                                   "r-1": {"status": 201}, "r-2": {"status": 201}}, {})  # fmt: skip
    assert read_stored(answer(201, {"puid": "r-0", "uuid": "u"}), ["r-0"]).stored == {
        "r-0": {"status": 201, "uuid": "u"}
    }
    assert read_stored(DatabaseReply(201, b"<html>"), ["r-0"]).stored == {"r-0": {"status": 201}}


def test_statements_that_the_database_knew_are_stored_and_the_others_are_sent_again() -> None:
    """Nothing of the batch was stored now; the places of the others are known."""
    reading = read_stored(answer(422, {"errors": {"existing_puids": ["r-1", "r-9"]}}), PUIDS)

    assert reading == (FollowUp.SEND, {"r-1": {"status": 422}}, {})


def test_one_wrong_statement_is_refused_and_the_others_are_sent_again() -> None:
    """With its fields; a place that we did not send is nobody's."""
    said = {"errors": {"statement_2": {"category": ["is wrong", "twice"]}, "statement_7": {"x": ["?"]}}}

    reading = read_stored(answer(422, said), PUIDS)

    assert reading == (FollowUp.SEND, {}, {"r-2": {"category": "is wrong twice"}})


@pytest.mark.parametrize("said", ["is wrong", ["is", "wrong"]])
def test_a_refusal_without_fields_keeps_what_was_said(said: Any) -> None:
    """A refused statement is never sent again, so it has to say why, in a batch as alone."""
    in_batch = read_stored(answer(422, {"errors": {"statement_1": said}}), PUIDS)
    alone = read_stored(answer(422, {"errors": said}), ["r-1"])

    assert in_batch == alone == (FollowUp.SEND, {}, {"r-1": {"": "is wrong"}})


@pytest.mark.parametrize("nothing", [None, {}, [], ""])
def test_a_statement_that_is_named_with_nothing_wrong_is_not_refused(nothing: Any) -> None:
    """Refused is final: it is sent again with the others, or alone if none of the batch is wrong."""
    beside = {"errors": {"statement_0": nothing, "statement_1": {"category": ["wrong"]}}}

    assert read_stored(answer(422, beside), PUIDS) == (FollowUp.SEND, {}, {"r-1": {"category": "wrong"}})
    assert read_stored(answer(422, {"errors": {"statement_0": nothing}}), PUIDS) == (FollowUp.APART, {}, {})


@pytest.mark.parametrize(
    "said", [None, [], {}, {"errors": []}, {"errors": {"existing_puids": "r-1"}}, {"message": "?"}]
)
def test_a_refusal_that_names_none_of_ours_parts_the_batch(said: Any) -> None:
    """Alone, each is refused or stored for itself."""
    assert read_stored(answer(422, said), PUIDS) == (FollowUp.APART, {}, {})


def test_a_batch_that_is_too_large_is_parted_and_a_statement_is_not() -> None:
    """Alone each is small; one that is too large alone stays so."""
    assert read_stored(answer(413), PUIDS).then is FollowUp.APART
    assert read_stored(answer(413), ["r-0"]).then is FollowUp.STOP


@pytest.mark.parametrize(
    ("said", "stored", "refused"),
    [
        ({"existing": {"puid": "r-0", "uuid": "u"}}, {"r-0": {"status": 422, "uuid": "u"}}, {}),
        ({"existing": {"puid": "r-9"}, "errors": {"puid": ["taken"]}}, {}, {"r-0": {"puid": "taken"}}),
        ({"errors": {"category": "wrong"}}, {}, {"r-0": {"category": "wrong"}}),
        ({"errors": {"category": ["x" * 9000]}}, {}, {"r-0": {"category": "x" * 500}}),
        (None, {}, {"r-0": {"": "refused without a field"}}),
    ],
)
def test_a_statement_alone_is_known_or_refused(said: Any, stored: dict[str, Any], refused: dict[str, Any]) -> None:
    """Only its own `puid` counts as known."""
    assert read_stored(answer(422, said), ["r-0"]) == (FollowUp.SEND, stored, refused)


@pytest.mark.parametrize(
    ("status", "then"),
    [
        (429, FollowUp.LATER), (500, FollowUp.ASK), (503, FollowUp.ASK), (408, FollowUp.ASK), (401, FollowUp.STOP),
        (403, FollowUp.STOP),
        (404, FollowUp.STOP), (200, FollowUp.LOOK), (202, FollowUp.LOOK), (301, FollowUp.LOOK), (302, FollowUp.LOOK),
    ],
)  # fmt: skip
def test_nothing_but_201_means_stored(status: int, then: FollowUp) -> None:
    """What may have been stored is asked for, what cannot have been is not."""
    assert read_stored(answer(status, {"puid": "r-0"}), PUIDS) == (then, {}, {})


@pytest.mark.parametrize(
    ("status", "said", "then", "known"),
    [
        (302, {"message": "found", "puid": "r-0"}, FollowUp.SEND, True),
        (302, None, FollowUp.SEND, True),
        (302, {"puid": "r-1"}, FollowUp.LOOK, False),
        (302, "<html>sign in</html>", FollowUp.LOOK, False),
        (404, {"message": "none"}, FollowUp.SEND, False),
        (200, {"puid": "r-0"}, FollowUp.LOOK, False),
        (301, {"puid": "r-0"}, FollowUp.LOOK, False),
        (429, None, FollowUp.ASK, False),
        (500, None, FollowUp.ASK, False),
        (401, None, FollowUp.STOP, False),
    ],
)
def test_a_statement_is_known_by_302_and_unknown_by_404(status: int, said: Any, then: FollowUp, known: bool) -> None:
    """A redirect that is about something else, such as to a page of signing in, says nothing of it."""
    reading = read_known(answer(status, said), "r-0")

    assert (reading.then, "r-0" in reading.stored) == (then, known)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", 0.0), ("7", 7.0), (" 7 ", 7.0), ("-7", 0.0), ("soon", 0.0), ("٧", 0.0), ("9" * 400, 999_999_999.0),
        ("Wed, 25 Nov 2026 12:00:30 GMT", 30.0), ("Wed, 25 Nov 2026 11:00:00 GMT", 0.0), ("Wed, 99 Nov 2026", 0.0),
    ],
)  # fmt: skip
def test_the_wait_that_is_asked_for_is_a_number_or_a_date(text: str, seconds: float) -> None:
    """RFC 9110 has both; what is neither is no wish."""
    assert asked_wait_s(DatabaseReply(429, b"", text), 1_795_608_000.0) == seconds


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(PUIDS),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["errors", "existing_puids", "existing", "puid", "statements", "statement_0"]), inner
        )
    ),
    max_leaves=12,
)


@given(status=st.integers(100, 599), said=JSON | st.binary(max_size=40), puids=st.sampled_from([["r-0"], PUIDS]))
def test_any_answer_is_read(status: int, said: Any, puids: list[str]) -> None:
    """Whatever a server says, no statement is stored and refused, and none is stored without 201, 302 or 422."""
    given_answer = DatabaseReply(status, said if isinstance(said, bytes) else json.dumps(said).encode())

    for reading in (read_stored(given_answer, puids), read_known(given_answer, puids[0])):
        assert not reading.stored.keys() & reading.refused.keys()
        assert reading.stored.keys() | reading.refused.keys() <= set(puids)
        assert not reading.stored or status in (201, 302, 422)


def test_a_hundred_statements_are_one_request_in_their_order() -> None:
    """An error of the answer names a place in the batch."""
    payloads = [json.dumps({"puid": f"r-{number}"}).encode() for number in range(MOST)]

    request = to_store(payloads)

    assert (request.method, request.path) == ("POST", "/api/v1/statements")
    assert request.body is not None
    assert [each["puid"] for each in json.loads(request.body)["statements"]] == [f"r-{number}" for number in range(100)]


@pytest.mark.parametrize("number", [0, 101])
def test_what_the_database_would_refuse_whole_is_not_made(number: int) -> None:
    """A batch of 101 is refused before sending."""
    with pytest.raises(BadInput, match=f"a batch of `{number}`; expected 1 to 100 statements"):
        to_store([b"{}"] * number)


def test_a_question_has_no_body() -> None:
    """It asks for one statement by its `puid`."""
    assert to_ask("r-1") == ("GET", "/api/v1/statement/existing-puid/r-1", None)
