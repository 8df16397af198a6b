"""Start here: one advertiser goes through the pipeline, one call a package, in the order of the map (`docs/map.md`).

On 26 October 2017 a network took two broadcasters out of advertising by name; on 19 August 2019 it wrote down criteria,
under which the same two are out at once, every other outlet under state control with 30 days' notice, and a public
broadcaster that is free in what it says stays. Accounts stay in all of it.
"""

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from evenhand.gate import Gate
from evenhand.intake import read_tables
from evenhand.lists import Versions
from evenhand.model.decision import DecidedBy, Decision
from evenhand.model.outcome import Outcome
from evenhand.model.register import Verdict
from evenhand.model.statement import Notice, StatementOfReasons
from evenhand.policy import Rulebook, rule
from evenhand.reasons import letter, statement_of_reasons
from evenhand.screening import Index, screen
from evenhand.store.network import Network
from evenhand.store.shipped_rulebooks import shipped_rulebook
from evenhand.workflows.delivery.kept_conditions import ConditionMemory
from evenhand.workflows.delivery.publication import REGISTER
from evenhand.workflows.delivery.statements import case_of
from evenhand.workflows.evaluation.history import fold
from evenhand.workflows.evaluation.requests import standing
from evenhand.workflows.operations import open_ledger
from evenhand.workflows.run.register_beside import begin_register
from tests.networks import MadeNetwork, empty_network
from tests.single_party import decide, run_context_of
from tests.suffixes import SUFFIXES

NAMED = datetime(2017, 10, 26, 12, tzinfo=UTC)  # two are named
CRITERIA = datetime(2019, 8, 19, 12, tzinfo=UTC)  # criteria for everybody
NOTICE_OVER = datetime(2019, 9, 18, 12, tzinfo=UTC)  # 30 days later
BY = DecidedBy(kind="run", id="evenhand story")


class Told(NamedTuple):
    """What the pipeline says of one advertiser."""

    decision: Decision
    verdict: Verdict
    statement: StatementOfReasons | None
    notice: Notice | None


def walk(network: Network, who: str, at: datetime) -> Told:
    """Take one advertiser through the pipeline; `run` does the same for everybody at once."""
    settings = network.settings

    # lists: who is listed, by whom, since when? Every version is kept, the one in force is read.
    kept = Versions(network.lists)
    versions = [
        news.version for news in (kept.take(source, network.folder) for source in settings.lists) if news.version
    ]
    listed = [(version, kept.entities(version)) for version in versions]

    # intake: who are our advertisers and payers, what did they buy? We follow one: a register has nobody undecided.
    tables = read_tables(network.folder, settings.intake, settings.fx, settings.network.currency, SUFFIXES)
    tables = replace(tables, advertisers=tuple(each for each in tables.advertisers if each.id == who))

    # screening: is this advertiser listed? A finding is what we noticed, with its comparisons.
    ours = [("advertiser", each) for each in tables.advertisers if each.id == who]
    findings = list(screen(ours, Index(listed, SUFFIXES)))

    # policy: what does the rulebook say of these facts? A ruling is a pure function of both.
    rulebook = Rulebook.load(network.rulebook, settings.rulebook.historic)
    world = run_context_of(settings, at, rulebook, tables, listed, findings)
    request = standing(world, world.advertisers[who])
    ruling = rule(request.facts, rulebook)

    with open_ledger(network.ledger, draw=bytes) as ledger:
        # cases: a decision is the ruling adopted, with its consequences. ledger: nobody can change it any more.
        decision = decide(world, request, ruling, ledger, BY)
        memory = ConditionMemory({})
        write = begin_register(world, ledger, fold(ledger), network.out, SUFFIXES, bytes(16), now=at, memory=memory)
        write()

    # gate: may this buyer buy, here, now? A verdict is the answer to one waiting caller.
    verdict = Gate(network.out / REGISTER, stale="last").verdict(advertiser=who, at=at)

    # reasons: what do we tell the advertiser?
    if decision.outcome is Outcome.ALLOW:
        return Told(decision, verdict, None, None)
    statement = statement_of_reasons(decision, case_of(world, decision))
    return Told(decision, verdict, statement, letter(statement, settings.reasons.language))


