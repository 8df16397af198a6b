"""Who is found to act as one, and who is not."""

import itertools
import random

import pytest

from evenhand.influence import find_coordination, static_tokens
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


def common(accounts: int, addresses: int, payers: int, seed: int = 3) -> list[Event]:
    """Return accounts of which each has one of a few addresses and payers, as a table of customers does."""
    draw = random.Random(seed)
    own = [(f"a{number}", f"address:Hill {draw.randrange(addresses)}, Town", 1) for number in range(accounts)]
    return own + [(f"a{number}", f"payer:p{draw.randrange(payers)}", 1) for number in range(accounts)]


@pytest.mark.parametrize("most", [1, 50])
def test_pairs_compared_in_parts_are_those_compared_at_once(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """Many may share an address: what is compared at once is bounded, what is found is the same, to the last digit."""
    things = ("payer:x", "tracker_id:x", "address:Own 1")
    shared = [(f"a{number}", thing, 1) for number in range(6) for thing in things]
    shared += [(f"a{number}", f"tracker_id:{number}", 1) for number in range(400)]
    with tables_of([*common(400, 350, 330), *shared]) as tables:
        at_once = find_coordination(tables, alpha=0.2)
    parts = []
    part = static_tokens._part
    monkeypatch.setattr(static_tokens, "_part", lambda *given: [parts.append(given[2:]), part(*given)][1])
    monkeypatch.setattr(static_tokens, "_MOST_JOINED", most)
    with tables_of([*common(400, 350, 330), *shared]) as tables:
        assert find_coordination(tables, alpha=0.2) == at_once

    assert at_once.pairs
    assert len(parts) > 1
    assert all(one[1] < other[0] for one, other in itertools.pairwise(parts))


def test_a_token_that_more_have_than_are_compared_is_told_and_not_counted() -> None:
    """Three in a hundred of 100,000 are 3,000: whatever so many have, each pair of them would be looked at."""
    with tables_of(common(400, 120, 100)) as tables:
        every = find_coordination(tables)
        few = find_coordination(tables, max_cell=5)

    assert every.uncounted == ()
    assert {token.why for token in few.uncounted} == {"widespread"}
    assert {token.accounts > 5 for token in few.uncounted} == {True}
