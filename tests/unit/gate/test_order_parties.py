"""Who is meant in an order by what a buyer can send: domain, legal name, numbers, seat, or an id."""

from pathlib import Path
from typing import Any

import pytest

from evenhand.gate.orders.purchase import PurchaseAnswer
from evenhand.model.errors import RequestUnreadable
from tests.unit.gate.orders import SPONSORED, order
from tests.unit.gate.registers import row
from tests.unit.gate.test_purchase import asked

PLUM = row(
    "a1", "refuse", domains=("plum.example",), names=("Plum Orchards GmbH",), seats=("512", "shared"),
    identifiers=("registration/de:HRB 12345", "vat/de:123 456 789"), payers=("p1",), sanctioned=True,
)  # fmt: skip
QUINCE = row("a2", domains=("quince.example",), names=("Quince", "Orchards"), seats=("shared",))
OTHER = row("a3", names=("Orchards",), identifiers=("registration/fr:912 345 678",))
HOLDING = row("p1", "refuse", kind="payer", domains=("holding.example",), names=("A made-up holding",))


def answered(folder: Path, advertiser: Any, payer: Any = None, **differs: Any) -> PurchaseAnswer:
    """Answer an order of the plain and of the compiled register, which answer the same."""
    rows = (PLUM, QUINCE, OTHER, HOLDING)
    differs = {"landing_hosts": [], "advertiser": advertiser, "payer": payer or advertiser, **differs}
    return asked(folder, *rows, rules={}, **differs)


@pytest.mark.parametrize(
    "keys",
    [
        {"id": "a1"},
        {"domain": "https://www.shop.plum.example/pears"},
        {"name": "PLUM ORCHARDS"},
        {"register_number": "hrb-12345"},
        {"vat_number": "DE 123.456.789"},
        {"vat_number": "123456789"},
        {"seat": "512"},
        {"domain": "plum.example", "name": "Plum Orchards GmbH", "seat": "512"},
    ],
    ids=str,
)
def test_an_advertiser_is_found_by_each_key_that_a_buyer_can_send(tmp_path: Path, keys: dict[str, str]) -> None:
    """Nobody outside knows our ids; the answer is that of the decision, and says which keys led to it."""
    answer = answered(tmp_path, keys)

    assert (answer.outcome, answer.codes, answer.decision) == ("refuse", ("advertiser-blocked",), "d-a1")
    assert (answer.advertiser, answer.payer, answer.sanctioned) == ("a1", "a1", True)
    assert answer.found_by == tuple(f"advertiser.{key}" for key in ("id", "domain", "name", "register_number",
                                                                    "vat_number", "seat") if key in keys)  # fmt: skip


@pytest.mark.parametrize("text", ["a1", "plum.example", "Plum Orchards", "HRB 12345", "DE123456789"])
def test_a_bare_text_is_an_id_a_domain_a_name_or_a_number(tmp_path: Path, text: str) -> None:
    """Most forms have one field."""
    assert answered(tmp_path, text).advertiser == "a1"


def test_a_bare_text_is_never_a_seat(tmp_path: Path) -> None:
    """Seats and ids of advertisers are numbers alike: an id that nobody has is not the seat of another."""
    assert answered(tmp_path, "512").codes == ("unverified",)


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({"domain": "plum.example", "name": "Quince"}, "domain belongs to a1, name to a2"),
        ({"name": "Orchards"}, "name belongs to a2 or a3"),
        ({"seat": "shared"}, "seat belongs to a1 or a2"),
        ({"id": "a3", "domain": "quince.example"}, "id belongs to a3, domain to a2"),
    ],
)
def test_keys_that_lead_to_two_parties_hold_the_order_and_say_why(
    tmp_path: Path, keys: dict[str, str], says: str
) -> None:
    """Anyone who is refused does not pass by naming somebody else besides."""
    answer = answered(tmp_path, keys)

    assert (answer.outcome, answer.codes, answer.advertiser) == ("hold", ("advertiser-ambiguous",), None)
    assert answer.changes == (f"Give keys of one advertiser: {says}.",)


def test_a_second_key_tells_apart_who_share_the_first(tmp_path: Path) -> None:
    """Two parties of one name, two of one seat: what both keys lead to is meant."""
    answer = answered(tmp_path, {"name": "Orchards", "seat": "shared"})

    assert (answer.outcome, answer.advertiser) == ("allow", "a2")


def test_many_parties_of_one_key_are_not_all_named(tmp_path: Path) -> None:
    """The sentence is read by a person."""
    rows = [row(f"b{number}", names=("Same",)) for number in range(5)]

    answer = asked(tmp_path, *rows, rules={}, advertiser={"name": "Same"}, payer="b1", landing_hosts=[])

    assert "name belongs to b0, b1, b2 and 2 more" in answer.changes[-1]


def test_a_key_that_leads_to_nobody_is_told_beside_one_that_leads_to_somebody(tmp_path: Path) -> None:
    """The order desk sees that the domain is not on file."""
    answer = answered(tmp_path, {"name": "Quince", "domain": "nobody.example"})

    assert (answer.outcome, answer.advertiser) == ("allow", "a2")
    assert (answer.found_by, answer.not_found) == (("advertiser.name",), ("advertiser.domain",))


