"""Which decision stands: the last one by sequence whose time has come and has not ended."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from evenhand.model.decision import Decision
from evenhand.model.judgement import Judgement
from evenhand.model.log import NO_HASH
from evenhand.model.outcome import Outcome
from evenhand.workflows.erasure.erase import erase
from evenhand.workflows.evaluation.history import History, fold
from evenhand.workflows.evaluation.judged_findings import judgement_record, pair_of
from evenhand.workflows.operations import open_ledger
from tests.networks import DAY_1, DAY_2, DAY_3, MadeNetwork

JUDGEMENT = Judgement(
    party_kind="advertiser", party_id="namesake", list="house-sanctions", entity_id="s-mills", verdict="same",
    by="A. Reviewer", at=DAY_2, why="made up", used={}, scorer="1",
)  # fmt: skip
DAY_9 = DAY_1 + timedelta(days=8)


@pytest.fixture(scope="module")
def decision(begun: MadeNetwork) -> Decision:
    return begun.last("bakery")


def told(
    history: History, decision: Decision, outcome: Outcome, at: datetime, since: datetime, until: datetime | None = None
) -> None:
    """Add one more decision of the case."""
    seq = sum(map(len, history.cases.values()))
    history.add(seq, replace(decision, outcome=outcome, decided_at=at, effective_from=since, until=until))


def outcomes(history: History, decision: Decision, *instants: datetime) -> list[Outcome | None]:
    found = [history.in_force(decision.case, at) for at in instants]
    return [each.outcome if each is not None else None for each in found]


def test_a_decision_that_waits_leaves_the_old_one_in_force(decision: Decision) -> None:
    """Until its day; then it alone is kept."""
    history = History()
    told(history, decision, Outcome.ALLOW, DAY_1, DAY_1)
    told(history, decision, Outcome.REFUSE, DAY_2, DAY_9)

    assert outcomes(history, decision, DAY_1 - timedelta(1), DAY_2, DAY_9) == [None, Outcome.ALLOW, Outcome.REFUSE]
    assert [each.outcome for each in history.waiting(DAY_2)] == [Outcome.REFUSE]
    assert history.next_change(DAY_2) == DAY_9
    history.settle(DAY_9)
    assert [each.outcome for each in history.cases[decision.case]] == [Outcome.REFUSE]
    assert history.next_change(DAY_9) is None
    assert list(history.waiting(DAY_9)) == []


def test_what_is_decided_later_overtakes_what_still_waits(decision: Decision) -> None:
    """A refusal that was taken back never takes effect."""
    history = History()
    told(history, decision, Outcome.REFUSE, DAY_1, DAY_9)
    told(history, decision, Outcome.ALLOW, DAY_2, DAY_2)

    assert outcomes(history, decision, DAY_2, DAY_9) == [Outcome.ALLOW, Outcome.ALLOW]
    assert len(history.cases[decision.case]) == 1
    assert history.next_change(DAY_2) is None


def test_a_decision_that_ends_gives_way_to_the_one_before(decision: Decision) -> None:
    """Persons alone set an end; the register has to end with it."""
    history = History()
    told(history, decision, Outcome.HOLD, DAY_1, DAY_1)
    told(history, decision, Outcome.ALLOW, DAY_2, DAY_2, until=DAY_3)

    assert outcomes(history, decision, DAY_1, DAY_2, DAY_3) == [Outcome.HOLD, Outcome.ALLOW, Outcome.HOLD]
    assert history.next_change(DAY_2) == DAY_3


def test_the_first_day_of_a_case_is_kept_whatever_is_let_go(decision: Decision) -> None:
    """It says when a party was first seen."""
    history = History()
    for at in (DAY_1, DAY_2, DAY_3):
        told(history, decision, Outcome.ALLOW, at, at)

    (only,) = history.cases[decision.case]
    assert (only.since, only.decided_at) == (DAY_1, DAY_3)


def test_folding_goes_on_from_a_prefix_and_starts_anew_from_anything_else(begun: MadeNetwork) -> None:
    """A history that is longer than the ledger belongs to another one."""
    with open_ledger(begun.folder / "ledger") as ledger:
        whole, part = fold(ledger), fold(ledger, size=8)

        assert (part.size, len(part.cases) < len(whole.cases)) == (8, True)
        assert fold(ledger, part) == whole
        assert fold(ledger, History(size=10_000, cases={"k": []})) == whole


def test_all_is_folded_anew_after_an_erasure(begun: MadeNetwork, tmp_path: Path) -> None:
    """What was erased may be among what is known, and counts no more."""
    made = begun.copy(tmp_path / "network")
    with open_ledger(made.folder / "ledger") as ledger:
        known = fold(ledger)
    gone = next(iter(known.cases.values()))[0]
    erase(made.folder / "ledger", (gone.seq,), DAY_2, basis="made up", by="p-1", lift=True)

    with open_ledger(made.folder / "ledger") as ledger:
        went_on = fold(ledger, known)

        assert went_on is known
        assert (gone.case in went_on.cases, went_on == fold(ledger)) == (False, True)


def test_nothing_is_known_of_a_case_that_nobody_opened() -> None:
    """And that counts as allow."""
    assert History().newest("k-none") is None
    assert History().in_force("k-none", DAY_1) is None


def test_judgements_are_folded_up_to_the_head_that_is_asked_for(begun: MadeNetwork, tmp_path: Path) -> None:
    """Of each pair all that was said, in order, and whole whichever prefix it goes on from."""
    made = begun.copy(tmp_path / "network")
    with open_ledger(made.folder / "ledger") as ledger:
        size = ledger.size
        for hours, verdict in enumerate(("unsure", "same", "not-same")):
            word = replace(JUDGEMENT, verdict=verdict, at=DAY_2 + timedelta(hours=hours))
            ledger.append([judgement_record(word, NO_HASH)], word.at)
        both, all_three = fold(ledger, size=size + 2), fold(ledger)
        went_on = fold(ledger, fold(ledger, size=size + 1))

    pair = pair_of(JUDGEMENT)
    assert [(each.seq, each.judgement.verdict) for each in both.judgements[pair]] == [
        (size, "unsure"), (size + 1, "same"),
    ]  # fmt: skip
    assert (len(all_three.judgements[pair]), all_three.judgements) == (3, went_on.judgements)


DAYS = st.integers(0, 6).map(lambda days: DAY_1 + timedelta(days=days))
STEPS = st.lists(st.one_of(
    st.tuples(st.just("tell"), st.sampled_from("ab"), st.sampled_from(list(Outcome)), DAYS, st.none() | DAYS),
    st.tuples(st.just("settle"), DAYS), st.just(("forget",)),
), max_size=8)  # fmt: skip


@given(STEPS, DAYS)
def test_what_is_in_force_and_what_waits_is_that_of_each_case(
    begun: MadeNetwork, steps: list[tuple[Any, ...]], at: datetime
) -> None:
    """All are worked out once for an instant; whatever is folded in, settled or let go of, they are the cases' own."""
    history, made = History(), begun.last("bakery")

    for step in steps:
        match step:
            case "tell", case, outcome, since, until:
                told(history, replace(made, case=case), outcome, DAY_1, since, until)
            case "settle", day:
                history.settle(day)
            case _:
                history.forget()
        for instant in (at, DAY_3, at):
            in_force = [history.in_force(case, instant) for case in history.cases]
            assert list(history.all_in_force(instant)) == [each for each in in_force if each is not None]
            newest = [known[-1] for known in history.cases.values()]
            assert list(history.waiting(instant)) == [each for each in newest if each.effective_from > instant]
