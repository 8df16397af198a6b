"""The shadow report counts what the gate would have done, line by line, and loses nothing on the way."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from evenhand.gate import Gate
from evenhand.gate.shadow_report.report import MOST_FAULTS, MOST_UNRESOLVED, shadow
from evenhand.gate.shadow_report.traffic_log import open_log
from evenhand.model.errors import RegisterInvalid
from tests.data import DATA, needs_data
from tests.unit.gate.logs import REQUEST, bid, line, published_counts, response, shadowed
from tests.unit.gate.registers import FRESH_UNTIL, NOW, OPEN, compiled_gate, row

ROWS = (
    row("x", "refuse", domains=("x.example",)),
    row("h", "hold", domains=("h.example",)),
    row("a", domains=("a.example",)),
)


@needs_data
def test_the_counts_of_the_published_log_are_as_expected() -> None:
    """A hundred pairs of an auction server's own tests, and three broken lines."""
    gate = Gate(DATA / "gate/shadow_register.jsonl", None)
    with open_log(DATA / "gate/shadow_log.ndjson") as lines:
        report = msgspec.to_builtins(shadow(lines, gate, NOW), str_keys=True)

    expected = published_counts()
    assert {key: report[key] for key in expected} == expected


def test_what_falls_is_counted_by_loss_outcome_row_code_and_reason(tmp_path: Path) -> None:
    """One walk, every way to look at it; what stays and has a code is in the codes alone."""
    offered = response(bid("x.example"), bid("h.example"), bid("x.example"), bid("a.example"), bid("n.example"))

    report = shadowed(compiled_gate(tmp_path, *ROWS), [line(offered)])

    assert (report.lines, report.responses, report.bids, report.removed) == (1, 1, 5, 3)
    assert (report.by_loss, report.by_outcome) == ({202: 2, 201: 1}, {"refuse": 2, "hold": 1})
    assert (report.by_row, report.by_reason) == ({"x": 2, "h": 1}, {"r-x": 2, "r-h": 1})
    assert report.by_code == {"advertiser-blocked": 3, "adomain-unknown": 1}
    assert [(each.id, each.decision, each.bids, each.outcomes, each.codes) for each in report.rows] == [
        ("x", "d-x", 2, {"refuse": 2}, {"advertiser-blocked": 2}),
        ("h", "d-h", 1, {"hold": 1}, {"advertiser-blocked": 1}),
    ]


def test_a_response_is_emptied_if_it_had_bids_and_lost_all(tmp_path: Path) -> None:
    """One that came empty was empty before."""
    emptied, kept, empty = response(bid("x.example")), response(bid("x.example"), bid("a.example")), response()

    report = shadowed(compiled_gate(tmp_path, *ROWS), map(line, [emptied, kept, empty, {"id": "1"}]))

    assert (report.responses, report.emptied) == (4, 1)


def test_money_is_the_removed_prices_for_one_impression_by_currency(tmp_path: Path) -> None:
    """Ten times ten cents are exactly one unit; what is no price is counted and in no sum."""
    cents = line(response(*[bid("x.example", price=0.1)] * 10, cur="EUR"))
    others = line(response(bid("h.example", price=5), bid("x.example", price="5"), bid("a.example", price=9)))

    report = shadowed(compiled_gate(tmp_path, *ROWS), [cents, others])

    assert report.spend_at_risk == {"EUR": 0.001, "USD": 0.005}
    assert report.unread_prices == 1
    assert {each.id: each.spend_at_risk for each in report.rows} == {"x": {"EUR": 0.001}, "h": {"USD": 0.005}}


def test_hosts_that_lead_to_nobody_are_told_most_first(tmp_path: Path) -> None:
    """Anyone who keeps the tables sees whom to enter; removed or not."""
    policy = msgspec.structs.replace(OPEN, unknown="hold")
    many = [bid(f"https://N{number:02}.example/x") for number in range(30)]
    lines = [line(response(*many, bid("n29.example", "not a host"), bid()))]

    for each in (OPEN, policy):
        report = shadowed(compiled_gate(tmp_path, *ROWS, policy=each), lines)

        assert (next(iter(report.unresolved.items())), len(report.unresolved)) == (("n29.example", 2), MOST_UNRESOLVED)
        assert report.unresolved_error == 0
        assert report.unknown == {"missing": 1, "malformed": 1, "unlisted": 31}


def test_a_bid_names_a_host_once_however_often_it_writes_it(tmp_path: Path) -> None:
    """Counted are bids, not spellings."""
    report = shadowed(
        compiled_gate(tmp_path), [line(response(bid("n.example", "https://N.example/"), bid("n.example")))]
    )

    assert report.unresolved == {"n.example": 2}


