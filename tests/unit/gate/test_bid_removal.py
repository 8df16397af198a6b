"""Cutting bids out of a response: each goes with its comma, the rest is the same bytes."""

import pytest

from evenhand.gate.wire.bid_removal import remove_bids

A, B, C, D = b'{"id":"a"}', b'{"id":"b","p":1.10}', b'{"id":"c"}', b'{"bid":[{"id":"d"}]}'
LAST = b',{"bid":[]}, ' + D


def written(first: bytes, rest: bytes = LAST) -> bytes:
    return b'{"id":"1", "seatbid": [ {"bid":[ ' + first + b'\n], "seat":"s"}' + rest + b' ],"x":[]}'


RESPONSE = written(A + b" , " + B + b"," + C)


@pytest.mark.parametrize(("gone", "left"), [
    ({0: {0}}, written(B + b"," + C)),
    ({0: {1}}, written(A + b" , " + C)),
    ({0: {1, 2}}, written(A)),
    ({0: {0, 2}}, written(B)),
    ({0: {0, 1, 2}}, b'{"id":"1", "seatbid": [ {"bid":[]}, {"bid":[{"id":"d"}]} ],"x":[]}'),
    ({2: {0}}, written(A + b" , " + B + b"," + C, b',{"bid":[]}')),
    ({0: {0, 1, 2}, 2: {0}}, None),
])  # fmt: skip
def test_a_bid_goes_with_its_comma_and_a_seat_with_its_last_bid(gone: dict[int, set[int]], left: bytes | None) -> None:
    """One that came empty stays; with no bid left there is no response."""
    assert remove_bids(RESPONSE, gone) == left


@pytest.mark.parametrize("data", [
    b'{"ext":{"copy":[{"id":"a"},{"id":"b"}]},"seatbid":[{"bid":[{"id":"a"},{"id":"b"}]}]}',
    b'{"ext":"{\\"id\\":\\"a\\"}","seatbid":[{"ext":{"id":"a"},"bid":[{"id":"a"},{"id":"b"}]}]}',
    b'{"seatbid":[{"bid":[{"id":"a"},{"id":"b"}]}],"seatbid":[{"bid":[{"id":"a"},{"id":"b"}]}]}',
    b'{"seatbid":[{"bid":[{"id":"a"},{"id":"z"}],"bid":[{"id":"a"},{"id":"b"}]}]}',
    b'{"x":{"y":"[{\\"id\\":1}]","z":[{"id":"a"},{"id":"b"}]},"seatbid":[{"bid":[{"id":"a"},{"id":"b"}]}]}',
    b'{"ext":{"seatbid":[{"bid":[{"id":"a"},{"id":"b"}]}]},"seatbid":[{"bid":[{"id":"a"},{"id":"b"}]}]}',
    b'{"seatbid":[{"bid":[{"id":"a"},{"id":"c"}]}],"seatb\\u0069d":[{"bid":[{"id":"a"},{"id":"b"}]}]}',
    b'{"seatbid":[{"bid":[{"id":"a"},{"id":"b"}],"\\u0062id":[{"id":"a"},{"id":"b"}]}]}',
    b'{"seatbid":[{"bid":[{"id":"a"},{"id":"b"}],"bid":[{"id":"a"},{"id":"b"}]}]}',
    b'{"x":"{","seatbid":[{"bid":[{"id":"a"},{"id":"b"}]}]}',
    b'{"seatb\\u0069d":[{"\\u0062id":[{"id":"a"},{"id":"b"}]}]}',
])  # fmt: skip
def test_a_copy_of_a_bid_elsewhere_does_not_save_the_bid(data: bytes) -> None:
    """A bidder chooses every byte of its response; what must go is what a reader would read."""
    left = remove_bids(data, {0: {0}})

    assert left is not None
    start = data.rindex(b'{"id":"a"},')
    assert left == data[:start] + data[start + len(b'{"id":"a"},') :]


def test_a_copy_behind_the_bids_is_not_taken_for_them() -> None:
    """Here the list that counts is the one that is written with a blank."""
    bids = b'[{"id":"a"},{"id":"b"}]'
    data = b'{"seatbid":[{"bid" :%b,"ext":{"bid":%b}}]}'

    assert remove_bids(data % (bids, bids), {0: {0}}) == data % (b'[{"id":"b"}]', bids)


def test_of_bids_that_repeat_the_one_at_the_place_goes() -> None:
    """Ids and whole bids may be there twice."""
    data = b'{"seatbid":[{"bid":[{"id":"a"}]},{"bid":[{"id":"a"},{"id":"a"}]}]}'

    assert remove_bids(data, {1: {1}}) == b'{"seatbid":[{"bid":[{"id":"a"}]},{"bid":[{"id":"a"}]}]}'
    assert remove_bids(data, {0: {0}}) == b'{"seatbid":[{"bid":[{"id":"a"},{"id":"a"}]}]}'
