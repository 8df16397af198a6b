"""A decision about a party that has left the tables ends on a complaint, by two people as ever."""

from datetime import timedelta

import pytest

from evenhand.model.complaint import Complaint
from evenhand.model.errors import NotFound, StateRefused
from evenhand.model.outcome import Outcome
from evenhand.workflows.complaints import settlement as settlement_steps
from tests.networks import DAY_2, MadeNetwork
from tests.settlements import SETTLED, reversed_complaint, settled

DAY = timedelta(days=1)
LEFT = DAY_2 + timedelta(hours=1)


def gone(made: MadeNetwork) -> MadeNetwork:
    """Take the row of the refused party out of the table, and run."""
    made.drop("advertisers", "mills")
    made.run(LEFT)
    assert made.register()[1]["mills"].outcome is Outcome.REFUSE
    return made


def reversal_of(made: MadeNetwork) -> Complaint:
    """Return the complaint of the party that has no row, reversed by two people without a change of facts."""
    return reversed_complaint(made, changes=())


def test_a_reversed_refusal_of_a_party_without_a_row_ends_at_every_place(wrong_match: MadeNetwork) -> None:
    """A decision stays with its keys until another replaces it: without this nothing ever would."""
    gone(wrong_match)
    before = wrong_match.last("mills")

    complaint = reversal_of(wrong_match)
    settlement = settled(wrong_match, complaint)

    assert (complaint.needs_confirmation, complaint.confirmer) == (True, "cora")
    assert (settlement.red, settlement.is_proved) == ((), True)
    after = wrong_match.last("mills")
    assert (after.outcome, after.supersedes, after.decided_by.id) == (Outcome.ALLOW, before.id, "cora")
    (letter,) = (wrong_match.folder / "out" / "reasons").glob(f"l-{after.id.removeprefix('d-')}.txt")
    assert "To Dravik Mills" in letter.read_text("utf-8")
    assert "mills.example" not in str(wrong_match.register()[1].get("mills"))
    decisions = wrong_match.decisions()
    wrong_match.run(SETTLED + DAY)
    assert wrong_match.decisions() == decisions
    assert "mills" not in wrong_match.register()[1]


def test_a_row_that_comes_back_is_judged_anew(wrong_match: MadeNetwork) -> None:
    """What ended is the decision about somebody of whom nothing was known: the match itself nobody has denied."""
    row = dict(wrong_match.row("advertisers", "mills"))
    gone(wrong_match)
    settled(wrong_match, reversal_of(wrong_match))

    wrong_match.add("advertisers", **row)
    wrong_match.run(SETTLED + DAY)

    assert wrong_match.last("mills").outcome is Outcome.REFUSE
    wrong_match.drop("advertisers", "mills")
    wrong_match.run(SETTLED + 2 * DAY)
    assert wrong_match.register()[1]["mills"].outcome is Outcome.REFUSE


def test_keys_that_a_new_id_has_stay_refused_and_the_old_id_is_free(wrong_match: MadeNetwork) -> None:
    """A renamed id leaves one company under two: its website follows the decision about the new one."""
    row = dict(wrong_match.row("advertisers", "listed"))
    wrong_match.drop("advertisers", "listed")
    wrong_match.add("advertisers", **row | {"id": "listed-2"})
    wrong_match.run(LEFT)
    assert wrong_match.register()[1]["listed"].outcome is Outcome.REFUSE

    settlement = settled(wrong_match, reversed_complaint(wrong_match, party="listed", changes=()))

    assert (settlement.red, settlement.is_proved) == ((), True)
    assert wrong_match.register()[1]["listed-2"].domains == ("ferrolit.example",)
    assert not any("ferrolit.example" in each.key for each in settlement.complaint.points)


def test_a_run_after_a_settlement_that_was_cut_off_ends_the_decision(
    wrong_match: MadeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plan in the ledger says it, whoever decides next."""
    gone(wrong_match)
    complaint = reversal_of(wrong_match)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(settlement_steps, "decide_again", killed)
    with pytest.raises(KeyboardInterrupt):
        settled(wrong_match, complaint)
    monkeypatch.undo()
    assert wrong_match.last("mills").outcome is Outcome.REFUSE
    wrong_match.run(SETTLED + timedelta(minutes=1))

    assert wrong_match.last("mills").outcome is Outcome.ALLOW
    assert settled(wrong_match, complaint, SETTLED + DAY).is_proved


def test_no_fact_of_a_party_without_a_row_can_be_changed(wrong_match: MadeNetwork) -> None:
    """The refusal says what can be done instead."""
    gone(wrong_match)

    with pytest.raises(NotFound, match="reversed without a change of facts"):
        reversed_complaint(wrong_match)


def test_a_party_with_a_row_is_reversed_by_its_facts_alone(wrong_match: MadeNetwork) -> None:
    """Whoever is in the tables is ruled by what they say: a word of a reviewer is no fact."""
    with pytest.raises(StateRefused, match="no fact changes"):
        reversal_of(wrong_match)


def test_an_outcome_about_the_rule_waits_for_no_rulebook_where_no_row_is_left(wrong_match: MadeNetwork) -> None:
    """No rulebook rules a party without a row: it would wait for ever."""
    gone(wrong_match)

    complaint = reversed_complaint(wrong_match, codes=("rule_does_not_fit",), changes=())

    assert settled(wrong_match, complaint).is_proved
    assert wrong_match.last("mills").outcome is Outcome.ALLOW
