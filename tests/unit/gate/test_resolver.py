"""From texts to rows: the most specific domain, names however they are spelled, accounts on platforms."""

from pathlib import Path

import pytest

from evenhand.gate.reference import rows_by_id
from evenhand.gate.registers.register import PlainRegister
from evenhand.gate.registers.row_keys import BUNDLE, SEAT
from evenhand.gate.resolver import Resolver
from evenhand.model.accounts import address_of
from evenhand.model.errors import RegisterInvalid
from evenhand.model.register import RegisterRow
from tests.unit.gate.registers import SUFFIXES, head, row


def resolver(*rows: RegisterRow) -> Resolver:
    return Resolver(PlainRegister(head(), rows, Path("register.jsonl")))


def ids(found: Resolver, refs: tuple[int, ...] | None) -> list[str]:
    return [found.register.row(ref).id for ref in refs or ()]


def test_the_most_specific_domain_leads_to_its_row() -> None:
    """A tenant's sub-host may be a row of its own below somebody else's domain."""
    register = resolver(row("owner", domains=("big.example",)), row("tenant", domains=("shop.big.example",)))

    def owner(host: str) -> list[str]:
        return ids(register, register.host(host))

    assert owner("big.example") == owner("a.b.big.example") == ["owner"]
    assert owner("shop.big.example") == owner("x.shop.big.example") == ["tenant"]
    assert owner("notbig.example") == owner("big.example.org") == owner("example") == []


def test_a_platform_never_leads_to_the_row_of_its_owner() -> None:
    """An app's page in a store says which platform shows it, not who advertises."""
    register = resolver(row("platform", "refuse", domains=("google.com", "youtube.com")))

    assert register.host("ads.google.com")
    assert not register.host("play.google.com")
    assert not register.host("m.youtube.com")


def test_further_platforms_are_those_that_the_head_names() -> None:
    """A network knows hosts of its own region that show many advertisers."""
    rows = [row("a", domains=("pages.example",))]
    wider = Resolver(PlainRegister(head(shared_hosts=("pages.example",)), rows, Path("r")))

    assert resolver(*rows).adomain("shop.pages.example")
    assert wider.adomain("shop.pages.example") == ()


def test_below_a_platform_a_row_of_ones_own_still_counts() -> None:
    """Some platforms give each page a host; that one names somebody."""
    register = resolver(row("a", domains=("a.linktr.ee",)))

    assert register.host("www.a.linktr.ee")
    assert not register.host("b.linktr.ee")


@pytest.mark.parametrize(("value", "found"), [
    ("https://www.youtube.com/@ford", ["a"]), ("youtube.com/ford/videos", ["a"]), ("https://youtube.com/watch?v=x", []),
    ("https://play.google.com/store/apps/details?id=com.ford.app&hl=de", ["b"]), ("play.google.com/store", []),
    ("https://play.google.com.evil.example/?id=com.ford.app", []),
    ("https://[::1]/play.google.com?id=com.ford.app", []),
    ("play.google.com/store/apps/details?" + "x=1&" * 40 + "id=com.ford.app", []),
])  # fmt: skip
def test_a_page_on_a_platform_leads_to_the_account_that_it_names(value: str, found: list[str]) -> None:
    """The platform is shared, the handle is somebody's, however a row spells it."""
    register = resolver(row("a", accounts=("YouTube/@Ford",)), row("b", accounts=("play/com.ford.app",)))

    assert ids(register, register.adomain(value)) == found


@pytest.mark.parametrize(("value", "found"), [
    ("https://play.google.com/store/apps/details?id=com.ford.app", ["a"]),
    ("PLAY.google.com/x?hl=de&id=com.ford.app", ["a"]),
    ("https://apps.apple.com/de/app/a-ford/id1234567890", ["a"]), ("itunes.apple.com/app/id1234567890/?mt=8", ["a"]),
    ("https://apps.apple.com:443/app/id1234567890", ["a"]),
    ("https://play.google.com/store/apps/details?id=com.other", []),
    ("https://apps.apple.com/de/app/id123456789", []),
    ("https://apps.apple.com/de/developer/x/id1234567890/see-all", []),
    ("https://play.google.com/store/apps/dev?x=com.ford.app", []), ("https://apps.example/app/id1234567890", []),
    ("https://apps.apple.com.evil.example/app/id1234567890", []),
])  # fmt: skip
def test_the_page_of_an_app_in_a_store_leads_to_whose_bundle_it_is(value: str, found: list[str]) -> None:
    """The store is no advertiser; a refused app passed at its own address, in bids and in orders."""
    register = resolver(row("a", bundles=("com.ford.app", "1234567890")), row("b", bundles=("com.pear.app",)))

    assert ids(register, register.adomain(value)) == found


