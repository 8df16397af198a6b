"""Conditions in the register: what each advertiser's row says of the requests to come."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evenhand.model.facts import Facts
from evenhand.model.outcome import Outcome
from evenhand.model.program import And, Before, Contains, Is, Not, Program, Unknown, When, milliseconds
from evenhand.model.register import RegisterRow
from evenhand.policy import Rulebook
from evenhand.policy.residuals.program_algebra import TRUE
from evenhand.workflows.delivery.gate_conditions import ServeConditions, beside, recorded_serve_facts
from evenhand.workflows.evaluation.facts import instant, reference
from evenhand.workflows.queries.health import health
from tests.networks import DAY_1, DAY_2, MadeNetwork, empty_network
from tests.unit.policy.made_up import PERMIT, entity, facts, folder_with, forbid, raw

POLITICAL = Is("political", True)


def conditions_of(row: RegisterRow) -> dict[str, When]:
    return {each.rule: each for each in row.when or ()}


def test_a_row_says_what_political_advertising_would_meet(begun: MadeNetwork) -> None:
    """Nobody knows beforehand which advertisement is political: the rules about it are left to the gate."""
    _, rows = begun.register()

    bakery, civic = conditions_of(rows["bakery"]), conditions_of(rows["civic"])
    assert {rule: each.outcome.value for rule, each in bakery.items()} == {
        "unverified-political-advertiser": "hold", "new-political-advertiser": "limit", "political-label": "label",
    }  # fmt: skip
    assert bakery["unverified-political-advertiser"].program == POLITICAL
    assert bakery["political-label"].instruct == ("political_advertisement",)
    assert bakery["new-political-advertiser"].instruct == ("daily_reach_10000",)
    assert set(civic) == {"political-label"}
    assert all(row.when is None for row in rows.values() if row.kind == "payer")


def test_fourteen_days_are_counted_from_the_day_an_advertiser_was_first_seen(begun: MadeNetwork) -> None:
    """The gate needs no arithmetic: the register names the instant at which the limit ends."""
    _, rows = begun.register()

    ends = milliseconds(DAY_1.replace(hour=0) + timedelta(days=14))
    assert conditions_of(rows["bakery"])["new-political-advertiser"].program == And((POLITICAL, Before(ends)))


def test_what_the_decision_says_is_not_said_again(begun: MadeNetwork) -> None:
    """A refusal that waits for its day is a condition that begins then: the notice counts at the gate too."""
    _, rows = begun.register()

    assert (rows["frozen"].outcome, rows["outlet"].outcome) == (Outcome.REFUSE, Outcome.ALLOW)
    waiting = conditions_of(rows["outlet"])["state-controlled-news-media"]
    assert (waiting.outcome, type(waiting.program)) == (Outcome.REFUSE, Not)
    for party in ("frozen", "outlet", "owned", "namesake"):
        assert {each.rule for each in rows[party].when or () if each is not waiting} <= {
            "unverified-political-advertiser", "new-political-advertiser", "political-label",
            "third-country-sponsor-before-vote", "unknown-sponsor-before-vote",
        }, party  # fmt: skip


def test_the_vote_that_closes_first_ends_a_condition_and_the_union_is_asked_for(tmp_path: Path) -> None:
    """Political advertising of a sponsor from outside, in the Union, until the vote is over."""
    made = empty_network(tmp_path / "network")
    made.add("votes", territory="EU", first_day="2026-05-10", last_day="2026-05-10", union_wide_rules="yes")
    made.add("votes", territory="IE", first_day="2026-06-10", last_day="2026-06-10", union_wide_rules="yes")
    made.add("advertisers", id="outside", name="Outside Circle", country="US", verification="register",
             first_seen="2020-01-01")  # fmt: skip

    made.run()

    closes, opens = (milliseconds(datetime.fromisoformat(f"{day}T00:00:00Z")) for day in ("2026-05-11", "2026-02-10"))
    (rule, label) = made.register()[1]["outside"].when or ()
    assert (rule.rule, rule.outcome, label.rule) == (
        "third-country-sponsor-before-vote", Outcome.REFUSE, "political-label",
    )  # fmt: skip
    assert rule.program == And((POLITICAL, Contains("territories", "EU"), Before(closes)))
    assert opens < milliseconds(DAY_1)


def test_a_rule_that_does_not_fit_holds_and_the_report_says_how_many(tmp_path: Path) -> None:
    """It is not silently dropped, and the operator need not look for it in the rows."""
    made = empty_network(tmp_path / "network")
    made.add("advertisers", id="other", name="Other One")
    slots = serving('context.placement.slot like "*.example"', rule_id="slots")
    unlabelled = serving("context.political && !context.label_present", rule_id="unlabelled")
    made.edit_rules(lambda text: text + slots + unlabelled, historic=True)

    report = made.run()

    _, rows = made.register()
    for party in ("bakery", "other"):
        found = conditions_of(rows[party])
        assert (found["slots"].program, found["slots"].outcome) == (Unknown("slots"), Outcome.REFUSE)
        assert found["unlabelled"].program == And((POLITICAL, Unknown("label_present")))
    held = (
        "rule `slots` holds bids of 2 advertisers at the gate: it asks for what the gate cannot do, `like`",
        "rule `unlabelled` holds bids of 2 advertisers at the gate: it asks for `label_present`, which no bid tells",
    )
    assert (report.held_at_gate, report.warnings[:2]) == (held, held)
    assert not any("at the gate" in each for each in report.contested)
    assert made.run(DAY_1 + timedelta(minutes=5)).held_at_gate == report.held_at_gate
    assert [each.text for each in health(made.network, DAY_1) if each.label == "Gate"] == list(report.held_at_gate)


def test_a_rulebook_that_does_not_speak_of_serving_leaves_no_conditions(tmp_path: Path) -> None:
    """What it says of buying is in the rows; the report says that there is no more."""
    made = empty_network(tmp_path / "network")
    schema = made.folder / "rulebook" / "schema.cedarschema"
    made.edit_rules(lambda text: text.replace(', Action::"serve"', ""), historic=True)
    schema.write_text(schema.read_text("utf-8").replace("action serve in", "action show in"), "utf-8")

    report = made.run()

    assert [row.when for row in made.register()[1].values()] == [None]
    assert [each for each in report.contested if "serve" in each] == [
        "the rulebook has no action `serve` of an Advertiser on a Creative: the register has no conditions"
    ]


def serving(condition: str, principal: str = "principal", **notes: str) -> str:
    """Return the text of a forbid of serving."""
    return forbid(condition, scope=f'{principal}, action == Action::"serve", resource', **notes)


def standing(**attributes: Any) -> Facts:
    """Return the facts of a made-up advertiser's standing request."""
    plain = raw("plain-commercial")
    entity(plain, "Advertiser")["attrs"] |= attributes
    return facts(plain)


