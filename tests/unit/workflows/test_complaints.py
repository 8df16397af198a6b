"""A complaint from its filing to its decision, and who is refused on the way."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from evenhand.appeals.complaint_numbers import complaint_numbers
from evenhand.model.complaint import Complaint
from evenhand.model.complaint_events import ProposeBody
from evenhand.model.confirmed_fact import FactChange
from evenhand.model.errors import BadInput, NotFound, NotPermitted, StateRefused
from evenhand.model.external_disputes import ExternalCloseBody
from evenhand.workflows.complaints.attachments import attachments_folder, keep_attachment
from evenhand.workflows.complaints.complained_decision import decision_in_texts, decision_named
from evenhand.workflows.complaints.filing import StatedComplaint, file_complaint
from evenhand.workflows.complaints.passed_deadlines import record_passed_deadlines
from evenhand.workflows.complaints.reading import show
from evenhand.workflows.complaints.relief import withdraw
from evenhand.workflows.complaints.reviewing import (
    Dispute,
    Proposal,
    admit,
    answer,
    ask,
    close_dispute,
    confirm,
    name_decision,
    object_to,
    open_dispute,
    propose,
    reject,
    take,
)  # fmt: skip
from evenhand.workflows.complaints.staff_cases import must_be_confirmed
from evenhand.workflows.erasure.erase import erase
from evenhand.workflows.operations import verify_folder
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.review.judgements import StatedJudgement, judge
from tests.complaints import FILED, PROGRAM, complain, held, reversal, to_review, upholding
from tests.networks import DAY_1, DAY_2, TOOLS, MadeNetwork, put_under_a_law
from tests.people import acting, write_staff

HOUR = timedelta(hours=1)
DORA, RITA, SAM = Acting("dora"), Acting("rita", conflict=False), Acting("sam", conflict=False)


@pytest.fixture
def made(begun: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    return begun.copy(tmp_path / "network")


def test_a_complaint_is_recorded_and_acknowledged_with_the_last_day_of_its_window(made: MadeNetwork) -> None:
    """By the program, at once, in the language of the letter."""
    complaint = complain(made, "outlet")

    statement = made.last("outlet").id.replace("d-", "r-")
    assert (complaint.state, complaint.statement, complaint.language) == ("acknowledged", statement, "en")
    assert (complaint.party_id, complaint.filed_by, complaint.informed_on) == ("outlet", "outlet", DAY_1.date())
    body = complaint.events[1].body
    assert str(getattr(body, "complaint_until", "")) == "2026-09-02"
    assert complaint.events[1].by == PROGRAM
    assert verify_folder(made.folder).ok


@pytest.mark.parametrize("form", ["decision", "letter", "capitals", "entry"])
def test_a_decision_is_named_by_what_its_letter_carries(made: MadeNetwork, form: str) -> None:
    """Its id, the letter's, in any case, or the entry of the log."""
    decision = made.last("outlet")
    seq = next(seq for seq, each in enumerate(made.payloads()) if b'"id":"' + decision.id.encode() in each)
    names = {"decision": decision.id, "letter": decision.id.replace("d-", "r-"), "capitals": decision.id.upper(),
             "entry": str(seq)}  # fmt: skip

    with held(made) as opened:
        assert decision_named(opened.ledger, names[form]).decision.id == decision.id


def test_a_decision_that_is_not_there_is_one_clear_line(made: MadeNetwork) -> None:
    """Neither is an entry of another kind, or beyond the log."""
    with held(made) as opened:
        for wrong in ("d-00000000000000000000", "nonsense", "0", "999999", ""):
            with pytest.raises(NotFound, match="no such decision"):
                decision_named(opened.ledger, wrong)


