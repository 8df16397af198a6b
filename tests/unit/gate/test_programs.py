"""Conditions of a register: three values, what an unknown one means, and when none need be looked at."""

from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.gate.conditions.circumstances import Circumstances
from evenhand.gate.conditions.programs import check_program, conditional_outcome, holds, only_political
from evenhand.model.outcome import Outcome, strictest
from evenhand.model.program import (
    And,
    Before,
    Contains,
    Eq,
    Hours,
    In,
    Is,
    Not,
    Or,
    Program,
    Unknown,
    When,
    size_of,
)
from tests.each_case import each_case

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NOON_MS = 1_772_452_800_000
TRUE, FALSE = And(()), Or(())
POLITICAL = Is("political", True)


def circumstances(**known: object) -> Circumstances:
    return msgspec.structs.replace(Circumstances(political=False, at=NOON), **known)


@each_case(
    ("program", "known", "expected"),
    [
        (TRUE, {}, True),
        (FALSE, {}, False),
        (POLITICAL, {"political": True}, True),
        (POLITICAL, {}, False),
        (Is("political", False), {}, True),
        (Eq("country", "DE"), {"country": "DE"}, True),
        (Eq("country", "DE"), {"country": "IE"}, False),
        (Eq("country", "DE"), {}, None),
        (In("placement", ("a.example", "b.example")), {"placement": "b.example"}, True),
        (In("publisher", ("p1",)), {"publisher": "p2"}, False),
        (In("deal", ("d1",)), {}, None),
        (Contains("territories", "EU"), {"territories": frozenset({"DE", "EU"})}, True),
        (Contains("categories", "IAB11"), {"categories": frozenset()}, False),
        (Contains("media", "video"), {}, None),
        (Before(NOON_MS + 1), {}, True),
        (Before(NOON_MS), {}, False),
        (Hours((11, 12)), {}, True),
        (Hours((13,)), {}, False),
        (Unknown("label_present"), {}, None),
        (Not(Unknown("x")), {}, None),
        (Not(FALSE), {}, True),
        (And((FALSE, Unknown("x"))), {}, False),
        (And((Unknown("x"), FALSE)), {}, False),
        (And((Unknown("x"), TRUE)), {}, None),
        (Or((Unknown("x"), TRUE)), {}, True),
        (Or((Unknown("x"), FALSE)), {}, None),
        (Or((FALSE, TRUE)), {}, True),
    ],
)
def test_a_program_is_true_false_or_unknown(program: Program, known: dict[str, object], expected: bool | None) -> None:
    """Kleene's tables: unknown wins over neither false in a conjunction nor true in a choice."""
    assert holds(program, circumstances(**known)) is expected


@pytest.mark.parametrize("instant", [
    NOON + timedelta(microseconds=999),
    NOON.astimezone(timezone(timedelta(hours=-11))),
    NOON.astimezone(timezone(timedelta(hours=5, minutes=30))),
])  # fmt: skip
def test_an_instant_is_the_same_in_every_zone_and_cut_to_the_millisecond(instant: datetime) -> None:
    """Rules count in milliseconds; a host's clock may count finer, and elsewhere."""
    asked = circumstances(at=instant)

    assert (asked.at_ms, asked.hour_utc) == (NOON_MS, 12)


BEHIND, AHEAD = timezone(-timedelta(hours=23)), timezone(timedelta(hours=23))


@pytest.mark.parametrize("instant", [datetime.max.replace(tzinfo=BEHIND), datetime.min.replace(tzinfo=AHEAD)])
def test_the_ends_of_the_calendar_have_an_hour_too(instant: datetime) -> None:
    """A line of a log may claim any time; the gate answers it."""
    assert 0 <= circumstances(at=instant).hour_utc < 24


@pytest.mark.parametrize(
    ("row", "item", "program", "expected", "counts"),
    [
        ("allow", "refuse", TRUE, "refuse", True),
        ("allow", "refuse", FALSE, "allow", False),
        ("allow", "refuse", Unknown("x"), "hold", True),
        ("allow", "label", Unknown("x"), "hold", True),
        ("refuse", "label", Unknown("x"), "refuse", True),
        ("limit", "label", TRUE, "limit", True),
        ("label", "limit", TRUE, "limit", True),
    ],
)
def test_the_strictest_counts_and_what_is_unknown_holds(
    row: str, item: str, program: Program, expected: str, counts: bool
) -> None:
    """An unknown value inside a forbid gives hold, never allow, and never a refusal that nobody can explain."""
    when = (When(outcome=Outcome(item), rule="r", program=program),)

    outcome, counting = conditional_outcome(Outcome(row), when, circumstances())

    assert (outcome.value, counting) == (expected, when if counts else ())