def found(book: Rulebook, *several: Facts) -> list[tuple[When, ...]]:
    at_the_gate = ServeConditions(book, DAY_1)
    return [at_the_gate.of(recorded_serve_facts(each, None)) for each in several]


@pytest.mark.parametrize(
    ("condition", "changed", "same"),
    [
        ("principal.spend_micros > 5", {"spend_micros": 0}, False),
        ("principal.spend_micros > 5", {"verification": 0}, True),
        ("principal.evidence.named_sources > 1", {"evidence": {
            "named_sources": 2, "official_documents": 0, "anonymous_sources": 0, "denied": False}}, False),
    ],
)  # fmt: skip
def test_advertisers_of_whom_the_rules_read_the_same_share_conditions(
    tmp_path: Path, condition: str, changed: dict[str, Any], same: bool
) -> None:
    """One partial evaluation for many, and never another's: what a rule reads tells them apart."""
    book = Rulebook.load(folder_with(tmp_path / "book", PERMIT, serving(f"context.political && {condition}")))

    first, second = found(book, standing(), standing(**changed))

    assert (first == second) is same


@pytest.mark.parametrize(
    "scope",
    ['principal == Advertiser::"adv"', 'principal is Advertiser in Advertiser::"adv"', "principal"],
)  # fmt: skip
def test_a_rule_about_one_party_is_nobody_elses(tmp_path: Path, scope: str) -> None:
    """Who it is counts where a rule asks who it is, in its scope or in a condition."""
    condition = "context.political"
    if scope == "principal":
        condition += ' && [Advertiser::"adv"].contains(principal)'
    book = Rulebook.load(folder_with(tmp_path / "book", PERMIT, serving(condition, scope)), historic=True)
    plain = msgspec.to_builtins(standing())
    entity(plain, "Advertiser")["uid"]["id"] = plain["principal"]["id"] = "other"

    first, second = found(book, standing(), facts(plain))

    assert ([each.program for each in first], second) == ([POLITICAL], ())


@pytest.mark.parametrize(
    "odd", [{"languages": 7}, {"languages": [7]}, {"spend_micros": 2**63}, {"not screened": reference("Row", "-")}]
)
def test_facts_that_do_not_fit_are_held_whoever_was_asked_for_before(tmp_path: Path, odd: dict[str, Any]) -> None:
    """Somebody whom no rule could be applied to would meet the conditions of the last who looks alike."""
    book = Rulebook.load(folder_with(tmp_path / "book", PERMIT, serving("context.political")))
    at_the_gate = ServeConditions(book, DAY_1)

    rows = [at_the_gate.of(recorded_serve_facts(each, None)) for each in (standing(), standing(**odd))]

    assert [each.program for each in rows[0]] == [POLITICAL]
    assert rows[1] == (When(outcome=Outcome.HOLD, rule="(facts)", program=Unknown("facts")),)


