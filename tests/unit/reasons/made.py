"""Made-up cases for the tests of reasons, and the letters that are kept as snapshots.

`python -m tests.unit.reasons.made` writes the snapshots again; read the difference as prose before it is committed.
"""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from evenhand.model.campaign import Campaign
from evenhand.model.decision import DecidedBy, Decision, Funds, Inputs, Party, Plan, PlannedCampaign
from evenhand.model.finding import Comparison, Finding
from evenhand.model.listing import ListedEntity, ListVersion
from evenhand.model.network import ReasonsSection
from evenhand.model.outcome import Outcome
from evenhand.model.party import Advertiser, Payer
from evenhand.model.ruling import Rule
from evenhand.model.statement import Case, Lifting, LogEntry, StatementOfReasons
from evenhand.reasons import letter, statement_of_reasons
from evenhand.reasons.language import words_of
from evenhand.reasons.letter import lifting_letter

FIXTURES = Path(__file__).parents[2] / "fixtures" / "reasons"
LETTERS = FIXTURES / "letters"

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

SETTINGS = ReasonsSection(
    language="en",
    policy_name="Advertising policy",
    policy_url="https://network.example/policies/ads",
    complaint_url="https://network.example/complaints",
    complaint_months=6,
    out_of_court="you can turn to any body certified under Article 21 of Regulation (EU) 2022/2065.",
    judicial="the courts at your seat or at ours remain open.",
)

LANGUAGES = ("en", "de", "fr", "ru", "ar")

# What a network in that language has in `[reasons]`: policy_name, out_of_court, judicial.
_NETWORKS = {
    "en": (SETTINGS.policy_name, SETTINGS.out_of_court, SETTINGS.judicial),
    "de": (
        "Werberichtlinie",
        "Sie können jede nach Artikel 21 der Verordnung (EU) 2022/2065 zugelassene Stelle anrufen.",  # codespell:ignore
        "Die Gerichte an Ihrem oder unserem Sitz stehen Ihnen offen.",  # codespell:ignore
    ),
    "fr": (
        "Règles publicitaires",
        "vous pouvez saisir tout organe certifié au titre de l’article 21 du règlement (UE) 2022/2065.",
        "les tribunaux de votre siège ou du nôtre vous restent ouverts.",
    ),
    "ru": (
        "Правила рекламы",
        "вы можете обратиться в любой орган, сертифицированный по статье 21 Регламента (ЕС) 2022/2065.",
        "вам открыты суды по вашему или нашему месту нахождения.",
    ),
    "ar": (
        "سياسة الإعلانات",
        "يمكنكم اللجوء إلى أي هيئة معتمدة بموجب المادة 21 من لائحة الاتحاد الأوروبي 2022/2065.",
        "تبقى المحاكم في مقركم أو مقرنا متاحة لكم.",
    ),
}

# What a person writes who takes one advertisement off: which one it is.
_ADVERTISEMENT = {
    "en": "This is about the advertisement of 3 November 2026 that leads to harbour.example.",
    "de": "Es geht um die Anzeige vom 3. November 2026, die zu harbour.example führt.",
    "fr": "Cela concerne l’annonce du 3 novembre 2026 qui mène à harbour.example.",
    "ru": "Речь идёт об объявлении от 3 ноября 2026 года, которое ведёт на harbour.example.",
    "ar": "يتعلق هذا بالإعلان المؤرخ 3 نوفمبر 2026 الذي يؤدي إلى \u2068harbour.example\u2069.",
}

INPUTS = Inputs(rulebook="sha256:00", engine="cedarpy", mapping="sha256:00", lists={}, tables={}, scorer="1")


def made_rule(rule_id: str = "state-controlled-news-media", **annotations: str) -> Rule:
    notes = {
        "title": "No advertising by news media under the financial or editorial control of a state",
        "verdict": "refuse",
        "ground": "contract",
        "sor_category": "STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
    }
    return Rule(id=rule_id, forbids=True, annotations=notes | annotations, reads=frozenset(), actions=frozenset())