def test_a_text_names_one_decision_or_none(made: MadeNetwork) -> None:
    """Two letters quoted in one mail are a question for a person; an unknown reference is none."""
    one, other = made.last("outlet").id, made.last("namesake").id
    with held(made) as opened:
        found = decision_in_texts(opened.ledger, (f"Re: {one.replace('d-', 'r-')}", f"and {other}"))
        assert found is not None
        assert found.decision.id == one
        assert decision_in_texts(opened.ledger, ("Re: letter", f"{one} and {other}")) is None
        assert decision_in_texts(opened.ledger, ("d-0123456789abcdef0123", f"x{one}")) is None


def test_a_receipt_names_its_decision_in_any_language(made: MadeNetwork) -> None:
    """The entries stand before the log's name."""
    decision = made.last("outlet")
    letter = (made.folder / "out" / "reasons" / f"{decision.id.replace('d-', 'r-')}.txt").read_text("utf-8")
    receipt = letter[letter.index("Receipt:") :]
    with held(made) as opened:
        found = decision_in_texts(opened.ledger, (receipt,))
        assert found is not None
        assert found.decision.id == decision.id


def test_a_complaint_without_a_decision_waits_for_a_person_who_names_it(made: MadeNetwork) -> None:
    """It is never lost; once it is named, it is acknowledged."""
    decision = made.last("outlet").id
    with held(made) as opened:
        filed = file_complaint(opened, None, StatedComplaint(words="Why was I stopped?"), PROGRAM).complaint
        assert (filed.state, filed.decision) == ("filed", "")
        with pytest.raises(StateRefused):
            admit(opened, filed, DORA, ("facts_wrong",))
        named = name_decision(opened, filed, DORA, decision, PROGRAM)
        with pytest.raises(StateRefused, match="no reason code"):
            admit(opened, named, DORA)
        admitted = admit(opened, named, DORA, ("facts_wrong",))

    assert (named.state, named.party_id) == ("acknowledged", "outlet")
    assert admitted.reasons == ("facts_wrong",)


def test_what_is_empty_or_too_long_is_refused_before_anything_is_written(made: MadeNetwork) -> None:
    """10 MB of words are a file to be attached."""
    size = made.size()
    for words, says in (("  ", "empty"), ("x" * 10_000_000, "10,000 characters at most")):
        with pytest.raises(BadInput, match=says):
            complain(made, words=words)

    assert made.size() == size


def test_days_that_cannot_be_are_refused_before_anything_is_written(made: MadeNetwork) -> None:
    """Told after the filing, told before the decision, filed before it; each edge is allowed."""
    size, day, decision = made.size(), timedelta(days=1), made.last("outlet").id
    with held(made) as opened:
        about = decision_named(opened.ledger, decision)
        for informed, says in ((DAY_1.date() + day, "told after"), (DAY_1.date() - day, "told before the decision")):
            with pytest.raises(BadInput, match=says):
                file_complaint(opened, about, StatedComplaint(words="No.", informed_on=informed), PROGRAM)
    with pytest.raises(BadInput, match="filed before the decision"):
        complain(made, "outlet", at=about.decision.decided_at - timedelta(seconds=1))

    assert made.size() == size
    with held(made) as opened:
        stated = StatedComplaint(words="No.", informed_on=DAY_1.date())
        assert file_complaint(opened, about, stated, PROGRAM).complaint.informed_on == DAY_1.date()


@pytest.mark.parametrize(("told", "counts"), [(-40, 0), (0, 0), (1, 1)])
def test_a_day_of_being_told_before_the_decision_counts_as_the_decisions(
    made: MadeNetwork, told: int, counts: int
) -> None:
    """Where a person names the decision later: the window begins no earlier than the decision, and nothing is lost."""
    day, at, decision = timedelta(days=1), FILED + timedelta(days=2), made.last("outlet").id
    with held(made, at) as opened:
        stated = StatedComplaint(words="No.", reasons=("procedure",), informed_on=DAY_1.date() + told * day)
        filed = file_complaint(opened, None, stated, PROGRAM).complaint
        named = name_decision(opened, filed, DORA, decision, PROGRAM)

    assert (named.state, named.informed_on) == ("acknowledged", DAY_1.date() + counts * day)


