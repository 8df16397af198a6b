"""How a case's parties, entries and campaigns are named in a sentence, with natural persons or without."""

from functools import lru_cache

from evenhand.model.campaign import Campaign
from evenhand.model.finding import Finding
from evenhand.model.listing import ListedEntity
from evenhand.model.record import Record
from evenhand.model.statement import Case
from evenhand.reasons.language import Words
from evenhand.reasons.personal_data import names_person

_PERSONS = ("Person", "LegalEntity")  # an entry that does not say what it is may be a person
_MOST_PROGRAMMES = 3


class Wording(Record, frozen=True, kw_only=True):
    """One case in one language. `public` leaves natural persons out: no name of one is ever returned.

    The names of an entry that a party merely resembles stay out of the notice too, where it is or may be of a
    natural person: nobody has confirmed that the advertiser is meant, and the other is a stranger to the letter.
    """

    case: Case
    public: bool
    words: Words

    def party(self, party_id: str) -> str:
        """Return the quoted name of a party or owner of the case, or what it is where the name stays out."""
        if party_id == self.case.party.id:
            hidden = self.public and is_natural(self.case)
            return self.words.party["itself"] if hidden else self.words.quoted(self.case.party.name)
        name = self.case.names.get(party_id, "")
        if self._stays_out(party_id) and name in self.case.persons:
            return self.words.party["person"]
        return self.words.quoted(name) if name else self.words.party["other"]

    def holder(self, party_id: str, stated: str) -> str:
        """Return the name of an owner or of what it owns, not quoted: the case's, else the one stated with it."""
        name = self.case.party.name if party_id == self.case.party.id else self.case.names.get(party_id, stated)
        hidden = self._stays_out(party_id) and name in self.case.persons
        return self.words.party["person"] if hidden else name or self.words.party["other"]

    def entry(self, finding: Finding) -> str:
        """Return the listed end of a finding: whose entry, in which list, of which day."""
        entity = self.case.entities.get(finding.entity_id)
        listing, entry = self._list(finding.list), self.words.entry
        if entity is None:
            return entry["unknown"].format(list=listing)
        if self._is_hidden(entity, finding):
            return entry["person"].format(list=listing)
        return entry["named"].format(name=self.words.quoted(entity.caption), list=self._under(entity, listing))

    def further_entry(self, list_key: str, entity_id: str) -> str:
        """Return the entry of a further listed owner, in which list, of which day; what may be a person has no name."""
        entity, listing = self.case.further.get(f"{list_key}#{entity_id}"), self._list(list_key)
        if entity is None:
            return self.words.entry["unknown"].format(list=listing)
        if entity.schema in _PERSONS:
            return self.words.entry["person"].format(list=listing)
        name = self.words.quoted(entity.caption)
        return self.words.entry["named"].format(name=name, list=self._under(entity, listing))

    def _under(self, entity: ListedEntity, listing: str) -> str:
        """Return a list with the programmes under which it has an entry, the first few of them."""
        programmes = [self.words.quoted(each) for each in entity.values("program")[:_MOST_PROGRAMMES]]
        under = self.words.lists["under"]
        return under.format(list=listing, programmes=self.words.listed(programmes)) if programmes else listing

    def control(self, finding: Finding) -> str:
        """Return how the list describes the control of an outlet, in its typology; ``""`` if it does not."""
        entity = self.case.entities.get(finding.entity_id)
        codes = entity.values("controlTypology") if entity is not None else ()
        known = [self.words.quoted(description) for code in codes if (description := self.words.typology.get(code))]
        return self.words.found["described"].format(as_what=self.words.listed(known)) if known else ""

    def hides(self, finding: Finding) -> bool:
        """Return whether what was compared in a finding may name a natural person who stays out."""
        entity = self.case.entities.get(finding.entity_id)
        people = is_natural(self.case) if finding.party_id == self.case.party.id else False
        people = people or self.case.names.get(finding.party_id, "") in self.case.persons
        return (self.public and people) or (entity is not None and self._is_hidden(entity, finding))

    def _is_hidden(self, entity: ListedEntity, finding: Finding) -> bool:
        """Return whether the names of an entry stay out: a person's in public, and those of a mere resemblance."""
        return entity.schema in (_PERSONS if not finding.certain else ("Person",) if self.public else ())

    def _stays_out(self, party_id: str) -> bool:
        """Return whether a natural person is not named: in public, and where only a list says that it is an owner."""
        return self.public or party_id.startswith("list:")

    def campaign(self, campaign: Campaign | None, currency: str) -> str:
        """Return how an advertiser knows one of its campaigns again: its id, days, where it leads, budget.

        In public it has neither id nor budget.
        """
        words = self.words
        if campaign is None:
            return words.campaign["one"]
        parts = [
            "" if self.public else words.quoted(campaign.id),
            words.campaign["starts"].format(day=words.day(campaign.starts)) if campaign.starts else "",
            words.campaign["ends"].format(day=words.day(campaign.ends)) if campaign.ends else "",
            words.campaign["leads"].format(host=words.given(campaign.landing_host)) if campaign.landing_host else "",
            words.campaign["budget"].format(sum=words.money(campaign.budget_micros, currency))
            if campaign.budget_micros and not self.public
            else "",
        ]
        known = words.campaign["joint"].join(filter(None, parts))
        return words.campaign["known"].format(parts=known) if known else words.campaign["unmarked"]

    def _list(self, key: str) -> str:
        """Return a list as its publisher calls it, else by its key, and the day of its version.

        Our own is one that we wrote: a file in the form of a publisher was taken over, whatever its key.
        """
        lists, plain = self.words.lists, key.removeprefix("house-").replace("-", " ")
        version = self.case.lists.get(key)
        is_own = key.startswith("house-") and (version is None or version.reader == "house-csv")
        name = lists.get(key) or lists["house" if is_own else "other"].format(name=self.words.quoted(plain))
        if version is None or version.published_on is None:
            return name
        return lists["published"].format(list=name, day=self.words.day(version.published_on))


def is_natural(case: Case) -> bool:
    """Return whether the party of a case is a natural person, a private one of whom we must assume it, or named so.

    One that bears the name of a person of the case is that person or cannot be told from it: a table need not say.
    """
    party = case.party
    return party.type == "private" or party.schema == "Person" or _bears(party.name, case.persons)


@lru_cache(maxsize=256)  # asked several times for each case
def _bears(name: str, persons: tuple[str, ...]) -> bool:
    return names_person(name, persons)
