"""Interim relief: who may give it, from what, and that a run, a lost state or a killed process change nothing of it."""

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from evenhand.gate import Gate
from evenhand.model.complaint import Complaint, ComplaintEvent
from evenhand.model.complaint_events import EyesChecked, InterimReliefBody, ReliefEndedBody, WithdrawBody
from evenhand.model.errors import NotPermitted, StateRefused
from evenhand.model.outcome import Outcome
from evenhand.model.program import Before, Eq, Not, When, milliseconds
from evenhand.model.register import RegisterRow
from evenhand.model.staff import StaffCase
from evenhand.reasons.language import words_of
from evenhand.workflows.complaints import relief as reliefs
from evenhand.workflows.complaints import staff_cases
from evenhand.workflows.complaints.complained_decision import decision_named
from evenhand.workflows.complaints.filing import StatedComplaint, file_complaint
from evenhand.workflows.complaints.letters import letter_about, withdrawal_hash, write_letters
from evenhand.workflows.complaints.relief import (
    LONGEST_DAYS,
    ReliefAsked,
    end_relief,
    is_liftable,
    relieve,
    withdraw,
)  # fmt: skip
from evenhand.workflows.delivery.relieved_rows import relieved_row
from evenhand.workflows.evaluation.history import fold
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.people.acting import Acting
from tests.commands import evenhand
from tests.complaints import PROGRAM, complain, held, to_review
from tests.networks import DAY_1, DAY_3, TOOLS, MadeNetwork
from tests.people import acting, write_staff
from tests.settlements import FILED
from tests.unit.workflows.test_laws import owned, world_of_lists

CORA, RITA = Acting("cora"), Acting("rita")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
WHY = "The register shows another company."
UNTIL = date(2026, 3, 10)
UNTIL_INSTANT = datetime(2026, 3, 10, 22, 59, 59, tzinfo=UTC)


def give(
    made: MadeNetwork, complaint: Complaint, who: Acting = RITA, second: Acting | None = CORA,
    until: date | None = UNTIL,
) -> Complaint:  # fmt: skip
    return relieve(made.network, complaint.id, who, ReliefAsked(until, WHY, second), FILED + HOUR, TOOLS)


def row(made: MadeNetwork, party: str) -> RegisterRow:
    return made.register()[1][party]


@pytest.fixture
def reviewed(wrong_match: MadeNetwork) -> tuple[MadeNetwork, Complaint]:
    return wrong_match, to_review(wrong_match, complain(wrong_match, "mills", at=FILED), at=FILED)


def test_the_register_lets_the_party_through_and_says_when_that_ends(reviewed: tuple[MadeNetwork, Complaint]) -> None:
    """The row names the decision that stands, which holds again from a condition on, not from the next register."""
    made, complaint = reviewed
    before = row(made, "mills")

    after = give(made, complaint)

    lifted = row(made, "mills")
    *others, again = lifted.when or ()
    assert (before.outcome, lifted.outcome, lifted.decision) == ("refuse", "allow", before.decision)
    assert (again.outcome, again.rule) == ("refuse", "house-listed")
    assert {each.rule for each in others}.isdisjoint(made.last("mills").reasons)
    assert after.relief_until == UNTIL_INSTANT
    assert row(made, "works").outcome == "refuse"


def test_the_end_of_a_relief_leaves_the_register_fresh(reviewed: tuple[MadeNetwork, Complaint]) -> None:
    """Nobody else is held between midnight and the next run; who was relieved is refused from that second on."""
    made, complaint = reviewed
    give(made, complaint)
    last_run = UNTIL_INSTANT - 2 * HOUR
    made.run(last_run)

    gate, head = Gate(made.folder / "out" / "register.jsonl", None), made.register()[0]
    answers = [
        [gate.verdict(advertiser=who, at=at).outcome for who in ("mills", "bakery")]
        for at in (UNTIL_INSTANT - HOUR, UNTIL_INSTANT + HOUR)
    ]

    assert head.fresh_until == last_run + 24 * HOUR
    assert answers == [["allow", "allow"], ["refuse", "allow"]]