@pytest.mark.parametrize(
    ("told", "last"), [(290, "17 June 2027"), (10, "12 September 2026"), (None, "2 September 2026")]
)
def test_the_letters_give_the_last_day_that_the_network_goes_by(made: MadeNetwork, told: int | None, last: str) -> None:
    """A day that the complainant states counts for them too: nobody is told that they came too late and is heard."""
    informed = None if told is None else DAY_1.date() + timedelta(days=told)
    decision = made.last("outlet").id
    with held(made, FILED + timedelta(days=300)) as opened:
        about = decision_named(opened.ledger, decision)
        stated = StatedComplaint(words="No.", reasons=("procedure",), informed_on=informed)
        filed = file_complaint(opened, about, stated, PROGRAM).complaint
        if told == 290:
            assert admit(opened, filed, DORA).state == "admissible"
        else:
            assert reject(opened, filed, DORA, "out_of_time", "Too late.", PROGRAM).state == "told"

    texts = {each.name.split(".")[2]: each.read_text("utf-8") for each in (made.folder / "out/complaints").iterdir()}
    assert len(texts) == (1 if told == 290 else 2)
    assert all(last in each for each in texts.values())
    assert ("yours came after it" in texts["acknowledgement"]) == (told != 290)


@pytest.mark.parametrize("act", [confirm, partial(object_to, words="No.")])
def test_nothing_is_confirmed_before_it_is_proposed(made: MadeNetwork, act: Callable[..., Complaint]) -> None:
    """With nobody in a staff.toml too: no proposal, or a time before it; the refusal says which."""
    review = to_review(made, complain(made, "outlet"))
    with held(made, FILED + HOUR) as opened:
        with pytest.raises(StateRefused, match="not allowed in state `under_review`"):
            act(opened, review, SAM)
        proposed = propose(opened, review, RITA, reversal())
    size = made.size()

    with held(made, FILED + HOUR / 2) as opened, pytest.raises(StateRefused, match="dated before the proposal, of"):
        act(opened, proposed, SAM)

    assert made.size() == size


def test_out_of_time_is_refused_a_second_after_the_last_day_and_rejected_with_words(made: MadeNetwork) -> None:
    """The record says so; neither can be said against it."""
    last = DAY_1.replace(month=9, day=2, hour=21, minute=59, second=59)  # midnight in Berlin
    for at, in_time in ((last, True), (last + timedelta(seconds=1), False)):
        complaint = complain(made, "outlet", at=at, words=f"Filed at {at}.")
        with held(made, at) as opened:
            if in_time:
                with pytest.raises(StateRefused, match="the record shows nothing against it"):
                    reject(opened, complaint, DORA, "out_of_time", "Too late.", PROGRAM)
                assert admit(opened, complaint, DORA).state == "admissible"
            else:
                with pytest.raises(StateRefused, match="out_of_time"):
                    admit(opened, complaint, DORA)
                assert (
                    reject(opened, complaint, DORA, "out_of_time", "Too late.", PROGRAM).reject_reason == "out_of_time"
                )


def test_a_rejection_is_reviewed_by_another_person(made: MadeNetwork) -> None:
    """Not by the one who rejected."""
    complaint = complain(made)
    with held(made) as opened:
        rejected = reject(opened, complaint, DORA, "not_a_party", "You are not the advertiser.", PROGRAM)
        assert rejected.state == "told"
        with pytest.raises(NotPermitted, match="earlier-reviewer"):
            admit(opened, rejected, DORA)
        assert admit(opened, rejected, RITA).state == "admissible"


def test_whoever_judged_a_match_of_the_decision_cannot_review_it(made: MadeNetwork) -> None:
    """A decision by a run has no human decider; the author of a finding is one who took part."""
    judge(made.network, StatedJudgement("namesake", "s-mills", "same", "rita", "same number"), FILED, TOOLS)
    complaint = complain(made, at=FILED + HOUR)

    with held(made, FILED + HOUR) as opened:
        admitted = admit(opened, complaint, DORA)
        with pytest.raises(NotPermitted, match="finding-author"):
            take(opened, admitted, RITA)
        assert take(opened, admitted, SAM).reviewer == "sam"