FREEZE = made_rule(
    "asset-freeze",
    title="No dealing with a party under an asset freeze",
    why="The law forbids dealing with a party whose assets are frozen, or that such parties own by half or more.",
    ground="illegal",
    legal_basis="Regulation (EU) No 269/2014 | 2 | EU",
    sor_category="STATEMENT_CATEGORY_RISK_FOR_PUBLIC_SECURITY",
)
POSSIBLE = made_rule(
    "possible-match-review",
    title="A party that may be a listed one waits until a person has looked",
    why="Until a person has compared the two parties, we do not know whether they are the same, so we wait.",
    verdict="hold",
)
UNDISCLOSED = made_rule(
    "undisclosed-payer",
    title="The payer must be disclosed before an advertisement runs",
    why="Whoever sees an advertisement has a right to know who paid for it, so it waits until the payer is named.",
    verdict="hold",
    ground="illegal",
    legal_basis="Regulation (EU) 2022/2065 | 26(1)(c) | EU",
    sor_category="STATEMENT_CATEGORY_CONSUMER_INFORMATION",
    way_out="Name the payer; the campaign can run as soon as the name has been checked.",
)
NEW_POLITICAL = made_rule(
    "new-political-advertiser",
    title="A political advertiser seen for less than 14 days starts with limited reach",
    why="In the first 14 days a new political advertiser reaches few people; the limit ends by itself.",
    verdict="limit",
    limit="daily_reach_10000",
)
POLITICAL_LABEL = made_rule(
    "political-label",
    title="Political advertising is labelled, with its sponsor",
    why="People should see at once that an advertisement is political and whose it is.",
    verdict="label",
)

COMPANY = ListedEntity(
    id="made-1",
    schema="Company",
    caption="Harbour Broadcasting Corporation",
    properties={"name": ("Harbour Broadcasting Corporation",), "controlTypology": ("SC",)},
)
PERSON = ListedEntity(id="made-2", schema="Person", caption="ALPHA, Person", properties={"alias": ("Person Alpha",)})
VERSION = ListVersion(
    key="state-media",
    publisher="made-up publisher",
    sha256="00",
    published_on=date(2024, 2, 1),
    files={},
    reader="state-media",
    reader_version=1,
    entries=2,
)
SANCTIONS = ListVersion(
    key="house-sanctions",
    publisher="made-up publisher",
    sha256="00",
    published_on=date(2026, 11, 1),
    files={},
    reader="house-csv",
    reader_version=1,
    entries=2,
)
DOMAIN = Comparison(
    name="domain.host",
    ours="harbour.example",
    theirs="harbour.example",
    similarity=1.0,
    weight=2.0,
    effect="for",
    source_field="website",
)
NAME = Comparison(
    name="name.exact",
    ours="Harbour Broadcasting Corporation",
    theirs="Harbour Broadcasting Corporation",
    similarity=1.0,
    weight=1.0,
    effect="for",
    source_field="name",
)
PERSON_NAME = Comparison(
    name="name.exact",
    ours="Person Alpha",
    theirs="Person Alpha",
    similarity=1.0,
    weight=1.0,
    effect="for",
    source_field="alias",
)

ADVERTISER = Advertiser(id="a-1", name="Harbour Broadcast Network", country="XA", first_seen=date(2024, 3, 1))
CAMPAIGN = Campaign(
    id="c-1",
    advertiser_id="a-1",
    starts=date(2026, 11, 1),
    ends=date(2026, 12, 15),
    landing_host="harbour.example",
    budget_micros=5_000_000_000,
)


def made_finding(kind: Any = "state_media", **fields: Any) -> Finding:
    values = {
        "party_kind": "advertiser",
        "party_id": "a-1",
        "kind": kind,
        "list": "state-media",
        "entity_id": "made-1",
        "score": 1.0,
        "certain": True,
        "because": (DOMAIN, NAME),
        "sources": ("list:state-media@00#made-1",),
    }
    return Finding(**(values | fields))


def recorded(**attributes: str) -> Finding:
    """Return a finding about the network's own tables: `context_political="yes"` is `context.political`."""
    because = tuple(
        Comparison(
            name="recorded",
            ours=value,
            theirs="",
            similarity=1.0,
            weight=0.0,
            effect="for",
            source_field=path.replace("_", ".", 1),
        )
        for path, value in attributes.items()
    )
    return made_finding("recorded", list="", entity_id="", because=because, sources=("table:campaigns@00#c-1",))


def made_plan(*campaigns: PlannedCampaign, prepaid: int = 0, funds: Any = "none", account_kept: bool = True) -> Plan:
    return Plan(
        account_kept=account_kept,
        campaigns=campaigns,
        funds=Funds(prepaid_micros=prepaid, currency="EUR", action=funds),
        tell=(),
    )


def stopped(campaign_id: str = "c-1", action: Any = "stop") -> PlannedCampaign:
    return PlannedCampaign(id=campaign_id, action=action, on=AT, remaining_micros=1_250_000_000)