def test_lines_that_cannot_be_judged_are_counted_and_the_first_are_told(tmp_path: Path) -> None:
    """A request with a wrong type is such a line too; each is told by its number."""
    broken, wrong = b"{", line(response(), request={"regs": 7})

    report = shadowed(compiled_gate(tmp_path), [line(response()), broken, wrong, *[broken] * 30])

    assert (report.lines, report.malformed_lines, report.responses) == (33, 32, 1)
    assert [each.line for each in report.faults] == list(range(2, 2 + MOST_FAULTS))
    assert "$.regs" in report.faults[1].what


def test_a_response_that_the_gate_cannot_read_is_told_and_has_no_bids(tmp_path: Path) -> None:
    """The line is good, the response is the operator's choice."""
    report = shadowed(compiled_gate(tmp_path), [line({"seatbid": 7})])

    assert (report.malformed_lines, report.responses, report.malformed_responses, report.bids) == (0, 1, 1, 0)
    assert "policy.malformed" in report.faults[0].what


def test_each_line_is_judged_at_its_own_instant(tmp_path: Path) -> None:
    """A decision that has ended since would have removed the bid then."""
    gate = compiled_gate(tmp_path, row("x", "refuse", domains=("x.example",), until=NOW))
    offered = response(bid("x.example"))
    before, after = line(offered, at=(NOW - timedelta(days=1)).isoformat()), line(offered, at=NOW.isoformat())

    report = shadowed(gate, [before, after, line(offered)])

    assert (report.removed, report.bids) == (1, 3)
    assert (report.first, report.last) == (NOW - timedelta(days=1), NOW)


def test_with_days_only_the_last_days_are_judged(tmp_path: Path) -> None:
    """Up to the instant of the report; a line that does not say when is judged as of then."""
    ages = [-1, 0, 29.9, 30, 400]
    lines = [line(response(), at=(NOW - timedelta(days=days)).isoformat()) for days in ages]

    report = shadowed(compiled_gate(tmp_path), [*lines, line(response()), b"{"], days=30)

    assert (report.lines, report.responses, report.left_out, report.malformed_lines) == (7, 3, 3, 1)


def test_a_stale_register_counts_the_operator_s_choice(tmp_path: Path) -> None:
    """Without a choice there is no report."""
    late, offered = FRESH_UNTIL, [line(response(bid("a.example"), bid("x.example")))]
    held = shadowed(compiled_gate(tmp_path, *ROWS, stale="hold"), offered, at=late)
    last = shadowed(compiled_gate(tmp_path, *ROWS, stale="last"), offered, at=late)

    assert (held.removed, held.by_loss, held.by_row, held.suspects, held.stale_lines) == (2, {201: 2}, {}, (), 1)
    assert (last.removed, last.stale_lines) == (1, 1)
    with pytest.raises(RegisterInvalid, match="stale since"):
        shadowed(compiled_gate(tmp_path, *ROWS), offered, at=late)


def test_ten_thousand_bids_are_one_response(tmp_path: Path) -> None:
    """The line's length bounds them, nothing else."""
    report = shadowed(compiled_gate(tmp_path, *ROWS), [line(response(*[bid("x.example")] * 10_000))])

    assert (report.bids, report.removed, report.emptied) == (10_000, 10_000, 1)
    assert report.spend_at_risk == {"USD": 10.0}


def test_half_a_character_escaped_alone_hides_no_bid(tmp_path: Path) -> None:
    """The filter reads such a response and takes out what is refused; so must the report."""
    offered = response(bid("x.example", adm="\ud83d"), bid("a.example"))

    report = shadowed(compiled_gate(tmp_path, *ROWS), [line(offered)])

    assert (report.malformed_lines, report.malformed_responses) == (0, 0)
    assert (report.bids, report.removed, report.spend_at_risk) == (2, 1, {"USD": 0.001})


def test_requests_with_a_list_of_their_own_are_counted_with_the_bids_that_fall_in_their_replies(tmp_path: Path) -> None:
    """A Prebid Server in Go lets those bids pass: such a request switches the host's list off."""
    offered = response(bid("x.example"), bid("h.example"), bid("a.example"))
    own, escaped = {**REQUEST, "badv": ["z.example"]}, line(offered, {**REQUEST, "badv": ["z.example"]})
    lines = [
        line(offered, own), escaped.replace(b'"badv"', b'"b\\u0061dv"'), line(offered, {**REQUEST, "badv": []}),
        line(offered, {**REQUEST, "badv": "z.example"}), line(offered), line(response(bid("a.example")), own),
    ]  # fmt: skip

    report = shadowed(compiled_gate(tmp_path, *ROWS), lines)

    assert (report.responses, report.removed) == (6, 10)
    assert (report.own_badv, report.own_badv_removed) == (3, 4)