def test_a_reviewer_declares_a_conflict_of_interest_and_does_not_get_the_case(made: MadeNetwork) -> None:
    """Yes is refused, and silence is no declaration."""
    complaint = complain(made)
    with held(made) as opened:
        admitted = admit(opened, complaint, DORA)
        with pytest.raises(BadInput, match="--conflict"):
            take(opened, admitted, Acting("rita"))
        with pytest.raises(NotPermitted, match="conflict-of-interest"):
            take(opened, admitted, Acting("rita", conflict=True))


def test_the_reversal_of_a_refusal_waits_for_a_second_reviewer(made: MadeNetwork) -> None:
    """The proposer cannot confirm, another person does; both checks stand in the events."""
    review = to_review(made, complain(made, "outlet"))
    with held(made, FILED + HOUR) as opened:
        proposed = propose(opened, review, RITA, reversal())
        assert (proposed.state, proposed.outcome, proposed.proposed) == ("proposed", None, "reversed")
        with pytest.raises(NotPermitted, match="proposer"):
            confirm(opened, proposed, RITA)
        decided = confirm(opened, proposed, SAM)

    assert (decided.state, decided.outcome, decided.confirmer) == ("decided", "reversed", "sam")
    body = decided.events[-2].body
    assert isinstance(body, ProposeBody)
    assert (body.checked.staff_rules, body.checked.four_eyes) == ("not_verified", "passed")
    gate = decided.deadline("propagate_gate")
    assert gate is not None
    assert gate.due_at == FILED + 2 * HOUR


@pytest.mark.parametrize("has_staff", [True, False])
def test_two_reviewers_lift_a_hold_over_a_namesake_of_who_is_listed_under_a_law(
    made: MadeNetwork, has_staff: bool
) -> None:
    """No rule of the hold carries out a law, and still its match, unsaid, is what the law asks for."""
    put_under_a_law(made)
    if has_staff:
        write_staff(made.folder)
    complaint = complain(made)
    changes = (FactChange(kind="judgement", list="house-sanctions", entity_id="s-mills", verdict="not-same"),)
    other = Proposal("reversed", ("wrong_entity",), "You are right.", {"not_the_entity": "Another."}, {}, changes)
    with held(made) as opened:
        review = take(opened, admit(opened, complaint, acting("ops")), acting("rob", conflict=False))
        proposed = propose(opened, show(opened, review, acting("rob")), acting("rob"), other)
        decided = confirm(opened, proposed, acting("rea"))

    assert (proposed.state, proposed.outcome) == ("proposed", None)
    assert (decided.state, decided.confirmer) == ("decided", "rea")


def test_one_reviewer_upholds_what_rests_on_a_law_or_lifts_what_the_house_listed(made: MadeNetwork) -> None:
    """Nothing of a law is lifted by either."""
    review = to_review(made, complain(made))
    with held(made) as opened:
        assert propose(opened, review, RITA, reversal()).state == "decided"

    put_under_a_law(made)
    review = to_review(made, complain(made, "minor"))
    with held(made) as opened:
        assert must_be_confirmed(opened, review, "reversed")
        assert propose(opened, review, RITA, upholding()).state == "decided"


def test_an_objection_gives_the_review_back(made: MadeNetwork) -> None:
    """Nothing is decided, and the next proposal is another."""
    review = to_review(made, complain(made, "outlet"))
    with held(made) as opened:
        proposed = propose(opened, review, RITA, reversal())
        after = object_to(opened, proposed, SAM, "The register was not looked at.")
        decided = propose(opened, after, RITA, upholding())

    assert (after.state, after.proposed) == ("under_review", None)
    assert (decided.state, decided.outcome) == ("decided", "upheld")


