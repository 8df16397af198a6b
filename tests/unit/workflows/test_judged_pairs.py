"""Who was judged to be a listed entry stays under that judgement, whatever name it takes."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from evenhand.model.judgement import Verdict
from evenhand.model.outcome import Outcome
from evenhand.workflows.evaluation.judged_pairs import JUDGED_SAME
from evenhand.workflows.review.judgements import StatedJudgement, judge
from tests.networks import DAY_1, DAY_2, TOOLS, MadeNetwork

DAY_3, DAY_4 = (DAY_2 + timedelta(days=days) for days in (1, 2))
OTHER_NAME = "Kelvo Pantry"


@pytest.fixture
def judged(begun: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    """A network in which a client was judged to be a listed entry and refused by it."""
    made = begun.copy(tmp_path / "network")
    say(made, "same", 1)
    made.run(DAY_2)
    assert made.last("namesake").outcome is Outcome.REFUSE
    return made


def say(made: MadeNetwork, verdict: Verdict, hours: int) -> None:
    word = StatedJudgement("namesake", "s-mills", verdict, "A. Reviewer", "seen in the register")
    judge(made.network, word, DAY_1 + timedelta(hours=hours), TOOLS)


def rename(made: MadeNetwork, name: str = OTHER_NAME) -> None:
    made.row("advertisers", "namesake")["name"] = name


def test_another_name_frees_nobody(judged: MadeNetwork) -> None:
    """Screening finds nothing any more; a person has to say that it is another."""
    rename(judged)

    report = judged.run(DAY_3)

    decision = judged.last("namesake")
    (finding,) = (each for each in decision.findings if each.entity_id == "s-mills")
    assert decision.outcome is Outcome.HOLD
    assert (finding.kind, finding.certain, finding.score) == ("listed", False, 0.0)
    assert [each.name for each in finding.because] == [JUDGED_SAME, "judgement.open_again"]
    assert "party name" in finding.because[1].theirs
    assert any("`namesake` and `s-mills` of `house-sanctions` open again" in each for each in report.again)


def test_the_match_is_judged_like_any_other_and_ends_by_it(judged: MadeNetwork) -> None:
    """The task is about a match that the last run saw, so a person can say that it is another company's id now."""
    rename(judged)
    judged.run(DAY_3)

    say(judged, "not-same", 60)
    judged.run(DAY_4)

    assert judged.last("namesake").outcome is Outcome.ALLOW
    assert not judged.last("namesake").findings


def test_judged_the_same_under_the_new_name_it_is_refused_again(judged: MadeNetwork) -> None:
    """And stays so, run after run."""
    rename(judged)
    judged.run(DAY_3)
    say(judged, "same", 60)

    for at in (DAY_4, DAY_4 + timedelta(days=1)):
        judged.run(at)
        assert judged.last("namesake").outcome is Outcome.REFUSE


def test_a_run_that_lost_its_state_comes_to_the_same(judged: MadeNetwork, tmp_path: Path) -> None:
    """Before and after the match was judged not to be the same."""
    rename(judged)
    judged.run(DAY_3)
    say(judged, "not-same", 60)
    forgets = judged.copy(tmp_path / "forgets")
    shutil.rmtree(forgets.folder / "state")

    for each in (judged, forgets):
        each.run(DAY_4)
        rename(each, "Dravik Mills")
        each.run(DAY_4 + timedelta(days=1))

    assert judged.last("namesake").outcome is Outcome.HOLD  # the old name is a new ground beside the last word
    assert judged.decisions() == forgets.decisions()


def test_an_entry_that_left_its_list_holds_nobody(judged: MadeNetwork) -> None:
    """A judgement says who is who, not that anybody is listed."""
    judged.drop("house-sanctions", "s-mills")
    rename(judged)

    judged.run(DAY_3)

    assert judged.last("namesake").outcome is Outcome.ALLOW


def test_where_screening_finds_the_entry_nothing_is_added(judged: MadeNetwork) -> None:
    """The old name is back, so is the match that was judged."""
    rename(judged)
    judged.run(DAY_3)
    rename(judged, "Dravik Mills")

    judged.run(DAY_4)

    decision = judged.last("namesake")
    assert decision.outcome is Outcome.REFUSE
    assert JUDGED_SAME not in {line.name for each in decision.findings for line in each.because}
