"""A network's settings, as `evenhand.toml` states them; what has a default has it in the page of settings."""

import re
from datetime import date
from typing import Literal
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

import msgspec

from evenhand.model.notification import MailRecipient, MailSection, Webhook
from evenhand.model.ownership import OwnershipRule, RuleName
from evenhand.model.record import Record
from evenhand.model.register import Choice, GatePolicy, PurchaseRules
from evenhand.model.sign_on import ConsoleSection

FETCHED_OLDEST_DAYS = 7
_UNSAFE = re.compile(r"[^a-z0-9._-]+")


class NetworkSection(Record, frozen=True, kw_only=True):
    """Who the network is: `origin` is the log's name, `zone` an IANA zone, `territories` codes, EEA or global.

    `bound_by` are the places whose law binds the network; None: those of its territories.
    """

    name: str
    origin: str
    zone: str
    currency: str
    territories: tuple[str, ...] | Literal["EEA", "global"]
    bound_by: tuple[str, ...] | None = None


class ListSource(Record, frozen=True, kw_only=True):
    """One list: its key (`<publisher>-<list>`), and either file or folder, or one address a file.

    `published_on` is its date where the files of `path` have none. Without a version of a `required` list a run
    decides nothing. A version that lost more than the share `max_removed` of the entries is not taken; one older than
    `max_age_days` is reported.
    """

    key: str
    path: str = ""
    url: str | tuple[str, ...] = ()
    published_on: date | None = None
    required: bool = True
    max_removed: str = "0.1"
    sha256: str | tuple[str, ...] = ()
    max_age_days: int | None = None

    @property
    def urls(self) -> tuple[str, ...]:
        """Return the addresses that the list is fetched from, one a file; none if it is read from `path`."""
        return (self.url,) if isinstance(self.url, str) else self.url

    @property
    def pins(self) -> tuple[str, ...]:
        """Return the SHA-256 that each fetched file must have, in the order of `urls`; none where nothing is pinned."""
        return (self.sha256,) if isinstance(self.sha256, str) else self.sha256

    @property
    def unsafe(self) -> str:
        """Return that anybody on the way can change the list, ``""`` if it comes over https or its hash is pinned."""
        if self.pins or not any(url.startswith("http:") for url in self.urls):
            return ""
        return f"{self.key} is fetched over http: anybody on the way can change it; use https, or pin its `sha256`."

    @property
    def oldest_days(self) -> int | None:
        """Return the age in days above which the list is reported: as set, else 7 if it is fetched, else none."""
        return FETCHED_OLDEST_DAYS if self.max_age_days is None and self.urls else self.max_age_days


def file_name(url: str) -> str:
    """Return the name that a fetched file is kept under: the address's last part, lower case, without `.gz`.

    >>> file_name("https://lists.example/exports/SDN.CSV?v=2"), file_name("https://lists.example/a%2Fb.xml.gz")
    ('sdn.csv', 'a-b.xml')
    """
    last = unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2]).lower()
    return _UNSAFE.sub("-", last.removesuffix(".gz")).strip("-.") or "list"


class ListsSection(Record, frozen=True, kw_only=True):
    """What a run does where no list has an entry: it stops, or goes on without screening."""

    none: Literal["stop", "accept"] = "stop"


class FetchSection(Record, frozen=True, kw_only=True):
    """How far `lists update` goes for one file: its size unpacked, its time, silence, redirects, attempts.

    A redirect to another host is followed only if it is one of `redirect_hosts`.
    """

    max_mb: int = 500
    seconds: int = 600
    stall_seconds: int = 30
    redirects: int = 5
    attempts: int = 4
    redirect_hosts: tuple[str, ...] = ()


class Absent(Record, frozen=True, kw_only=True):
    """What a missing column means: nobody else pays or unknown; not political, political, or refuse the row."""

    payer: Literal["advertiser", "undisclosed"]
    political: Literal["no", "yes", "refuse"]


class IntakeSection(Record, frozen=True, kw_only=True):
    """Where the tables are; a table without a path is absent. `columns` maps ours to the file's heading.

    A table that lost more than `max_shrink` of its rows since the last run stops it, and one in which more than
    `max_renamed` of the known ids have another name or website, or are written otherwise. `sheets` names the sheet of a
    workbook by table; `dates` and `decimals` decide what could be read in two ways, such as 03/04/2019 and 1,234.
    """

    advertisers: str
    payers: str = ""
    ownership: str = ""
    campaigns: str = ""
    creatives: str = ""
    votes: str = ""
    events: str = ""
    declared: str = ""
    bids: str = ""
    max_refused_share: str
    max_shrink: str = "0.1"
    max_renamed: str = "0.1"
    absent: Absent
    columns: dict[str, dict[str, str]] = {}
    sheets: dict[str, str] = {}
    dates: Literal["", "dmy", "mdy"] = ""
    decimals: Literal["", "comma", "point"] = ""


