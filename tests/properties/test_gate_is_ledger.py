"""Law 8, *Gate = ledger*: what the register says of decisions that wait, end and come back, and of conditions."""

from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.gate.conditions.circumstances import Circumstances
from evenhand.gate.conditions.countries import territories_of
from evenhand.gate.conditions.programs import conditional_outcome
from evenhand.gate.gate import Gate
from evenhand.gate.orders.purchase import purchase
from evenhand.gate.registers.both_forms import write_registers
from evenhand.intake import Tables
from evenhand.model.campaign import Vote
from evenhand.model.network import Settings
from evenhand.model.outcome import Outcome, strictest
from evenhand.model.party import Advertiser, Verification, VerificationLevel
from evenhand.model.register import RegisterRow
from evenhand.policy import Rulebook, rule
from evenhand.workflows.delivery.gate_conditions import serve_facts
from evenhand.workflows.delivery.kept_conditions import ConditionMemory
from evenhand.workflows.delivery.register_rows import register_head, register_rows
from evenhand.workflows.evaluation.history import CaseDecision, History
from evenhand.workflows.evaluation.requests import requests
from evenhand.workflows.evaluation.run_context import RunContext
from tests.differential.gate_requests import whole
from tests.networks import DAY_1, empty_network
from tests.suffixes import SUFFIXES
from tests.unit.gate.orders import order
from tests.unit.policy.made_up import HOUSE, forbid

PARTIES = ("a", "b", "c")
BOOK = Rulebook.load(HOUSE)
VOTE = Vote(territory="EU", first_day=DAY_1.date(), last_day=DAY_1.date(), union_wide_rules=True,
            window_opens=DAY_1 - timedelta(days=90), closes=DAY_1 + timedelta(hours=12))  # fmt: skip

# A decision: how strict, taken how many days ago, in force how many days later, ended how many days after that.
NOTICE, LENGTH = st.sampled_from((0, 0, 3, 30)), st.none() | st.integers(1, 40)
# Anyone who stands in the tables has at least one: there is no register without it.
DECISIONS = st.lists(st.tuples(st.sampled_from(Outcome), st.integers(0, 40), NOTICE, LENGTH), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    made = empty_network(tmp_path_factory.mktemp("law") / "network")
    made.write()
    return made.network.settings


def history_of(decided: dict[str, list[tuple[Outcome, int, int, int | None]]], world: RunContext) -> History:
    """Return the history of decisions about parties, each party's in the order they were taken."""
    history = History()
    cases = {each.party.id: each.case for each in requests(world, also_serve=False) if each.scope == "advertiser"}
    for party, several in decided.items():
        for number, (outcome, ago, notice, length) in enumerate(sorted(several, key=lambda each: -each[1])):
            taken = DAY_1 - timedelta(days=ago)
            starts = taken + timedelta(days=notice)
            history.cases.setdefault(cases[party], []).append(CaseDecision(
                seq=number, id=f"d-{party}{number}", case=cases[party], party_kind="advertiser", party_id=party,
                scope="advertiser", outcome=outcome, reasons=("made-up",), errors=(), grounds=(), instruct=(),
                decided_at=taken, effective_from=starts, rulebook="", since=taken,
                until=None if length is None else starts + timedelta(days=length),
            ))  # fmt: skip
    return history


def world_of(network: Settings, levels: list[int], days: list[int]) -> RunContext:
    """Return a world of three advertisers: how far each is verified, and for how many days it has been known."""
    advertisers = tuple(
        Advertiser(
            id=party, name=f"Made Up {party}", schema="Company", country=("US", "DE", "DE")[place],
            first_seen=(DAY_1 - timedelta(days=days[place])).date(),
            verification=Verification(level=VerificationLevel(levels[place])),
        )
        for place, party in enumerate(PARTIES)
    )  # fmt: skip
    tables = Tables(advertisers, (), (), (), (), (VOTE,), (), {}, {})
    return RunContext(DAY_1, network, BOOK, tables, {}, {}, {}, {})


def at_the_gate(row: RegisterRow, asked: Circumstances) -> Outcome:
    """Return the outcome of a row, as the gate finds it: past `until` the decision binds no more."""
    own = Outcome.ALLOW if row.until is not None and row.until <= asked.at else row.outcome
    return conditional_outcome(own, row.when or (), asked)[0]


@given(
    st.fixed_dictionaries(dict.fromkeys(PARTIES, DECISIONS)),
    st.lists(st.integers(0, 3), min_size=3, max_size=3),
    st.lists(st.sampled_from((0, 13, 14, 400)), min_size=3, max_size=3),
    st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=3),
    st.sampled_from(("DE", "IE", "NO", "US")),
)
def test_gate_is_ledger_while_a_register_is_fresh(
    network: Settings, decided: dict[str, Any], levels: list[int], days: list[int], moments: list[float], country: str
) -> None:
    """At every instant the outcome is that of the decision in force then; a political bid's the strictest of that and
    Cedar's ruling of it: through notice, end and return, on either side of a vote's close and of a fourteenth day.
    """
    world = world_of(network, levels, days)
    history = history_of(decided, world)
    cases = {each.party.id: each.case for each in requests(world, also_serve=False) if each.scope == "advertiser"}

    rows = list(register_rows(world, history, ConditionMemory({}))[0])
    head = register_head(world, history, "")

    assert [row.id for row in rows] == list(PARTIES)
    for moment in moments:
        at = DAY_1 + moment * (head.fresh_until - DAY_1)
        place = Circumstances(political=False, at=at.replace(microsecond=0), country=country, placement="feed",
                              territories=territories_of(country, head.unions))  # fmt: skip
        for row, advertiser in zip(rows, world.tables.advertisers, strict=True):
            in_force = history.in_force(cases[row.id], place.at)
            outcome = in_force.outcome if in_force is not None else Outcome.ALLOW
            political = msgspec.structs.replace(place, political=True)
            ruling = rule(whole(serve_facts(world, advertiser, VOTE), political), BOOK)
            assert at_the_gate(row, place) is outcome
            assert at_the_gate(row, political) is strictest([outcome, ruling.outcome])


