"""Law *Gate = ledger*: whatever was decided, waits, ends or comes back, the gate says what is in force."""

import tempfile
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from evenhand.gate import Gate, compile_register, write_register
from evenhand.intake import Tables
from evenhand.model.decision import Decision, Party
from evenhand.model.network import Settings
from evenhand.model.outcome import Outcome
from evenhand.model.party import Payer
from evenhand.policy import Rulebook
from evenhand.store.network import read_network
from evenhand.store.shipped_rulebooks import shipped_rulebook
from evenhand.workflows.delivery.kept_conditions import ConditionMemory
from evenhand.workflows.delivery.register_rows import register_head, register_rows
from evenhand.workflows.evaluation.history import History
from evenhand.workflows.evaluation.run_context import RunContext
from tests.networks import empty_network
from tests.properties.test_cases import DECISION, START
from tests.unit.gate.registers import SEED, SUFFIXES

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PARTIES = [("payer", "p"), ("payer", "q"), ("advertiser", "gone"), ("advertiser", "away")]


@cache
def rules() -> tuple[Settings, Rulebook]:
    with tempfile.TemporaryDirectory() as folder:
        made = empty_network(Path(folder) / "network")
        made.write()
        return read_network(made.folder).settings, Rulebook.load(shipped_rulebook("house"))


def world(at: datetime) -> RunContext:
    """Return a network with two payers in its tables; its advertisers have left them."""
    payers = tuple(Payer(id=each, name=f"Made-up {each}", domains=(f"{each}.example",)) for each in "pq")
    tables = Tables((), payers, (), (), (), (), (), {}, {})
    return RunContext(at, *rules(), tables, {}, {}, {}, {})


@st.composite
def histories(draw: st.DrawFn) -> list[Decision]:
    """Decisions about four parties in the order of the log, some with notice, some with an end, some reinstating.

    Anyone who stands in the tables has at least one: there is no register without it.
    """
    found, day = [], 0
    further = draw(st.lists(st.sampled_from(PARTIES), max_size=10))
    for number, (kind, party) in enumerate(draw(st.permutations([*PARTIES[:2], *further]))):
        day += draw(st.integers(0, 3))
        since = START + (day + draw(st.sampled_from([0, 0, 1, 5]))) * DAY
        found.append(
            replace(
                DECISION,
                id=f"d-{number}",
                case=f"k-{kind}-{party}",
                party=Party(kind=kind, id=party),
                scope=kind,
                outcome=draw(st.sampled_from([Outcome.ALLOW, Outcome.HOLD, Outcome.REFUSE, Outcome.LABEL])),
                decided_at=START + day * DAY,
                effective_from=since,
                until=draw(st.sampled_from([None, None, since + DAY, since + 4 * DAY])),
            )
        )
    return found


def in_force(decisions: list[Decision], party: tuple[str, str], at: datetime) -> Decision | None:
    """Return the plain reading: the last decision about a party whose time has come and has not ended."""
    about = [each for each in decisions if (each.party.kind, each.party.id) == party]
    return next(
        (each for each in reversed(about) if each.effective_from <= at and (each.until is None or at < each.until)),
        None,
    )


@given(histories(), st.integers(0, 24), st.integers(0, 30))
def test_the_gate_says_of_every_party_what_is_in_force(decisions: list[Decision], halves: int, hours: int) -> None:
    """At the run, and for as long as its register is fresh, in both forms and by every key of the party."""
    run_at = decisions[-1].decided_at + halves * DAY / 2
    history = History()
    for seq, each in enumerate(decisions):
        history.add(seq, each)
    seen = world(run_at)
    rows = list(register_rows(seen, history, ConditionMemory({}))[0])
    head = register_head(seen, history, "")
    with tempfile.TemporaryDirectory() as folder:
        plain, compiled = Path(folder) / "register.jsonl", Path(folder) / "register.evh"
        write_register(rows, head, plain, SUFFIXES)
        compile_register(rows, head, compiled, SUFFIXES, SEED)
        gates = [Gate(plain, None), Gate(compiled, None)]

    at = min(run_at + hours * HOUR, head.fresh_until - timedelta(microseconds=1)).astimezone(UTC)
    for party in PARTIES:
        stated = in_force(decisions, party, at)
        outcome = Outcome.ALLOW if stated is None else stated.outcome
        # Where none is in force, the last one allows: it waits for its day, or has ended.
        named = stated or next((each for each in reversed(decisions) if each.party.id == party[1]), None)
        for gate in gates:
            verdict = gate.verdict(advertiser=party[1], at=at)
            if party[0] == "payer":
                assert gate.verdict(adomain=[f"www.{party[1]}.example"], at=at).outcome == verdict.outcome
                assert named is not None
                assert verdict.decision == named.id
            assert verdict.outcome in ((outcome,) if outcome is not Outcome.ALLOW else ("allow", "unknown"))
            assert verdict.outcome == "unknown" or (named is not None and verdict.decision == named.id)
