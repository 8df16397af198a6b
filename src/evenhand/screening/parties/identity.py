"""What tells a party from others of its name: its own numbers and websites, each in one written form."""

from evenhand.model.hosts import Suffixes, registrable
from evenhand.model.party import Payer
from evenhand.screening.parties.hosts import hosts
from evenhand.screening.parties.identifiers import written_numbers

WEBSITE = "website"


def identity_values(party: Payer, suffixes: Suffixes) -> dict[str, frozenset[str]]:
    """Return the numbers of a party by kind (`registration`, `tax`, `vat`, `lei` …), and its websites.

    Blanks, case, punctuation, the country before a VAT number and the part of a website before its registered domain
    are left out: who corrects them has not become somebody else. Platforms (`facebook.com`) are nobody's own website.

    >>> from evenhand.model.party import Advertiser, Identifier
    >>> from evenhand.store.public_suffixes import PublicSuffixes
    >>> number = Identifier(scheme="registration", jurisdiction="de", value="HRB 12")
    >>> bakery = Advertiser(id="a1", name="Bakery", domains=("shop.bakery.example",), identifiers=(number,))
    >>> identity_values(bakery, PublicSuffixes())
    {'registration': frozenset({'HRB12'}), 'website': frozenset({'bakery.example'})}
    """
    values: dict[str, set[str]] = {}
    for kind, value in written_numbers(party):
        values.setdefault(kind, set()).add(value)
    for host in hosts(party.domains):
        values.setdefault(WEBSITE, set()).add(registrable(host, suffixes) or host)
    return {kind: frozenset(several) for kind, several in sorted(values.items())}
