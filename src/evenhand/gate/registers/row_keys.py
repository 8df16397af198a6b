"""The keys of a row: what a bid or a question can be matched by, checked as `gate.md` §4 asks."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from evenhand.gate.claims.demand_chain import bare_domain
from evenhand.gate.claims.names import name_key
from evenhand.gate.conditions.programs import check_program
from evenhand.model.accounts import account_of, app_of, bundle_of
from evenhand.model.bid_texts import plain_id
from evenhand.model.errors import RegisterInvalid
from evenhand.model.hosts import Suffixes, host_of
from evenhand.model.outcome import Outcome
from evenhand.model.program import MOST_NODES
from evenhand.model.register import RegisterRow

DOMAIN: Final = b"d"
SEAT: Final = b"s"
BUNDLE: Final = b"b"
ACCOUNT: Final = b"c"
NAME: Final = b"n"
NUMBER: Final = b"i"
IDS: Final = {"advertiser": b"a", "payer": b"p", "seat": b"t"}
SHARED: Final = frozenset({SEAT, NAME, NUMBER})
"""Kinds of keys that several rows may have; every other key belongs to one."""
_SHORTEST: Final = 4
_LONGEST: Final = 64
_VAT: Final = frozenset({"vat", "vatcode"})
_PREFIXES: Final = {"GR": ("GR", "EL"), "GB": ("GB", "XI")}  # the Union writes EL for Greece, XI for Northern Ireland


def checked_keys(row: RegisterRow, where: Path, suffixes: Suffixes | None) -> tuple[tuple[bytes, str], ...]:
    """Return a row's keys as (kind, text), each once; domains as hosts, names as `name_key` reads them.

    Without `suffixes` a domain that is a public suffix passes.

    Raises:
        RegisterInvalid: names file, row and key.
    """
    if row.outcome is not Outcome.ALLOW and not (row.decision and row.reason):
        raise row_fault(row, where, "no decision or no reason for", row.outcome, "both, or the outcome allow")
    return tuple(dict.fromkeys(_keys(row, where, suffixes)))


def check_conditions(row: RegisterRow, where: Path) -> None:
    """Refuse a row with a condition that costs a bid more than it may.

    Raises:
        RegisterInvalid: names file, row and rule.
    """
    for each in row.when or ():
        if fault := check_program(each.program):
            raise row_fault(row, where, f"{fault} in the condition of", each.rule, f"at most {MOST_NODES}")


def row_fault(row: RegisterRow, where: Path, what: str, got: str, expected: str) -> RegisterInvalid:
    """Return the error of a row that refuses its whole register."""
    place = f"{where}: {row.kind} {row.id}"
    return RegisterInvalid(what, where=place, got=got, expected=expected, todo="nothing was written or opened")


def double_key(row: RegisterRow, where: Path, kind: bytes, text: str, owner: str) -> RegisterInvalid:
    """Return the error of a key that belongs to one row and is in two; `owner` is the other row."""
    if kind in IDS.values():
        return row_fault(row, where, "a second row for the id", text, "one row a party")
    return row_fault(row, where, f"{owner} has the same key", text, "one row a key")


def row_host(domain: str) -> str | None:
    """Return the host that a row's domain stands for; a leading `www.` means the domain below it.

    >>> row_host("www.Ford.de")
    'ford.de'
    """
    host = host_of(domain)
    below = host.removeprefix("www.") if host else ""
    return below if "." in below else host


def seat_key(seat: str) -> str:
    """Return a seat as demand chains are read: in `asi/bsid` of another system the first part is a host.

    Blanks around it are no part of it, nor are the decimals of a whole number.

    >>> seat_key("DSP.example/A7"), seat_key("Team/7"), seat_key("512 "), seat_key("512.0")
    ('dsp.example/A7', 'Team/7', '512', '512')
    """
    asi, slash, bsid = plain_id(seat).partition("/")
    return f"{bare_domain(asi) or asi}/{plain_id(bsid)}" if slash else asi


def _keys(row: RegisterRow, where: Path, suffixes: Suffixes | None) -> list[tuple[bytes, str]]:
    # Loops: most rows have few of most kinds of keys, and a generator for each costs more than the keys.
    keys = [(IDS[row.kind], row.id)]
    for domain in row.domains:
        keys.append((DOMAIN, _host(row, domain, where, suffixes)))
    for seat in (row.id,) if row.kind == "seat" else row.seats:
        keys.append((SEAT, seat_key(seat)))
    for bundle in row.bundles:
        keys.append((BUNDLE, bundle_of(bundle)))
    for account in row.accounts:
        keys.append(_account_key(account_of(account) or _other_account(account)))
    for name in row.names:
        if key := name_key(name):
            keys.append((NAME, key))
    for identifier in row.identifiers:
        keys += [(NUMBER, key) for key in identifier_keys(identifier)]
    return keys


def _account_key(account: str) -> tuple[bytes, str]:
    """Return the key of an account; that of an app is its bundle, by which bids name it."""
    app = app_of(account)
    return (BUNDLE, app) if app else (ACCOUNT, account)


def _other_account(account: str) -> str:
    """Return an account of a service that `account_of` does not know."""
    service, slash, handle = account.partition("/")
    return f"{service.lower()}{slash}{handle}"


def _host(row: RegisterRow, domain: str, where: Path, suffixes: Suffixes | None) -> str:
    host = row_host(domain)
    if host is None:
        raise row_fault(row, where, "not a host", domain, "a host as `gate.md` §3 reads it")
    if suffixes is not None and suffixes.suffix_of(host) == host:
        raise row_fault(row, where, "a public suffix, open to anybody", host, "a domain that one party registered")
    return host


def number_key(text: str) -> str:
    """Return what a number is compared by: letters and digits, capitals; "" if it is too short to tell parties apart.

    >>> number_key("HRB 12.345 b"), number_key("de 123-456-789"), number_key("12"), number_key("none")
    ('HRB12345B', 'DE123456789', '', '')
    """
    if len(text) > _LONGEST:
        return ""
    signs = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).upper()))
    return signs if len(signs) >= _SHORTEST and any(map(str.isdecimal, signs)) else ""


def identifier_keys(text: str) -> Iterator[str]:
    """Yield the keys of `scheme[/jurisdiction]:value`; a VAT number has one with its country's prefix and one without.

    >>> list(identifier_keys("registration/de:HRB 12345")), list(identifier_keys("vat/gr:123 456 789"))
    (['HRB12345'], ['123456789', 'GR123456789', 'EL123456789'])
    """
    scheme, _, value = text.partition(":")
    kind, _, place = scheme.lower().partition("/")
    key = number_key(value or text)
    if not key:
        return
    if kind not in _VAT or not place:
        yield key
        return
    country = place[:2].upper()
    prefixes = _PREFIXES.get(country, (country,))
    bare = next((key[len(prefix) :] for prefix in prefixes if key.startswith(prefix)), key)
    if number_key(bare):
        yield bare
    yield from (f"{prefix}{bare}" for prefix in prefixes)
