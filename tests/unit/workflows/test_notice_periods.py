"""A ruling of which one rule holds at once and another asks for notice: what holds before the whole of it does."""

import csv
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from evenhand.model.outcome import Outcome
from evenhand.model.program import Before, Not, milliseconds
from evenhand.model.statement import StatementOfReasons
from evenhand.reasons import letter, public_record
from evenhand.reasons.language import languages, words_of
from evenhand.workflows.delivery.statements import statement_of
from evenhand.workflows.queries import explain
from evenhand.workflows.review.judgements import StatedJudgement, judge
from tests.networks import DAY_1, DAY_2, DAY_3, MADE_UP_RULE, TOOLS, MadeNetwork, empty_network
from tests.unit.workflows.test_decisions import NOTICE, outlet

STRANGER = {"id": "e-1", "schema": "Company", "name": "Vessari Telewave", "country": "qm", "topic": "UKR"}


def suspected_outlet(folder: Path, country: str = "de", listed_in: str = "qm") -> MadeNetwork:
    """Return a network with a broadcaster that is refused with notice, and is perhaps somebody whom a law lists."""
    made = empty_network(folder)
    outlet(made, status="running", budget="10", spent="4")
    made.row("advertisers", "outlet")["country"] = country
    made.lists["eu-fsf"] = [STRANGER | {"country": listed_in}]
    return made


def refuse_soon(made: MadeNetwork, days: int = 14) -> None:
    """Let one more rule refuse the broadcaster, with less notice."""
    rule = MADE_UP_RULE.replace('@notice_days("0")', f'@notice_days("{days}")').replace('"refuse"', '"limit"')
    rule = rule.replace('@ground("contract")', '@ground("contract")\n@limit("daily_reach_10000")')
    made.edit_rules(lambda text: text + rule.format(condition="principal.spend_micros > 0"), historic=True)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    made = suspected_outlet(tmp_path_factory.mktemp("stages") / "network")
    made.run()
    return made


def in_force(made: MadeNetwork) -> str:
    """Return the outcome of the outlet in the table of decisions in force, which is one."""
    (outcome,) = [row[6] for row in made.in_force() if row[3] == "outlet"]
    return str(outcome)


def stated(made: MadeNetwork) -> StatementOfReasons:
    """Return the newest reasons record."""
    return statement_of(made.payloads("statement")[-1])


@pytest.mark.parametrize(("country", "listed_in"), [("de", "qm"), ("qm", "de")])
def test_a_hold_without_notice_does_not_wait_for_a_refusal_with_notice(
    tmp_path: Path, country: str, listed_in: str
) -> None:
    """Else a possible match with a sanctions list would buy for a month because of another rule."""
    made = suspected_outlet(tmp_path / "network", country, listed_in)

    made.run()

    decision, row = made.last("outlet"), made.register()[1]["outlet"]
    assert (decision.outcome, decision.effective_from) == (Outcome.REFUSE, NOTICE)
    assert [(each.outcome, each.effective_from) for each in decision.stages or ()] == [(Outcome.HOLD, DAY_1)]
    assert (row.outcome, row.decision, in_force(made)) == (Outcome.HOLD, decision.id, "hold")
    assert row.until is None, "a gate that gets no newer register goes on holding"
    planned = [(each.action, each.on) for each in decision.plan.campaigns]
    assert planned == [("pause", DAY_1), ("stop", NOTICE)]
    assert {each.by for each in decision.plan.tell} == {DAY_1}


def test_when_the_notice_is_over_the_refusal_holds_without_a_new_decision(begun: MadeNetwork, tmp_path: Path) -> None:
    made = begun.copy(tmp_path / "network")

    before = made.run(NOTICE - timedelta(seconds=1))
    held = in_force(made)
    after = made.run(NOTICE)

    assert (before.decisions, after.decisions) == (0, 0)
    assert (held, in_force(made)) == ("hold", "refuse")
    assert made.register()[1]["outlet"].outcome is Outcome.REFUSE