@pytest.mark.parametrize(("account", "bundle"), [
    ("play/com.Ford.app", "com.Ford.app"), ("appstore/1234567890", "1234567890"),
    ("https://apps.apple.com/app/id1234567890", "1234567890"),
])  # fmt: skip
def test_an_app_that_is_on_file_as_a_page_is_found_by_its_bundle(account: str, bundle: str) -> None:
    """A client whose website is its page in a store passed with `bundle`; the page itself leads to it as before."""
    register = resolver(row("a", accounts=(account,)), row("p", kind="payer", accounts=("play/com.Pays",)))

    assert ids(register, register.bundle(bundle)) == ids(register, register.adomain(address_of(account) or account))
    assert ids(register, register.bundle(bundle)) == ["a"]
    assert ids(register, register.bundle("com.Pays")) == ["p"]
    assert register.bundle(f"{bundle}1") == ()


def test_what_was_met_before_is_answered_the_same_and_the_memory_has_an_end() -> None:
    """An outsider chooses what is met; memory must not grow with it."""
    register = resolver(row("a", domains=("a.example",), names=("A Made-Up Name",)))

    for number in range(5000):
        assert register.adomain(f"x{number}.example") == ()
        assert register.name(f"somebody {number}") == ()

    assert ids(register, register.adomain("a.example")) == ids(register, register.name("a made-up name")) == ["a"]
    assert register.adomain("broken") is None
    assert max(len(register.hosts), len(register.names)) <= 2048


def test_an_advertiser_comes_before_a_payer_of_the_same_id() -> None:
    """Every advertiser may also pay; asked by id, its own row answers."""
    register = resolver(row("a", kind="payer"), row("a"), row("p", kind="payer"), row("s", kind="seat"))

    found = rows_by_id(register, "a") + rows_by_id(register, "p")
    assert [register.register.row(ref).kind for ref in found] == ["advertiser", "payer"]
    assert rows_by_id(register, "s") == rows_by_id(register, "nobody") == rows_by_id(register, None) == ()


def test_a_seat_leads_to_its_own_row_and_to_each_party_it_is_on_file_for_once() -> None:
    """Several advertisers buy through one seat; a seat of another system is `asi/bsid`."""
    register = resolver(
        row("512", kind="seat"), row("a", seats=("512", "512", "dsp.example/512")), row("b", seats=("512",))
    )
    find = register.register.find

    assert ids(register, find(SEAT, "512")) == ["512", "a", "b"]
    assert ids(register, find(SEAT, "dsp.example/512")) == ["a"]
    assert find(SEAT, "513") == find(SEAT, "") == ()


def test_bundles_are_compared_whole() -> None:
    """`com.ford` is not the owner of `com.ford.app`."""
    register = resolver(row("a", bundles=("com.ford.app",)))

    assert ids(register, register.register.find(BUNDLE, "com.ford.app")) == ["a"]
    assert register.register.find(BUNDLE, "com.ford") == ()


@pytest.mark.parametrize(("bundle", "spelled"), [
    ("com.Ford.app", " com.Ford.app "), ("com.Ford.app", "\tcom.Ford.app\u00a0"),
    ("com.Ford.app", "https://play.google.com/store/apps/details?id=com.Ford.app"),
    ("1234567890", "id1234567890"), ("1234567890", "1234567890.0"), ("1234567890", "1234567890 "),
    ("1234567890", "https://apps.apple.com/us/app/x/id1234567890"),
])  # fmt: skip
def test_an_app_is_one_in_every_spelling_of_row_and_bid(bundle: str, spelled: str) -> None:
    """A blank around it, Apple's `id` or the app's page in its place made another app of it."""
    plain, other = resolver(row("a", bundles=(bundle,))), resolver(row("a", bundles=(spelled,)))

    assert ids(plain, plain.bundle(spelled)) == ids(other, other.bundle(bundle)) == ["a"]
    assert plain.bundle(bundle.lower()[:-1]) == plain.bundle(" ") == ()


@pytest.mark.parametrize(("seat", "spelled"), [
    ("0012", "0012 "), ("512", "512.0"), ("512", "\t512\r\n"), ("dsp.example/512", " DSP.example/512 "),
    ("dsp.example/512", "dsp.example/ 512"), ("Team 7", "Team 7\u200b"),
])  # fmt: skip
def test_a_seat_is_one_with_blanks_around_it_and_without(seat: str, spelled: str) -> None:
    """Values of `adomain` are trimmed; a blank behind a seat let it pass."""
    plain, other = resolver(row("a", seats=(seat,))), resolver(row("a", seats=(spelled,)))

    assert ids(plain, plain.seat(spelled)) == ids(other, other.seat(seat)) == ["a"]
    assert plain.seat("12") == plain.seat("Team7") == ()


def test_a_public_suffix_is_seen_where_the_rules_are_handed_in() -> None:
    """The gate of an ad server has no suffix list; the checks of what it opens were made when it was written."""
    claim = row("a", domains=("co.uk",))

    assert resolver(claim).host("ford.co.uk")
    with pytest.raises(RegisterInvalid, match="public suffix"):
        PlainRegister(head(), [claim], Path("r"), SUFFIXES)
