"""Decisions put together by a form, beside those made one by one."""

from collections.abc import Callable
from hashlib import sha256
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from evenhand.intake import Tables
from evenhand.model.decision import DecidedBy, Decision
from evenhand.model.outcome import Outcome
from evenhand.model.party import Advertiser
from evenhand.model.ruling import Ruling
from evenhand.workflows.evaluation.history import History
from evenhand.workflows.evaluation.rulings import RuledRequest
from evenhand.workflows.evaluation.run_context import RunContext
from evenhand.workflows.run.decision_forms import DecisionForms, MadeDecision, made
from evenhand.workflows.run.decisions import changes, decisions, inputs_of
from tests.differential.test_facts_forms import asked_of, mostly, rules, worlds
from tests.networks import DAY_1

RULE = "open-to-all"
rulings = mostly(
    Ruling(outcome=Outcome.ALLOW, decision="allow", reasons=(RULE,)),
    Ruling(outcome=Outcome.ALLOW, decision="allow"),
    Ruling(outcome=Outcome.ALLOW, decision="allow", reasons=(RULE,), errors=(RULE,)),
    Ruling(outcome=Outcome.LABEL, decision="deny", reasons=(RULE,)),
)


def plainly(_: DecisionForms, *given: object) -> MadeDecision:
    make: Callable[[], Decision] = given[-1]  # type: ignore[assignment]  # the last is what makes it
    return made(make())


def decided(
    world: RunContext, ruled: dict[str, RuledRequest], erasures: int = 0, by: str = "benchmark"
) -> list[MadeDecision]:
    history = History(erasures=erasures)
    due = list(changes(world, asked_of(world), ruled, history))
    inputs = inputs_of(world.rulebook, {"house": "0" * 64}, {"advertisers": "1" * 64})
    return list(decisions(world, due, history, inputs, DecidedBy(kind="run", id=by)))


@given(
    worlds(), st.lists(rulings, min_size=12, max_size=12), st.sampled_from((0, 0, 7)),
    mostly("100 %", "\ue000gap 4\ue000"),
)  # fmt: skip
def test_decisions_by_a_form_have_the_bytes_of_decisions_made_one_by_one(
    world: RunContext, drawn: list[Ruling], erasures: int, by: str
) -> None:
    """What is recorded is hashed, and what a history keeps of it is what it reads of the bytes."""
    ruled = {
        each.key: RuledRequest(b"", sha256(each.key.encode()).digest(), "rules", False, drawn[at % len(drawn)])
        for at, each in enumerate(asked_of(world))
    }

    quick = decided(world, ruled, erasures, by)
    with patch.object(DecisionForms, "of", plainly):
        plain = decided(world, ruled, erasures, by)

    assert [each[:4] for each in quick] == [each[:4] for each in plain]
    for each in quick:
        assert each.whole is not None or (each.kept,) == History().standing(0, each.payload)


def test_an_advertiser_of_whom_nothing_was_found_is_decided_by_the_form_of_another() -> None:
    """Else all of this would be for nothing."""
    alike = tuple(Advertiser(id=f"a{at}", name="Crust", schema="Company", prepaid_micros=at) for at in range(20))
    world = RunContext(DAY_1, *rules(), Tables(alike, (), (), (), (), (), (), {}, {}), {}, {}, {}, {})
    allowed = Ruling(outcome=Outcome.ALLOW, decision="allow", reasons=(RULE,))
    ruled = {each.key: RuledRequest(b"", b"", "", False, allowed) for each in asked_of(world)}

    found = decided(world, ruled)

    assert [each.whole is None for each in found] == [False] + [True] * 19
