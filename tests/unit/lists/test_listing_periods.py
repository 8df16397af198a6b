"""When listings count: first and last day, half dates, several listings, dates that nobody can read."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.lists.formats.listing_periods import (
    PERIOD,
    entries_in_force,
    listed_until,
    on_day,
    period,
    period_notes,
)
from evenhand.model.listing import ListedEntity, ListVersion

VERSION = ListVersion(
    key="house-own", publisher="house", sha256="0" * 64, published_on=None, files={}, reader="house-csv",
    reader_version=2, entries=3,
)  # fmt: skip


def entry(id_: str, *periods: str) -> ListedEntity:
    return ListedEntity(id=id_, schema="Company", caption=id_, properties={PERIOD: periods} if periods else {})


def in_force(day: str, *periods: str) -> bool:
    return bool(entries_in_force([entry("e", *periods)], date.fromisoformat(day)))


@pytest.mark.parametrize(
    ("periods", "last_out", "first_in", "last_in", "first_out"),
    [
        (("2026-03-02..2026-03-05",), "2026-03-01", "2026-03-02", "2026-03-05", "2026-03-06"),
        (("2026-02..2026-02",), "2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01"),
        (("2024..2024",), "2023-12-31", "2024-01-01", "2024-12-31", "2025-01-01"),
        (("2020..2021", "2024..2025"), "2023-12-31", "2024-01-01", "2025-12-31", "2026-01-01"),
    ],
)
def test_the_first_and_the_last_day_count(
    periods: tuple[str, ...], last_out: str, first_in: str, last_in: str, first_out: str
) -> None:
    """A listing until the 5th restricts on the 5th and no longer on the 6th; of a month or year its last day counts."""
    days = (last_out, first_in, last_in, first_out)

    assert [in_force(day, *periods) for day in days] == [False, True, True, False]


@pytest.mark.parametrize("periods", [(), ("2020..",), ("..2020", ".."), ("..2020", "2024..")])
def test_an_entry_ends_only_when_all_its_listings_have(periods: tuple[str, ...]) -> None:
    """One programme that ended lets nobody go whom another one still names."""
    assert in_force("2026-03-02", *periods)


@pytest.mark.parametrize(
    "text", ["..31.12.2020", "..2020-02-30", "..2020-13", "2027-02-30..", "2027..2020", "tomorrow.."]
)
def test_dates_that_cannot_be_read_end_nothing_and_are_told(text: str) -> None:
    """Nothing is allowed silently: the entry counts, and one sentence names it."""
    (note,) = period_notes([entry("e-1", text)], date(2026, 3, 2))

    assert in_force("2026-03-02", text)
    assert note.startswith("dates of listings that cannot be read")
    assert f"e-1 ({text})" in note


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ([], [], ""),
        (["2024-05", "2024"], ["2026", "2026-05"], "2024..2026"),
        (["2024", "soon"], ["2026", "later"], "soon..later"),
        ([], ["2026-05-01"], "..2026-05-01"),
    ],
)
def test_several_dates_of_one_listing_reach_from_the_first_to_the_last(
    since: list[str], until: list[str], expected: str
) -> None:
    """A date that cannot be read stays to be seen: it is not for us to say that another one is right."""
    assert period(since, until) == expected


def test_what_has_ended_and_what_has_not_begun_is_told_with_its_day() -> None:
    """Who reads it looks up the row by its id; of very many the first are enough."""
    listed = [entry("a"), entry("b", "..2026-03-01"), entry("c", "2027.."), entry("d", "..2020", "..2026-02"),
              entry("e", "2026-03-02..2026-03-02"), entry("f", "..2020", "2027-05..")]  # fmt: skip

    assert list(period_notes(listed, date(2026, 3, 2))) == [
        "2 of 6 entries have ended and count no more (last day): b (2026-03-01), d (2026-02-28)",
        "2 of 6 entries do not count yet (first day): c (2027-01-01), f (2027-05-01)",
    ]
    assert list(period_notes(listed[:2], date(2026, 3, 2))) == [
        "1 of 2 entries has ended and counts no more (last day): b (2026-03-01)"
    ]
    assert list(period_notes([entry("a"), entry("b", "2020..2030")], date(2026, 3, 2))) == []


def test_the_end_of_an_entry_is_its_last_and_only_where_all_end() -> None:
    """A page that shows an end must not promise one that another listing goes beyond."""
    several = ((), ("2020..",), ("..2020", "2021..2026-05"), ("..soon",))

    assert [listed_until(entry("e", *each)) for each in several] == ["", "", "2026-05-31", ""]


DAYS = st.dates(date(2026, 1, 1), date(2026, 1, 12))
TEXTS = st.one_of(st.just(""), DAYS.map(str), st.sampled_from(("2025", "2026", "2026-01", "2027", "9999", "no day")))
PERIODS = st.builds(lambda since, until: f"{since}..{until}", TEXTS, TEXTS)
LISTED = st.lists(st.lists(PERIODS, max_size=3), max_size=4).map(
    lambda several: [entry(f"e-{number}", *periods) for number, periods in enumerate(several)]
)


@given(listed=LISTED, day=DAYS, other=DAYS)
def test_a_version_is_the_same_for_as_long_as_the_same_entries_are_in_force(
    listed: list[ListedEntity], day: date, other: date
) -> None:
    """What a run keeps for the next is named by the first of these days: no change of the entries may lie within."""
    version, counted = on_day(VERSION, listed, day)
    again, counted_again = on_day(VERSION, listed, other)

    assert tuple(counted) == entries_in_force(listed, day)
    if version.days is None:
        assert tuple(counted_again) == tuple(listed) or again.days is not None
    elif version.days[0] <= other <= version.days[1]:
        assert (again, tuple(counted_again)) == (version, tuple(counted))
        assert entries_in_force(listed, version.days[0]) == tuple(counted)
    if version.days is None and other >= day:  # nothing lies ahead
        assert tuple(counted_again) == tuple(listed)


def test_a_list_without_dates_is_what_its_publisher_publishes() -> None:
    """Of these nothing is kept that was not kept before."""
    listed = [entry("a"), entry("b", "2020.."), entry("c", "..")]

    assert on_day(VERSION, listed, date(2026, 3, 2)) == (VERSION, listed)
    assert on_day(VERSION, listed, date(2020, 1, 1) - timedelta(days=1))[0].days == (date.min, date(2019, 12, 31))
