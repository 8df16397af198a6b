"""Requests to the database: one statement, up to a hundred, a question."""

import json

import pytest

from evenhand.model.errors import BadInput
from evenhand.reasons.batches import MOST, to_ask, to_store


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