def made_decision(
    outcome: Outcome = Outcome.REFUSE, rule: Rule | None = None, *findings: Finding, **fields: Any
) -> Decision:
    rule = rule or made_rule()
    findings = findings or (made_finding(),)
    grounds = tuple(
        (rule.id, each.kind, end)
        for each in findings
        for end in ([c.source_field for c in each.because] if each.kind == "recorded" else [each.entity_id or "a-1"])
    )
    values = {
        "id": "d-0123456789abcdef0123",
        "case": "k-0123456789abcdef",
        "party": Party(kind="advertiser", id="a-1"),
        "scope": "advertiser",
        "territories": ("DE", "IE"),
        "outcome": outcome,
        "decision": "deny",
        "reasons": (rule.id,),
        "errors": (),
        "instruct": (),
        "grounds": grounds,
        "findings": findings,
        "facts": {},
        "facts_sha256": "00",
        "read_sha256": "00",
        "inputs": INPUTS,
        "plan": made_plan(),
        "decided_at": AT,
        "effective_from": AT,
        "decided_by": DecidedBy(kind="run", id="evenhand"),
    }
    return Decision(**(values | fields))


def made_case(*rules: Rule, **fields: Any) -> Case:
    values = {
        "party": ADVERTISER,
        "rules": rules or (made_rule(),),
        "entities": {"made-1": COMPANY, "made-2": PERSON},
        "lists": {"state-media": VERSION, "house-sanctions": SANCTIONS},
        "campaigns": {"c-1": CAMPAIGN},
        "settings": SETTINGS,
        "zone": "Europe/Dublin",
        "informed": date(2026, 11, 24),
        "object_on": date(2024, 3, 1),
    }
    return Case(**(values | fields))


PAYER = {"party": Payer(id="p-1", name="Lantern Holdings"), "object_on": None}
ORDER = {"scope": "campaign:c-1", "plan": made_plan(stopped(action="pause"))}
PAYOUT = {"scope": "payer", "party": Party(kind="payer", id="p-1")}
_LISTED = {"list": "house-sanctions", "because": (NAME,)}
_PAYER_LISTED = _LISTED | {"party_kind": "payer", "party_id": "p-1"}
_POLITICAL = {"context_political": "yes", "Advertiser_first_seen": "2026-11-20"}

# name of the snapshot -> decision, case; every restriction that a run can make
CASES: dict[str, tuple[Decision, Case]] = {
    "refuse-ads": (made_decision(plan=made_plan(stopped(), prepaid=100_000_000, funds="refund")), made_case()),
    "refuse-ads-owned": (
        made_decision(
            Outcome.REFUSE,
            FREEZE,
            made_finding("owned_by_listed", list="house-sanctions", path=("a-1", "o-1"), low=550_000, high=550_000),
            plan=made_plan(stopped(), prepaid=100_000_000, funds="freeze"),
        ),
        made_case(FREEZE, names={"a-1": ADVERTISER.name, "o-1": "Harbour Broadcasting Corp."}),
    ),
    "refuse-ads-person": (
        made_decision(
            Outcome.REFUSE,
            FREEZE,
            made_finding("listed", list="house-sanctions", entity_id="made-2", because=(PERSON_NAME,)),
        ),
        made_case(FREEZE, party=Advertiser(id="a-1", name="Person Alpha", type="private", schema="Person")),
    ),
    "suspend-ads": (
        made_decision(Outcome.HOLD, POSSIBLE, made_finding("listed", certain=False, **_LISTED)),
        made_case(POSSIBLE),
    ),
    "limit-ads": (
        made_decision(Outcome.LIMIT, NEW_POLITICAL, recorded(**_POLITICAL), instruct=("daily_reach_10000",)),
        made_case(NEW_POLITICAL),
    ),
    "label-ads": (
        made_decision(
            Outcome.LABEL, POLITICAL_LABEL, recorded(context_political="yes"), instruct=("political_advertisement",)
        ),
        made_case(POLITICAL_LABEL),
    ),
    "refuse-order": (
        made_decision(
            Outcome.REFUSE,
            made_rule("undisclosed-political-payer", title="Political advertising with a hidden payer is refused"),
            recorded(context_payer_disclosed="no", context_political="yes"),
            scope="campaign:c-1",
            plan=made_plan(stopped()),
        ),
        made_case(
            made_rule("undisclosed-political-payer", title="Political advertising with a hidden payer is refused")
        ),
    ),
    "suspend-order": (
        made_decision(Outcome.HOLD, UNDISCLOSED, recorded(context_payer_disclosed="no"), **ORDER),
        made_case(UNDISCLOSED),
    ),
    "limit-order": (
        made_decision(
            Outcome.LIMIT, NEW_POLITICAL, recorded(**_POLITICAL), instruct=("daily_reach_10000",), scope="campaign:c-1"
        ),
        made_case(NEW_POLITICAL),
    ),
    "label-order": (
        made_decision(
            Outcome.LABEL,
            POLITICAL_LABEL,
            recorded(context_political="yes"),
            instruct=("political_advertisement",),
            scope="campaign:c-1",
        ),
        made_case(POLITICAL_LABEL),
    ),
    "end-payout": (
        made_decision(Outcome.REFUSE, FREEZE, made_finding("listed", **_PAYER_LISTED), **PAYOUT),
        made_case(FREEZE, **PAYER),
    ),
    "withhold-payout": (
        made_decision(Outcome.HOLD, POSSIBLE, made_finding("listed", certain=False, **_PAYER_LISTED), **PAYOUT),
        made_case(POSSIBLE, **PAYER),
    ),
}