def broadcasters(folder: Path, two: str, others: str) -> MadeNetwork:
    """Return a network in 2017 with two outlets of one country, and an outlet and a public broadcaster of another."""
    made = empty_network(folder)
    shutil.copytree(shipped_rulebook("two-names-2017"), folder / "two-names-2017")
    made.settings["rulebook"] = {"path": "two-names-2017", "historic": True}
    for outlet, name, country, host, control in (
        ("rt", "RT", two, "rt.com", "SC"),
        ("sputnik", "Sputnik", two, "sputniknews.com", "SC"),
        ("telewave", "Vessari Telewave", others, "telewave.example", "SC"),
        ("public-radio", "Lumbrea Public Radio", others, "public-radio.example", "ISF"),
    ):
        made.add("advertisers", id=outlet, name=name, country=country, domains=host, prepaid="100.00")
        made.add("campaigns", id=f"c-{outlet}", advertiser_id=outlet, payer_id=outlet, starts="2017-09-01",
                 spent="40.00", budget="90.00", content="news")  # fmt: skip
        made.add("house-media", id=f"m-{outlet}", schema="Organization", name=name, country=country.lower(),
                 website=f"https://{host}/", topic=f"typology:{control}")  # fmt: skip
    return made


@pytest.mark.parametrize(("two", "others"), [("RU", "QM"), ("QM", "RU")], ids=["as it was", "countries swapped"])
def test_two_are_named_and_later_the_same_criteria_hold_for_all(tmp_path: Path, two: str, others: str) -> None:
    """What an outlet is told depends on who controls it, never on where it is (law *Mirror*)."""
    made = broadcasters(tmp_path / "network", two, others)
    everybody = ("rt", "sputnik", "telewave", "public-radio")
    made.write()

    in_2017 = {who: walk(made.network, who, NAMED) for who in everybody}
    made.settings["rulebook"] = {"path": "rulebook", "historic": False}
    made.write()
    in_2019 = {who: walk(made.network, who, CRITERIA) for who in everybody}
    after_notice = {who: walk(made.network, who, NOTICE_OVER) for who in everybody}

    # 2017: two are refused by name, at once; the contract about advertising ends, the account does not.
    assert {who: told.decision.reasons for who, told in in_2017.items() if told.statement} == {
        "rt": ("off-board-two",),
        "sputnik": ("off-board-two",),
    }
    for who in ("rt", "sputnik"):
        decision, verdict, statement, notice = in_2017[who]
        assert statement is not None
        assert notice is not None
        assert (decision.outcome, decision.effective_from, verdict.outcome) == ("refuse", NAMED, "refuse")
        assert (statement.kind, statement.account_kept) == ("refuse-ads", True)
        assert [(each.action, each.on) for each in decision.plan.campaigns] == [("stop", NAMED)]
        assert (decision.plan.account_kept, decision.plan.funds.action) == (True, "refund")
        assert decision.id in notice.text

    # 2019: the criteria reach the same two at once, and the third with 30 days' notice.
    refused = {who: told.decision for who, told in in_2019.items() if told.statement}
    assert {decision.reasons for decision in refused.values()} == {("state-controlled-news-media",)}
    assert {who: decision.effective_from for who, decision in refused.items()} == {
        "rt": CRITERIA,
        "sputnik": CRITERIA,
        "telewave": NOTICE_OVER,
    }
    assert [refused[who].supersedes for who in ("rt", "sputnik")] == [
        in_2017[who].decision.id for who in ("rt", "sputnik")
    ]
    assert refused["telewave"].findings[0].kind == "state_media"
    assert {who: told.verdict.outcome for who, told in in_2019.items()} == {
        "rt": "refuse", "sputnik": "refuse", "telewave": "allow", "public-radio": "allow",
    }  # fmt: skip

    # When the notice is over nothing new is decided: the decision takes effect, and the gate follows.
    assert {who: told.decision.id for who, told in after_notice.items()} == {
        who: told.decision.id for who, told in in_2019.items()
    }
    assert after_notice["telewave"].verdict.outcome == "refuse"
    assert after_notice["public-radio"].verdict.outcome == "allow"
