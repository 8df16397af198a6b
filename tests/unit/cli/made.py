"""A made-up run for the pages that people read: every outcome, every consequence, names in four scripts."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from evenhand.model.decision import DecidedBy, Decision, Funds, Inputs, Notification, Party, Plan, PlannedCampaign
from evenhand.model.decision_row import DecisionRow, ShownDecision
from evenhand.model.finding import Finding
from evenhand.model.listing import ListVersion
from evenhand.model.log import Checkpoint
from evenhand.model.matches import EntryShown, MatchShown, PartyShown
from evenhand.model.outcome import Outcome
from evenhand.model.run import DecidedCase, ListNews, Refused, RunReport

AT = datetime(2019, 8, 19, 12, tzinfo=UTC)
HASH = "sha256:" + "3f9a" * 16
LATER = AT + timedelta(days=30)
NO_PLAN = Plan(
    account_kept=True,
    campaigns=(),
    funds=Funds(prepaid_micros=0, currency="EUR", action="none"),
    tell=(),
)


def made_plan(action: str, campaign: str, money: str, on: datetime = AT) -> Plan:
    return Plan(
        account_kept=True,
        campaigns=(PlannedCampaign(id=campaign, action=action, on=on, remaining_micros=3_549_750_000),),  # type: ignore[arg-type]
        funds=Funds(prepaid_micros=4_200_000_000, currency="EUR", action=money),  # type: ignore[arg-type]
        tell=(Notification(who="advertiser", id=campaign.removeprefix("c-"), by=AT + timedelta(days=1)),),
    )


def made_case(
    number: int,
    party: str,
    name: str,
    outcome: Outcome,
    rules: tuple[tuple[str, str], ...],
    because: tuple[str, ...],
    *,
    scope: str = "advertiser",
    plan: Plan = NO_PLAN,
    effective_from: datetime = AT,
    until: datetime | None = None,
    basis: str = "",
    is_new: bool = True,
) -> DecidedCase:
    kind = "payer" if scope == "payer" else "advertiser"
    source = f"list:house-made@3f9a#hm-{party}"
    finding = Finding(party_kind=kind, party_id=party, kind="listed", score=1.0, certain=True, sources=(source,))  # type: ignore[arg-type]
    decision = Decision(
        id=f"d-{number:020x}",
        case=f"k-{number:016x}",
        party=Party(kind=kind, id=party),  # type: ignore[arg-type]
        scope=scope,
        territories=("DE", "IE"),
        outcome=outcome,
        decision="deny",
        reasons=tuple(rule for rule, _ in rules),
        errors=(),
        instruct=(),
        grounds=(),
        findings=(finding, finding),
        facts={},
        facts_sha256="77" * 32,
        read_sha256="88" * 32,
        inputs=Inputs(rulebook=HASH, engine="cedarpy 4.12.2", mapping=HASH, lists={}, tables={}, scorer="1"),
        plan=plan,
        decided_at=AT,
        effective_from=effective_from,
        until=until,
        decided_by=DecidedBy(kind="run", id="evenhand 0.1.0"),
    )
    return DecidedCase(
        seq=number,
        name=name,
        decision=decision,
        rules=rules,
        because=because,
        statement=f"r-{number:020x}" if is_new else "",
        is_new=is_new,
        bases={rules[0][0]: basis} if basis else {},
    )


STATE_MEDIA = (
    ("state-controlled-news-media", "No advertising by news media under the financial or editorial control of a state"),
)
OWNED = (
    ("owned-by-designated", "No dealing with a party owned 50 % or more by designated parties together"),
    ("payer-designated", "No advertising paid for by a designated party or one it owns"),
)
MATCH = (("possible-match-review", "The name is a listed one: a person says same or not"),)
CASES = (
    made_case(
        41, "qm-broadcaster", "Vessari Telewave", Outcome.REFUSE, STATE_MEDIA,
        ("`Vessari Telewave` is `Vessari Telewave` of the list house-media of 2 October 2017: the domain "
         "`qm-broadcaster.example` is the listed website", "its control is stated as `SC`"),
        plan=made_plan("stop", "c-qm-broadcaster", "refund", LATER), effective_from=LATER,
    ),
    made_case(
        42, "two-owners", "Calvado Cement", Outcome.REFUSE, OWNED,
        ("`Morvane Holding` (30 %) and `Tulquist Capital` (25 %) hold 55 % together", ),
        plan=made_plan("stop", "c-two-owners", "freeze"), basis="OFAC revised guidance of 13 August 2014 | 1 | US",
    ),
    made_case(
        17, "pay-morvane", "Morvane Holding", Outcome.REFUSE,
        (("asset-freeze", "No dealing with a party under a freeze"),),
        ("the number `QP9003311` is that of the listed `Morvane Holding`",), scope="payer",
        basis="Regulation (EU) No 269/2014 | 2 | EU", is_new=False,
    ),
    made_case(
        43, "arabic-bakery", "مخبز الياسمين الأبيض", Outcome.HOLD, MATCH,
        ("the name `مخبز الياسمين الأبيض` is the listed name `مخبز الياسمين`",),
        plan=made_plan("pause", "c-arabic-bakery", "hold"),
    ),
    made_case(
        44, "cyrillic-namesake", "Гранат Торум", Outcome.HOLD, MATCH,
        ("the name `Гранат Торум` is the listed name `Granat Torum` in another script",), until=LATER,
    ),
    made_case(
        45, "lantern-books", "Lantern Lane Books", Outcome.HOLD,
        (("undisclosed-payer", "The payer must be disclosed before an advertisement runs"),),
        ("nobody is named as payer of the campaign `c-lantern-hidden`",), scope="campaign:c-lantern-hidden",
        plan=made_plan("pause", "c-lantern-hidden", "none"), basis="Regulation (EU) 2022/2065 | 26(1)(c) | EU",
    ),
    made_case(
        46, "civic-newcomer", "Young Voices for Libraries", Outcome.LIMIT,
        (("new-political-advertiser", "A political advertiser seen for less than 14 days starts with limited reach"),),
        ("first seen on 15 August 2019",), scope="campaign:c-civic-newcomer",
        plan=made_plan("limit", "c-civic-newcomer", "none"),
    ),
    made_case(
        47, "civic-verified", "Harbour Citizens for Clean Water", Outcome.LABEL,
        (("political-label", "Political advertising is labelled, with its sponsor"),),
        ("the campaign `c-civic-verified` is political",), scope="campaign:c-civic-verified",
        plan=made_plan("label", "c-civic-verified", "none"),
    ),
)  # fmt: skip


def made_version(key: str, published_on: date | None, entries: int) -> ListVersion:
    return ListVersion(
        key=key,
        publisher="house",
        sha256="c0de" * 16,
        published_on=published_on,
        files={f"{key}.csv": "c0de" * 16},
        reader="house",
        reader_version=1,
        entries=entries,
    )


MADE = RunReport(
    network="Made-up network",
    at=AT,
    rulebook=HASH,
    rulebook_name="house",
    historic=True,
    advertisers=61,
    payers=6,
    campaigns=43,
    lists=(
        ListNews(key="house-media", status="new", version=made_version("house-media", date(2017, 10, 2), 9)),
        ListNews(
            key="house-sanctions",
            status="kept",
            version=made_version("house-sanctions", None, 14),
            problem="house-sanctions.csv:7: number of columns `13`; expected 14",
        ),
        ListNews(key="house-third", status="kept", version=None, problem="house-third.csv: cannot be read"),
    ),
    refused=(
        Refused(
            file="campaigns.csv", line=45, column="account_no", value="no-such-advertiser", expected="an id", what="row"
        ),
        Refused(file="advertisers.csv", line=1, column="Shoe", value="Shoe", expected="a column of ours", what="note"),
        Refused(file="advertisers.csv", line=51, column="domains", value="not a host", expected="a host", what="value"),
        Refused(file="advertisers.csv", line=52, column="name", value="", expected="a name", what="row"),
    ),
    decisions=74,
    statements=7,
    outcomes_in_force={
        "advertiser": {"allow": 42, "hold": 9, "refuse": 10},
        "payer": {"allow": 3, "refuse": 3},
        "campaign": {"label": 3, "limit": 1, "hold": 1, "refuse": 2},
    },
    cases=CASES,
    checkpoint=Checkpoint(
        origin="ads.made-up.example/log",
        size=160,
        root=b"\x05" * 32,
        note="ads.made-up.example/log\n160\nBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU=\n\n"
        "\u2014 ads.made-up.example/log bWFkZSB1cA==\n",
    ),
    again=(
        "Screened: 67 parties against all 23 entries (first run)",
        "Re-evaluated: 165 of 165 requests (new or changed)",
    ),
    contested=("`farm-shop.example` is claimed by `hill-farm` and `valley-farm`: it goes to `hill-farm`",),
)


def made_shown(case: DecidedCase, **changes: Any) -> ShownDecision:
    """Return a case as a run shows it to the page, without a match unless `changes` have one."""
    decision = case.decision
    row = DecisionRow(
        decision=decision.id,
        seq=case.seq,
        party_kind=decision.party.kind,
        party_id=decision.party.id,
        name=case.name,
        scope=decision.scope,
        outcome=decision.outcome,
        since=decision.effective_from.date(),
        until=None,
        in_force=decision.effective_from <= AT,
        rules=tuple(title for _, title in case.rules),
        next_step="Look at the case",
    )
    return ShownDecision(row=replace(row, **changes), case=case)


ENTRY = EntryShown(
    list="ofac-sdn", list_name="SDN List", publisher="US Treasury", published_on=date(2019, 1, 15),
    entity_id="ofac-sdn-12345", caption="TORUM, Granat", schema="Person", names=("TORUM, Granat",),
    birth_dates=("1961",), countries=("QP",), programmes=("MADE-UP",), remarks=("Linked to: MORVANE HOLDING",),
    listed_since="2014-03-20", page="https://sanctionssearch.ofac.treas.gov/Details.aspx?id=12345",
)  # fmt: skip
MATCH = MatchShown(
    finding=Finding(
        party_kind="advertiser", party_id="cyrillic-namesake", kind="listed", list="ofac-sdn",
        entity_id="ofac-sdn-12345", score=0.87, certain=False,
    ),
    party=PartyShown(kind="advertiser", id="cyrillic-namesake", name="Гранат Торум", schema="Person", country="QN"),
    entries=(ENTRY,),
    sentence="Same name in another order and another alphabet; no birth date to compare.",
    comparisons=("the name `Гранат Торум` has the words of the listed name `TORUM, Granat` in another order",),
)  # fmt: skip
SHOWN = tuple(made_shown(case, matches=(MATCH,) if case.name == "Гранат Торум" else ()) for case in CASES)
