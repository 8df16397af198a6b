"""A made-up shadow report with every part that a page or table can have."""

from datetime import UTC, datetime

from evenhand.gate.shadow_report.report import ShadowReport, StoppedRow, Suspect, ToldFault
from evenhand.gate.shadow_report.suspects import WHY

AT = datetime(2026, 11, 2, 12, tzinfo=UTC)
HARMFUL = "<script>\u202e&"

ROWS = (
    StoppedRow(
        kind="advertiser", id="quandar-holding", outcomes={"refuse": 1_190, "hold": 10}, decision="d-5f0c9a7e2b41",
        reason="r-5f0c9a7e2b41", bids=1_200, spend_at_risk={"EUR": 2.03, "USD": 0.25},
        codes={"advertiser-blocked": 1_190, "bundle-blocked": 10},
    ),
    StoppedRow(
        kind="seat", id=HARMFUL, outcomes={"refuse": 40}, decision=None, reason=None, bids=40, spend_at_risk={},
        codes={"seat-blocked": 40},
    ),
)  # fmt: skip
SUSPECTS = (
    Suspect(
        kind="allowed-advertiser", about=f"seat {HARMFUL}", why=WHY["allowed-advertiser"], bids=12,
        spend_at_risk={"USD": 0.00001}, line=1_007, seatbid=0, bid=2,
    ),
    Suspect(
        kind="most-of-all", about="advertiser quandar-holding", why=WHY["most-of-all"], bids=1_200,
        spend_at_risk={"EUR": 2.03, "USD": 0.25}, line=0, seatbid=0, bid=0,
    ),
)  # fmt: skip
MADE_SHADOW = ShadowReport(
    lines=3_006, malformed_lines=5, responses=2_000, bids=8_000, removed=1_300, by_loss={202: 1_190, 104: 40, 201: 70},
    by_outcome={"refuse": 1_290, "hold": 10}, by_row={"quandar-holding": 1_200, HARMFUL: 40},
    by_code={"advertiser-blocked": 1_190, "adomain-unknown": 900, "seat-blocked": 40, "bundle-blocked": 10}, emptied=25,
    unknown={"missing": 60, "malformed": 0, "unlisted": 900}, spend_at_risk={"EUR": 2.03, "USD": 0.3},
    unresolved={"nobody.example": 500, "somebody.example": 2}, unresolved_error=3, left_out=1_001,
    malformed_responses=1, unread_prices=4, stale_lines=7,
    own_badv=8, own_badv_removed=6, first=datetime(2026, 10, 3, 13, tzinfo=UTC), last=AT,
    checkpoint="ads.made-up.example/log 160", by_reason={"r-5f0c9a7e2b41": 1_200}, rows=ROWS, suspects=SUSPECTS,
    faults=(ToldFault(line=12, what=f"not a line of a log: unknown `{HARMFUL}`"),),
)  # fmt: skip
EMPTY_SHADOW = ShadowReport(
    lines=0, malformed_lines=0, responses=0, bids=0, removed=0, by_loss={}, by_outcome={}, by_row={}, by_code={},
    emptied=0, unknown={"missing": 0, "malformed": 0, "unlisted": 0}, spend_at_risk={}, unresolved={},
    unresolved_error=0, left_out=0, malformed_responses=0, unread_prices=0, stale_lines=0,
    own_badv=0, own_badv_removed=0, first=None, last=None,
    checkpoint="", by_reason={}, rows=(), suspects=(), faults=(),
)  # fmt: skip
