"""A `create_media_buy` request, as far as the gate reads it, and the order that it is.

Source: AdCP 3.1.0, `media-buy/create-media-buy-request.json`, `core/account-ref.json`, `core/business-entity.json`.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Literal, NamedTuple

import msgspec

from evenhand.gate.adcp.response import AdcpError, invalid
from evenhand.gate.orders.order import Flight, Order, PartyKeys, is_flight
from evenhand.gate.wire.openrtb import MOST_DEPTH, is_unfit
from evenhand.model.json_keys import repeated_key

ADCP_VERSION: Final = "3.1"
"""The release that requests are read as; of another major version nothing is read."""

POLITICAL: Final = "government_nonprofit.political"
_DOUBTFUL: Final = "government_nonprofit"
_DECIDED: Final = frozenset({POLITICAL, "government_nonprofit.charity"})
_MILLION: Final = 1_000_000
_MOST: Final = 2**63 / _MILLION
_PATH: Final = re.compile(r"\$\.?([a-z_.\[\]0-9]+)")
_MISSING: Final = re.compile(r"missing required field `([a-z_]+)`")

Text = Annotated[str, msgspec.Meta(min_length=1)]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Amount = Annotated[float, msgspec.Meta(ge=0)]


class Brand(msgspec.Struct, frozen=True):
    """Whose advertising it is."""

    domain: Text


class Account(msgspec.Struct, frozen=True):
    """Who is billed: the seller's id of an account, or a brand and who operates for it."""

    account_id: Text | None = None
    brand: Brand | None = None
    operator: Text | None = None


class BusinessEntity(msgspec.Struct, frozen=True):
    """Who gets the invoice, where that is another than the account's."""

    legal_name: Text
    vat_id: Text | None = None
    tax_id: Text | None = None
    registration_number: Text | None = None


class Overlay(msgspec.Struct, frozen=True):
    """Where a package is to be shown."""

    geo_countries: tuple[Text, ...] = ()


class Package(msgspec.Struct, frozen=True):
    """One line of the order."""

    budget: Amount = 0.0
    targeting_overlay: Overlay = Overlay()


class Budget(msgspec.Struct, frozen=True):
    """The whole budget, of an order by proposal."""

    amount: Amount
    currency: Text


class PoliticalOrder(msgspec.Struct, frozen=True):
    """What a political order has to say besides, in `ext.evenhand`: AdCP has no fields for it."""

    sponsor: str | None = None
    controller: str | None = None
    election_or_process: str | None = None
    notice: str | None = None


class Extension(msgspec.Struct, frozen=True):
    """The one member of `ext` that is read."""

    evenhand: PoliticalOrder = PoliticalOrder()


class MediaBuyRequest(msgspec.Struct, frozen=True):
    """The request; fields that are not named here pass unread. `context` goes back as it came."""

    account: Account
    brand: Brand
    start_time: Literal["asap"] | str
    end_time: Instant
    idempotency_key: Text
    packages: tuple[Package, ...] = ()
    total_budget: Budget | None = None
    advertiser_industry: str | None = None
    invoice_recipient: BusinessEntity | None = None
    ext: Extension = Extension()
    context: Any = msgspec.UNSET
    adcp_version: str | None = None
    adcp_major_version: int | None = None


class Terms(NamedTuple):
    """What the seller knows and the request does not say.

    `markets` are those an order is for that names no countries; `accounts` whose an account is, by the seller's id of
    it; `currency` that of the budgets of the order desk, "" to take amounts as they are.
    """

    markets: tuple[str, ...]
    accounts: Mapping[str, str]
    currency: str


def read_media_buy(request: bytes | Mapping[str, Any]) -> MediaBuyRequest | AdcpError:
    """Return the request, or the error to answer with; never raises for what a buyer sent."""
    try:
        if isinstance(request, bytes):
            if is_unfit(request):
                return invalid("", f"The request must be JSON in UTF-8, at most {MOST_DEPTH} levels deep.")
            read = msgspec.json.decode(request, type=MediaBuyRequest)
            if repeated_key(request.decode()):
                return invalid("", "A field of the request is there twice.")
        else:
            read = msgspec.convert(request, MediaBuyRequest)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return _unreadable(error)
    return _other_version(read) or read