def test_a_row_without_conditions_is_as_it_stands() -> None:
    """Most rows of most registers."""
    assert conditional_outcome(Outcome.LIMIT, (), circumstances()) == (Outcome.LIMIT, ())


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        (POLITICAL, True),
        (And((Before(1), POLITICAL)), True),
        (And((And((POLITICAL,)), Unknown("x"))), True),
        (Or((POLITICAL, And((POLITICAL, Before(1))))), True),
        (FALSE, True),
        (TRUE, False),
        (Is("political", False), False),
        (Or((POLITICAL, Before(1))), False),
        (Not(POLITICAL), False),
        (Unknown("political"), False),
    ],
)
def test_what_only_political_advertising_meets_is_seen_in_the_program(program: Program, expected: bool) -> None:
    """The gate passes such rows by where nothing is political."""
    always = When(outcome=Outcome.LABEL, rule="l", program=POLITICAL)

    assert only_political((always, When(outcome=Outcome.HOLD, rule="r", program=program))) is expected
    assert only_political(())


LEAVES = st.sampled_from([
    POLITICAL, Is("political", False), Eq("country", "DE"), In("country", ("DE", "IE")), Contains("territories", "EU"),
    Before(NOON_MS), Hours((12, 13)), Unknown("x"), TRUE, FALSE,
])  # fmt: skip
PROGRAMS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(And, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=12,
)
CONDITIONS = st.lists(
    st.builds(When, outcome=st.sampled_from(Outcome), rule=st.just("r"), program=PROGRAMS), max_size=4
)
COUNTRIES = {"DE": frozenset({"DE", "EU"}), "IE": frozenset({"IE", "EU"}), "NO": frozenset({"NO"})}
KNOWN = st.builds(
    lambda political, country, hours: circumstances(
        political=political, at=NOON + timedelta(hours=hours), country=country, territories=COUNTRIES[country]
    ),
    st.booleans(), st.sampled_from(sorted(COUNTRIES)), st.integers(-30, 30),
)  # fmt: skip


@given(CONDITIONS.map(tuple), KNOWN, st.sampled_from(Outcome))
def test_passing_rows_by_never_changes_an_outcome(when: tuple[When, ...], asked: Circumstances, row: Outcome) -> None:
    """Law of the fast path: where nothing is political, conditions that ask for it say nothing, known or unknown."""
    plain = msgspec.structs.replace(asked, political=False, country=None, territories=None)

    if only_political(when):
        assert conditional_outcome(row, when, msgspec.structs.replace(asked, political=False)) == (row, ())
        assert conditional_outcome(row, when, plain) == (row, ())


@given(PROGRAMS, KNOWN)
def test_what_is_known_later_never_contradicts_what_was_said(program: Program, asked: Circumstances) -> None:
    """Law of three values: true or false without the country stays so with any country."""
    without = holds(program, msgspec.structs.replace(asked, country=None, territories=None))

    assert without is None or holds(program, asked) is without


@given(CONDITIONS.map(tuple), KNOWN, st.sampled_from(Outcome))
def test_a_condition_never_makes_milder(when: tuple[When, ...], asked: Circumstances, row: Outcome) -> None:
    """The decision in force is the least that holds."""
    outcome, counting = conditional_outcome(row, when, asked)

    assert outcome is strictest([row, outcome])
    assert set(counting) <= set(when)


@given(PROGRAMS)
def test_a_program_comes_back_from_its_bytes(program: Program) -> None:
    """As JSON in the plain form, as MessagePack in the compiled one."""
    for encode, decode in (
        (msgspec.json.encode, msgspec.json.decode),
        (msgspec.msgpack.encode, msgspec.msgpack.decode),
    ):
        assert decode(encode(program), type=Program) == program


@pytest.mark.parametrize(
    ("program", "size"),
    [
        (TRUE, 1),
        (Not(POLITICAL), 2),
        (And((POLITICAL, Or((Before(1), Unknown("x"))))), 5),
        (In("country", ("DE", "IE")), 3),
        (Hours((1, 2, 3)), 4),
        (And((Before(1),) * 63), 64),
        (And((Before(1),) * 64), 65),
        (In("country", ("DE",) * 5_000), 65),
        (And((And((Before(1),) * 5_000),) * 5_000), 65),
    ],
)
def test_a_program_has_at_most_64_nodes(program: Program, size: int) -> None:
    """A row of somebody's file never costs more than that; counting stops where it is too much."""
    assert size_of(program) == size
    assert check_program(program) == ("" if size <= 64 else "a program of more than 64 nodes")


def test_a_very_deep_program_is_counted_without_descending_into_it() -> None:
    """Depth is bounded by the number of nodes, and found out without a stack of calls."""
    program: Program = POLITICAL
    for _ in range(100_000):
        program = Not(program)

    assert check_program(program)