def test_a_party_that_cannot_be_found_is_unknown_and_the_keys_are_named(tmp_path: Path) -> None:
    """Held, where the operator chose nothing else."""
    answer = answered(tmp_path, {"domain": "nobody.example", "vat_number": "FR 1"})

    assert (answer.outcome, answer.codes) == ("hold", ("unverified",))
    assert answer.changes == ("Enter the advertiser first: nobody on file has this domain or VAT number.",)


def test_a_payer_is_found_by_its_keys_like_an_advertiser(tmp_path: Path) -> None:
    """Refused money under its legal name is refused money."""
    answer = answered(tmp_path, "a2", {"name": "A Made-Up Holding"})

    assert answer.codes == ("payer-undeclared", "payer-blocked")
    assert (answer.payer, answer.decision, answer.outcome) == ("p1", None, "refuse")
    assert "payer-undeclared" not in answered(tmp_path, "a1", {"domain": "holding.example"}).codes


def test_an_advertiser_that_is_found_as_its_own_payer_pays_itself(tmp_path: Path) -> None:
    """By whatever key each is given."""
    assert answered(tmp_path, {"domain": "quince.example"}, {"name": "Quince"}).codes == ()


def test_a_payer_of_two_parties_holds(tmp_path: Path) -> None:
    """As an advertiser does."""
    answer = answered(tmp_path, {"domain": "quince.example"}, {"domain": "plum.example", "name": "Orchards"})

    assert (answer.outcome, answer.codes) == ("hold", ("payer-ambiguous",))


def test_a_refused_payer_is_no_stranger_as_an_advertiser(tmp_path: Path) -> None:
    """Its domain leads to its row, whatever it orders as."""
    answer = answered(tmp_path, {"domain": "holding.example"})

    assert (answer.outcome, answer.codes, answer.decision) == (
        "refuse",
        ("payer-blocked", "advertiser-blocked"),
        "d-p1",
    )


def test_a_refused_seat_blocks_whoever_orders_through_it(tmp_path: Path) -> None:
    """The seat has a decision of its own."""
    seat = row("513", "refuse", kind="seat")

    answer = asked(tmp_path, QUINCE, seat, rules={}, advertiser={"id": "a2", "seat": "513"}, payer="a2",
                   landing_hosts=[])  # fmt: skip

    assert (answer.outcome, answer.codes, answer.decision) == ("refuse", ("seat-blocked",), "d-513")


@pytest.mark.parametrize(
    ("who", "says"),
    [
        ({}, r"\$\.advertiser: invalid order: a party without a key; expected one of id, domain"),
        ({"vat": "DE1"}, "unknown field `vat`"),
        ({"domain": ""}, "length >= 1"),
        (7, r"\$\.advertiser"),
    ],
)
def test_a_party_without_a_readable_key_is_an_error(who: Any, says: str) -> None:
    """A typing error in a key must not make a stranger of somebody who is refused."""
    with pytest.raises(RequestUnreadable, match=says):
        order(advertiser=who)


@pytest.mark.parametrize("field", ["sponsor", "controller"])
@pytest.mark.parametrize(
    ("text", "decision"),
    [("PLUM ORCHARDS", "d-a1"), ("a1", "d-a1"), ("www.plum.example", "d-a1"), ("A made-up holding", "d-p1")],
)
def test_a_refused_party_neither_sponsors_nor_controls_an_order(
    tmp_path: Path, field: str, text: str, decision: str
) -> None:
    """Advertiser or payer on file, by what a form can say of it; the order's own parties are in order."""
    answer = answered(tmp_path, "a2", **SPONSORED | {field: text})

    assert (answer.outcome, answer.codes, answer.decision) == ("refuse", (f"{field}-blocked",), decision)
    assert answer.sanctioned is (decision == "d-a1")


def test_a_sponsor_who_shares_a_name_is_refused_only_if_all_of_that_name_are(tmp_path: Path) -> None:
    """A shared name alone refuses nobody: a person looks, unless the one who is meant orders or pays."""
    refused = row("a4", "refuse", names=("Orchards",))
    order_by = {"rules": {}, "landing_hosts": [], **SPONSORED, "sponsor": "Orchards"}
    rows = (QUINCE, row("a5"), refused)

    shared = asked(tmp_path, *rows, **order_by, advertiser="a5", payer="a5")
    own = asked(tmp_path, *rows, **order_by, advertiser="a2", payer="a2")
    alone = asked(tmp_path, row("a5"), refused, **order_by, advertiser="a5", payer="a5")

    assert (shared.outcome, shared.codes) == ("hold", ("sponsor-ambiguous",))
    assert shared.changes == ("Give the id of the sponsor: it may be a2 or a4.",)
    assert (own.codes, alone.codes) == ((), ("sponsor-blocked",))


def test_a_sponsor_whom_nobody_knows_is_told_and_holds_nothing(tmp_path: Path) -> None:
    """Sponsors need not be advertisers; the order desk sees that the name is not on file."""
    answer = answered(tmp_path, "a2", **SPONSORED)

    assert (answer.outcome, answer.codes) == ("allow", ())
    assert answer.not_found == ("sponsor.name", "controller.name")
