"""What small groups need to be found, and what does not make a finding of chance."""

import hashlib
import random
from itertools import combinations, count

import msgspec
import numpy as np
import pytest

from evenhand.influence import event_tables, find_coordination
from evenhand.influence.communities import finding_rates
from evenhand.influence.groups import find_groups
from evenhand.influence.probabilities import false_discovery_rates
from evenhand.influence.synchrony import ALPHA, MAX_CELL, close_by_chance, count_layers, trust_in_others
from evenhand.model.coordination import Coordination
from evenhand.store.duckdb_engine import analysis_engine
from tests.unit.influence.events import Event, burst, tables_of
from tests.unit.influence.test_coordination import RING, background, named

START = 1_600_000_200


def shares(accounts: int, pages: list[str], share: float, seed: int) -> list[Event]:
    """Return accounts of which each takes part in a page's burst with a chance."""
    draw = random.Random(seed)
    return [
        (f"s{account}", page, START + place * 7200 + draw.randrange(45))
        for place, page in enumerate(pages)
        for account in range(accounts)
        if draw.random() < share
    ]


def pages_of_one_half(pages: int) -> list[str]:
    """Return pages that the first division of the objects puts into one half."""
    names = (f"landing_url:half{number}" for number in count())
    return [name for name, _ in zip((n for n in names if int(hashlib.sha256(n.encode()).hexdigest()[1], 16) % 2 == 0),
                                    range(pages), strict=False)]  # fmt: skip


def test_eight_accounts_with_four_pages_are_found_though_each_shared_only_some() -> None:
    events = shares(8, [f"landing_url:own{number}" for number in range(4)], 0.7, seed=4)
    twice = {account for account, _, _ in events if sum(other == account for other, _, _ in events) >= 2}

    assert named([*events, *background(200, 50)]) == twice


def test_a_group_whose_pages_are_all_in_one_half_is_found() -> None:
    """Each of four divisions puts other pages into a half: one is enough to confirm what another half showed."""
    assert len(named([*shares(8, pages_of_one_half(4), 0.8, seed=1), *background(200, 50)])) >= 6


def test_a_group_that_opens_campaigns_within_seconds_is_found_on_a_few_occasions() -> None:
    """Campaigns have one constant object: each hour of it is an object of its own."""
    draw = random.Random(3)
    usual = [(f"b{account}", "campaign_create", START + draw.randrange(30 * 86_400)) for account in range(300)] * 3
    group = [
        (f"g{member}", "campaign_create", START + occasion * 90_000 + draw.randrange(55))
        for member in range(6)
        for occasion in range(3)
    ]

    assert named([*usual, *group]) == {f"g{member}" for member in range(6)}


def test_many_pairs_of_one_ring_do_not_make_a_finding_of_another_pair() -> None:
    """Sixty-six pairs of a ring name twelve accounts: a pair by chance beside them would add two."""
    ring = list(combinations(range(12), 2))
    a, b = (np.array([pair[end] for pair in [*ring, (20, 21)]], np.int32) for end in (0, 1))
    tails = np.array([1e-9] * 66 + [1e-4])

    rates = finding_rates(a, b, tails, 10_000)

    assert rates[[0, -1]] == pytest.approx([2e-5 / 12, 2 / 14])
    assert false_discovery_rates(tails, 10_000)[-1] < 0.05


def test_of_pairs_apart_the_share_is_that_of_benjamini_and_hochberg() -> None:
    a, b = np.array([0, 2, 4], np.int32), np.array([1, 3, 5], np.int32)
    tails = np.array([3e-6, 1e-6, 2e-4])

    assert finding_rates(a, b, tails, 1000) == pytest.approx(false_discovery_rates(tails, 1000))


def test_declared_pairs_do_not_make_a_finding_of_an_undeclared_one() -> None:
    """Twelve declared groups move together; a pair that would be found only because of them is not."""
    events: list[Event] = []
    declared: dict[str, str] = {}
    for agency in range(12):
        members = [f"d{agency}_{member}" for member in range(6)]
        events += [(name, f"landing_url:{agency}{page[12:]}", at) for name, page, at in burst(members, 8)]
        declared |= dict.fromkeys(members, f"agency{agency}")
    pair = [(name, f"landing_url:pair{page}", START + page * 3600) for name in ("x", "y") for page in range(3)]

    assert named([*events, *pair, *background(200, 50)], declared) == set()


def test_a_pair_is_told_with_its_chance_in_bins_half_as_long() -> None:
    with tables_of([*burst(RING, 10), *background(200, 50)]) as tables:
        pairs = find_coordination(tables).pairs

    assert all(pair.p_short_bins is not None and pair.p <= pair.p_short_bins < 0.01 for pair in pairs)


