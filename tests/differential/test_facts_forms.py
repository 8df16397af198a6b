"""Facts put together by a form, beside those made party by party."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.intake import Tables
from evenhand.model.campaign import Campaign, Creative, Vote
from evenhand.model.facts import Facts
from evenhand.model.network import Settings
from evenhand.model.party import Advertiser, MediaControl, Ownership, Payer, Verification, VerificationLevel
from evenhand.model.program import milliseconds
from evenhand.model.record import canonical_exact, sha256_hex
from evenhand.model.run import Refused
from evenhand.policy import ActiveRules, Rulebook, select_relevant_facts
from evenhand.policy.distinct_questions import DistinctQuestions, question_form
from evenhand.policy.residuals import Conditions
from evenhand.store.shipped_rulebooks import shipped_rulebook
from evenhand.workflows.delivery.condition_keys import ConditionKeys
from evenhand.workflows.delivery.gate_conditions import ServeConditions, make_conditions, serve_request
from evenhand.workflows.delivery.kept_conditions import ConditionMemory
from evenhand.workflows.evaluation.facts import Json, reference
from evenhand.workflows.evaluation.facts_forms import GAPS, FactsForm, FactsForms, FilledForm
from evenhand.workflows.evaluation.facts_reading import FactsReader
from evenhand.workflows.evaluation.requests import Request, requests
from evenhand.workflows.evaluation.rulings import QuestionMemory, rule_requests
from evenhand.workflows.evaluation.run_context import PartyFacts, RunContext
from tests.networks import DAY_1, empty_network

IDS = ("a1", "a2", "a 100 %", '"%s"', "\ue000gap 0\ue000", "тест", "both", "c0%", *"uvwxyz")
PAYERS = ("both", "p1", "p%b")
TODAY = DAY_1.date()
VOTE = Vote(territory="DE", first_day=TODAY, last_day=TODAY, union_wide_rules=True,
            window_opens=DAY_1 - timedelta(days=90), closes=DAY_1 + timedelta(hours=12))  # fmt: skip


def mostly(usual: object, *others: object) -> st.SearchStrategy[Any]:
    """The usual value, sometimes another: parties that differ in one thing alone ask for one form."""
    return st.integers(0, 5).flatmap(lambda drawn: st.sampled_from(others) if drawn == 5 else st.just(usual))


some_id, countries = st.sampled_from(IDS), mostly("DE", "", "US", "%", "\ue000gap 1\ue000")
levels = st.builds(
    Verification, level=mostly(*VerificationLevel), until=mostly(None, TODAY, TODAY - timedelta(days=1))
)  # fmt: skip
names = mostly("Morning Crust", "Тест TV", "12", "Überland")


@cache
def rules() -> tuple[Settings, Rulebook]:
    with tempfile.TemporaryDirectory() as folder:
        made = empty_network(Path(folder) / "network")
        made.write()
        return made.network.settings, Rulebook.load(shipped_rulebook("house"))


def advertisers(of: str) -> st.SearchStrategy[Advertiser]:
    return st.builds(
        Advertiser, id=st.just(of), name=names, aliases=mostly((), ("Тест",)), schema=st.just("Company"),
        country=countries, verification=levels, languages=mostly((), ("de",), ("de", "en")),
        payer_id=st.sampled_from(("", *PAYERS)),
        first_seen=st.sampled_from((None, date(2020, 2, 29), TODAY - timedelta(days=3))),
        media=mostly(None, MediaControl(sections=("news",), source="x")),
        circumvention_confirmed_by=mostly("", "somebody"), prepaid_micros=st.sampled_from((0, 5_000_000, 2**53)),
    )  # fmt: skip


@st.composite
def worlds(draw: st.DrawFn) -> RunContext:
    """A network of a few parties, most of which nothing is said of."""
    asked = draw(st.lists(some_id, min_size=6, unique=True))
    payers = draw(st.lists(st.sampled_from(PAYERS), unique=True))
    campaigns = tuple(
        draw(st.builds(
            Campaign, id=st.just(f"c{number}%"), advertiser_id=st.sampled_from(asked),
            payer_id=st.sampled_from(("", *PAYERS)), territories=mostly((), ("DE",), ("US",)),
            political=mostly(False, True), content=mostly((), ("news",), ("political", "news")),
            landing_host=st.sampled_from(("", "crust.example")), budget_micros=st.integers(0, 10**13),
            spent_micros=st.sampled_from((0, 5_000_000)),
        ))
        for number in range(draw(st.integers(0, 5)))
    )  # fmt: skip
    creatives = tuple(Creative(id="x", campaign_id=each.id, language="fr") for each in campaigns if draw(_rarely))
    owned = tuple(
        Ownership(owner="o", owned=each, share=600_000, owner_country="US") for each in asked if draw(_rarely)
    )
    why = Refused(file="f", line=1, what="row", column="c", value="", expected="")
    unscreened, ownerless = ({each: why for each in (*asked, *payers) if draw(_rarely)} for _ in range(2))
    views = {each: PartyFacts(share=draw(st.integers(0, 1_000_000))) for each in (*asked, *payers) if draw(_rarely)}
    tables = Tables(
        tuple(draw(advertisers(each)) for each in asked),
        tuple(draw(st.builds(Payer, id=st.just(each), name=names, country=countries, verification=levels))
              for each in payers),
        owned, campaigns, creatives, draw(st.sampled_from(((), (VOTE,)))), (), {}, {},
        unscreened=unscreened, ownerless=ownerless,
    )  # fmt: skip
    since = {each: TODAY - timedelta(days=3) for each in asked if draw(st.booleans())}
    return RunContext(DAY_1, *rules(), tables, {}, {}, views, since)


_rarely = mostly(False, True)


def plainly(_: FactsForms, *given: object) -> bytes:
    make: Callable[[], Json] = given[-1]  # type: ignore[assignment]  # the last is what makes them
    return canonical_exact(make())


def asked_of(world: RunContext) -> list[Request]:
    return list(requests(world, also_serve=False))


@given(worlds())
def test_facts_by_a_form_have_the_bytes_of_facts_made_one_by_one(world: RunContext) -> None:
    """Their hash says whether somebody is ruled again, and what a decision rests on is recorded."""
    quick = {each.key: each.facts for each in asked_of(world)}

    with patch.object(FactsForms, "of", plainly):
        assert {each.key: each.facts for each in asked_of(world)} == quick


def test_orders_for_a_place_that_votes_and_for_none_have_the_bytes_of_facts_made_one_by_one() -> None:
    """A vote is more than its place's code, and a list without places is told from others by rules that read none."""
    house, rulebook = rules()
    nowhere = msgspec.structs.replace(house, network=msgspec.structs.replace(house.network, territories=()))
    orders = tuple(
        Campaign(id=f"c{at}", advertiser_id="a", territories=places)
        for at, places in enumerate(((), ("US",), ("DE",), ("JP",), ("DE", "US")))
    )
    tables = Tables((Advertiser(id="a", name="A", schema="Company"),), (), (), orders, (), (VOTE,), (), {}, {})
    world = RunContext(DAY_1, nowhere, rulebook, tables, {}, {}, {}, {})
    quick = [each.facts for each in asked_of(world)]

    with patch.object(FactsForms, "of", plainly):
        assert [each.facts for each in asked_of(world)] == quick


