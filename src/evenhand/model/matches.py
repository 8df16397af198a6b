"""Both sides of a match as a person reads them: our record of a party, and the entry as its publisher lists it."""

from datetime import date

from evenhand.model.finding import Finding
from evenhand.model.party import PartyKind
from evenhand.model.record import Record


class PartyShown(Record, frozen=True, kw_only=True):
    """What our tables say of a party. `identifiers` are `scheme value`, `domains` hosts, `accounts` service/handle."""

    kind: PartyKind
    id: str
    name: str
    aliases: tuple[str, ...] = ()
    schema: str = ""
    birth_date: str = ""
    country: str = ""
    identifiers: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()


class EntryShown(Record, frozen=True, kw_only=True):
    """What a version of a list says of one entry, in the publisher's words.

    `list` is the list's key, `published_on` the date of that version, None where none is known. `names` are its names
    and `aliases` all others, weak and former ones too; countries are ISO 3166 alpha-2 upper case and hold
    nationalities and jurisdictions. `remarks` are the publisher's notes. `listed_since` and
    `listed_until` are ``""`` where the list does not say. `page` is the publisher's public page for the entry, else
    for the list, ``""`` where none is known.
    """

    list: str
    list_name: str
    publisher: str
    published_on: date | None
    entity_id: str
    caption: str
    schema: str
    names: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    birth_dates: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    media_control: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    websites: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    listed_since: str = ""
    listed_until: str = ""
    page: str = ""


class MatchShown(Record, frozen=True, kw_only=True):
    """One finding for a person to judge: both sides, the sentence that says the point, and the word comparisons.

    `party` is None where it is in no table any more. `entries` are the listed entries that the finding names as its
    sources: one of a match, the owners' of an ownership finding; `missing` names those that are not kept any more.
    `unused` says that no rule uses a certain match, ``""`` where one can.
    """

    finding: Finding
    party: PartyShown | None
    entries: tuple[EntryShown, ...]
    sentence: str
    comparisons: tuple[str, ...]
    missing: tuple[str, ...] = ()
    unused: str = ""


def finding_key(finding: Finding) -> tuple[str, ...]:
    """Return what tells the findings of one decision apart: party, kind, listed entry, path, first comparison."""
    first = finding.because[0].name if finding.because else ""
    return finding.party_id, finding.kind, finding.list, finding.entity_id, *finding.path, first, *finding.sources