class RulebookSection(Record, frozen=True, kw_only=True):
    """The rulebook's folder; `historic` loads it in spite of lint errors, and every decision says so."""

    path: str
    historic: bool


class OwnershipSection(Record, frozen=True, kw_only=True):
    """Which arithmetic of shares counts, by name or as parameters (`screening.md` §8)."""

    rule: RuleName | OwnershipRule


class GateSection(Record, frozen=True, kw_only=True):
    """What the gate answers where it knows nothing, how long a register is fresh, and what an order must meet.

    `political_categories` are the content categories that make a bid political, by taxonomy (`cattax`); `switch` is
    the file by which the service's answers are switched, "" for none.
    """

    unknown: Choice
    missing: Choice
    malformed: Choice
    mismatch: Literal["note", "hold", "refuse"]
    stale: Literal["allow", "hold", "refuse", "last"]
    fresh_for_hours: int
    political_categories: dict[str, tuple[str, ...]] = {}
    purchase: PurchaseRules = PurchaseRules()
    switch: str = ""

    @property
    def policy(self) -> GatePolicy:
        """Return the part that travels in the register's head."""
        return GatePolicy(unknown=self.unknown, missing=self.missing, malformed=self.malformed, mismatch=self.mismatch)


class ReasonsSection(Record, frozen=True, kw_only=True):
    """What a notice says besides the case: the published policy and the three ways to be heard.

    `hold_notice` says when the letter about a possible match goes out: once a person has looked, at the latest after
    `hold_notice_days` or when a campaign stops, or at once. `log_url` is where the public log can be read.
    """

    language: str
    policy_name: str
    policy_url: str
    complaint_url: str
    complaint_months: int
    out_of_court: str
    judicial: str
    hold_notice: Literal["after_review", "at_once"] = "after_review"
    hold_notice_days: int = 7
    log_url: str = ""


class ComplaintsSection(Record, frozen=True, kw_only=True):
    """How long a complaint may take: hours and days of each clock (`appeals.md` §4).

    Days are days of the network's zone and end with their last second. The window in which a party can complain is
    `complaint_months` of the section `reasons`.
    """

    acknowledge_hours: int = 24
    admit_days: int = 7
    decide_days: int = 14
    answer_days: int = 14
    gate_hours: int = 1
    exports_hours: int = 24
    external_days: int = 90
    external_complex_days: int = 180


class InfluenceSection(Record, frozen=True, kw_only=True):
    """Whether a run looks for accounts that act as one, and how (`influence.md` §1).

    `alpha` is the share of chance findings at most, `max_cell` how many accounts of one object and moment are compared,
    `resolution_s` how exact the times of events are, in seconds.
    """

    enabled: bool = True
    alpha: str = "0.05"
    max_cell: int = 2_000
    resolution_s: int = 1


class Settings(Record, frozen=True, kw_only=True):
    """The whole of `evenhand.toml` (`pipeline.md` §2). `fx` gives the rate of one unit in the network's currency."""

    network: NetworkSection
    lists: tuple[ListSource, ...] = msgspec.field(name="list", default=())
    without_lists: ListsSection = msgspec.field(name="lists", default=ListsSection())
    fetch: FetchSection = FetchSection()
    intake: IntakeSection
    fx: dict[str, str] = {}
    rulebook: RulebookSection
    ownership: OwnershipSection
    gate: GateSection
    reasons: ReasonsSection
    complaints: ComplaintsSection = ComplaintsSection()
    influence: InfluenceSection = InfluenceSection()
    webhooks: tuple[Webhook, ...] = msgspec.field(name="webhook", default=())
    mail: MailSection = MailSection()
    mail_to: tuple[MailRecipient, ...] = ()
    console: ConsoleSection = ConsoleSection()

    @property
    def receivers(self) -> tuple[Webhook | MailRecipient, ...]:
        """Return everybody who is notified of events."""
        return (*self.webhooks, *self.mail_to)

    @property
    def zone(self) -> ZoneInfo:
        """Return the network's time zone; its days are days of this zone."""
        return ZoneInfo(self.network.zone)
