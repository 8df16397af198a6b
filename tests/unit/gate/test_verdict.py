"""What is seen at a glance is what an examination finds; everything else is left to it."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from evenhand.gate.fast.verdict import fast_verdict
from evenhand.gate.reference import Examiner, Query
from evenhand.gate.registers.register import PlainRegister
from evenhand.gate.request_context import context_of_question
from evenhand.gate.resolver import Resolver
from evenhand.model.outcome import Outcome
from evenhand.model.program import Eq, Is, When
from evenhand.model.register import GatePolicy, RegisterRow
from tests.each_case import each_case
from tests.unit.gate.registers import NOW, OPEN, head, open_gate, row

NAMES = ("a", "b", "c")
KEYS = st.lists(st.sampled_from(NAMES), max_size=2, unique=True)
WHENS = (
    None,
    (When(outcome=Outcome.REFUSE, rule="political", program=Is("political", True)),),
    (When(outcome=Outcome.REFUSE, rule="there", program=Eq("country", "DE")),),
)
CHOICES = st.sampled_from(["allow", "hold", "refuse"])


def resolver_of(rows: Sequence[RegisterRow], policy: GatePolicy = OPEN) -> Resolver:
    return Resolver(PlainRegister(head(policy), rows, Path("made-up")))


def answer_of_reference(resolver: Resolver, query: Query) -> Any:
    return Examiner(resolver, NOW, context_of_question(resolver.register.head, None, NOW)).examine(query)


@st.composite
def registers(draw: st.DrawFn) -> list[RegisterRow]:
    """Rows of every outcome and kind, with seats that several share and domains and bundles of one each."""
    rows = []
    for name in NAMES:
        outcome = draw(st.sampled_from(["allow", "allow", "label", "limit", "hold", "refuse"]))
        until = draw(st.sampled_from([None, None, NOW - timedelta(1), NOW + timedelta(1)]))
        kind = draw(st.sampled_from(["advertiser", "advertiser", "payer"]))
        when = draw(st.sampled_from([None, *WHENS]))
        bundles = (f"app.{name}",) if draw(st.booleans()) else ()
        rows.append(
            row(
                name,
                outcome,
                kind,
                domains=(f"{name}.example",),
                seats=tuple(draw(KEYS)),
                bundles=bundles,
                until=until,
                when=when,
            )
        )
    if draw(st.booleans()):
        rows.append(row("c", draw(st.sampled_from(["allow", "refuse"])), "seat"))
    return rows


@given(
    registers(),
    st.none()
    | st.lists(st.sampled_from([*(f"{name}.example" for name in NAMES), "z.example", "broken", 7]), max_size=2),
    st.sampled_from([None, *NAMES, "z"]),
    st.sampled_from([None, "app.a", "app.b", "app.z", ""]),
    st.builds(GatePolicy, unknown=CHOICES, missing=CHOICES, malformed=CHOICES, mismatch=st.just("hold")),
)
def test_what_is_plain_is_what_an_examination_finds(
    rows: list[RegisterRow],
    adomain: list[object] | None,
    seat: str | None,
    bundle: str | None,
    policy: GatePolicy,
) -> None:
    """The fast way may leave a question open, never answer it otherwise."""
    resolver = resolver_of(rows, policy)

    plain = fast_verdict(resolver, adomain, seat, bundle)

    assert plain is None or plain == answer_of_reference(resolver, Query(adomain=adomain, seat=seat, bundle=bundle))


@each_case(
    ("query", "is_plain"),
    [
        (Query(adomain=["a.example"]), True),
        (Query(adomain=["www.a.example"], seat="s", bundle="app.a"), True),
        (Query(adomain=["z.example"], seat="z", bundle="app.z"), True),
        (Query(adomain=["a.example"], seat="other"), False),
        (Query(adomain=["a.example"], bundle="app.b"), False),
        (Query(adomain=["b.example"]), True),
        (Query(adomain=["b.example"], seat="t", bundle="app.b"), True),
        (Query(adomain=["b.example"], seat="s"), False),
        (Query(adomain=["d.example"]), False),
        (Query(adomain=["e.example"]), False),
        (Query(adomain=["f.example"]), False),
        (Query(adomain=["a.example", "a.example"]), False),
        (Query(adomain=["broken"]), False),
        (Query(adomain=[]), False),
        (Query(seat="s"), False),
        (Query(adomain=["c.example"]), True),
        (Query(adomain=["c.example"], seat="t"), False),
    ],
)
def test_most_questions_are_plain(query: Query, is_plain: bool) -> None:
    """Else the fast way would be a way round."""
    resolver = resolver_of(
        [
            row("a", domains=("a.example",), seats=("s",), bundles=("app.a",)),
            row("b", "refuse", domains=("b.example",), bundles=("app.b",), seats=("t",)),
            row("c", domains=("c.example",)),
            row("d", "limit", domains=("d.example",)),
            row("e", "refuse", domains=("e.example",), until=NOW),
            row("f", domains=("f.example",), when=WHENS[2]),
        ]
    )

    plain = fast_verdict(resolver, query.adomain, query.seat, query.bundle)
    assert (plain is not None) is is_plain
    assert plain is None or plain == answer_of_reference(resolver, query)


def test_a_party_named_by_id_is_looked_at_besides(tmp_path: Path) -> None:
    """What is plain of the bid says nothing of somebody else."""
    gate = open_gate(tmp_path, row("a", domains=("a.example",)), row("b", "refuse"))

    assert gate.verdict(adomain=["a.example"], advertiser="b", at=NOW).outcome == "refuse"


def test_nobody_is_plain_only_where_the_operator_lets_the_unknown_pass() -> None:
    """Elsewhere an unknown advertiser has an effect."""
    held = GatePolicy(unknown="hold", missing="allow", malformed="allow", mismatch="note")

    assert fast_verdict(resolver_of([]), ["z.example"], None, None) is not None
    assert fast_verdict(resolver_of([], held), ["z.example"], None, None) is None
