"""What was decided on a complaint happens at every place, once, and is proved there."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from evenhand.model.complaint import Complaint
from evenhand.model.complaint_codes import OutcomeReason
from evenhand.model.complaint_events import (
    AssignBody,
    BreachBody,
    ConfirmBody,
    EyesChecked,
    ProbeBody,
    ProposeBody,
    ProvedBody,
)
from evenhand.model.confirmed_fact import FactChange
from evenhand.model.errors import NotPermitted, RulebookInvalid, StateRefused
from evenhand.model.judgement import Judgement
from evenhand.model.outcome import Outcome
from evenhand.workflows.complaint_records.complaint_store import complaints_of
from evenhand.workflows.complaints import settlement as settlement_steps
from evenhand.workflows.complaints.reading import show
from evenhand.workflows.complaints.reviewing import admit, confirm, propose, take
from evenhand.workflows.complaints.settlement import settle
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.run import run
from tests.commands import evenhand
from tests.complaints import PROGRAM, complain, held, to_review, upholding
from tests.complaints import reversal as an_answer
from tests.networks import BY, TOOLS, MadeNetwork, approve_changes
from tests.people import acting, write_staff
from tests.settlements import FILED, NOT_THE_ENTITY, SETTLED, reversed_complaint, settled

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def the_complaint(made: MadeNetwork) -> Complaint:
    """Return the one complaint of a network."""
    (complaint,) = complaints_of(made.network).by_id.values()
    return complaint


def probes_of(complaint: Complaint, when: str) -> dict[str, list[bool]]:
    """Return of each place whether its answers agreed, in order."""
    found: dict[str, list[bool]] = {}
    for event in complaint.events:
        if isinstance(event.body, ProbeBody) and event.body.when == when:
            found.setdefault(event.body.probe.point, []).append(event.body.probe.agrees)
    return found


def test_a_reversal_is_proved_at_every_place_and_the_complaint_closed(reversal: MadeNetwork) -> None:
    """Every place red before and green after, each once; whom the party owns and pays for are free as well."""
    settlement = settled(reversal, the_complaint(reversal))

    complaint = settlement.complaint
    assert (settlement.red, settlement.is_proved, complaint.state) == ((), True, "closed")
    for party, scope in (("mills", "advertiser"), ("works", "advertiser"), ("agency-client", "campaign:c-plum")):
        assert reversal.last(party, scope).outcome is Outcome.ALLOW
    before, after = probes_of(complaint, "before"), probes_of(complaint, "after")
    assert before.keys() == after.keys() == {f"{each.kind}: {each.key}" for each in complaint.points}
    assert len(before) > 20
    assert set(map(tuple, before.values())) == {(False,)}
    assert set(map(tuple, after.values())) == {(True,)}
    assert [event.body.points for event in complaint.events if isinstance(event.body, ProvedBody)] == [len(before)]
    new = reversal.last("mills")
    assert (complaint.new_decision, new.supersedes) == (new.id, complaint.decision)
    assert (new.decided_by.kind, new.decided_by.id) == ("person", "cora")
    assert evenhand("ledger", "verify", reversal.folder).status == 0
    (letter,) = (reversal.folder / "out" / "complaints").glob(f"{complaint.id}.*.decision.txt")
    assert "3 March 2026" in letter.read_text()
    letter.unlink()
    assert settled(reversal, complaint, SETTLED + HOUR).complaint.events == complaint.events
    assert letter.is_file()


def test_what_was_said_of_the_facts_is_recorded_once_and_names_the_complaint(reversal: MadeNetwork) -> None:
    """The next run finds the same: a settlement is no exception to the rules."""
    complaint = settled(reversal, the_complaint(reversal)).complaint

    run(reversal.network, SETTLED + DAY, BY, TOOLS)

    judgements = [msgspec.json.decode(payload, type=Judgement) for payload in reversal.payloads("judgement")]
    assert [(each.verdict, each.by) for each in judgements] == [("same", "A. Analyst"), ("not-same", "otto")]
    assert judgements[-1].why == f"complaint {complaint.id}: reversed (wrong_entity)"
    assert reversal.last("mills").id == complaint.new_decision


def test_the_terminal_shows_the_answer_with_the_facts_that_it_states(wrong_match: MadeNetwork) -> None:
    """Who confirms has to see what changes, and not only words."""
    complaint = to_review(wrong_match, complain(wrong_match, "mills", at=FILED), at=FILED)
    with held(wrong_match, FILED) as opened:
        proposal = replace(an_answer(), codes=("wrong_entity",), changes=(NOT_THE_ENTITY,))
        propose(opened, complaint, Acting("rita"), proposal)
    at = f"{FILED:%Y-%m-%dT%H:%M:%SZ}"
    page = evenhand("complaints", wrong_match.folder, complaint.id, "--at", at)
    shown = evenhand("review", wrong_match.folder, complaint.id, "--as", "cora", "--show", "--at", at)

    answer = ["You are right.", "to not_the_entity: You are another company.",
              "stated to be so: the entry `house-sanctions#s-mills`: not-same"]  # fmt: skip
    assert "  answer    reversed (wrong_entity), proposed by rita" in page.lines
    assert [each.strip() for each in page.lines if each.strip() in answer] == answer
    assert [each.strip() for each in shown.lines if each.strip() in answer] == answer
    assert "4. The answer" in shown.lines


def test_a_complaint_that_is_not_decided_is_not_settled(wrong_match: MadeNetwork) -> None:
    """The refusal names state and event; with a second person a proposal is confirmed first."""
    complaint = to_review(wrong_match, complain(wrong_match, "mills", at=FILED), at=FILED)
    with pytest.raises(StateRefused, match="there is nothing to settle") as refused:
        settled(wrong_match, complaint)
    assert refused.value.state == "under_review"

    with held(wrong_match, FILED) as opened:
        propose(
            opened, complaint, Acting("rita"), replace(an_answer(), codes=("wrong_entity",), changes=(NOT_THE_ENTITY,))
        )
    second = Acting("cora")
    settlement = settle(wrong_match.network, complaint.id, Acting("otto"), SETTLED, TOOLS, program=PROGRAM,
                        second=second)  # fmt: skip

    assert (settlement.complaint.confirmer, settlement.complaint.state) == ("cora", "closed")


def test_an_upheld_complaint_is_told_and_closed_and_nothing_else_happens(wrong_match: MadeNetwork) -> None:
    """There is no plan where nothing changes."""
    complaint = to_review(wrong_match, complain(wrong_match, "mills", at=FILED), at=FILED)
    with held(wrong_match, FILED) as opened:
        propose(opened, complaint, Acting("rita"), upholding())
    decisions = len(wrong_match.decisions())

    settlement = settled(wrong_match, complaint)

    assert [event.kind for event in settlement.complaint.events[-2:]] == ["tell", "close"]
    assert (settlement.is_proved, settlement.complaint.points) == (True, ())
    assert len(wrong_match.decisions()) == decisions


@pytest.mark.parametrize(
    ("who", "rule"), [("A. Analyst", "finding-author"), ("evenhand test", "person"), ("", "second-reviewer")]
)
def test_who_took_part_before_is_refused_again_when_it_is_settled(
    wrong_match: MadeNetwork, who: str, rule: str
) -> None:
    """Whatever was checked before: a record that somebody wrote past the checks has no effect."""
    complaint = complain(wrong_match, "mills", at=FILED)
    checked = EyesChecked(staff_rules="not_verified")
    with held(wrong_match, FILED) as opened:
        admit(opened, complaint, Acting("dora"))
        for body, by in (
            (AssignBody(reviewer="rita", conflict=False, checked=checked), "rita"),
            (ProposeBody(outcome="reversed", codes=("wrong_entity",), text="Yes.", answers={},
                         changes=(NOT_THE_ENTITY,), needs_confirmation=bool(who), checked=checked), "rita"),
            *([(ConfirmBody(checked=checked), who)] if who else ()),
        ):  # fmt: skip
            complaint = opened.add(complaint.id, body, by=by)

    with pytest.raises(NotPermitted) as refused:
        settled(wrong_match, complaint)

    assert refused.value.rule == rule
    assert the_complaint(wrong_match).state == "decided"


@pytest.mark.parametrize(
    ("codes", "changes", "rules"),
    [
        (("unequal",), (), "house-listed, house-payer"),
        (("facts_not_shown",), (FactChange(kind="judgement", list="house-sanctions", entity_id="s-mills",
                                           verdict="unsure"),), "possible-match-payer, possible-match-review"),
    ],
)  # fmt: skip
def test_a_reversal_that_the_rules_do_not_give_is_refused_with_the_rules_that_hold(
    wrong_match: MadeNetwork, codes: tuple[OutcomeReason, ...], changes: tuple[FactChange, ...], rules: str
) -> None:
    """An exception is a change of the rulebook, never a word of a reviewer's."""
    with pytest.raises(StateRefused, match=rules):
        reversed_complaint(wrong_match, codes=codes, changes=changes)
    assert the_complaint(wrong_match).state == "under_review"

    checked = EyesChecked(staff_rules="not_verified")
    proposal = ProposeBody(outcome="reversed", codes=codes, text="Yes.", answers={}, changes=changes,
                           needs_confirmation=True, checked=checked)  # fmt: skip
    with held(wrong_match, FILED) as opened:
        opened.add(the_complaint(wrong_match).id, proposal, by="rita")
        complaint = opened.add(the_complaint(wrong_match).id, ConfirmBody(checked=checked), by="cora")
    with pytest.raises(StateRefused, match=rules):
        settled(wrong_match, complaint)
    assert the_complaint(wrong_match).state == "decided"
    assert wrong_match.last("mills").outcome is Outcome.REFUSE


