"""Which places there are, and which one a name that is none of them may stand for."""

from dataclasses import dataclass

from evenhand.policy.rulebook.list_mapping import Territories
from evenhand.store.country_names import is_in_use, place_like

UNIONS = frozenset({"EEA", "EU", "UN"})
"""Those that need no row of `territories.csv`."""


@dataclass(frozen=True)
class KnownPlaces:
    """The codes of ISO 3166-1 in use or left to its users, and unions of states; all in capital letters."""

    unions: frozenset[str] = UNIONS

    @classmethod
    def of(cls, territories: Territories) -> "KnownPlaces":
        """Return the places that somebody with this `territories.csv` can mean."""
        return cls(UNIONS | {each.union for each in territories.memberships})

    def knows(self, code: str) -> bool:
        """Return whether there is such a place."""
        return code in self.unions or is_in_use(code)

    def question(self, code: str) -> str:
        """Return a name that is no place, and which was meant, as a question to people.

        >>> KnownPlaces().question("UK"), KnownPlaces().question("JJ")
        ('`UK` (did you mean GB?)', '`JJ`')
        """
        near = self.meant(code)
        return f"`{code}` (did you mean {near}?)" if near else f"`{code}`"

    def meant(self, code: str) -> str:
        """Return the place that a name may stand for, ``""`` if that cannot be told."""
        return place_like(code, sorted(self.unions))