def test_facts_that_differ_in_ids_sums_countries_languages_and_places_alone_share_a_form() -> None:
    """The facts of 100,000 advertisers as bytes are 200 MB, and no two of a real network speak and order the same."""
    two = tuple(
        Advertiser(id=each, name=f"Crust {each}", schema="Company", country=country, languages=spoken)
        for each, country, spoken in (("a", "DE", ("de",)), ("b", "FR", ("br", "fr")))
    )
    orders = tuple(
        Campaign(id=f"c{each}", advertiser_id=each, spent_micros=7, territories=places)
        for each, places in (("a", ("US",)), ("b", ("BR", "JP")))
    )
    tables = Tables(two, (), (), orders, (), (), (), {}, {})
    asked = asked_of(RunContext(DAY_1, *rules(), tables, {}, {}, {}, {}))

    forms = [each.stated.form for each in asked if isinstance(each.stated, FilledForm)]
    assert len(forms) == 4
    assert len(set(forms)) == 2  # of two actions
    assert len({each.facts for each in asked}) == 4


PATHS = (
    "Advertiser.spend_micros", "Advertiser.first_seen", "Advertiser.country", "Advertiser.languages", "Payer.country",
    "Campaign.landing_host", "Campaign.budget_micros", "context.territories",
)  # fmt: skip


