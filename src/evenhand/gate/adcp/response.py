"""What an agent buyer is answered: errors, or a task that waits; never what is on file about anybody.

Source: AdCP 3.1.0, `core/error.json`, `enums/error-code.json`, `media-buy/create-media-buy-response.json`.
"""

from collections.abc import Iterable
from typing import Any, Final, Literal

import msgspec

from evenhand.gate.orders.purchase import PurchaseAnswer
from evenhand.model.outcome import Outcome

Recovery = Literal["correctable", "terminal"]

BLOCKED: Final = (
    "advertiser-blocked", "payer-blocked", "campaign-blocked", "seat-blocked", "sponsor-blocked", "controller-blocked",
)  # fmt: skip
HELD_MESSAGE: Final = "The order waits for a person of the seller. Nothing is booked yet."
_FIELDS: Final[dict[str, tuple[str, str, Recovery]]] = {
    "payer-undeclared": (
        "account", "The payer is not one that the advertiser has declared to the seller.", "correctable",
    ),
    "payer-blocked": ("account", "The seller does not take money from this payer.", "terminal"),
    "payer-ambiguous": ("account", "The payer cannot be told from another party.", "correctable"),
    "advertiser-blocked": ("brand.domain", "The seller does not sell to this advertiser.", "terminal"),
    "advertiser-ambiguous": ("brand.domain", "The advertiser cannot be told from another party.", "correctable"),
    "campaign-blocked": ("idempotency_key", "The seller does not sell this campaign.", "terminal"),
    "seat-blocked": ("account", "The seller does not sell through this buyer.", "terminal"),
    "sponsor-blocked": ("ext.evenhand.sponsor", "The seller does not sell to this sponsor.", "terminal"),
    "sponsor-ambiguous": ("ext.evenhand.sponsor", "The sponsor cannot be told from another party.", "correctable"),
    "controller-blocked": (
        "ext.evenhand.controller", "The seller does not sell to whom this party controls.", "terminal",
    ),
    "controller-ambiguous": (
        "ext.evenhand.controller", "The controller cannot be told from another party.", "correctable",
    ),
    "unverified": ("brand.domain", "The advertiser has to be verified by the seller first.", "correctable"),
    "political-undeclared": (
        "advertiser_industry", "Say by advertiser_industry whether the order is political advertising.", "correctable",
    ),
    "political-market-closed": (
        "packages", "No political advertising is sold in a country of this order.", "correctable",
    ),
    "political-sponsor-missing": (
        "ext.evenhand",
        "A political order names sponsor, controller, election_or_process and the address of its notice.",
        "correctable",
    ),
    "budget-over-level": ("total_budget", "The budget is above what this advertiser may order.", "correctable"),
}  # fmt: skip


class AdcpError(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One entry of `errors`."""

    code: str
    message: str
    field: str | msgspec.UnsetType = msgspec.UNSET
    details: dict[str, Any] = {}
    recovery: Recovery | msgspec.UnsetType = msgspec.UNSET


def invalid(field: str, message: str) -> AdcpError:
    """Return the error of a request that cannot be read."""
    return AdcpError(
        code="INVALID_REQUEST", message=message, field=field or msgspec.UNSET, recovery="correctable"
    )  # fmt: skip


def errors_of(answer: PurchaseAnswer, policy_url: str, *, has_recipient: bool) -> tuple[AdcpError, ...]:
    """Return an error a code of an order that is refused; the account is suspended where the law asks for it.

    Of any other order none.
    """
    if answer.outcome is not Outcome.REFUSE:
        return ()
    return tuple(_errors(answer, policy_url, has_recipient=has_recipient))


def _errors(answer: PurchaseAnswer, policy_url: str, *, has_recipient: bool) -> Iterable[AdcpError]:
    for code in answer.codes:
        field, message, recovery = _FIELDS[code]
        if field == "account" and has_recipient:
            field = "invoice_recipient"
        suspends = answer.sanctioned and code in BLOCKED
        yield refusal(
            field, message, policy_url, code,
            decision=answer.decision if code in BLOCKED else None, suspends=suspends,
            recovery="terminal" if suspends else recovery,
        )  # fmt: skip
    if not answer.codes:  # a stale register, for which the operator chose to refuse
        yield AdcpError(code="SERVICE_UNAVAILABLE", message="The seller cannot answer now.")


def refusal(
    field: str, message: str, policy_url: str, code: str, *, decision: str | None, suspends: bool, recovery: Recovery
) -> AdcpError:
    """Return the error of a party or an order that the policy refuses."""
    details: dict[str, Any] = {"code": code}
    if decision:
        details["decision"] = decision
    if policy_url:
        details["policy"] = policy_url
    return AdcpError(
        code="ACCOUNT_SUSPENDED" if suspends else "POLICY_VIOLATION",
        message=message, field=field, details=details, recovery=recovery,
    )  # fmt: skip


def wire(errors: tuple[AdcpError, ...], outcome: Outcome, task_id: str, context: Any) -> dict[str, Any] | None:
    """Return the payload of `create_media_buy`: errors, a submitted task, or None where the seller may go on."""
    echoed = {} if context is msgspec.UNSET else {"context": context}
    if errors:
        return {"errors": list(msgspec.to_builtins(errors)), **echoed}
    if outcome is Outcome.HOLD:
        return {"status": "submitted", "task_id": task_id, "message": HELD_MESSAGE, **echoed}
    return None