def test_explain_says_what_holds_and_what_comes(begun: MadeNetwork) -> None:
    """Both are of one decision, of which each shows its own rules, and campaigns."""
    found = explain(begun.network, "outlet", DAY_2)

    (now,), (later,) = found.in_force, found.waiting
    assert (now.decision.id, now.decision.outcome, later.decision.outcome) == (later.decision.id, "hold", "refuse")
    assert "state-controlled-news-media" not in now.decision.reasons
    assert set(now.decision.reasons) < set(later.decision.reasons)
    assert [each.action for each in now.decision.plan.campaigns] == ["pause"]
    assert now.decision.until == NOTICE


def test_the_report_shows_a_row_for_each_and_asks_for_the_judgement(tmp_path: Path) -> None:
    made = suspected_outlet(tmp_path / "network")

    report = made.run()

    rows = {str(each.decision.outcome): each for each in report.cases if each.decision.party.id == "outlet"}
    assert rows.keys() == {"hold", "refuse"}
    assert rows["hold"].decision.effective_from == DAY_1 < rows["refuse"].decision.effective_from


@pytest.mark.parametrize("language", sorted(languages()))
def test_the_letter_says_what_holds_until_then(begun: MadeNetwork, language: str) -> None:
    """One letter, of the whole: no hold is told of in another, and none keeps it waiting."""
    statement = stated(begun)
    plain = msgspec.structs.replace(statement, stages=msgspec.UNSET)

    told, alone = (letter(each, language).text for each in (statement, plain))

    words = words_of(language)
    sentence = words.restriction["before-suspend-ads"].format(starts=words.day(date(2026, 3, 2)))
    assert told.count(sentence) == 1
    assert told.replace(f" {sentence}", "") == alone
    assert statement.waits_until is None
    assert public_record(statement)["stages"] == [{"kind": "suspend-ads", "starts_on": "2026-03-02"}]
    assert "stages" not in public_record(plain)


