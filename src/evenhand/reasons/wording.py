"""How names, lists, days, shares and sums are put into words, with natural persons or without."""

from datetime import date

from evenhand.model.campaign import Campaign
from evenhand.model.case import Case
from evenhand.model.finding import Finding
from evenhand.model.party import MILLIONTHS, Payer
from evenhand.model.record import Record

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_LONGEST = 100

# What the publishers call their lists; another list is named by its key.
_LISTS = {
    "ofac-sdn": "the list of Specially Designated Nationals of the US Office of Foreign Assets Control",
    "ofac-cons": "the consolidated list of the US Office of Foreign Assets Control",
    "un-sc": "the consolidated list of the United Nations Security Council",
    "eu-fsf": "the consolidated list of financial sanctions of the European Union",
    "uk-sanctions": "the sanctions list of the United Kingdom",
    "state-media": "the State Media Matrix",
}

# The typology of state media, as its publisher describes control (`screening.md` §10).
_TYPOLOGY = {
    "SC": "state controlled",
    "CaPu": "captured public or state-managed",
    "CaPr": "captured private",
    "ISFM": "independent, state funded and managed",
    "ISF": "independent, state funded",
    "ISM": "independent, state managed",
    "IP": "independent public",
}


class Wording(Record, frozen=True, kw_only=True):
    """The words for one case. `public` leaves natural persons out: no name of one is ever returned."""

    case: Case
    public: bool

    def party(self, party_id: str) -> str:
        """Return the quoted name of a party or owner of the case, or what it is where the name stays out."""
        if party_id == self.case.party.id:
            return "the party" if self.public and is_natural(self.case.party) else quoted(self.case.party.name)
        name = self.case.names.get(party_id, "")
        if self.public and name in self.case.persons:
            return "a natural person"
        return quoted(name) if name else "another party"

    def entry(self, finding: Finding) -> str:
        """Return the listed end of a finding: whose entry, in which list, of which day."""
        entity = self.case.entities.get(finding.entity_id)
        if entity is None:
            which = "an entry"
        elif self.public and entity.schema == "Person":
            which = "the entry of a natural person"
        else:
            which = f"the entry {quoted(entity.caption)}"
        return f"{which} in {self._list(finding.list)}"

    def control(self, finding: Finding) -> str:
        """Return how the list describes the control of an outlet, in its typology; ``""`` if it does not."""
        entity = self.case.entities.get(finding.entity_id)
        codes = entity.values("controlTypology") if entity is not None else ()
        known = [quoted(_TYPOLOGY[code]) for code in codes if code in _TYPOLOGY]
        return f"The list describes it as {listed(known)}." if known else ""

    def hides(self, finding: Finding) -> bool:
        """Return whether what was compared in a finding may name a natural person who stays out."""
        entity = self.case.entities.get(finding.entity_id)
        people = is_natural(self.case.party) if finding.party_id == self.case.party.id else False
        people = people or self.case.names.get(finding.party_id, "") in self.case.persons
        return self.public and (people or (entity is not None and entity.schema == "Person"))

    def _list(self, key: str) -> str:
        house = f"our own list {quoted(key.removeprefix('house-').replace('-', ' '))}"
        name = _LISTS.get(key) or (house if key.startswith("house-") else f"the list {quoted(key.replace('-', ' '))}")
        version = self.case.lists.get(key)
        if version is None or version.published_on is None:
            return name
        return f"{name} as published on {day(version.published_on)}"


def is_natural(party: Payer) -> bool:
    """Return whether a party is a natural person, or a private one of whom we must assume it."""
    return party.type == "private" or party.schema == "Person"


def quoted(text: str) -> str:
    """Return a text in quotation marks, on one line and cut at 100 characters.

    >>> quoted("Harbour  Broadcast")
    '“Harbour Broadcast”'
    """
    line = " ".join(text.split())
    return f"“{line if len(line) <= _LONGEST else line[: _LONGEST - 1] + '…'}”"


def listed(words: list[str]) -> str:
    """Return words as a list in a sentence.

    >>> listed(["Iceland", "Norway", "Spain"])
    'Iceland, Norway and Spain'
    """
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def day(value: date) -> str:
    """Return a day as a letter writes it.

    >>> day(date(2017, 10, 26))
    '26 October 2017'
    """
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def percent(millionths: int) -> str:
    """Return a share with at most two decimals, rounded down: a share below a threshold never reads as at it.

    >>> percent(499_999), percent(550_000)
    ('49.99 %', '55 %')
    """
    hundredths = millionths * 10_000 // MILLIONTHS
    return f"{hundredths // 100}.{hundredths % 100:02d}".rstrip("0").rstrip(".") + " %"


def money(micros: int, currency: str) -> str:
    """Return a sum with two decimals, rounded down.

    >>> money(1_250_000_000, "EUR")
    '1,250.00 EUR'
    """
    cents = micros // 10_000
    return f"{cents // 100:,}.{cents % 100:02d} {currency}"


def order(campaign: Campaign | None, currency: str) -> str:
    """Return how an advertiser knows one of its campaigns again: days, where it leads, budget; never an id."""
    if campaign is None:
        return "one campaign"
    parts = [
        f"from {day(campaign.starts)}" if campaign.starts else "",
        f"to {day(campaign.ends)}" if campaign.ends else "",
        f"leading to {campaign.landing_host}" if campaign.landing_host else "",
        f"with a budget of {money(campaign.budget_micros, currency)}" if campaign.budget_micros else "",
    ]
    return " ".join(["the campaign", *filter(None, parts)])