def test_an_answer_that_leaves_a_reason_out_is_refused(made: MadeNetwork) -> None:
    """Every reason code is addressed."""
    review = to_review(made, complain(made, reasons=("not_the_entity", "procedure")))
    with held(made) as opened, pytest.raises(BadInput, match="the reason `procedure` is not answered"):
        propose(opened, review, RITA, upholding("not_the_entity"))


def test_an_earlier_reviewer_of_the_matter_is_refused(made: MadeNetwork) -> None:
    """With new information it is another complaint, and other people look."""
    review = to_review(made, complain(made))
    with held(made) as opened:
        propose(opened, review, RITA, upholding())
    second = complain(made, at=FILED + HOUR, words="Here is the register.", reasons=("new_information",))

    with held(made, FILED + HOUR) as opened:
        admitted = admit(opened, second, DORA)
        with pytest.raises(NotPermitted, match="earlier-reviewer"):
            take(opened, admitted, RITA)
        assert take(opened, admitted, SAM).reviewer == "sam"


def test_a_matter_that_was_decided_is_not_admitted_again(made: MadeNetwork) -> None:
    """Without new information."""
    review = to_review(made, complain(made))
    with held(made) as opened:
        propose(opened, review, RITA, upholding())
    again = complain(made, at=FILED + HOUR, words="Once more.")
    with held(made, FILED + HOUR) as opened:
        with pytest.raises(StateRefused, match="same_matter_decided"):
            admit(opened, again, DORA)
        assert reject(opened, again, DORA, "same_matter_decided", "We decided this.", PROGRAM).state == "told"


def test_a_question_pauses_and_its_time_ends_by_the_clock(made: MadeNetwork) -> None:
    """14 days for the complainant; then the review goes on with what there is."""
    review = to_review(made, complain(made))
    with held(made) as opened:
        asked = ask(opened, review, RITA, "Which register?")
    with held(made, FILED + timedelta(days=15)) as opened:
        assert [each.clock for each in asked.deadlines] == ["acknowledge", "admit", "decide", "answer"]
        (after,) = record_passed_deadlines(opened, PROGRAM)
        assert not record_passed_deadlines(opened, PROGRAM)
        added = answer(opened, after, DORA, "Sorry, late: the one of Bern.")

    assert (after.state, added.state) == ("under_review", "under_review")
    assert [event.kind for event in after.events][-2:] == ["ask", "resume"]


def test_a_deadline_that_passed_is_a_breach_once_and_closes_nothing(made: MadeNetwork) -> None:
    """An unanswered complaint stays open."""
    review = to_review(made, complain(made))
    late = FILED + timedelta(days=30)
    with held(made, late) as opened:
        (after,) = record_passed_deadlines(opened, PROGRAM)
        assert not record_passed_deadlines(opened, PROGRAM)

    decide = after.deadline("decide")
    assert decide is not None
    assert (after.state, decide.breached) == (review.state, True)


def test_a_deadline_that_is_missed_and_met_between_two_ticks_is_a_breach_too(made: MadeNetwork) -> None:
    """The act that comes too late records it, and the next tick finds nothing more."""
    complaint = complain(made)
    with held(made, FILED + timedelta(days=8)) as opened:
        late = admit(opened, complaint, DORA)
        assert not record_passed_deadlines(opened, PROGRAM)
        numbers = complaint_numbers([late], {late.id: {}}, persons_verified=False, internal=False)

    assert [each.kind for each in late.events] == ["file", "acknowledge", "breach", "admit"]
    assert (numbers.breaches, numbers.with_breach.count) == ({"admit": 1}, 1)


def test_a_tick_records_what_passed_before_the_complainant_was_asked(made: MadeNetwork) -> None:
    """It broke off: a question that was asked too late kept every deadline from being recorded."""
    review = to_review(made, complain(made))
    with held(made, FILED + timedelta(days=17)) as opened:
        waiting = ask(opened, review, RITA, "Which register?")
    with held(made, FILED + timedelta(days=30)) as opened:
        record_passed_deadlines(opened, PROGRAM)
        after = opened.complaints.get(waiting.id)

    assert [each.kind for each in after.events].count("breach") == 1


