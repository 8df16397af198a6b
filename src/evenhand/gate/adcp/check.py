"""May this media buy be booked? An agent's order, answered from the register in the words of AdCP."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec

from evenhand.gate.adcp.request import MediaBuyRequest, Terms, order_of, read_media_buy
from evenhand.gate.adcp.response import AdcpError, errors_of, invalid, refusal, wire
from evenhand.gate.effects import HOLD
from evenhand.gate.gate import Gate
from evenhand.gate.orders.order import PartyKeys
from evenhand.gate.orders.order_parties import find_party
from evenhand.gate.orders.purchase import PurchaseAnswer, purchase
from evenhand.model.errors import BadInput, RequestUnreadable
from evenhand.model.outcome import Outcome

_OPERATOR: Final = "The seller does not sell through this operator."
_BLOCKED: Final = "operator-blocked"


class MediaBuyCheck(NamedTuple):
    """What the register says of a media buy.

    `response` is the payload to answer with, None where nothing stands against the order: then the seller books it,
    with what labels and limits of `answer` ask for. It has the same outcome, and is None where the
    request cannot be read.
    """

    outcome: Outcome
    errors: tuple[AdcpError, ...]
    response: dict[str, Any] | None
    answer: PurchaseAnswer | None


def check(
    create_media_buy: bytes | Mapping[str, Any],
    gate: Gate,
    at: datetime,
    *,
    task_id: str,
    markets: Sequence[str],
    policy_url: str = "",
    accounts: Mapping[str, str] | None = None,
    currency: str = "",
) -> MediaBuyCheck:
    """Return whether a `create_media_buy` of AdCP 3.1 may be booked at an aware instant. Experimental.

    The advertiser is found by `brand.domain`, the payer by `invoice_recipient`, else by the account: its brand, or
    whose it is by `accounts`, the seller's ids of accounts with a key of the party each. `markets` are all that the
    seller sells in, for packages without countries. `task_id` is the task of a submitted order, `policy_url` the
    address of the advertising policy. Amounts are taken as of `currency`, which is the order desk's.

    Raises:
        RegisterInvalid: the register is stale and nobody chose what that means.
        BadInput: `markets` is empty, or has one that the register does not know.
    """
    if not markets:
        raise BadInput("no market:", where="markets", expected="the countries or unions that the seller sells in")
    read = read_media_buy(create_media_buy)
    if isinstance(read, AdcpError):
        return _unread(read, None)
    order = order_of(read, Terms(tuple(markets), accounts or {}, currency.upper()), at)
    if isinstance(order, AdcpError):
        return _unread(order, read)
    try:
        answer = purchase(order, gate, at)
    except RequestUnreadable as error:
        if error.got in markets:
            raise BadInput("unknown market", where="markets", got=error.got, expected=error.expected) from error
        return _unread(invalid("packages", "A country of the order is none of ISO 3166-1."), read)
    errors = errors_of(answer, policy_url, has_recipient=read.invoice_recipient is not None)
    if (operator := _operator(read, gate, at)) is not None:
        errors += operator.errors(policy_url)
        answer = operator.beside(answer)
    return MediaBuyCheck(answer.outcome, errors, wire(errors, answer.outcome, task_id, read.context), answer)


def _unread(error: AdcpError, read: MediaBuyRequest | None) -> MediaBuyCheck:
    context = msgspec.UNSET if read is None else read.context
    return MediaBuyCheck(Outcome.REFUSE, (error,), wire((error,), Outcome.REFUSE, "", context), None)


class _Operator(NamedTuple):
    """Who operates for the brand and is held or refused; `sanctioned` as in `PurchaseAnswer`."""

    outcome: Outcome
    decision: str | None
    reason: str | None
    sanctioned: bool

    def errors(self, policy_url: str) -> tuple[AdcpError, ...]:
        """Return the error of an order that is refused for it, none where it is held."""
        error = refusal(
            "account.operator", _OPERATOR, policy_url, _BLOCKED,
            decision=self.decision, suspends=self.sanctioned, recovery="terminal",
        )  # fmt: skip
        return (error,) if self.outcome is Outcome.REFUSE else ()

    def beside(self, answer: PurchaseAnswer) -> PurchaseAnswer:
        """Return the answer on an order and its operator: of both outcomes the stricter, with what it rests on."""
        both = msgspec.structs.replace(
            answer, codes=(*answer.codes, _BLOCKED), instruct=(),
            changes=(*answer.changes, f"Another operator, or decision {self.decision} lifted."),
        )  # fmt: skip
        if self.outcome.severity <= answer.outcome.severity:
            return both
        return msgspec.structs.replace(
            both, outcome=self.outcome, decision=self.decision, reason=self.reason, sanctioned=self.sanctioned
        )  # fmt: skip


def _operator(read: MediaBuyRequest, gate: Gate, at: datetime) -> _Operator | None:
    """Return what stands against who operates for the brand, where that is another: an agency is a party too."""
    operator = read.account.operator
    if operator is None or operator == read.brand.domain:
        return None
    verdict = gate.verdict(adomain=[operator], at=at)
    if verdict.outcome == "unknown" or verdict.outcome.severity < HOLD or "advertiser-blocked" not in verdict.codes:
        return None
    found = find_party(gate.opened.resolver, PartyKeys(domain=operator), ("advertiser", "payer"))
    return _Operator(verdict.outcome, verdict.decision, verdict.reason, any(row.sanctioned for row in found.rows))
