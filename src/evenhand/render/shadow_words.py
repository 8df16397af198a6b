"""How the shadow report words codes, losses and money, on the terminal and on the page."""

from collections.abc import Mapping

from evenhand.gate.shadow_report.report import ShadowReport, StoppedRow
from evenhand.model.visible_text import visible
from evenhand.render.wording import count, instant

_LEAST_SHOWN = 0.0001

KINDS = {
    "allowed-advertiser": "An allowed advertiser’s bid",
    "no-decision": "Nobody decided on this",
    "sub-host": "A host below a blocked domain",
    "not-told": "A condition that could not be answered",
    "most-of-all": "Half of everything",
}
CODES = {
    "seat-blocked": "the seat is held or refused",
    "advertiser-blocked": "the advertiser is held or refused",
    "bundle-blocked": "the advertised app is a held or refused party’s",
    "behalf-blocked": "it is on behalf of a held or refused party",
    "paid-blocked": "a held or refused party pays",
    "dchain-blocked": "a held or refused party is in the chain",
    "adomain-malformed": "a value of adomain is no host",
    "adomain-missing": "no adomain is given",
    "adomain-unknown": "no adomain belongs to a party on file",
    "bid-malformed": "a field that decides has a wrong type",
    "dsa-missing": "the DSA object was asked for and is not there",
    "dsa-behalf-missing": "it does not say on whose behalf",
    "dsa-paid-missing": "it does not say who pays",
    "dsa-behalf-length": "the name on whose behalf is too long",
    "dsa-paid-length": "the payer’s name is too long",
    "dsa-neither-renders": "nobody would show the DSA notice",
    "dsa-both-render": "both would show the DSA notice",
    "behalf-mismatch": "on whose behalf is not the advertiser",
    "paid-mismatch": "who pays is not the advertiser or its payer",
    "adomain-conflict": "adomain names two advertisers",
    "seat-mismatch": "the seat is not one of the advertiser’s",
    "dchain-conflict": "the chain begins with somebody else",
    "group-incomplete": "another bid of its all-or-nothing group was removed",
    "dchain-invalid": "the chain breaks its own form",
    "name-ambiguous": "a name is shared by blocked and allowed parties",
}


def money(amounts: Mapping[str, float]) -> str:
    """Return amounts by currency, those below one with four places, `0` where there are none.

    >>> money({"EUR": 1234.5, "USD": 0.0012})
    '1,234.50 EUR, 0.0012 USD'
    """
    return ", ".join(f"{_amount(amount)} {currency}" for currency, amount in amounts.items()) or "0"


def party(row: StoppedRow) -> str:
    """Return a party by name and id, by kind and id where its name is not known."""
    label = f"{row.kind} {row.id}"
    return f"{row.name} ({label})" if row.name else label


def share(part: int, whole: int) -> str:
    """Return a part of a whole in percent with one place, "–" of nothing.

    >>> share(1, 8), share(0, 0)
    ('12.5 %', '–')
    """
    return f"{100 * part / whole:.1f} %" if whole else "–"


def what_was_read(report: ShadowReport) -> str:
    """Return in one sentence which lines were read, and which were not judged."""
    left_out = f", {report.left_out:,} outside the days asked for" if report.left_out else ""
    unread = f", {report.malformed_lines:,} could not be read" if report.malformed_lines else ""
    return f"{count(report.lines, 'line')}{left_out}{unread}"


def own_lists(report: ShadowReport) -> str:
    """Return what requests with a list of their own mean where Prebid Server blocks; "" if there are none."""
    if not report.own_badv:
        return ""
    passed = f"{report.own_badv_removed:,} of the removed bids would have passed there."
    return (
        f"Requests with a badv of their own: {report.own_badv:,}. In a Prebid Server in Go each of them switches off"
        f" the host's list, whatever the list says: {passed}"
    )


def period(report: ShadowReport) -> str:
    """Return from when to when the judged lines are, with a comma before it; "" where none says."""
    if report.first is None or report.last is None:
        return ""
    first, last = instant(report.first), instant(report.last)
    return f", of {first}" if first == last else f", from {first} to {last}"


def checkpoint(report: ShadowReport) -> str:
    """Return the log that the register was made from, and the log's size then."""
    origin, _, size = report.checkpoint.rpartition(" ")
    return f"{visible(origin)} at size {size}"


def place(line: int, seatbid: int, bid: int) -> str:
    """Return where a bid stands in the log, "" if it is about no one bid."""
    return f"line {line:,}, seatbid {seatbid}, bid {bid}" if line else ""


def _amount(amount: float) -> str:
    if amount >= 1 or amount == 0:
        return f"{amount:,.2f}"
    return f"{amount:.4f}" if amount >= _LEAST_SHOWN else f"under {_LEAST_SHOWN}"
