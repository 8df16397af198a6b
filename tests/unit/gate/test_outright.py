"""What is refused whatever a bid says: by its decision, or by a condition that no bid can escape any more."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.gate.blocking.block_lists import block_lists
from evenhand.gate.blocking.formats import FORMATS, report_on
from evenhand.gate.blocking.outright import severity_at, severity_of, turns_of
from evenhand.gate.blocking.refused_keys import RefusedKeys
from evenhand.gate.conditions.circumstances import Circumstances
from evenhand.gate.conditions.programs import conditional_outcome
from evenhand.gate.registers.row_keys import DOMAIN
from evenhand.gate.registers.row_references import RowContent
from evenhand.model.outcome import Outcome
from evenhand.model.program import And, Before, Eq, Hours, Is, Not, Or, Program, Unknown, When, milliseconds
from tests.suffixes import SUFFIXES
from tests.unit.gate.registers import NOW, compiled_gate, open_gate, row
from tests.unit.gate.test_programs import CONDITIONS, KNOWN

HOUR = timedelta(hours=1)
LATER_MS = milliseconds(NOW + HOUR)
BEGINS = Not(Before(LATER_MS))


def waiting(program: Program, outcome: Outcome = Outcome.REFUSE, **fields: Any) -> Any:
    when = (When(outcome=outcome, rule="r", program=program),)
    return row("w", decision="d-w", reason="r-w", domains=("w.example",), when=when, **fields)


@pytest.mark.parametrize("opened", [open_gate, compiled_gate])
def test_a_refusal_after_a_notice_is_listed_from_its_instant_on(tmp_path: Path, opened: Any) -> None:
    """The gate refuses by it whatever the bid says; a list made then must, too, and the one before says until when."""
    gate = opened(tmp_path, waiting(BEGINS), row("a", domains=("a.example",)))

    for at, domains, renew_before in (
        (NOW, (), NOW + HOUR), (NOW + HOUR - timedelta(microseconds=1), (), NOW + HOUR),
        (NOW + HOUR, ("w.example",), None),
    ):  # fmt: skip
        lists = block_lists(gate, at, SUFFIXES)
        report = report_on(lists, FORMATS["csv"])
        assert (lists.values("domain"), report.renew_before) == (domains, renew_before)
        assert (report.rows, report.not_expressed["conditions"]) == (len(domains), 1 - len(domains))
        assert (gate.verdict(adomain=["w.example"], at=at).outcome == "refuse") is bool(domains)
    assert [(each.outcome, each.decision) for each in lists.entries] == [("refuse", "d-w")]


def test_a_list_names_the_next_beginning_and_the_next_end(tmp_path: Path) -> None:
    """Whichever is first; what a condition adds to a row that is refused anyway changes no list."""
    ends = row("e", "refuse", domains=("e.example",), until=NOW + 2 * HOUR)
    refused = row("r", "refuse", domains=("r.example",), when=(When(outcome=Outcome.REFUSE, rule="r", program=BEGINS),))
    keys = RefusedKeys(open_gate(tmp_path, waiting(Not(Before(LATER_MS + 7_200_000))), ends, refused).opened.resolver)

    found: list[datetime] = []
    at = keys.next_change(NOW)
    while at is not None:
        found.append(at)
        at = keys.next_change(at)

    assert found == [NOW + 2 * HOUR, NOW + 3 * HOUR]
    assert [list(keys.at(at).keys[DOMAIN]) for at in (NOW, *found)] == [
        ["e.example", "r.example"], ["r.example"], ["r.example", "w.example"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("program", "outcome", "severity"),
    [
        (And(()), "refuse", 4), (And((BEGINS,)), "refuse", 4), (Or((Eq("country", "DE"), BEGINS)), "refuse", 4),
        (Unknown("x"), "refuse", 3), (Unknown("x"), "label", 3),
        (Or((Unknown("x"), Is("political", True))), "refuse", 3),
        (And((BEGINS, Is("political", True))), "refuse", 0), (And((BEGINS, Eq("country", "DE"))), "refuse", 0),
        (Not(Eq("country", "DE")), "refuse", 0), (Hours(tuple(range(24))), "refuse", 0),
        (Before(LATER_MS), "refuse", 0),
        (And((Unknown("x"), Is("political", True))), "refuse", 0), (And(()), "label", 1),
    ],
)  # fmt: skip
def test_what_some_bid_can_escape_is_not_refused_outright(
    tmp_path: Path, program: Program, outcome: str, severity: int
) -> None:
    """A list cannot ask what a bid says; what nobody can ever know holds every bid, as at the gate."""
    gate = open_gate(tmp_path, waiting(program, Outcome(outcome)))
    (ref,) = gate.register.find(DOMAIN, "w.example")

    assert severity_at(gate.register, ref, NOW + HOUR) == severity


def test_an_instant_beyond_the_calendar_never_comes(tmp_path: Path) -> None:
    """A program may name one: it is not reached, and no error."""
    gate = open_gate(tmp_path, waiting(Not(Before(2**53))))
    (ref,) = gate.register.find(DOMAIN, "w.example")

    assert [severity for _, severity in turns_of(gate.register, ref)] == [0]


@given(CONDITIONS.map(tuple), KNOWN, st.sampled_from(Outcome))
def test_no_bid_is_judged_milder_than_what_is_said_of_every_bid(
    when: tuple[When, ...], asked: Circumstances, outcome: Outcome
) -> None:
    """Law: what a list is made from never refuses more than the gate does at that instant, of any bid."""
    content = RowContent(kind="advertiser", id="w", outcome=outcome, when=when)

    assert severity_of(content, asked.at) <= conditional_outcome(outcome, when, asked)[0].severity
