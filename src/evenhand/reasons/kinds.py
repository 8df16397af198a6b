"""The kinds of restriction: which one a decision is, and how the EU database spells each (`reasons.md` §3)."""

from typing import NamedTuple

from evenhand.model.outcome import Outcome

ACCOUNT = "Advertising account"
CAMPAIGN = "Advertising campaign"

_ALL = {
    Outcome.REFUSE: "refuse-ads",
    Outcome.HOLD: "suspend-ads",
    Outcome.LIMIT: "limit-ads",
    Outcome.LABEL: "label-ads",
}
_KINDS = {
    "advertiser": _ALL,
    "campaign": _ALL | {Outcome.REFUSE: "refuse-order"},
    "payer": _ALL | {Outcome.REFUSE: "end-payout", Outcome.HOLD: "withhold-payout"},
}


class Restriction(NamedTuple):
    """A decision attribute of the EU payload, its code without and with an end date, and the date's attribute."""

    attribute: str
    code: str
    code_with_end: str
    end_attribute: str


def kind_of(scope: str, outcome: Outcome) -> str:
    """Return the kind of a decision with this scope (`advertiser`, `payer`, `campaign:<id>`); not for allow.

    >>> kind_of("campaign:c7", Outcome.REFUSE)
    'refuse-order'
    """
    return _KINDS[scope.partition(":")[0]][outcome]


def template_of(scope: str, kind: str) -> str:
    """Return the name of the letter: a campaign's restriction is worded otherwise than an account's.

    >>> template_of("campaign:c7", "suspend-ads")
    'suspend-order'
    """
    return kind.replace("-ads", "-order") if scope.startswith("campaign:") else kind


def _restriction(attribute: str, end: str, code: str, code_with_end: str = "") -> Restriction:
    prefix = f"{attribute.upper()}_"
    return Restriction(attribute, prefix + code, prefix + (code_with_end or code), f"end_date_{end}_restriction")


def _provision(code: str, code_with_end: str = "") -> Restriction:
    return _restriction("decision_provision", "service", code, code_with_end)


def _visibility(code: str) -> Restriction:
    return _restriction("decision_visibility", "visibility", code)


def _monetary(code: str) -> Restriction:
    return _restriction("decision_monetary", "monetary", code)


def _account(code: str) -> Restriction:
    return _restriction("decision_account", "account", code)


# An advertising ban that keeps the ordinary account is a partial restriction of the service, no account decision.
RESTRICTIONS = {
    "refuse-ads": _provision("PARTIAL_TERMINATION"),
    "suspend-ads": _provision("PARTIAL_SUSPENSION"),
    "limit-ads": _provision("PARTIAL_TERMINATION", "PARTIAL_SUSPENSION"),
    "end-service": _provision("TOTAL_TERMINATION"),
    "suspend-service": _provision("TOTAL_SUSPENSION"),
    "label-ads": _visibility("CONTENT_LABELLED"),
    "remove-creative": _visibility("CONTENT_REMOVED"),
    "disable-creative": _visibility("CONTENT_DISABLED"),
    "demote-ads": _visibility("CONTENT_DEMOTED"),
    "age-restrict-ads": _visibility("CONTENT_AGE_RESTRICTED"),
    "refuse-order": _visibility("OTHER"),
    "withhold-payout": _monetary("SUSPENSION"),
    "end-payout": _monetary("TERMINATION"),
    "suspend-account": _account("SUSPENDED"),
    "end-account": _account("TERMINATED"),
}
