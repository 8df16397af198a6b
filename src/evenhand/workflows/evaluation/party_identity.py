"""What tells a party from others of its name, as hashes, and which of it was replaced since somebody judged the party.

An id can be given to another company of the same name; what was said of the first one is not said of the second.
"""

from collections.abc import Iterator

from evenhand.model.hosts import Suffixes
from evenhand.model.party import Payer
from evenhand.model.record import sha256_hex
from evenhand.screening.parties.identity import WEBSITE, identity_values

Identity = dict[str, tuple[str, ...]]
"""By kind of number, or `website`, the SHA-256 of each value of a party, sorted."""

_WORDS = {"lei": "LEI", "vat": "VAT number", WEBSITE: WEBSITE}


def identity_of(party: Payer, suffixes: Suffixes) -> Identity | None:
    """Return the hashes of a party's own numbers and websites, None where it has none."""
    values = identity_values(party, suffixes)
    return {kind: tuple(sorted(sha256_hex(each.encode()) for each in values[kind])) for kind in values} or None


def replaced(before: Identity, now: Identity) -> Iterator[str]:
    """Yield in words each kind of which none of the values is left, and others are there instead.

    Values that were added replace nothing, nor do those that were taken away, until others are there. A number that
    now has another kind is the same number.
    """
    known = {value for values in now.values() for value in values}
    for kind, values in sorted(before.items()):
        if now.get(kind) and known.isdisjoint(values):
            yield f"party {_WORDS.get(kind, f'{kind} number')}"
