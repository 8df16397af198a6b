"""What is compared beside names: numbers, hosts, accounts, birth, country, schema."""

from collections.abc import Iterator

from evenhand.model.hosts import Suffixes, registrable
from evenhand.model.page_hosts import has_pages_of_others
from evenhand.model.user_hosts import gives_hosts_to_others
from evenhand.screening.names import weights
from evenhand.screening.names.comparison_terms import Term
from evenhand.screening.parties.profile import CLAIMED, Profile
from evenhand.screening.parties.site_editions import is_same_site, without_device, without_edition

_CHECKED = frozenset({"lei", "imo"})
_UNSAID = frozenset({"Organization", "LegalEntity"})


def key_terms(ours: Profile, theirs: Profile, suffixes: Suffixes) -> list[Term]:
    """Return the comparisons of numbers, hosts and accounts."""
    return [*_numbers(ours, theirs), *_hosts(ours, theirs, suffixes), *_accounts(ours, theirs)]


def person_terms(ours: Profile, theirs: Profile, *, country_named: bool = False) -> list[Term]:
    """Return the comparisons of birth, country and schema, which never carry a match alone.

    `country_named` says that both names hold one country's word: then another country is no objection.
    """
    country = [term for term in _country(ours, theirs) if term.weight > 0 or not country_named]
    return [*_birth(ours, theirs), *country, *_schema(ours, theirs)]


def _numbers(ours: Profile, theirs: Profile) -> Iterator[Term]:
    if not ours.numbers or not theirs.numbers:
        return
    equal = sorted(ours.numbers.keys() & theirs.numbers.keys(), key=lambda number: (not number.is_placed, number))
    for number in equal[:1]:
        name, alike, weight = (
            ("identifier.equal", 1.0, weights.IDENTIFIER)
            if number.is_placed
            else ("identifier.register_unknown", 0.5, weights.NUMBER_ALONE)
        )
        yield Term(name, number.value, number.value, alike, weight, theirs.numbers[number])
    for kind in sorted(_CHECKED):
        mine = sorted(number.value for number in ours.numbers if number.kind == kind)
        other = sorted(number.value for number in theirs.numbers if number.kind == kind)
        if mine and other and not {*mine} & {*other}:
            yield Term("identifier.conflict", mine[0], other[0], 0.0, weights.OTHER_IDENTIFIER, f"{kind}Code")


def _hosts(ours: Profile, theirs: Profile, suffixes: Suffixes) -> Iterator[Term]:
    """Yield the best answer of a host: the listed site or below it, the site that it is part of, or only shared."""
    if not ours.hosts or not theirs.hosts:
        return
    found = [
        term
        for host in sorted(ours.hosts)
        for listed in sorted(theirs.hosts)
        if (term := _host(host, listed, suffixes))
    ]
    # The listed site itself comes before one below it, which may be somebody else's.
    yield from sorted(found, key=lambda term: (-term.weight, not is_same_site(term.ours, term.theirs)))[:1]


def _host(host: str, listed: str, suffixes: Suffixes) -> Term | None:
    name = registrable(listed, suffixes)
    if name is None or name != registrable(host, suffixes):
        return None
    site = without_device(listed, suffixes)
    if site == name:
        return Term("domain.registrable", host, listed, 1.0, weights.OWN_DOMAIN, "website")
    if host == site or host.endswith(f".{site}"):
        return Term("domain.host", host, listed, 1.0, weights.LISTED_HOST, "website")
    if gives_hosts_to_others(name):
        return None
    if _is_above(host, listed) or without_edition(host, suffixes) == without_edition(listed, suffixes):
        return Term("domain.site", host, listed, 0.5, weights.SITE_OF_LISTED, "website")
    return Term("domain.shared", host, listed, 0.5, weights.SHARED_DOMAIN, "website")


def _is_above(host: str, listed: str) -> bool:
    """Return whether a host has the listed one below it; a site with pages of others does not answer for one."""
    return listed.endswith(f".{host}") and not has_pages_of_others(host)


def _accounts(ours: Profile, theirs: Profile) -> Iterator[Term]:
    for account in sorted(ours.accounts & theirs.accounts)[:1]:
        yield Term("account.handle", account, account, 1.0, weights.ACCOUNT, "account")


def _birth(ours: Profile, theirs: Profile) -> Iterator[Term]:
    if not ours.births or not theirs.births:
        return
    found = [
        Term("birth", mine, other, float(weight > 0), weight, "birthDate")
        for mine in ours.births
        for other in theirs.births
        if (weight := _birth_weight(mine, other)) is not None
    ]
    yield from [term for term in sorted(found, key=lambda term: -term.weight)[:1] if term.weight]


def _birth_weight(ours: str, theirs: str) -> float | None:
    if not (ours[:4].isdecimal() and theirs[:4].isdecimal()):
        return None
    apart = abs(int(ours[:4]) - int(theirs[:4]))
    if apart == 0:
        return weights.SAME_BIRTH_DAY if ours == theirs and len(ours) == len("YYYY-MM-DD") else weights.SAME_BIRTH_YEAR
    return weights.OTHER_BIRTH_YEAR if apart >= 3 else weights.NEAR_BIRTH_YEAR * (apart - 1)


def _country(ours: Profile, theirs: Profile) -> Iterator[Term]:
    if ours.countries and theirs.countries:
        shared = ours.countries & theirs.countries
        if not shared and CLAIMED in theirs.countries:
            return
        weight = weights.SAME_COUNTRY if shared else weights.OTHER_COUNTRY
        mine, listed = (" ".join(sorted(each - {CLAIMED})) for each in (ours.countries, theirs.countries))
        yield Term("country", mine, listed, float(bool(shared)), weight, "country")


def _schema(ours: Profile, theirs: Profile) -> Iterator[Term]:
    if ours.person != theirs.person:
        unsaid = ours.schema in _UNSAID
        weight = weights.UNSAID_SCHEMA if unsaid else weights.OTHER_SCHEMA
        yield Term("schema", ours.schema, theirs.schema, 0.0, weight, "schema")
