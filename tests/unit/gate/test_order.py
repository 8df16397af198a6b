"""Orders are read whole or refused with the field that is wrong."""

import pytest

from evenhand.gate.orders.order import read_order
from evenhand.model.errors import RequestUnreadable
from tests.each_case import each_case
from tests.unit.gate.orders import SPONSORED, order, written


def test_an_order_without_payer_and_declaration_can_be_read() -> None:
    """Their absence is an answer of the gate, not a fault of the form's bytes."""
    read = order(payer=..., political=...)

    assert (read.payer, read.political) == (None, None)


def test_fields_of_another_system_pass_unread() -> None:
    """An order desk sends what it has."""
    assert order(desk={"clerk": 7}).campaign == "c1"


@each_case(
    ("data", "says"),
    [
        (b"", "invalid order"),
        (b"[]", "invalid order: Expected `object`"),
        (b'{"advertiser":"a1"', "invalid order"),
        (b'{"advertiser":"\xff"}', "UTF-8"),
        (b'{"x":' * 3000 + b"1" + b"}" * 3000, "at most 64 levels deep"),
        (b'{"advertiser":"a1"} {}', "invalid order"),
        (written()[:-1] + b',"political":"contains"}', "a field is there twice: `political`"),
        (written()[:-1] + b',"\\u0070ayer":"a2"}', "a field is there twice: `payer`"),
        (written(advertiser=...), "`advertiser`"),
        (written(advertiser=""), "`$.advertiser`"),
        (written(campaign=7), "`$.campaign`"),
        (written(flight=...), "`flight`"),
        (written(flight={"starts": "2026-08-10T00:00:00Z"}), "`ends`"),
        (written(flight={"starts": "2026-08-10T00:00:00", "ends": "2026-08-20T00:00:00Z"}), "`$.flight.starts`"),
        (
            written(flight={"starts": "2026-08-21T00:00:00Z", "ends": "2026-08-20T00:00:00Z"}),
            "$.flight: invalid flight",
        ),
        (written(flight={"starts": "2026-08-21T00:00:00Z", "ends": "9999-12-31T23:59:59Z"}), "from 1970 to 2199"),
        (written(markets=[]), "`$.markets`"),
        (written(markets=["DE"] * 1001), "`$.markets`"),
        (written(budget_micros=-1), "`$.budget_micros`"),
        (written(budget_micros=1.5), "`$.budget_micros`"),
        (written(budget_micros=...), "`budget_micros`"),
        (written(landing_hosts=...), "`landing_hosts`"),
        (written(landing_hosts=[7]), "`$.landing_hosts[0]`"),
        (written(political="perhaps"), "`$.political`"),
        (written(political=True), "`$.political`"),
    ],
)
def test_what_is_no_order_is_refused_with_the_field(data: bytes, says: str) -> None:
    """The order desk mends a field that is named; nothing but the one error comes out."""
    with pytest.raises(RequestUnreadable) as refused:
        read_order(data)

    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("differs", "missing"),
    [
        ({}, ()),
        ({"sponsor": " "}, ("sponsor",)),
        ({"controller": None, "election_or_process": ""}, ("controller", "election_or_process")),
        ({"notice": "no address"}, ("notice",)),
        ({"notice": "plum.example"}, ("notice",)),
        ({"notice": "ftp://plum.example/notice"}, ("notice",)),
    ],
)
def test_a_political_order_says_who_sponsors_it_for_which_vote_and_where_the_notice_is(
    differs: dict[str, object], missing: tuple[str, ...]
) -> None:
    """Regulation (EU) 2024/900, Art. 11 and 12: a link that leads nowhere is none."""
    assert order(**{**SPONSORED, **differs}).sponsor_fields_missing == missing