def result(events: list[Event], threads: int, parts: int = 1, seed: int | None = None) -> bytes:
    """Return the bytes of what is found in events given in some order, parts and threads."""
    rows = random.Random(seed).sample(events, len(events)) if seed is not None else events
    with analysis_engine("500MB") as engine:
        engine.execute(f"SET threads = {threads}")
        engine.execute("CREATE TABLE given (account_id VARCHAR, object_id VARCHAR, object_type VARCHAR, ts BIGINT)")
        for part in range(parts):
            some = rows[part::parts]
            engine.execute(
                "INSERT INTO given SELECT unnest($1::VARCHAR[]), unnest($2::VARCHAR[]), 'landing_url', "
                "unnest($3::BIGINT[])",
                [[row[place] for row in some] for place in range(3)],
            )
        found = find_coordination(event_tables(engine, "given", {}))
    assert isinstance(found, Coordination)
    return msgspec.json.encode(found)


@pytest.fixture(scope="module")
def events() -> list[Event]:
    return [*burst(RING, 5, apart_s=20), *shares(10, [f"landing_url:o{n}" for n in range(5)], 0.6, 2),
            *background(300, 40)]  # fmt: skip


@pytest.mark.parametrize(("threads", "parts", "seed"), [(1, 1, None), (4, 1, 5), (2, 3, 6)])
def test_order_parts_and_threads_change_no_byte(
    events: list[Event], threads: int, parts: int, seed: int | None
) -> None:
    plain = result(events, threads=2)

    assert b'"pairs":[{' in plain
    assert result(events, threads, parts, seed) == plain


def test_fans_who_answer_posts_within_minutes_are_not_found() -> None:
    draw = random.Random(8)
    fans = [
        (f"fan{fan}", f"landing_url:post{post}", START + post * 40_000 + int(draw.lognormvariate(6.8, 1.3)))
        for post in range(40)
        for fan in range(50)
        if draw.random() < 0.5
    ]

    assert named(fans) == set()
    assert named([*fans, *burst(RING, 8)]) == set(RING)


def test_an_object_with_very_many_acts_is_told_and_not_compared() -> None:
    with analysis_engine("500MB") as engine:
        engine.execute(
            "CREATE TABLE given AS SELECT 'a' || (i % 5000) AS account_id, 'p' AS object_id, "
            "'landing_url' AS object_type, 1600000200 + i % 50 AS ts FROM range(100_000) AS made(i)"
        )
        found = find_coordination(event_tables(engine, "given", {}))

    assert (found.groups, found.pairs) == ((), ())
    assert {cell.accounts for cell in found.oversized} == {5000}


def test_the_largest_cells_are_told_where_all_would_give_too_many_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    events = [
        (f"a{account}", f"landing_url:p{size}", START) for size in (3, 5, 9) for account in range(size)
    ]  # fmt: skip
    monkeypatch.setattr("evenhand.influence.synchrony.MAX_PAIRS", 20)

    with tables_of(events) as tables:
        found = find_coordination(tables)

    assert {(cell.object_id, cell.accounts, cell.pairs) for cell in found.oversized} == {("landing_url:p9", 9, 36)}


def test_sellers_whose_programs_publish_at_full_quarters_are_not_a_group() -> None:
    """Two that are punctual are within seconds whenever they are in the same ten minutes."""
    draw = random.Random(5)
    punctual = [
        (f"seller{seller}", f"landing_url:offer{offer}", START + offer * 86_400 + draw.randrange(96) * 900)
        for offer in range(60)
        for seller in range(24)
        if draw.random() < 0.5
    ]

    with tables_of(punctual) as tables:
        found = find_coordination(tables)

    assert (found.groups, found.punctual) == ((), 24)


@pytest.mark.parametrize("share", [0.3, 1.0])
def test_republishers_of_a_feed_within_five_seconds_of_full_quarters_are_no_group(share: float) -> None:
    """Clocks of some of them are seconds fast: what they publish is before the mark."""
    draw = random.Random(f"quarters {share}")
    nine = [
        (f"n{account}", f"landing_url:feed{item}", START + quarter * 900 + draw.randrange(-5, 6))
        for item, quarter in enumerate(draw.sample(range(900), 40))
        for account in range(9)
        if draw.random() < share
    ]

    with tables_of([*nine, *background(150, 200)]) as tables:
        found = find_coordination(tables)

    assert (found.groups, found.pairs) == ((), ())
    assert found.punctual_in["landing_url"] == tuple(f"n{account}" for account in range(9))


def test_a_ring_among_punctual_sellers_is_found() -> None:
    ring = burst(RING, 5, start=START + 70, apart_s=6)

    with tables_of([*ring, *background(200, 50)]) as tables:
        found = find_coordination(tables)

    assert {name for group in found.groups for name in group.named} == set(RING)
    assert not set(RING) & set(found.punctual_in["landing_url"])