@given(DECISIONS, DECISIONS, st.lists(st.floats(0, 90, exclude_max=True), min_size=1, max_size=4))
def test_an_order_is_bound_by_what_is_in_force_about_its_campaign(
    network: Settings, about: Any, other: Any, days: list[float]
) -> None:
    """At every instant from the run on, of the campaign that is named and no other, whichever form is asked: what the
    ledger has in force then.
    """
    world = world_of(network, [0, 0, 0], [400, 400, 400])
    history = history_of({party: [(Outcome.ALLOW, 1, 0, None)] for party in PARTIES}, world)
    add_campaigns(history, {"c1": about, "c2": other})
    rows = [msgspec.structs.replace(each, when=None) for each in register_rows(world, history, ConditionMemory({}))[0]]
    head = msgspec.structs.replace(register_head(world, history, ""), fresh_until=DAY_1 + timedelta(days=100))

    with TemporaryDirectory() as folder:
        plain, compiled = Path(folder, "register.jsonl"), Path(folder, "register.evh")
        write_registers(rows, head, plain, compiled, SUFFIXES, bytes(16))
        gates = Gate(plain), Gate(compiled)
        for at in (DAY_1 + timedelta(days=each) for each in (0, *days)):
            in_force = history.in_force("k-c1", at)
            outcome = Outcome.ALLOW if in_force is None else in_force.outcome
            flight = {"starts": at.isoformat(), "ends": at.isoformat()}
            asked = order(advertiser="a", payer="a", campaign="c1", flight=flight, landing_hosts=[])
            answer, same = (purchase(asked, gate, at) for gate in gates)
            assert answer == same
            assert answer.outcome is outcome
            if in_force is not None and outcome is not Outcome.ALLOW:
                assert (answer.decision, answer.reason) == (in_force.id, f"r-{in_force.id.removeprefix('d-')}")
            assert answer.codes == (("campaign-blocked",) if outcome.severity >= Outcome.HOLD.severity else ())


def add_campaigns(history: History, decided: dict[str, list[tuple[Outcome, int, int, int | None]]]) -> None:
    """Add decisions about campaigns of the first advertiser, each case's in the order they were taken."""
    for campaign, several in decided.items():
        for number, (outcome, ago, notice, length) in enumerate(sorted(several, key=lambda each: -each[1])):
            taken = DAY_1 - timedelta(days=ago)
            starts = taken + timedelta(days=notice)
            history.cases.setdefault(f"k-{campaign}", []).append(CaseDecision(
                seq=number, id=f"d-{campaign}{number}", case=f"k-{campaign}", party_kind="advertiser", party_id="a",
                scope=f"campaign:{campaign}", outcome=outcome, reasons=("made-up",), errors=(), grounds=(),
                instruct=(), decided_at=taken, effective_from=starts, rulebook="", since=taken,
                until=None if length is None else starts + timedelta(days=length),
            ))  # fmt: skip


def noticed(text: str) -> str:
    """Return the house rules and one with thirty days of notice that asks for a union."""
    return text + forbid(
        'context.territories.contains("EU")', "not-in-the-union", notice_days="30",
        scope='principal is Advertiser, action in [Action::"buy", Action::"serve"], resource',
    )  # fmt: skip


def test_a_notice_counts_at_the_gate_too(tmp_path: Path) -> None:
    """The decision waits for its day, and the condition that the same rule leaves of serving waits with it."""
    made = empty_network(tmp_path / "network")
    made.edit_rules(noticed, historic=True)
    made.add("campaigns", id="c", advertiser_id="bakery", payer_id="bakery", spent="7")
    made.run(DAY_1)
    starts = made.last("bakery").effective_from
    assert starts == (DAY_1 + timedelta(days=30)).replace(hour=11)  # summer time has begun in Berlin

    def outcomes(at: datetime) -> list[str]:
        head, rows = made.register()
        return [
            at_the_gate(rows["bakery"], Circumstances(political=False, at=at, country=country,
                        territories=territories_of(country, head.unions))).value
            for country in ("DE", "US")
        ]  # fmt: skip

    waiting = made.register()[1]["bakery"]
    assert (waiting.outcome, waiting.decision) == (Outcome.ALLOW, made.last("bakery").id)
    assert outcomes(DAY_1) == outcomes(starts - timedelta(seconds=1)) == ["allow", "allow"]
    assert outcomes(starts) == ["refuse", "refuse"], "a gate follows without a newer register"
    made.run(starts)
    assert outcomes(starts) == ["refuse", "refuse"]


def test_a_decision_that_was_lifted_leaves_nothing(tmp_path: Path) -> None:
    """When the list means another, the party is served as before, on the conditions that it had all the time."""
    made = empty_network(tmp_path / "network")
    made.add("house-sanctions", id="s", schema="Company", name="Morning Crust Bakery",
             website="https://morning-crust.example", topic="made-up")  # fmt: skip
    made.run(DAY_1)
    refused = made.register()[1]["bakery"]
    made.row("house-sanctions", "s").update(name="Zumbrel Quarry", website="https://zumbrel.example")

    made.run(DAY_1 + timedelta(days=1))

    lifted = made.register()[1]["bakery"]
    assert (refused.outcome, lifted.outcome) == (Outcome.REFUSE, Outcome.ALLOW)
    assert lifted.when == refused.when