def test_facts_that_do_not_fit_hold_one_advertiser_and_no_other(tmp_path: Path) -> None:
    """They are not remembered for those who look alike to the rules."""
    book = Rulebook.load(folder_with(tmp_path / "book", PERMIT, serving("context.political")))
    at_the_gate = ServeConditions(book, DAY_1)
    several = [standing(languages=7), standing(), standing(languages=[7])]

    rows = [at_the_gate.of(recorded_serve_facts(each, None)) for each in several[:2]]

    assert rows[0] == (When(outcome=Outcome.HOLD, rule="(facts)", program=Unknown("facts")),)
    assert [each.program for each in rows[1]] == [POLITICAL]
    assert at_the_gate.sentences().held == ()
    assert at_the_gate.sentences().beside == (
        "the gate holds the bids of one advertiser: their rows were rejected, or have a value or a type that the"
        " rulebook does not know,"
        " so no rule can be applied",
    )


def item(outcome: Outcome, program: Program, rule: str = "r") -> When:
    return When(outcome=outcome, rule=rule, program=program)


@pytest.mark.parametrize(
    ("decided", "outcome", "kept"),
    [("allow", "label", True), ("hold", "refuse", True), ("hold", "hold", False), ("refuse", "label", False)],
)
def test_what_always_holds_is_the_decisions_as_far_as_that_is_as_strict(decided: str, outcome: str, kept: bool) -> None:
    """A rule that only serving meets, and always, is a condition without a condition."""
    always, sometimes = item(Outcome(outcome), TRUE), item(Outcome(outcome), POLITICAL)

    assert beside((always, sometimes), Outcome(decided)) == ((always, sometimes) if kept else (sometimes,))


def test_what_a_decision_waits_for_begins_at_the_gate_when_that_does() -> None:
    """A notice of thirty days is thirty days at the gate too; other rules of the party hold at once."""
    there, political = Contains("territories", "EU"), item(Outcome.LABEL, POLITICAL, "other")

    when = beside((item(Outcome.REFUSE, there), political), Outcome.REFUSE, frozenset({"r"}), DAY_2)

    assert when == (item(Outcome.REFUSE, And((Not(Before(milliseconds(DAY_2))), there))), political)


def test_a_condition_with_no_room_for_a_beginning_holds_at_once() -> None:
    """Stricter than the notice, never milder."""
    full = item(Outcome.REFUSE, And(tuple(Contains("territories", f"{number:02}") for number in range(63))))

    assert beside((full,), Outcome.REFUSE, frozenset({"r"}), DAY_2) == (full,)


def test_recorded_facts_make_the_same_request_to_serve_as_the_tables_did(begun: MadeNetwork) -> None:
    """So that another rulebook can be asked about parties of whom only the ledger knows."""
    book = Rulebook.load(begun.folder / "rulebook")
    vote = {"union_wide_rules": True, "window_opens": instant(DAY_1 - timedelta(days=30)),
            "closes": instant(datetime.fromisoformat("2026-05-11T00:00:00Z"))}  # fmt: skip
    at_the_gate = ServeConditions(book, DAY_1)

    for party, row in begun.register()[1].items():
        if row.kind == "advertiser" and row.outcome is Outcome.ALLOW and party != "outlet":
            recorded = msgspec.convert(begun.last(party).facts, Facts)
            again = beside(at_the_gate.of(recorded_serve_facts(recorded, vote)), row.outcome)
            assert (again or None) == row.when, party


@pytest.mark.parametrize("member", ["DE", "FR"])
@pytest.mark.parametrize("union", [["EU"], "EEA", ["EEA"]])
def test_a_network_that_sells_in_a_union_has_the_votes_of_its_members_at_the_gate(
    tmp_path: Path, union: str | list[str], member: str
) -> None:
    """Its row refuses political advertising of a sponsor from outside before a vote in any of them."""
    made = empty_network(tmp_path / "network")
    made.settings["network"]["territories"] = union
    made.add("votes", territory=member, first_day="2026-05-10", last_day="2026-05-10", union_wide_rules="yes")
    made.add("advertisers", id="outside", name="Outside Circle", country="US", verification="register",
             first_seen="2020-01-01")  # fmt: skip

    made.run()

    found = conditions_of(made.register()[1]["outside"])
    assert found["third-country-sponsor-before-vote"].outcome is Outcome.REFUSE
