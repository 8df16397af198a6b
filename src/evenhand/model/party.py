"""Who buys and who pays: advertisers, payers, how far they are verified and who owns them."""

from datetime import date
from enum import IntEnum
from typing import Annotated, Literal

from msgspec import Meta

from evenhand.model.record import Record

PartyKind = Literal["advertiser", "payer", "owner"]
OwnershipKind = Literal["ownership", "control", "ownership_or_control", "acts_for"]

MILLIONTHS = 1_000_000


class VerificationLevel(IntEnum):
    """How far we know who somebody is; the order counts."""

    NONE = 0
    DECLARED = 1
    DOCUMENT = 2
    REGISTER = 3


class Identifier(Record, frozen=True, kw_only=True):
    """A number that a register gave: scheme (`lei`, `ru-inn`, `registration`), value, jurisdiction or ``""``.

    Scheme and jurisdiction (ISO 3166 alpha-2) are lower case; the value is as given.
    """

    scheme: str
    value: str
    jurisdiction: str = ""

    @property
    def text(self) -> str:
        """Return it as it is written in tables: `scheme[/jurisdiction]:value`.

        >>> Identifier(scheme="registration", jurisdiction="de", value="HRB 12").text
        'registration/de:HRB 12'
        """
        place = f"/{self.jurisdiction}" if self.jurisdiction else ""
        return f"{self.scheme}{place}:{self.value}"


class Verification(Record, frozen=True, kw_only=True):
    """How far a party is verified, by whom and until when; hashes of documents, never the documents."""

    level: VerificationLevel = VerificationLevel.NONE
    by: str = ""
    on: date | None = None
    until: date | None = None
    documents: tuple[str, ...] = ()

    def level_on(self, day: date) -> VerificationLevel:
        """Return the level that counts on a day: past `until` it counts as declared at most (`pipeline.md` §3)."""
        if self.until is not None and day > self.until:
            return min(self.level, VerificationLevel.DECLARED)
        return self.level


class MediaControl(Record, frozen=True, kw_only=True):
    """What the network itself states of a news outlet's control, and the source it rests on.

    `sections` are ContentKind ids, `control` ControlType ids of the rulebook's schema; what the row does not say is
    empty or None.
    """

    sections: tuple[str, ...] = ()
    control: tuple[str, ...] = ()
    taxpayer_funded: bool | None = None
    editorially_independent: bool | None = None
    source: str


class StatedOwner(Record, frozen=True, kw_only=True):
    """An owner that a party's own row names: as in `Ownership`, and ``""`` where nobody can tell who it is."""

    name: str
    share: int | None = None

    @property
    def text(self) -> str:
        """Return it as it is written in tables.

        >>> StatedOwner(name="Example Trust", share=605_000).text
        'Example Trust 60.5 %'
        """
        return self.name if self.share is None else f"{self.name} {self.share / 10_000:g} %"


class Payer(Record, frozen=True, kw_only=True):
    """Who pays where it is another than the advertiser (DSA Art. 26 and 39 keep the two apart).

    `schema` is a FollowTheMoney schema name; `country` ISO 3166 alpha-2 upper case or ``""``;
    `domains` are hosts as read by `host_of`; `accounts` are `service/handle`. `owners` are those that its own row
    names; they are among the lines of ownership as well.
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    type: Literal["business", "private"] = "business"
    schema: str = "Organization"
    country: str = ""
    domains: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    birth_date: str = ""
    verification: Verification = Verification()
    owners: tuple[StatedOwner, ...] = ()


class Advertiser(Payer, frozen=True, kw_only=True):
    """On whose behalf advertising is shown. It holds no score and no status.

    `payer_id` is ``""`` where it pays itself; `prepaid_micros` is in the network's currency;
    `birth_date` is `YYYY[-MM[-DD]]` as given.
    """

    languages: tuple[str, ...] = ()
    seats: tuple[str, ...] = ()
    bundles: tuple[str, ...] = ()
    payer_id: str = ""
    agency: str = ""
    first_seen: date | None = None
    prepaid_micros: int = 0
    media: MediaControl | None = None
    circumvention_of: str = ""
    circumvention_confirmed_by: str = ""


class Keys(Record, frozen=True, kw_only=True, omit_defaults=True):
    """What the gate finds a party by, as its table had it, and how far it was verified then (0 to 3).

    `identifiers` are texts `scheme[/jurisdiction]:value`; records of earlier versions have none.
    """

    names: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    seats: tuple[str, ...] = ()
    bundles: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    verification: Annotated[int, Meta(ge=0, le=3)] = 0

    def __or__(self, other: "Keys") -> "Keys":
        """Return the keys of both, these first, and the higher verification."""
        both = {
            name: tuple(dict.fromkeys((*getattr(self, name), *getattr(other, name))))
            for name in ("names", "domains", "accounts", "seats", "bundles", "identifiers")
        }
        return Keys(**both, verification=max(self.verification, other.verification))


def keys_of(party: Payer, day: date) -> Keys:
    """Return what the gate finds a party by on a day."""
    advertiser = party if isinstance(party, Advertiser) else None
    return Keys(
        names=(party.name, *party.aliases),
        domains=party.domains,
        accounts=party.accounts,
        seats=advertiser.seats if advertiser is not None else (),
        bundles=advertiser.bundles if advertiser is not None else (),
        identifiers=tuple(identifier.text for identifier in party.identifiers),
        verification=int(party.verification.level_on(day)),
    )


class Ownership(Record, frozen=True, kw_only=True):
    """One line of an ownership register: who holds how much of whom; of `acts_for`, that the owned acts for the owner.

    `share` is in millionths (0 to 1,000,000) or None where unknown; `owner` and `owned` are ids of
    advertisers, payers or third parties; `row` is the table's row id, for sources, or the whole source
    `list:<key>@<sha256>#<entity>` of a line that a list states, `confirmed:<leaf>` of one that a person confirmed,
    `table:<name>@<sha256>#<line>` of an owner whom a party's own row names.
    """

    owner: str
    owned: str
    share: int | None = None
    kind: OwnershipKind = "ownership"
    as_of: date | None = None
    until: date | None = None
    source: str = ""
    confirmed_by: str = ""
    owner_name: str = ""
    owner_country: str = ""
    row: str = ""
