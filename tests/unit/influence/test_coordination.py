"""Who is found to act as one, and who is not."""

import random

import pytest

from evenhand.influence import find_coordination
from tests.unit.influence.events import Event, burst, tables_of

RING = tuple(f"r{number}" for number in range(8))


def background(accounts: int, pages: int, seed: int = 1) -> list[Event]:
    """Return accounts that share the same pages at any second of a day."""
    draw = random.Random(seed)
    return [
        (f"b{account}", f"landing_url:other{draw.randrange(pages)}", 1_600_000_000 + draw.randrange(86_400))
        for account in range(accounts)
        for _ in range(20)
    ]


def named(events: list[Event], declared: dict[str, str] | None = None) -> set[str]:
    """Return the accounts that a finding names."""
    with tables_of(events, declared) as tables:
        return {account for group in find_coordination(tables).groups for account in group.named}


def test_accounts_that_share_ten_pages_within_seconds_are_found_and_nobody_else() -> None:
    assert named([*burst(RING, 10), *background(200, 50)]) == set(RING)


def test_accounts_that_share_the_same_pages_at_any_second_are_not_found() -> None:
    assert named(background(200, 10)) == set()


def test_a_group_that_declared_one_control_is_not_found() -> None:
    declared = dict.fromkeys(RING, "agency")

    with tables_of([*burst(RING, 10), *background(200, 50)], declared) as tables:
        found = find_coordination(tables)

    assert found.groups == ()
    assert len([pair for pair in found.pairs if pair.declared]) == 8 * 7 // 2


def test_the_one_that_did_not_declare_it_is_named_alone() -> None:
    declared = dict.fromkeys(RING[1:], "agency")

    with tables_of([*burst(RING, 10), *background(200, 50)], declared) as tables:
        (group,) = find_coordination(tables).groups

    assert (group.members, group.named) == (RING, ("r0",))


def test_two_agencies_that_move_together_are_both_named() -> None:
    declared = {account: f"agency{number % 2}" for number, account in enumerate(RING)}

    assert named([*burst(RING, 10), *background(200, 50)], declared) == set(RING)


def test_what_accounts_are_called_changes_no_result() -> None:
    events = [*burst(RING, 5, apart_s=25), *background(300, 40)]
    names = sorted({account for account, _, _ in events})
    other = dict(zip(names, random.Random(7).sample(names, len(names)), strict=True))

    assert named([(other[account], page, second) for account, page, second in events]) == {
        other[account] for account in named(events)
    }


@pytest.mark.parametrize(
    "events",
    [
        [],
        [("a", "landing_url:p", 1)],
        [("a", f"landing_url:p{page}", page) for page in range(50)],
        [(f"a{account}", "landing_url:p", 1_600_000_000) for account in range(200)],
    ],
    ids=["no event", "one event", "one account", "all at one second on one page"],
)
def test_too_little_to_test_finds_nobody(events: list[Event]) -> None:
    assert named(events) == set()


def test_a_cell_that_is_too_large_is_told() -> None:
    events = [(f"a{account}", "landing_url:p", 1_600_000_000) for account in range(30)]

    with tables_of(events) as tables:
        found = find_coordination(tables, max_cell=20)

    assert {(cell.object_id, cell.bin_s, cell.accounts, cell.pairs) for cell in found.oversized} == {
        ("landing_url:p", 100, 30, 435), ("landing_url:p", 600, 30, 435),
    }  # fmt: skip


def test_minutes_are_tested_on_the_scale_that_minutes_allow() -> None:
    events = [
        (account, page, second - second % 60) for account, page, second in [*burst(RING, 30), *background(99, 50)]
    ]

    with tables_of(events, resolution_s=60) as tables:
        found = find_coordination(tables)

    assert {account for group in found.groups for account in group.named} == set(RING)


def test_rare_things_of_two_kinds_link_and_public_ones_do_not() -> None:
    own = [(f"a{number}", f"payer:{number}", 1) for number in range(300)]
    own += [(f"a{number}", f"host:h{number}.example", 1) for number in range(300)]
    shared = [(f"a{number}", thing, 1) for number in range(4) for thing in ("payer:x", "host:x.example")]
    public = [(f"a{number}", thing, 1) for number in range(9, 13) for thing in ("address:US", "host:bit.ly")]

    with tables_of([*own, *shared, *public]) as tables:
        found = find_coordination(tables)

    assert [group.named for group in found.groups] == [("a0", "a1", "a2", "a3")]
    assert {(token.object_id, token.why) for token in found.uncounted} == {
        ("address:US", "no more than a country"), ("host:bit.ly", "public infrastructure"),
    }  # fmt: skip


@pytest.mark.parametrize(("also", "linked"), [("creative_image:x", False), ("payer:x", True)])
def test_what_one_advertisement_carries_is_one_thing_in_common(also: str, linked: bool) -> None:
    """Who has its text has its page, host and picture: only something beside it makes a second kind."""
    kinds = ("host", "creative_text", "creative_image", "payer")
    own = [(f"a{number}", f"{kind}:{number}", 1) for number in range(300) for kind in kinds]
    copied = [(f"a{number}", thing, 1) for number in range(4) for thing in ("host:x.example", "creative_text:x", also)]

    with tables_of([*own, *copied]) as tables:
        found = find_coordination(tables)

    assert bool(found.groups) == linked


def test_of_what_an_advertisement_carries_the_rarest_kind_counts() -> None:
    """A pair with payer, text and host in common is no less likely by chance than one with payer and text."""
    kinds = ("host", "creative_text", "payer")
    own = [(f"a{number}", f"{kind}:{number}", 1) for number in range(300) for kind in kinds]
    both = [(f"a{number}", thing, 1) for number in (0, 1) for thing in ("payer:x", "creative_text:x")]

    with tables_of([*own, *both]) as tables:
        (without,) = find_coordination(tables).pairs
    with tables_of([*own, *both, ("a0", "host:x.example", 1), ("a1", "host:x.example", 1)]) as tables:
        (with_host,) = find_coordination(tables).pairs

    assert (without.k, with_host.k) == (2, 3)
    assert without.p <= with_host.p < 5 * without.p