def test_the_order_in_which_a_reviewer_saw_the_case_is_recorded(made: MadeNetwork) -> None:
    """First the words, then facts and rule, then the first reasoning; without the decider's name."""
    review = to_review(made, complain(made))
    with held(made) as opened:
        shown = show(opened, review, RITA)

    body = shown.events[-1].body
    assert getattr(body, "order", ()) == ("words", "facts", "first_reasoning")
    assert getattr(body, "decider_shown", None) is False


def test_nobody_proposes_an_answer_before_the_whole_case_was_shown(made: MadeNetwork) -> None:
    """The words that were read before a decision was named, or what another person read, are not enough."""
    decision = made.last("namesake").id
    with held(made) as opened:
        filed = file_complaint(opened, None, StatedComplaint(words="Why?"), PROGRAM).complaint
        words_only = show(opened, filed, RITA)
        named = name_decision(opened, words_only, DORA, decision, PROGRAM)
        admitted = admit(opened, show(opened, named, DORA), DORA, ("not_the_entity",))
        review = take(opened, admitted, RITA)
        with pytest.raises(StateRefused, match="read the case first: --show"):
            propose(opened, review, RITA, upholding())
        assert propose(opened, show(opened, review, RITA), RITA, upholding()).state == "decided"

    assert [getattr(e.body, "order", ())[-1] for e in review.events if e.kind == "show"] == ["words", "first_reasoning"]


def test_a_withdrawn_complaint_is_kept(made: MadeNetwork) -> None:
    """And closed by a person only."""
    complaint = complain(made)
    with held(made) as opened:
        gone = withdraw(opened, complaint, DORA, "By telephone.")
        with pytest.raises(StateRefused):
            take(opened, gone, RITA)

    assert gone.state == "withdrawn"


def test_only_the_complainants_words_withdraw_a_complaint(made: MadeNetwork) -> None:
    """Who judged the match cannot make the complaint vanish."""
    judge(made.network, StatedJudgement("namesake", "s-mills", "same", "anna", "same number"), FILED, TOOLS)
    complaint = complain(made, at=FILED + HOUR)

    with held(made, FILED + HOUR) as opened:
        with pytest.raises(BadInput, match="give --text FILE"):
            withdraw(opened, complaint, DORA, "  ")
        with pytest.raises(NotPermitted, match="finding-author"):
            withdraw(opened, complaint, Acting("anna"), "They called.")
        gone = withdraw(opened, complaint, DORA, "We take it back.")

    assert getattr(gone.events[-1].body, "checked", None) is not None


def test_who_only_took_a_complaint_that_was_withdrawn_may_review_the_next(made: MadeNetwork) -> None:
    """Who had proposed an answer before may not."""
    for number, proposes in enumerate((False, True)):
        at = FILED + number * HOUR
        review = to_review(
            made, complain(made, "outlet", at=at, words=f"Complaint {number}.", reasons=("not_the_entity",)), at=at
        )
        with held(made, at) as opened:
            if proposes:
                review = propose(opened, review, RITA, reversal())
            withdraw(opened, review, DORA, "We take it back.")
        after = at + HOUR / 2
        again = complain(made, "outlet", at=after, words=f"Again, {number}.")
        with held(made, after) as opened:
            admitted = admit(opened, again, DORA)
            if not proposes:
                assert take(opened, admitted, RITA).reviewer == "rita"
                withdraw(opened, opened.complaints.get(again.id), DORA, "We take it back.")
                continue
            with pytest.raises(NotPermitted, match="earlier-reviewer"):
                take(opened, admitted, RITA)