# Kinds that only a person can decide on, from whose records no run starts.
BY_PERSON = (
    "end-service",
    "suspend-service",
    "end-account",
    "suspend-account",
    "remove-creative",
    "disable-creative",
    "demote-ads",
    "age-restrict-ads",
)
OTHER_LANGUAGE = "refuse-ads-in-another-language"
IN_THE_LOG = "refuse-ads-in-the-log"
SNAPSHOTS = (*CASES, *BY_PERSON, OTHER_LANGUAGE, IN_THE_LOG)
ENTRY = LogEntry(origin="ads.network.example/log", index=13, decision_index=12, log_url="https://network.example/log")

# name of the snapshot -> the restriction that is lifted
LIFTED = {"lifted": "suspend-ads", "lifted-order": "suspend-order"}


def told_in(language: str, decision: Decision, case: Case) -> StatementOfReasons:
    """Return the statement of reasons as a network in that language makes it."""
    policy_name, out_of_court, judicial = _NETWORKS[language]
    settings = replace(
        case.settings, language=language, policy_name=policy_name, out_of_court=out_of_court, judicial=judicial
    )
    return statement_of_reasons(decision, replace(case, settings=settings))


def statement_for(name: str, language: str) -> StatementOfReasons:
    """Return the statement that a snapshot is of."""
    if name == OTHER_LANGUAGE:
        return told_in("de" if language == "en" else "en", *CASES["refuse-ads"])
    if name == IN_THE_LOG:
        return replace(told_in(language, *CASES["refuse-ads"]), entry=ENTRY)
    if name in CASES:
        return told_in(language, *CASES[name])
    told = told_in(language, made_decision(), made_case())
    facts = f"{_ADVERTISEMENT[language]} {told.facts}" if name.endswith("-creative") else told.facts
    automation = replace(told.automation, decision="none")
    kept = not name.startswith("end-")
    return replace(told, kind=name, template=None, facts=facts, automation=automation, account_kept=kept)


def lifting_for(name: str, language: str) -> Lifting:
    """Return the record of a restriction that is lifted, told of by the statement of a snapshot."""
    told = statement_for(LIFTED[name], language)
    known = words_of(language).campaign["known"].format(parts=words_of(language).campaign["leads"])
    return Lifting(
        id="l-2", decision="d-2", lifts=told.id, advertiser=told.advertiser, template=told.template or told.kind,
        starts_on=told.starts_on, lifted_on=date(2026, 12, 1), language=language,
        freed_micros=0 if name == "lifted-order" else 100_000_000, currency="EUR",
        about=known.format(host=words_of(language).given("harbour.example")) if name == "lifted-order" else "",
        entry=replace(ENTRY, index=21, decision_index=20, log_url=None) if name == "lifted-order" else None,
    )  # fmt: skip


def snapshot(name: str, language: str) -> str:
    """Return a letter as it is kept: its subject, a blank line, its text."""
    if name in LIFTED:
        return f"{words_of(language).lifted['subject']}\n\n{lifting_letter(lifting_for(name, language))}"
    notice = letter(statement_for(name, language), language)
    return f"{notice.subject}\n\n{notice.text}"


if __name__ == "__main__":
    for tongue in LANGUAGES:
        (LETTERS / tongue).mkdir(parents=True, exist_ok=True)
        for each in (*SNAPSHOTS, *LIFTED):
            (LETTERS / tongue / f"{each}.txt").write_text(snapshot(each, tongue), encoding="utf-8")