def test_a_list_that_is_gone_keeps_a_reversal_from_being_proved_until_it_is_mended(reversal: MadeNetwork) -> None:
    """The advertiser is not told that it is over while a host may still block it; a breach is recorded."""
    (reversal.folder / "prebid.json").unlink()

    red = settled(reversal, the_complaint(reversal))
    late = settled(reversal, red.complaint, SETTLED + 2 * DAY)

    assert {each.point for each in red.red} == {f"export: prebid.json: advertiser {who}" for who in ("mills", "works")}
    assert "forget it: evenhand gate exports" in red.red[0].got
    assert (red.complaint.state, red.is_proved, red.overdue) == ("propagating", False, ())
    assert late.overdue == ("propagate_gate", "propagate_exports")
    assert sum(isinstance(event.body, BreachBody) for event in late.complaint.events) == 2
    assert reversal.last("mills").outcome is Outcome.ALLOW

    forgotten = evenhand("gate", "exports", reversal.folder, "--forget", reversal.folder / "prebid.json")
    settlement = settled(reversal, red.complaint, SETTLED + 3 * DAY)

    assert forgotten.status == 0
    assert (settlement.complaint.state, settlement.overdue) == ("closed", ())
    answers = probes_of(settlement.complaint, "after")
    assert [answers[f"export: prebid.json: advertiser {who}"] for who in ("mills", "works")] == [[False, True]] * 2
    assert all(each == [True] for name, each in answers.items() if "prebid" not in name)