def rules_that_read(paths: set[str], named: set[tuple[str, str]]) -> ActiveRules:
    """The house's rules, as if they also read these attributes and named these entities, and no other of them."""
    house = rules()[1].active(TODAY)
    made = replace(house)
    reads = (house.reads - set(PATHS)) | paths
    ids = house.question_form.named | named
    vars(made).update(reads=reads, question_form=question_form(reads, ids, house.schema))
    return made


@given(
    worlds(),
    st.sets(st.sampled_from(PATHS)),
    st.sets(st.sampled_from([("Advertiser", "a1"), ("Payer", "both"), ("Campaign", "c0%")])),
)
def test_what_rules_read_of_a_form_is_what_they_read_of_facts_one_by_one(
    world: RunContext, paths: set[str], named: set[tuple[str, str]]
) -> None:
    """The first hash says whether a ruling is kept, the second whose answer it takes."""
    active = rules_that_read(paths, named)
    reader, plain = FactsReader(active), DistinctQuestions(active.question_form)

    for request in asked_of(world):
        facts = msgspec.json.decode(request.facts, type=Facts)
        assert reader.sha256(request).hex() == sha256_hex(canonical_exact(select_relevant_facts(facts, active)))
        assert reader.question(request) == plain.question(facts)


def requests_at_the_gate(world: RunContext) -> list[Json | FilledForm]:
    """Return what the gate's conditions of each advertiser are made of."""
    given: list[Json | FilledForm] = []

    def note(_: ServeConditions, request: Json | FilledForm) -> Conditions:
        given.append(request)
        return Conditions((), ())

    with patch.object(ServeConditions, "make", note):
        make_conditions(world, ConditionMemory({}))
    return given


@given(worlds(), st.sets(st.sampled_from(PATHS)), st.sets(st.sampled_from(("a1", "both"))))
def test_the_gate_s_conditions_of_a_form_are_those_of_requests_one_by_one(
    world: RunContext, paths: set[str], named: set[str]
) -> None:
    """Their key says whose conditions an advertiser gets, of this run or of an earlier one."""
    keys = ConditionKeys(rules_that_read(paths, set()), milliseconds(world.at))
    keys._named |= named
    vote = world.vote_in(world.territories)

    for advertiser, request in zip(world.tables.advertisers, requests_at_the_gate(world), strict=True):
        plain = serve_request(world, advertiser, vote)
        assert keys.of(request) == keys.of(plain)
        assert not isinstance(request, FilledForm) or request.facts() == canonical_exact(plain)


def test_first_days_of_a_form_that_no_serve_request_will_tell_apart_have_one_key() -> None:
    """A day that is long past has one with any other; one that a rule's time still runs from counts as it is."""
    days = date(2020, 2, 29), date(2021, 7, 1), TODAY - timedelta(days=3), TODAY - timedelta(days=2)
    several = tuple(
        Advertiser(id=f"a{at}", name="Crust", schema="Company", first_seen=day) for at, day in enumerate(days)
    )
    house, rulebook = rules()
    world = RunContext(DAY_1, house, rulebook, Tables(several, (), (), (), (), (), (), {}, {}), {}, {}, {}, {})
    keys = ConditionKeys(rulebook.active(TODAY), milliseconds(DAY_1))

    asked = requests_at_the_gate(world)

    assert all(isinstance(each, FilledForm) for each in asked)
    found = [keys.of(each) for each in asked]
    assert found == [keys.of(serve_request(world, each, None)) for each in several]
    assert len(set(found)) == 3
    assert found[0] == found[1]