@pytest.mark.parametrize("country", ["de", "qm"])
def test_a_notice_is_told_when_it_is_given_and_ends_at_one_instant(tmp_path: Path, country: str) -> None:
    """A letter sent on its last day gives no notice; letter and gate end it at the same minute."""
    made = empty_network(tmp_path / "network")
    outlet(made, status="running")
    made.row("advertisers", "outlet")["country"] = country

    made.run()

    with (made.folder / "out/decisions.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = [each for each in csv.DictReader(file) if each["id"] == "outlet"]
    refused = next(each for each in made.register()[1]["outlet"].when or () if each.outcome is Outcome.REFUSE)
    assert (row["since"], row["by"], row["notified"]) == ("2026-04-01", "2026-03-02", "2026-03-02")
    assert refused.program == Not(Before(milliseconds(NOTICE)))
    for language in languages():
        words, text = words_of(language), letter(stated(made), language).text
        assert words.instant(NOTICE) in text
    assert "Campaigns: the campaign “c-1” is stopped on 1 April 2026, 11:00 UTC." in stated(made).facts


def test_each_rule_begins_on_its_own_day(tmp_path: Path) -> None:
    """A hold now, a limit after 14 days that changes nothing, the refusal after 30: the strictest holds."""
    made = suspected_outlet(tmp_path / "network")
    refuse_soon(made)
    made.lists["eu-fsf"] = [STRANGER | {"name": "Ozmerel Vantrik"}]

    made.run()

    (limit,) = made.last("outlet").stages or ()
    assert (limit.outcome, limit.reasons, limit.instruct) == (Outcome.LIMIT, ("made-up-rule",), ("daily_reach_10000",))
    assert limit.effective_from == DAY_1 + timedelta(days=14)
    assert "outlet" not in {row[3] for row in made.in_force()}, "nothing is in force about it before"


def test_what_a_law_holds_is_held_at_once_beside_a_refusal_with_notice(tmp_path: Path) -> None:
    """A law gives no notice, and takes none from a rule of the network's own; the letter cites it."""
    made = suspected_outlet(tmp_path / "network")
    made.lists["eu-fsf"] = [STRANGER | {"name": "Ozmerel Vantrik"}]
    law = MADE_UP_RULE.replace('"refuse"', '"hold"').replace(
        '@ground("contract")', '@ground("illegal")\n@legal_basis("Made-up Act | 7 | DE")'
    )
    made.edit_rules(lambda text: text + law.format(condition="principal.spend_micros > 0"), historic=True)

    made.run()

    decision = made.last("outlet")
    (hold,) = decision.stages or ()
    assert (decision.outcome, decision.effective_from) == (Outcome.REFUSE, NOTICE)
    assert (hold.outcome, hold.reasons, hold.effective_from) == (Outcome.HOLD, ("made-up-rule",), DAY_1)
    assert "Until then another of our rules applies: A made-up rule; Made-up Act, 7, DE." in letter(stated(made)).text


def test_a_rule_in_force_stays_so_while_the_notice_of_a_stricter_one_runs(tmp_path: Path) -> None:
    """Its own notice is over: it is not given again."""
    made = suspected_outlet(tmp_path / "network")
    refuse_soon(made)
    made.lists["eu-fsf"] = [STRANGER | {"name": "Ozmerel Vantrik"}]
    entry = made.row("house-media", "m-tele")
    made.drop("house-media", "m-tele")
    made.run(DAY_1)
    begun = DAY_1 + timedelta(days=14)
    made.lists["house-media"].append(entry)

    made.run(begun)

    decision = made.last("outlet")
    assert (decision.outcome, decision.effective_from > begun, decision.stages) == (Outcome.REFUSE, True, msgspec.UNSET)
    assert in_force(made) == "limit"


def test_who_is_cleared_runs_until_the_day_that_was_announced(begun: MadeNetwork, tmp_path: Path) -> None:
    """The hold has no ground any more; the notice of the refusal goes on, and does not begin anew."""
    made = begun.copy(tmp_path / "network")
    judge(made.network, StatedJudgement("outlet", "eu-fsf#e-1", "not-same", "A. Lee", "another register"), DAY_2, TOOLS)

    report = made.run(DAY_3)

    decision = made.last("outlet")
    assert (decision.outcome, decision.effective_from) == (Outcome.REFUSE, NOTICE)
    assert [(each.outcome, each.effective_from) for each in decision.stages or ()] == [(Outcome.ALLOW, DAY_3)]
    assert (in_force(made), made.register()[1]["outlet"].outcome) == ("allow", Outcome.ALLOW)
    assert any("on hold until now, allowed from this run on until 2026-04-01, then refused" in each
               for each in report.lifted)  # fmt: skip
    assert stated(made).stages[0].kind == "allow"  # type: ignore[index]  # it has one
    made.run(NOTICE)
    assert in_force(made) == "refuse"


def test_who_is_cleared_stays_on_hold_while_input_is_missing(tmp_path: Path) -> None:
    """What nobody could read might be what the hold rests on: only what is stricter is decided."""
    made = suspected_outlet(tmp_path / "network")
    outlet_entry = made.row("house-media", "m-tele")
    made.drop("house-media", "m-tele")
    made.run(DAY_1)
    held = made.last("outlet")
    judge(made.network, StatedJudgement("outlet", "eu-fsf#e-1", "not-same", "A. Lee", "another register"), DAY_2, TOOLS)
    made.lists["house-media"].append(outlet_entry)
    made.row("advertisers", "outlet")["first_seen"] = "some day"

    made.run(DAY_3)

    decision = made.last("outlet")
    assert (held.outcome, decision.outcome, decision.stages) == (Outcome.HOLD, Outcome.REFUSE, msgspec.UNSET)
    assert in_force(made) == "hold"