def test_an_outcome_about_the_rule_waits_for_a_released_rulebook(wrong_match: MadeNetwork) -> None:
    """The facts stay. A rulebook goes its own road: without its approval nothing happens."""
    complaint = reversed_complaint(wrong_match, codes=("rule_does_not_fit",), changes=())

    waiting = settled(wrong_match, complaint)

    assert waiting.waits_for.startswith("a released rulebook under which the refuse of advertiser mills by house-")
    assert (waiting.complaint.state, waiting.is_proved) == ("propagating", False)
    assert wrong_match.last("mills").outcome is Outcome.REFUSE
    assert settled(wrong_match, complaint, SETTLED + HOUR).waits_for == waiting.waits_for

    wrong_match.edit_rules(lambda text: text.replace("house-asset-freeze", "house-review"), historic=True)
    wrong_match.settings["rulebook"]["historic"] = False
    wrong_match.write()
    with pytest.raises(RulebookInvalid, match="nobody approved"):
        settled(wrong_match, complaint, SETTLED + 2 * HOUR)
    assert wrong_match.last("mills").outcome is Outcome.REFUSE

    approve_changes(wrong_match)
    settlement = settled(wrong_match, complaint, SETTLED + 3 * HOUR)
    assert (settlement.complaint.state, settlement.waits_for) == ("closed", "")
    assert wrong_match.last("mills").outcome is Outcome.ALLOW
    assert wrong_match.payloads("judgement") == wrong_match.payloads("judgement")[:1]


def test_with_staff_a_settlement_is_signed_and_the_ledger_verifies(wrong_match: MadeNetwork) -> None:
    """Who settles signs the plan and what is recorded of the facts; an auditor may not settle."""
    write_staff(wrong_match.folder)
    complaint = complain(wrong_match, "mills", at=FILED)
    with held(wrong_match, FILED) as opened:
        taken = take(opened, admit(opened, complaint, acting("ops")), acting("rob", conflict=False))
        show(opened, taken, acting("rob"))
        proposal = replace(an_answer(), codes=("wrong_entity",), changes=(NOT_THE_ENTITY,))
        proposed = propose(opened, opened.complaints.get(complaint.id), acting("rob"), proposal)
        confirm(opened, proposed, acting("rea"))

    with pytest.raises(NotPermitted, match="rule roles"):
        settle(wrong_match.network, complaint.id, acting("aud"), SETTLED, TOOLS, program=PROGRAM)
    settlement = settle(wrong_match.network, complaint.id, acting("ops"), SETTLED, TOOLS, program=PROGRAM)

    assert (settlement.complaint.state, settlement.persons_verified) == ("closed", True)
    signed = {event.kind: event.signed.person for event in settlement.complaint.events if event.signed is not None}
    assert (signed["confirm"], signed["plan"], signed["close"]) == ("rea", "ops", "ops")
    judgement = msgspec.json.decode(wrong_match.payloads("judgement")[-1], type=Judgement)
    assert judgement.signed is not None
    assert judgement.signed.person == "ops"
    assert evenhand("ledger", "verify", wrong_match.folder).status == 0


def test_two_who_settle_at_once_do_each_step_once(reversal: MadeNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who comes second finds it done: between any two steps another process may have been faster."""
    complaint, follow = the_complaint(reversal), settlement_steps._follow

    def overtaken(settler: Any, planned: Complaint) -> None:
        monkeypatch.setattr(settlement_steps, "_follow", follow)
        assert settled(reversal, complaint, by="olga").complaint.state == "closed"
        follow(settler, planned)

    monkeypatch.setattr(settlement_steps, "_follow", overtaken)
    settlement = settled(reversal, complaint)

    assert settlement.is_proved
    assert set(map(tuple, probes_of(settlement.complaint, "after").values())) == {(True,)}
    kinds = [event.kind for event in settlement.complaint.events]
    assert [kinds.count(kind) for kind in ("plan", "proved", "tell", "close")] == [1] * 4
    assert len(reversal.payloads("judgement")) == 2