def test_an_out_of_court_case_is_opened_only_after_the_answer_was_told(made: MadeNetwork) -> None:
    """And has its own clock of 90 days."""
    complaint = complain(made)
    dispute = Dispute("Made-up body", "7/26", FILED.date())
    with held(made) as opened:
        with pytest.raises(StateRefused):
            open_dispute(opened, complaint, DORA, dispute)
        rejected = reject(opened, complaint, DORA, "not_a_party", "You are not the advertiser.", PROGRAM)
        opened_there = open_dispute(opened, rejected, DORA, dispute)
        closed = ExternalCloseBody(number="7/26", outcome="upheld", closed_on=FILED.date(), followed=True)
        after = close_dispute(opened, opened_there, DORA, closed)

    assert (opened_there.external, after.external) == ("7/26", "")
    assert str(getattr(opened_there.events[-1].body, "due_on", "")) == "2026-05-31"


def test_the_same_complaint_of_advertisers_of_different_countries_has_the_same_path(made: MadeNetwork) -> None:
    """Law *Mirror*: path and deadlines hang on nothing but the events."""
    made.row("advertisers", "outlet")["country"] = "QM"
    made.row("advertisers", "frozen")["country"] = "QP"
    made.run(DAY_1)
    paths = []
    for party in ("outlet", "frozen"):
        review = to_review(made, complain(made, party))
        with held(made) as opened:
            decided = propose(opened, review, RITA, upholding())
        paths.append(
            (
                [event.kind for event in decided.events],
                [(each.clock, each.due_at - FILED) for each in decided.deadlines],
            )
        )

    assert paths[0] == paths[1]
    assert paths[0][0] == ["file", "acknowledge", "admit", "assign", "show", "propose"]
    assert paths[0][1][2] == ("decide", timedelta(days=14, hours=9, minutes=59, seconds=59))


@pytest.mark.parametrize("by", ["party", "complaint"])
def test_an_erasure_takes_the_words_from_before_the_decision_was_named_too(made: MadeNetwork, by: str) -> None:
    """Words, address and file are personal data, whichever subject their record has."""
    decision = made.last("namesake").id
    with held(made) as opened:
        kept = keep_attachment(made.network, "deed.pdf", b"deed of the made-up company")
        stated = StatedComplaint(words="Secret words of ours.", contact="anna@made-up.example", attachments=(kept,))
        filed = file_complaint(opened, None, stated, PROGRAM).complaint
        name_decision(opened, filed, DORA, decision, PROGRAM)

    subject = "namesake" if by == "party" else filed.id
    erase(made.folder / "ledger", (), DAY_2, basis="GDPR Art. 17", by="dpo", subject=subject, lift=True)

    left = b"".join(made.payloads())
    assert b"Secret words" not in left
    assert b"anna@made-up.example" not in left
    assert not list(attachments_folder(made.network).iterdir())
    with held(made, DAY_2) as opened:
        assert not opened.complaints.by_id


def test_both_checks_of_a_person_with_staff_stand_in_the_signed_event(made: MadeNetwork) -> None:
    """What the staff's rules refuse makes no event, and each act bears the person's signature."""
    write_staff(made.folder)
    complaint = complain(made, "outlet")
    with held(made) as opened:
        admitted = admit(opened, complaint, acting("ops"))
        for refused, rule in ((acting("ana", conflict=False), "roles"), (acting("ops", conflict=False), "roles")):
            with pytest.raises(NotPermitted, match=f"rule {rule}"):
                take(opened, admitted, refused)
        review = show(opened, take(opened, admitted, acting("rob", conflict=False)), acting("rob"))
        proposed = propose(opened, review, acting("rob"), reversal())
        with pytest.raises(NotPermitted, match="not-own-proposal"):
            confirm(opened, proposed, acting("rob"))
        decided = confirm(opened, proposed, acting("rea"))

    acts = [event for event in decided.events if event.kind in {"assign", "propose", "confirm"}]
    assert [getattr(event.body, "checked").staff_rules for event in acts] == ["permitted"] * 3  # noqa: B009
    assert [event.signed.person for event in acts if event.signed is not None] == ["rob", "rob", "rea"]