def test_members_of_a_large_group_are_found_though_somebody_is_near_them_by_chance() -> None:
    """With thirty acts in the first two of ten minutes the nearest is no minute away, so that nearness says little."""
    draw = random.Random(11)
    events = [
        (account, f"landing_url:task{task}", (START + task * 9_060 + draw.randrange(120)) // 60 * 60)
        for task in range(20)
        for account in draw.sample([f"o{member}" for member in range(60)], 30)
    ]

    with tables_of(events, resolution_s=60) as tables:
        found = find_coordination(tables)

    assert len({name for group in found.groups for name in group.named}) >= 55


def test_two_programs_that_publish_at_full_five_minutes_are_no_pair() -> None:
    """Each of their ten pages in common is within seconds, because both wait for the same mark of the clock."""
    draw = random.Random(11)
    waiting = [
        (account, f"landing_url:news{page}", START + page * 7_200 + 300 + draw.randrange(4))
        for page in range(10)
        for account in ("w0", "w1")
    ]

    with tables_of([*waiting, *background(200, 50)]) as tables:
        found = find_coordination(tables)

    assert {each for pair in found.pairs for each in (pair.a, pair.b)} & {"w0", "w1"} == set()
    assert {"w0", "w1"} <= set(found.punctual_in["landing_url"])


def test_readers_who_publish_at_full_minutes_are_no_group_though_each_has_few_acts() -> None:
    """Nobody's habit can be told from four acts: that very many acts are in the first seconds of a minute tells it.

    Of most of the others, with twenty acts each, it can be told that they have none.
    """
    draw = random.Random(12)
    readers = [
        (f"reader{reader}", f"landing_url:story{story}", START + story * 90_000 + draw.randrange(10) * 60)
        for reader in range(60)
        for story in draw.sample(range(6), 4)
    ]

    with tables_of([*readers, *background(100, 20)]) as tables:
        found = find_coordination(tables)

    others = [name for name in found.uncertain_in["landing_url"] if not name.startswith("reader")]
    assert (found.groups, found.punctual) == ((), 0)
    assert found.uncertain == 60 + len(others)
    assert 0 < len(others) < 50


def test_ten_with_the_habit_do_not_make_it_that_of_three_hundred() -> None:
    """What a ring without it does at full minutes counts, whatever programs of strangers do then."""
    draw = random.Random(21)
    programs = [
        (f"w{account}", f"landing_url:quote{draw.randrange(40)}", START + day * 86_400 + hour * 3_600)
        for account in range(10)
        for day in range(30)
        for hour in (9, 12, 17)
    ]
    ring = [
        (f"r{member}", f"landing_url:task{task}", START + 86_400 + task * 7_200 + draw.randrange(5))
        for task in range(6)
        for member in range(6)
    ]
    usual = [
        (f"r{member}", f"landing_url:other{draw.randrange(20)}", START + draw.randrange(86_400))
        for member in range(6)
        for _ in range(60)
    ]

    with tables_of([*programs, *ring, *usual, *background(300, 20)]) as tables:
        found = find_coordination(tables)

    assert {name for group in found.groups for name in group.named} == {f"r{member}" for member in range(6)}
    assert found.punctual_in["landing_url"] == tuple(f"w{account}" for account in range(10))
    assert (found.punctual, found.uncertain) == (10, 0)


def test_who_publishes_some_acts_by_the_clock_is_no_pair_with_another_such() -> None:
    """A third of what each does is at full minutes: far more than chance allows, and less than half."""
    draw = random.Random(22)
    by_program = [
        (f"m{account}", f"landing_url:feed{item}", START + item * 9_000) for item in range(20) for account in range(3)
    ]
    by_hand = [
        (f"m{account}", f"landing_url:p{draw.randrange(500)}", START + draw.randrange(10**6))
        for account in range(3)
        for _ in range(40)
    ]

    with tables_of([*by_program, *by_hand, *background(200, 50)]) as tables:
        found = find_coordination(tables)

    assert (found.groups, found.pairs) == ((), ())
    assert {"m0", "m1", "m2"} <= set(found.punctual_in["landing_url"])


def test_who_met_two_members_each_alone_is_no_member() -> None:
    """One within 13 seconds on one page, another within 6 on another, and nothing of what the group shares."""
    members = [f"client{member}" for member in range(25)]
    draw = random.Random(23)
    group = [
        (member, f"landing_url:wire{story}", START + story * 9_077 + draw.randrange(20))
        for story in range(60)
        for member in members
        if draw.random() < 0.4
    ]
    met = [
        ("stranger", "landing_url:x", START + 90_000), (members[3], "landing_url:x", START + 90_013),
        ("stranger", "landing_url:y", START + 190_000), (members[8], "landing_url:y", START + 190_006),
    ]  # fmt: skip

    assert named([*group, *met, *background(250, 60)]) == set(members)


def test_a_pair_that_only_its_group_shows_is_no_surer_than_its_members_are() -> None:
    """A member with two acts is less sure than those with eight: its pairs do not have the q of its group."""
    ring = burst(RING, 8, start=START + 70)
    late = [("late", f"landing_url:page{page}", START + 70 + page * 3600 + 40) for page in (1, 5)]

    with tables_of([*ring, *late, *background(200, 50)]) as tables:
        found = find_coordination(tables)
        widest = [each for each in count_layers(tables)[0] if each.width == 600]
        groups, ids = find_groups(tables, widest, ALPHA / 2, MAX_CELL), tables.account_ids

    of_members = [dict(zip(map(ids.__getitem__, group.members), group.member_q, strict=True)) for group in groups]
    its_q = [each["late"] for each in of_members if "late" in each]
    assert its_q
    assert all(min(each.values()) < each["late"] for each in of_members if "late" in each)
    assert {pair.q for pair in found.pairs if "late" in (pair.a, pair.b)} == {min(its_q)}


def test_a_ring_is_found_though_strangers_publish_at_full_five_minutes() -> None:
    """What is at a mark is still compared with what is not."""
    draw = random.Random(13)
    waiting = [
        (f"w{account}", f"landing_url:own{place}", START + place * 7_200 + 300 + draw.randrange(4))
        for account in range(6)
        for place in range(8)
    ]
    ring = burst([f"r{member}" for member in range(8)], 8, start=START + 86_400 * 9 + 77)

    assert named([*ring, *waiting, *background(200, 50)]) == {f"r{member}" for member in range(8)}


def breaking_news(seed: int, people: int = 60, stories: int = 16, sharers: int = 30) -> list[Event]:
    """Return people who share stories at leisure and breaking ones within minutes, each time others."""
    draw, every = random.Random(seed), [f"person{number}" for number in range(people)]
    usual = [
        (person, f"landing_url:usual{story}", at + int(draw.expovariate(1 / 7_200)))
        for story in range(10)
        for at in (START + draw.randrange(30 * 86_400),)
        for person in draw.sample(every, sharers // 2)
    ]
    return usual + [
        (person, f"landing_url:breaking{story}", at + int(abs(draw.gauss(60, 50))))
        for story in range(stories)
        for at in (START + draw.randrange(30 * 86_400),)
        for person in draw.sample(every, sharers)
    ]


def test_people_who_share_what_has_just_been_published_are_no_ring_and_a_ring_beside_them_is() -> None:
    """Two of them are within a minute of each other seven times of ten, as all others are who share the story."""
    news = breaking_news(1)

    assert named(news) == set()
    assert named([*news, *shares(8, [f"landing_url:own{page}" for page in range(8)], 0.8, seed=4)]) == {
        f"s{member}" for member in range(8)
    }


def test_few_who_always_answer_one_page_within_minutes_are_not_close_in_five_minutes() -> None:
    """Nobody else acts there, so that only how widely their moments are spread can tell them from a ring."""
    draw = random.Random(31)
    quick = [
        (f"fan{fan}", f"landing_url:post{post}", START + post * 40_000 + 60 + int(abs(draw.gauss(60, 50))))
        for post in range(40)
        for fan in range(20)
        if draw.random() < 0.4
    ]

    with tables_of([*quick, *background(200, 50)]) as tables:
        found = find_coordination(tables)

    assert [group for group in found.groups if len(group.members) > 2] == []


def test_how_much_others_say_depends_on_how_many_they_are() -> None:
    assert trust_in_others(np.array([0, 10, 100])) == pytest.approx([0, 0.5, 0.99], abs=0.001)


def test_three_more_in_a_bin_of_close_ones_make_a_close_pair_likelier() -> None:
    """Of the bin's five, the three beside a pair are all close to each other, and are few."""
    five = [(f"a{place}", "landing_url:one", START + 20 * place) for place in range(3)]
    five += [(f"z{place}", "landing_url:one", START + 400 + 20 * place) for place in range(2)]

    with tables_of(five) as tables:
        (counts,) = (each.counts for each in count_layers(tables)[0] if each.width == 600)
        a, b = (tables.account_ids.index(name) for name in ("z0", "z1"))

    trust, chance = 9 / 109, close_by_chance(60, 600)
    assert counts.added[counts.place(min(a, b), max(a, b))] == pytest.approx(trust**2 * (1 - chance), abs=0.0006)