def test_without_a_day_it_is_the_longest(reviewed: tuple[MadeNetwork, Complaint]) -> None:
    made, complaint = reviewed

    after = give(made, complaint, until=None)

    assert after.relief_until is not None
    assert (after.relief_until.date() - FILED.date()).days == LONGEST_DAYS


def test_a_relief_that_was_recorded_and_not_published_is_published_by_the_next_run(
    reviewed: tuple[MadeNetwork, Complaint], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a kill between the two; and the same of its end, with what the last run knew lost as well."""
    made, complaint = reviewed
    with monkeypatch.context() as killed:
        killed.setattr(reliefs, "follow_relief", lambda *_: None)
        give(made, complaint)
    assert row(made, "mills").outcome == "refuse"
    made.run(FILED + 2 * HOUR)
    assert row(made, "mills").outcome == "allow"
    shutil.rmtree(made.folder / "state")
    made.run(FILED + 3 * HOUR)
    assert row(made, "mills").outcome == "allow"

    with monkeypatch.context() as killed:
        killed.setattr(reliefs, "follow_relief", lambda *_: None)
        end_relief(made.network, complaint.id, RITA, WHY, FILED + 4 * HOUR, TOOLS)
    made.run(FILED + 5 * HOUR)

    assert row(made, "mills").outcome == "refuse"
    assert made.last("mills").decided_at < FILED


def test_the_history_that_a_run_keeps_is_that_of_the_whole_ledger(reviewed: tuple[MadeNetwork, Complaint]) -> None:
    made, complaint = reviewed
    give(made, complaint)
    made.run(FILED + 2 * HOUR)

    with read_ledger(made.network.ledger) as ledger:
        whole = fold(ledger)
        first = fold(ledger, size=ledger.size - 5)
        assert fold(ledger, first).reliefs == whole.reliefs
    assert [each.complaint for each in whole.reliefs.values()] == [complaint.id]
    assert whole.next_change(FILED + 2 * HOUR) == UNTIL_INSTANT


def test_a_decision_that_is_kept_for_missing_input_is_applied(reviewed: tuple[MadeNetwork, Complaint]) -> None:
    """What it would be today nobody can tell, so that nobody has looked at it either."""
    made, complaint = reviewed
    give(made, complaint)
    made.row("advertisers", "mills")["country"] = "not a country"
    made.row("advertisers", "mills")["name"] = "Mills of another name"
    made.drop("house-sanctions", "s-mills")
    made.write()

    ran = made.run(DAY_3)

    assert any("input is missing" in each for each in ran.warnings), ran.warnings
    assert row(made, "mills").outcome == "refuse"


@pytest.mark.parametrize(("party", "rule"), [("of-eu", "eu-owned"), ("quelm", "eu-listed")])
def test_nobody_is_relieved_of_what_rests_on_a_law(european: MadeNetwork, party: str, rule: str) -> None:
    complaint = to_review(european, complain(european, party, at=DAY_1 + HOUR), at=DAY_1 + HOUR)

    with pytest.raises(NotPermitted) as refused:
        give(european, complaint, until=None)

    assert refused.value.rule == rule
    assert row(european, party).outcome == "refuse"


def test_nobody_is_relieved_of_a_hold_that_leads_to_a_list_of_a_binding_law(tmp_path: Path) -> None:
    """The hold itself is the house's; whether the law applies is what has not been found out yet."""
    made = world_of_lists(tmp_path / "world")
    owned(made, "part-eu", quelm="30 %")
    made.run()
    complaint = to_review(made, complain(made, "part-eu", at=DAY_1 + HOUR), at=DAY_1 + HOUR)

    with pytest.raises(NotPermitted) as refused:
        give(made, complaint, until=None)

    assert refused.value.rule == "sanctions"
    assert row(made, "part-eu").outcome == "hold"


def test_a_party_is_relieved_of_the_list_of_a_state_whose_law_does_not_bind(european: MadeNetwork) -> None:
    complaint = to_review(european, complain(european, "jestrel", at=DAY_1 + HOUR), at=DAY_1 + HOUR)

    give(european, complaint, until=None)

    assert row(european, "jestrel").outcome == "allow"


def test_a_case_that_the_staff_call_sanctions_is_law(
    reviewed: tuple[MadeNetwork, Complaint], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though its rule rests on the network's own terms: somebody whom a law lists may be meant."""
    made, complaint = reviewed
    monkeypatch.setattr(reliefs, "staff_case_of", lambda *_, **__: StaffCase(sanctions=True))

    with pytest.raises(NotPermitted, match="rule sanctions"):
        give(made, complaint)


def test_a_relief_is_ended_by_one_reviewer_also_where_a_law_applies_now(
    reviewed: tuple[MadeNetwork, Complaint], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end lifts nothing: what nobody may give any more can always be taken back."""
    made, complaint = reviewed
    write_staff(made.folder)
    give(made, complaint, acting("rea"), None)
    monkeypatch.setattr(staff_cases, "staff_case_of", lambda *_, **__: StaffCase(sanctions=True))

    end_relief(made.network, complaint.id, acting("rob"), WHY, FILED + HOUR + MINUTE, TOOLS)

    assert row(made, "mills").outcome == "refuse"


def test_by_the_staff_rules_one_reviewer_gives_relief_and_an_operator_does_not(
    reviewed: tuple[MadeNetwork, Complaint],
) -> None:
    """Signed, by both where two give it; the ledger's check of people holds."""
    made, complaint = reviewed
    write_staff(made.folder)

    with pytest.raises(NotPermitted, match="is not for the role operator"):
        give(made, complaint, acting("ops"), None)
    with pytest.raises(NotPermitted, match="is not for the role operator"):
        give(made, complaint, acting("rea"), acting("ops"))
    with pytest.raises(NotPermitted, match="rule conflict-of-interest"):
        give(made, complaint, acting("rea"), acting("rob", conflict=True))
    with pytest.raises(NotPermitted, match="not signed"):
        give(made, complaint, Acting("rea"), None)
    give(made, complaint, acting("rea"), None)
    end_relief(made.network, complaint.id, acting("rob"), WHY, FILED + HOUR + MINUTE, TOOLS)
    again = relieve(
        made.network, complaint.id, acting("rea"), ReliefAsked(UNTIL, WHY, acting("rob")), FILED + 2 * HOUR, TOOLS
    )

    given = again.events[-1]
    assert given.signed is not None
    assert given.second is not None
    assert (given.signed.person, given.second.person) == ("rea", "rob")
    assert evenhand("ledger", "verify", made.folder).status == 0


def test_a_payer_is_relieved_and_restricted_again_as_an_advertiser_is(wrong_match: MadeNetwork) -> None:
    made = wrong_match
    made.add("house-sanctions", id="s-payer", schema="Company", name="Quandar Paying", topic="made-up",
             website="https://quandar.example")  # fmt: skip
    made.add("payers", id="quandar", name="Quandar Paying", domains="quandar.example")
    made.add("advertisers", id="payee", name="Reed Payee", domains="payee.example", payer_id="quandar")
    made.run(DAY_3)
    at = DAY_3 + HOUR
    decision = made.last("quandar", "payer").id
    with held(made, at) as opened:
        about = decision_named(opened.ledger, decision)
        stated = StatedComplaint(words=WHY, reasons=("not_the_entity",))
        filed = file_complaint(opened, about, stated, PROGRAM).complaint
    complaint = to_review(made, filed, at=at)

    relieve(made.network, complaint.id, RITA, ReliefAsked(UNTIL, WHY, CORA), at, TOOLS)

    lifted = row(made, "quandar")
    assert lifted.outcome == "allow"
    assert [(each.outcome, each.rule) for each in lifted.when or ()] == [("refuse", "house-listed")]


def test_what_is_in_force_for_nobody_is_not_lifted(wrong_match: MadeNetwork) -> None:
    """One that allows: there is nothing left to lift."""
    made = wrong_match
    complaint = to_review(made, complain(made, "mills", at=FILED), at=FILED)
    made.drop("house-sanctions", "s-mills")
    made.run(FILED)

    with pytest.raises(StateRefused, match="nothing is restricted any more"):
        give(made, complaint)


def test_a_decision_about_a_campaign_is_not_lifted_and_a_page_knows_it_before(wrong_match: MadeNetwork) -> None:
    """The way was offered and refused by the name of an event; who runs a campaign can stop and start it."""
    made, at = wrong_match, FILED + HOUR
    made.add("advertisers", id="mill", name="Reed Mill", domains="reed-mill.example", country="IE")
    made.add("campaigns", id="c-1", advertiser_id="mill", payer_id="mill", political="yes", content="political")
    made.run(FILED)
    decision = made.last("mill", "campaign:c-1")
    assert decision.outcome is Outcome.HOLD
    of_party = complain(made, "mills", at=FILED)
    with held(made, FILED) as opened:
        stated = StatedComplaint(words=WHY, reasons=("facts_wrong",))
        filed = file_complaint(opened, decision_named(opened.ledger, decision.id), stated, PROGRAM).complaint
    complaint = to_review(made, filed, at=FILED)

    with pytest.raises(StateRefused) as refused:
        give(made, complaint)

    assert str(refused.value) == (
        f"{complaint.id}: the restriction cannot be lifted while the complaint is open: it is about one campaign,"
        " which people stop and start"
    )
    with read_ledger(made.network.ledger) as ledger:
        liftable = [is_liftable(made.network, ledger, each, at) for each in (of_party, complaint)]
    assert liftable == [True, False]


def test_a_relief_given_again_counts_and_the_end_of_the_first_does_not(
    reviewed: tuple[MadeNetwork, Complaint],
) -> None:
    made, complaint = reviewed
    body = InterimReliefBody(
        decision=complaint.decision, until=FILED + 3 * HOUR, words=WHY, checked=EyesChecked(staff_rules="not_verified")
    )
    with held(made, FILED) as opened:
        opened.add(complaint.id, body, by="rita")
        with pytest.raises(StateRefused, match="lifted already"):
            opened.add(complaint.id, body, by="rita")
        opened.add(complaint.id, ReliefEndedBody(why="withdrawn"), by="rita")
        with pytest.raises(StateRefused, match="not lifted"):
            opened.add(complaint.id, ReliefEndedBody(why="withdrawn"), by="rita")
        with pytest.raises(StateRefused, match="its end has passed"):
            opened.add(complaint.id, msgspec.structs.replace(body, until=FILED), by="rita")
        opened.add(complaint.id, body, by="rita")

    made.run(FILED + HOUR)
    assert row(made, "mills").outcome == "allow"
    made.run(FILED + 4 * HOUR)
    assert row(made, "mills").outcome == "refuse"


def test_an_event_says_who_confirmed_and_which_letter_went_out(reviewed: tuple[MadeNetwork, Complaint]) -> None:
    made, complaint = reviewed

    event: ComplaintEvent = give(made, complaint).events[-1]

    assert isinstance(event.body, InterimReliefBody)
    assert (event.by, event.body.confirmer, event.body.decision) == ("rita", "cora", complaint.decision)
    path = made.folder / "out" / "complaints" / f"{complaint.id}.{event.seq}.relief.txt"
    assert "10 March 2026" in path.read_text("utf-8")


@pytest.fixture
def european(tmp_path: Path) -> MadeNetwork:
    made = world_of_lists(tmp_path / "european")
    made.run()
    return made


@pytest.mark.parametrize("language", ["en", "de", "fr", "ru", "ar"])
def test_the_letters_are_whole_in_every_language(reviewed: tuple[MadeNetwork, Complaint], language: str) -> None:
    """They name the decision and the day, and leave no place empty."""
    made, complaint = reviewed
    lifted = msgspec.structs.replace(complaint, language=language, relief_until=FILED)
    with read_ledger(made.network.ledger) as ledger:
        letters = [letter_about(made.network, ledger, lifted, "relief"),
                   letter_about(made.network, ledger, msgspec.structs.replace(lifted, relief_until=None),
                                "relief_ended")]  # fmt: skip

    assert [each.language for each in letters] == [language] * 2
    assert letters[0].subject != letters[1].subject
    for each in letters:
        assert complaint.decision in each.text
        assert words_of(language).day(FILED.date()) in each.text
        assert "{" not in each.text


def test_a_withdrawal_is_confirmed_by_a_letter(reviewed: tuple[MadeNetwork, Complaint]) -> None:
    """Beside the event, and written again where the file is lost."""
    made, complaint = reviewed
    with held(made, FILED + HOUR) as opened:
        withdrawn = withdraw(opened, complaint, RITA, "We take it back.")
    event = withdrawn.events[-1]
    path = made.folder / "out" / "complaints" / f"{complaint.id}.{event.seq}.withdrawn.txt"
    text = path.read_text("utf-8")
    path.unlink()
    with read_ledger(made.network.ledger) as ledger:
        assert write_letters(made.network, ledger, (withdrawn,)) == []

    assert path.read_text("utf-8") == text
    assert text.startswith("You have withdrawn your complaint\n")
    assert f"The withdrawal does not change decision {complaint.decision}." in text


@pytest.mark.parametrize("language", ["en", "de", "fr", "ru", "ar"])
def test_the_letter_about_a_withdrawal_is_in_every_language(wrong_match: MadeNetwork, language: str) -> None:
    complaint = complain(wrong_match, "mills", at=FILED)
    wanted = msgspec.structs.replace(complaint, language=language)
    with read_ledger(wrong_match.network.ledger) as ledger:
        letter = letter_about(wrong_match.network, ledger, wanted, "withdrawn")
        opened_here = msgspec.structs.replace(complaint, way="same_mistake")
        body = WithdrawBody(words="made up")
        assert withdrawal_hash(wrong_match.network, ledger, opened_here, body, FILED) == ""

    assert (letter.language, letter.subject) == (language, words_of(language).complaint_subject["withdrawn"])
    assert complaint.decision in letter.text
    assert "{" not in letter.text


def test_only_what_the_decisions_own_rules_ask_of_a_request_is_left_out(
    reviewed: tuple[MadeNetwork, Complaint],
) -> None:
    """A label that another rule asks for in some country stays."""
    made, _ = reviewed
    with read_ledger(made.network.ledger) as ledger:
        standing = next(each for each in fold(ledger).all_in_force(FILED) if each.party_id == "mills")
    own, other = (
        When(outcome=Outcome.LABEL, rule=rule, program=Eq("country", "DE")) for rule in ("house-listed", "another-rule")
    )

    lifted = relieved_row(msgspec.structs.replace(row(made, "mills"), when=(own, other)), standing, FILED)

    assert [each.rule for each in lifted.when or ()] == ["another-rule", "house-listed"]
    assert (lifted.when or ())[-1].program == Not(Before(milliseconds(FILED)))


def test_a_ruling_that_waits_for_its_day_ends_a_relief_at_once(reviewed: tuple[MadeNetwork, Complaint]) -> None:
    """The decision that stands until then is applied: it is not the newest any more."""
    made, complaint = reviewed
    give(made, complaint)
    at = FILED + 2 * HOUR
    with read_ledger(made.network.ledger) as ledger:
        history = fold(ledger)
    standing = next(each for each in history.all_in_force(at) if each.party_id == "mills")
    assert history.relief(standing, at) is not None
    assert history.relief(standing, UNTIL_INSTANT) is None

    later = msgspec.structs.replace(standing, id="d-later", effective_from=at + timedelta(days=30))
    history.cases[standing.case].append(later)

    assert history.in_force(standing.case, at) == standing
    assert history.relief(standing, at) is None
