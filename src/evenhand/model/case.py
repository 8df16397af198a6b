"""One case as `reasons` needs it: the decision's party, rules, findings and settings side by side."""

from datetime import date

from evenhand.model.campaign import Campaign
from evenhand.model.listing import ListedEntity, ListVersion
from evenhand.model.network import ReasonsSection
from evenhand.model.party import Advertiser, Payer
from evenhand.model.record import Record
from evenhand.model.ruling import Rule


class Case(Record, frozen=True, kw_only=True):
    """Everything a statement of reasons is filled from (`pipeline.md` §9); nothing is typed twice.

    `rules` are the decision's own reasons and errors; `entities` the listed ends of its findings, by entity id;
    `lists` the versions in force, by key; `campaigns` those of the plan and of the scope, by id; `names` those of the
    parties and owners that findings are about or lead over, by id; `persons` which of these are natural persons' names;
    `laws` are by rule the legal bases that this case rests on, none where no finding rests on a law; a rule that is
    not among them has its own;
    `informed` the day of the notice, in the network's zone like every date of the record; `zone` its IANA name.
    `campaign_stops` is the first day on which the decision keeps a campaign from running, None where none is ordered;
    `told_by` the day by which the letter of the decision that this one replaces goes out, None where there was none.
    """

    party: Advertiser | Payer
    rules: tuple[Rule, ...]
    entities: dict[str, ListedEntity]
    lists: dict[str, ListVersion]
    campaigns: dict[str, Campaign]
    settings: ReasonsSection
    zone: str
    informed: date
    object_on: date | None
    campaign_stops: date | None = None
    told_by: date | None = None
    names: dict[str, str] = {}
    persons: tuple[str, ...] = ()
    laws: dict[str, tuple[str, ...]] = {}
