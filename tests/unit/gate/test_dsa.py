"""What a bid's DSA object must say; each code from both sides."""

import json
from typing import Any

import pytest

from evenhand.gate.claims.dsa import is_required, name_of, presence
from tests.data import DATA, needs_data
from tests.each_case import each_case

GOOD = {"behalf": "A made-up shop", "paid": "A made-up agency", "adrender": 1}


@needs_data
def test_every_stated_case_gets_its_codes() -> None:
    """Their outcomes follow what hosts do today, but for characters and the compulsory payer."""
    for case in json.loads((DATA / "gate" / "dsa_truth.json").read_text("utf-8")):
        stated = [code for code in case["codes"] if code.startswith("dsa-")]
        assert sorted(presence(case["regs_dsa"], case["bid"].get("ext", {}).get("dsa"))) == stated, case["id"]


@pytest.mark.parametrize(("asked", "required"), [
    (2, True), (3, True), (0, False), (1, False), (4, False), (-2, False),
    (True, False), ("2", False), (2.0, False), (None, False), ([2], False), (2**70, False),
])  # fmt: skip
def test_only_the_integers_two_and_three_require_an_object(asked: Any, required: bool) -> None:
    """A text or a boolean is no number; a bid must not fall over a request's slip."""
    assert is_required({"dsarequired": asked}) is required
    assert presence({"dsarequired": asked}, None) == (("dsa-missing",) if required else ())
    assert presence({"dsarequired": asked}, {}) == (("dsa-behalf-missing", "dsa-paid-missing") if required else ())


@pytest.mark.parametrize("none", [None, [], "behalf", 7, False])
def test_what_is_no_object_counts_as_none(none: Any) -> None:
    """On either side: a list in a request asks for nothing, a list in a bid says nothing."""
    assert presence({"dsarequired": 2}, none) == ("dsa-missing",)
    assert presence(none, none) == presence(none, {}) == presence(none, GOOD) == ()
    assert name_of(none, "behalf") == ""
    assert not is_required(none)


@pytest.mark.parametrize("unsaid", [None, "", "  ", "\u3000\n", 7, ["A made-up shop"], {}])
def test_a_name_that_is_blank_or_no_text_is_missing(unsaid: Any) -> None:
    """The payer is always named, also when it is the advertiser."""
    assert presence({"dsarequired": 2}, {**GOOD, "behalf": unsaid}) == ("dsa-behalf-missing",)
    assert presence({"dsarequired": 3}, {**GOOD, "paid": unsaid}) == ("dsa-paid-missing",)
    assert presence({"dsarequired": 1}, {**GOOD, "paid": unsaid}) == ()
    assert name_of({"paid": unsaid}, "paid") == ""


@pytest.mark.parametrize("sign", ["a", "Ж", "株", "\U0001f600"])
def test_a_name_has_a_hundred_characters_whatever_their_bytes(sign: str) -> None:
    """Counting bytes would refuse a Cyrillic name of 60 letters."""
    for asked in (None, {"dsarequired": 2}):
        assert presence(asked, {**GOOD, "behalf": sign * 100, "paid": sign * 100}) == ()
        assert presence(asked, {**GOOD, "behalf": sign * 101}) == ("dsa-behalf-length",)
        assert presence(asked, {**GOOD, "paid": sign * 101}) == ("dsa-paid-length",)


@each_case(("publisher", "buyer", "codes"), [
    (0, 0, ("dsa-neither-renders",)), (0, None, ()), (0, True, ("dsa-neither-renders",)),
    (0, 1, ()),
    (1, 0, ()), (1, 1, ()), (2, 0, ()), (2, None, ()), (2, 1, ("dsa-both-render",)), (2, True, ()), (2, "1", ()),
    (None, 0, ()), (False, 0, ()), ("0", 0, ()), (0.0, 0, ()), (3, 1, ()),
])  # fmt: skip
def test_exactly_one_side_shows_the_notice(publisher: Any, buyer: Any, codes: tuple[str, ...]) -> None:
    """Shown twice it confuses, shown by nobody it is not shown; required or not."""
    for required in (0, 2):
        assert presence({"dsarequired": required, "pubrender": publisher}, {**GOOD, "adrender": buyer}) == codes


def test_codes_come_in_the_order_of_their_numbers() -> None:
    """The first of several is the one that is reported."""
    asked = {"dsarequired": 2, "pubrender": 0}
    assert presence(asked, {"adrender": 0}) == ("dsa-behalf-missing", "dsa-paid-missing", "dsa-neither-renders")
    assert presence(asked, {"behalf": "x" * 101, "adrender": 0}) == (
        "dsa-paid-missing",
        "dsa-behalf-length",
        "dsa-neither-renders",
    )
    assert presence(None, {"behalf": "x" * 101, "paid": " " * 101}) == ("dsa-behalf-length", "dsa-paid-length")
    assert name_of({"behalf": " A made-up shop "}, "behalf") == " A made-up shop "