def twenty(budget_micros: int = 0) -> list[Request]:
    """The requests of advertisers that differ in id and first day, four with a campaign; the budget is the last's."""
    several = tuple(
        Advertiser(
            id=f"a{at}", name=f"Crust {at}", schema="Company", country="DE", first_seen=date(2020, 1, 1 + at % 2)
        )
        for at in range(20)
    )
    budgets = (0, 0, 0, budget_micros)
    campaigns = tuple(
        Campaign(id=f"c{each.id}", advertiser_id=each.id, budget_micros=budget)
        for each, budget in zip(several, budgets, strict=False)
    )
    return asked_of(RunContext(DAY_1, *rules(), Tables(several, (), (), campaigns, (), (), (), {}, {}), {}, {}, {}, {}))


@pytest.mark.parametrize(
    ("paths", "named", "budget", "questions"),
    [
        (set(), set(), 7, 4),
        ({"Campaign.budget_micros"}, set(), 7, 5),
        (set(), {("Advertiser", "a7")}, 7, 5),
        (set(), {("Campaign", "ca3")}, 7, 5),
        (set(), set(), 2**63, 5),
    ],
    ids=[
        "nothing",
        "a number that is read",
        "an advertiser by name",
        "a campaign by name",
        "a number that is too large",
    ],
)
def test_advertisers_that_differ_in_what_rules_see_are_other_questions(
    paths: set[str], named: set[tuple[str, str]], budget: int, questions: int
) -> None:
    """Else one would get the other's answer; two days of two actions are four questions."""
    reader = FactsReader(active := rules_that_read(paths, named))
    plain = DistinctQuestions(active.question_form)
    asked = twenty(budget)

    found = [reader.question(each) for each in asked]

    assert found == [plain.question(msgspec.json.decode(each.facts, type=Facts)) for each in asked]
    assert len(set(found)) == questions


def test_what_rules_see_of_a_form_is_found_once() -> None:
    """100,000 advertisers have some hundred forms, and no more facts are read value by value."""
    asked = twenty()
    reader = FactsReader(rules_that_read(set(), set()))

    with patch.object(DistinctQuestions, "seen", autospec=True, side_effect=DistinctQuestions.seen) as read:
        assert len({reader.question(each) for each in asked}) == 4

    assert read.call_count == 2 * 4  # of two forms: with the same ids, with others, twice, without numbers


@pytest.mark.parametrize("kind", ["Advertiser", "Payer"])
def test_ids_that_rules_could_tell_apart_are_read_one_by_one(kind: str) -> None:
    """Two ids of one type may be the same: who pays itself would pass for somebody whom another pays."""
    facts = {
        "principal": {"type": "Advertiser", "id": GAPS[0]},
        "action": {"type": "Action", "id": "buy"},
        "resource": {"type": "Campaign", "id": "-"},
        "context": {"payer": reference(kind, GAPS[1])},
        "entities": [],
    }
    form, (asked, *_) = FactsForm(canonical_exact(facts)), twenty()
    stated = [FilledForm(form, (one, other, 0, "", "", "", "")) for one, other in (("a", "a"), ("b", "b"), ("a", "b"))]
    active = rules_that_read(set(), set())
    reader, plain = FactsReader(active), DistinctQuestions(active.question_form)

    found = [reader.question(msgspec.structs.replace(asked, stated=each)) for each in stated]

    assert found == [plain.question(msgspec.json.decode(each.facts(), type=Facts)) for each in stated]
    assert len(set(found)) == (2 if kind == "Advertiser" else 1)


@settings(max_examples=25, deadline=None)
@given(worlds())
def test_requests_by_a_form_are_ruled_as_those_with_the_same_bytes(world: RunContext) -> None:
    """With the same hashes, which the next run compares, and the same sentences; Cedar is asked of the same facts."""
    asked = asked_of(world)
    found, memory = {}, {True: QuestionMemory(), False: QuestionMemory()}

    for by_form in (True, False):
        due = asked if by_form else [msgspec.structs.replace(each, stated=each.facts) for each in asked]
        found[by_form] = rule_requests(due, rules()[1], DAY_1, {}, lambda *_: None, memory[by_form])

    assert found[True] == found[False]
    assert memory[True] == memory[False]