def order_of(read: MediaBuyRequest, terms: Terms, at: datetime) -> Order | AdcpError:
    """Return the order that a request is, as of an instant; an error where no order can be made of it."""
    flight = _flight(read, at)
    if flight is None:
        return invalid("start_time", "start_time is `asap` or an instant with an offset, not after end_time.")
    if flight.ends < at:
        return invalid("end_time", "end_time is in the past.")
    budget = _budget(read, terms)
    if isinstance(budget, AdcpError):
        return budget
    account, political = read.account, read.ext.evenhand
    if account.account_id is None and account.brand is None:
        return invalid("account", "account names an account_id, or brand and operator.")
    return Order(
        advertiser=PartyKeys(domain=read.brand.domain),
        payer=_payer(read, terms),
        campaign=read.idempotency_key,
        flight=flight,
        markets=_markets(read, terms),
        budget_micros=budget,
        landing_hosts=(),
        political=_declared(read.advertiser_industry),
        sponsor=political.sponsor,
        controller=political.controller,
        election_or_process=political.election_or_process,
        notice=political.notice,
    )


def _unreadable(error: Exception) -> AdcpError:
    """Return the error that names the field and repeats nothing of what came."""
    text = str(error)
    path, missing = _PATH.search(text), _MISSING.search(text)
    field = ".".join(each[1] for each in (path, missing) if each)
    return invalid(field, f"{field or 'The request'} is absent or not as AdCP {ADCP_VERSION} has it.")


def _other_version(read: MediaBuyRequest) -> AdcpError | None:
    major = ADCP_VERSION.partition(".")[0]
    named = (read.adcp_version or ADCP_VERSION).partition(".")[0], str(read.adcp_major_version or major)
    if set(named) == {major}:
        return None
    return AdcpError(
        code="VERSION_UNSUPPORTED",
        message=f"Orders are read as AdCP {ADCP_VERSION}.",
        field="adcp_version",
        details={"supported_versions": [ADCP_VERSION]},
        recovery="correctable",
    )


def _flight(read: MediaBuyRequest, at: datetime) -> Flight | None:
    try:
        starts = at if read.start_time == "asap" else msgspec.convert(read.start_time, Instant)
    except msgspec.ValidationError:
        return None
    flight = Flight(starts=starts, ends=read.end_time)
    return flight if is_flight(flight) else None


def _budget(read: MediaBuyRequest, terms: Terms) -> int | AdcpError:
    """Return the budget in micros: the whole of a proposal, else the sum of the packages, one at least."""
    total = read.total_budget
    if total is None and not read.packages:
        return invalid("packages", "packages has one package at least, where there is no total_budget.")
    if total is not None and terms.currency and total.currency.upper() != terms.currency:
        return invalid("total_budget.currency", f"Budgets are read in {terms.currency}.")
    amount = total.amount if total is not None else sum(package.budget for package in read.packages)
    return round(amount * _MILLION) if amount < _MOST else invalid("total_budget.amount", "The budget is too large.")


def _payer(read: MediaBuyRequest, terms: Terms) -> str | PartyKeys:
    """Return who pays: the recipient of the invoice, else whose the account is."""
    recipient, account = read.invoice_recipient, read.account
    if recipient is not None:
        number = recipient.registration_number or recipient.tax_id
        return PartyKeys(name=recipient.legal_name, vat_number=recipient.vat_id, register_number=number)
    if account.account_id is not None:
        return terms.accounts.get(account.account_id, account.account_id)
    return PartyKeys(domain=account.brand.domain if account.brand is not None else read.brand.domain)


def _markets(read: MediaBuyRequest, terms: Terms) -> tuple[str, ...]:
    """Return the countries that the packages name; where one names none, all that the seller sells in besides."""
    named: Sequence[tuple[str, ...]] = [package.targeting_overlay.geo_countries for package in read.packages]
    everywhere = terms.markets if not named or not all(named) else ()
    return tuple(dict.fromkeys([*(country for each in named for country in each), *everywhere]))


def _declared(industry: str | None) -> Literal["contains", "does-not-contain"] | None:
    """Return whether an industry says that the order is political; None if it says neither."""
    if industry == POLITICAL:
        return "contains"
    if not industry or (industry.partition(".")[0] == _DOUBTFUL and industry not in _DECIDED):
        return None
    return "does-not-contain"
