"""The reasons record: each field from where `pipeline.md` §9 says."""

from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest
from msgspec.structs import replace

from evenhand.model.decision import DecidedBy
from evenhand.model.errors import RecordIncomplete
from evenhand.model.finding import Comparison, Finding, FindingKind
from evenhand.model.listing import ListedEntity
from evenhand.model.outcome import Outcome
from evenhand.model.party import Advertiser
from evenhand.model.record import canonical
from evenhand.model.ruling import Rule
from evenhand.reasons import letter, public_record, statement_of_reasons, to_dsa
from evenhand.reasons.findings import finding_text
from evenhand.reasons.language import words_of
from evenhand.reasons.wording import Wording
from tests.each_case import each_case
from tests.unit.reasons.made import (
    ADVERTISER,
    AT,
    CAMPAIGN,
    CASES,
    COMPANY,
    FREEZE,
    LANGUAGES,
    PERSON,
    POLITICAL_LABEL,
    POSSIBLE,
    SANCTIONS,
    UNDISCLOSED,
    made_case,
    made_decision,
    made_finding,
    made_plan,
    made_rule,
    recorded,
    stopped,
    told_in,
)

OWNED = ("owned_by_listed", "possibly_owned_by_listed", "controlled_by_listed", "acts_for_listed")


def test_ids_dates_and_redress_come_from_the_decision_and_the_settings() -> None:
    """Nothing is typed twice: `pipeline.md` §9."""
    late = datetime(2026, 8, 31, 23, 30, tzinfo=UTC)
    decision = made_decision(decided_at=late, effective_from=late, until=datetime(2027, 1, 1, tzinfo=UTC))

    told = statement_of_reasons(decision, made_case(informed=date(2026, 8, 31)))

    assert (told.id, told.decision) == ("r-0123456789abcdef0123", decision.id)
    assert (told.starts_on, told.ends_on) == (date(2026, 9, 1), date(2027, 1, 1))  # Dublin, not UTC
    assert told.redress.internal.until == date(2027, 2, 28)
    assert (told.kind, told.account_kept, told.scope) == ("refuse-ads", True, ("DE", "IE"))
    assert (told.dates.object, told.content.other) == (date(2024, 3, 1), "Advertising account")


@pytest.mark.parametrize(
    ("name", "kind"),
    [(name, name.removesuffix("-owned").removesuffix("-person")) for name in CASES],
)
def test_the_kind_follows_scope_and_outcome(name: str, kind: str) -> None:
    """A campaign that is held, limited or labelled has the kind of the account, and its own letter."""
    told = statement_of_reasons(*CASES[name])
    assert told.template == kind
    assert told.kind == (kind if kind == "refuse-order" else kind.replace("-order", "-ads"))


@pytest.mark.parametrize("territories", [("EEA",), ("global",)])
def test_a_word_for_all_territories_stays_one(territories: tuple[str, ...]) -> None:
    """`EEA` and `global` are expanded by the form that needs codes, not by the record."""
    assert statement_of_reasons(made_decision(territories=territories), made_case()).scope == territories[0]


def test_a_word_for_many_territories_does_not_hide_another() -> None:
    """A campaign for the EEA and the United States is told of both."""
    assert statement_of_reasons(made_decision(territories=("EEA", "US")), made_case()).scope == ("EEA", "US")


def test_an_allow_has_no_reasons() -> None:
    """DSA Art. 17(1) asks for reasons of restrictions."""
    with pytest.raises(RecordIncomplete, match="not a restriction"):
        statement_of_reasons(made_decision(Outcome.ALLOW), made_case())


def test_the_strictest_rule_decides_then_law_before_terms_then_the_id() -> None:
    """`pipeline.md` §9: of several satisfied rules one ground is told, always the same one."""
    other = made_rule("aaa", title="Another clause")
    rules = (POLITICAL_LABEL, other, made_rule(), FREEZE)
    reasons = tuple(rule.id for rule in rules)

    with_law = statement_of_reasons(made_decision(reasons=reasons), made_case(*rules))
    without = statement_of_reasons(made_decision(reasons=reasons[:3]), made_case(*rules[:3]))

    assert with_law.ground.type == "law"
    assert with_law.ground.reference == "Regulation (EU) No 269/2014, 2, EU"
    assert without.ground.reference == "Advertising policy: Another clause"


def test_who_pays_for_itself_is_told_of_itself() -> None:
    """Both rules hold an advertiser that is its own payer; the letter does not speak of a payer that there is not."""
    payer = replace(
        made_rule("match-payer", title="Of the payer"), reads=frozenset({"context.payer", "Payer.@parents"})
    )
    itself = replace(
        made_rule("match-review", title="Of the party"), reads=frozenset({"Advertiser.@parents", "Payer.@parents"})
    )

    both = statement_of_reasons(made_decision(reasons=(payer.id, itself.id)), made_case(payer, itself))
    payer_alone = statement_of_reasons(made_decision(reasons=(payer.id,)), made_case(payer))

    assert both.ground.reference == "Advertising policy: Of the party"
    assert payer_alone.ground.reference == "Advertising policy: Of the payer"


def test_a_hold_by_an_error_is_the_broken_rules_own() -> None:
    """A label that applies as well does not explain a hold; permits never explain anything."""
    error = made_finding("rule_error", list="", entity_id="", because=())
    permit = replace(made_rule("open-to-all"), forbids=False)
    decision = made_decision(
        Outcome.HOLD,
        POLITICAL_LABEL,
        error,
        reasons=("open-to-all", POLITICAL_LABEL.id),
        errors=(FREEZE.id,),
        grounds=((FREEZE.id, "rule_error", "advertiser"),),
    )

    told = statement_of_reasons(decision, made_case(permit, POLITICAL_LABEL, FREEZE))

    assert told.ground.type == "law"
    assert "could not be applied" in told.ground.explanation
    assert "could not be applied" in told.facts


def test_facts_that_no_rule_can_read_are_held_with_a_reason() -> None:
    """No decision by the engine is still a hold that somebody must explain."""
    error = made_finding("rule_error", list="", entity_id="", because=())
    decision = made_decision(
        Outcome.HOLD, None, error, reasons=(), decision="nodecision", grounds=(("(facts)", "rule_error", "advertiser"),)
    )

    told = statement_of_reasons(decision, made_case())

    assert "a person must review the case first" in told.ground.explanation
    assert "Harbour Broadcast Network" in told.ground.explanation
    assert letter(told).subject == "Your advertising is on hold"
    assert to_dsa(told)["category"] == "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"


def test_a_rule_brings_its_own_words_address_and_codes() -> None:
    """What counsel wrote at the rule is used as it stands."""
    rule = made_rule(
        why="Public money must not buy reach for news",
        url="https://network.example/policies/state-media",
        sor_addition="STATEMENT_CATEGORY_VIOLENCE, STATEMENT_CATEGORY_SELF_HARM",
        sor_keywords="KEYWORD_OTHER",
    )

    told = statement_of_reasons(made_decision(Outcome.REFUSE, rule), made_case(rule))

    assert told.ground.explanation.startswith("Public money must not buy reach for news. “Harbour Broadcast Network”")
    assert told.ground.url == "https://network.example/policies/state-media"
    assert told.category_addition == ("STATEMENT_CATEGORY_VIOLENCE", "STATEMENT_CATEGORY_SELF_HARM")
    assert told.keywords == ("KEYWORD_OTHER",)


@pytest.mark.parametrize(
    ("by", "sources", "expected"),
    [
        ("run", (), "full"),
        ("run", ("judgement:7",), "partial"),
        ("person", ("judgement:7",), "none"),
    ],
)
def test_automation_says_who_decided(by: str, sources: tuple[str, ...], expected: str) -> None:
    """DSA Art. 17(3)(c): a run alone is full, on a judgement partial, a person none."""
    decision = made_decision(
        Outcome.REFUSE, made_rule(), made_finding(sources=sources), decided_by=DecidedBy(kind=by, id="x")
    )
    told = statement_of_reasons(decision, made_case())
    assert told.automation.decision == expected
    assert ("A person has confirmed the match." in told.facts) == bool(sources)


def test_natural_persons_stay_out_of_what_the_public_reads() -> None:
    """The notice names a listed person; facts, explanation and record for the public do not."""
    owned = made_finding("controlled_by_listed", entity_id="made-2", path=("a-1", "o-1"))
    case = made_case(names={"o-1": "Person Alpha"}, persons=("Person Alpha",))

    told = statement_of_reasons(made_decision(Outcome.REFUSE, made_rule(), owned), case)
    public = canonical((public_record(told), to_dsa(told))).decode()

    assert "Person Alpha" in told.facts
    assert set(told.persons) == {"ALPHA, Person", "Person Alpha"}
    assert not any(name in public for name in told.persons)
    assert "a natural person" in public


def test_a_private_advertiser_has_no_name_in_public() -> None:
    """`reasons.md` §6: its own name is personal data too."""
    told = statement_of_reasons(*CASES["refuse-ads-person"])
    record = public_record(told)
    assert record["advertiser"] == "a private advertiser"
    assert "Alpha" not in canonical((record, to_dsa(told))).decode()


def test_without_natural_persons_the_facts_serve_the_public_as_they_are() -> None:
    """Null says that nothing was left out."""
    told = statement_of_reasons(made_decision(), made_case())
    assert (told.facts_public, told.ground.explanation_public, told.persons) == (
        None,
        None,
        ("ALPHA, Person", "Person Alpha"),
    )
    record = public_record(told)
    assert (record["advertiser"], record["facts"]) == ("Harbour Broadcast Network", told.facts)


@each_case(
    ("finding", "words"),
    [
        (made_finding("listed", certain=False), "may be the entry"),
        (made_finding("listed", entity_id="gone", list="made-up-list"), "is an entry in the list “made up list”."),
        (made_finding("acts_for_listed"), "acting for a listed party: the entry “Harbour"),
        (made_finding("lookalike_domain"), "resembles a domain of"),
        (made_finding("coordination", list="", entity_id="", because=()), "appears to coordinate its advertising with"),
        (made_finding("claims", list="", entity_id="", because=()), "Others have made statements"),
        (
            made_finding("possibly_owned_by_listed", low=300_000, high=800_000, path=("a-1", "o-1"), certain=False),
            "may hold up to 80 % of “Harbour Broadcast Network”, of which 30 % is confirmed",
        ),
        (
            made_finding("possibly_owned_by_listed", low=0, high=500_000, path=("a-1", "o-1"), certain=False),
            "Owners who may be listed hold up to 50 % of “Harbour Broadcast Network”;"
            " one of them, “Middle Made-up Co”, may be the entry",
        ),
        (
            made_finding("possibly_owned_by_listed", low=0, high=500_000, path=("a-1", "o-1")),
            "may hold up to 50 % of “Harbour Broadcast Network”, and none of it is confirmed;"
            " one of them, “Middle Made-up Co”, is the entry",
        ),
        (
            made_finding("possibly_owned_by_listed", low=100_000, high=300_000, path=("a-1", "o-1"), certain=False),
            "may hold up to 30 % of “Harbour Broadcast Network”, of which 10 % is confirmed;"
            " one of them, “Middle Made-up Co”, may be the entry",
        ),
        (
            made_finding(
                "possibly_owned_by_listed",
                high=500_000,
                path=("a-1", "o-1"),
                certain=False,
                sources=("list:state-media@00#made-1", "list:state-media@00#made-2"),
            ),
            "Other owners may be listed too: ",
        ),
        (
            made_finding("owned_by_listed", low=500_000, high=500_000, path=("a-1", "o-1", "o-2")),
            "The shares are held through “Middle Made-up Co”.",
        ),
        (
            made_finding("owned_by_listed", low=500_000, high=500_000, path=("a-1", "o-1", *"bcdef")),
            "held through “Middle Made-up Co”, another party, another party and further parties.",
        ),
        (made_finding(party_kind="payer", party_id="p-9"), "another party is the entry".capitalize()),
        (recorded(Advertiser_verification="1"), "level of verification: declared only"),
        (recorded(Advertiser_designated_share_bp="3000"), "share of listed owners: 30 %"),
        (recorded(Advertiser_first_seen="2026-11-20"), "first seen: 20 November 2026"),
        (recorded(Advertiser_first_seen="2026-99-20"), "first seen: 2026-99-20"),
    ],
)
def test_each_finding_is_told_in_its_own_words(finding: Finding, words: str) -> None:
    """What is not confirmed is said to be so; what a list says is the list's."""
    case = made_case(names={"o-1": "Middle Made-up Co"})
    told = statement_of_reasons(made_decision(Outcome.HOLD, POSSIBLE, finding), case)
    assert words in told.facts


def test_shares_and_names_stay_readable_when_there_are_many() -> None:
    """A notice is one page, and the EU database takes 5,000 characters, however long the lists."""
    comparison = replace(made_finding().because[0], ours="x" * 3000, theirs="y" * 3000)
    entities = {f"made-{n}": replace(COMPANY, id=f"made-{n}", caption="z" * 3000) for n in range(40)}
    findings = tuple(made_finding(entity_id=each, because=(comparison,) * 9) for each in entities)
    plan = made_plan(*(stopped(f"c-{n}") for n in range(30)), prepaid=1, funds="hold")

    told = statement_of_reasons(
        made_decision(Outcome.REFUSE, made_rule(), *findings, plan=plan), made_case(entities=entities)
    )

    assert len(told.facts) <= 5000
    assert "37 more findings are on record." in told.facts
    assert "and 27 more." in told.facts
    assert to_dsa(told)["decision_facts"] == told.facts_public


def test_grounds_come_first_and_only_their_attributes_explain() -> None:
    """What the deciding rule rests on is read first; what another rule read is in the facts only."""
    seen = recorded(context_payer_disclosed="no", context_political="yes")
    decision = made_decision(
        Outcome.HOLD,
        UNDISCLOSED,
        made_finding(),
        seen,
        grounds=((UNDISCLOSED.id, "recorded", "context.payer_disclosed"),),
    )

    told = statement_of_reasons(decision, made_case(UNDISCLOSED))

    assert told.facts.startswith("On record for")
    assert "payer disclosed: no." in told.ground.explanation
    assert "political" not in told.ground.explanation


def test_a_campaign_without_particulars_is_still_told() -> None:
    """The plan may name a campaign that the tables no longer describe."""
    plan = made_plan(stopped("gone"))
    told = statement_of_reasons(made_decision(plan=plan), made_case())
    assert "one campaign is stopped on 24 November 2026" in told.facts


def test_instructions_beside_a_refusal_are_told_apart() -> None:
    """A limit that would apply as well is not what the refusal is."""
    told = statement_of_reasons(made_decision(instruct=("daily_reach_10000",)), made_case())
    assert "Would also apply: daily reach 10,000." in told.facts


def test_swapping_the_countries_changes_only_the_names() -> None:
    """Law *Mirror*: no sentence depends on where somebody is from."""
    ours = {"party": ADVERTISER, "entities": {"made-1": COMPANY}}
    mirrored = {
        "party": Advertiser(id="a-1", name="Prairie Broadcast Network", country="XB", first_seen=date(2024, 3, 1)),
        "entities": {"made-1": _company("Prairie Broadcasting Corporation", "xb")},
    }
    finding = made_finding(because=())

    here = statement_of_reasons(made_decision(Outcome.REFUSE, made_rule(), finding), made_case(**ours))
    there = statement_of_reasons(made_decision(Outcome.REFUSE, made_rule(), finding), made_case(**mirrored))

    assert letter(here).text.replace("Harbour", "Prairie") == letter(there).text
    assert to_dsa(here).keys() == to_dsa(there).keys()


def _company(caption: str, country: str) -> ListedEntity:
    properties = {"name": (caption,), "country": (country,), "controlTypology": ("SC",)}
    return ListedEntity(id="made-1", schema="Company", caption=caption, properties=properties)


def test_a_persons_weak_aliases_are_not_looked_for() -> None:
    """A weak alias is a common word: looking for it would stop half of what may be published."""
    person = replace(PERSON, properties={"weakAlias": ("Network",), "alias": ("Person Alpha",)})
    told = statement_of_reasons(made_decision(), made_case(entities={"made-1": COMPANY, "made-2": person}))
    assert "Network" not in told.persons


@pytest.mark.parametrize("language", LANGUAGES)
def test_facts_and_reasons_are_in_the_language_of_the_network(language: str) -> None:
    """A letter is wholly in its language; only what the rule's author and the lists say stands as it is."""
    told = told_in(language, *CASES["refuse-ads"])
    words = words_of(language)
    assert (told.language, told.worded_in) == (language, language)
    assert words.found["compared"].partition("{")[0] in told.facts
    assert words.consequences["campaigns"].partition("{")[0] in told.facts
    assert made_rule().annotations["title"] in told.ground.explanation
    assert words.consequences["campaigns"].partition("{")[0] in to_dsa(told)["decision_facts"]


def test_a_language_that_we_do_not_have_is_told_in_english_and_says_so() -> None:
    """The record says what was asked for and what was written."""
    case = made_case()
    told = statement_of_reasons(made_decision(), replace(case, settings=replace(case.settings, language="xx")))
    assert (told.language, told.worded_in, letter(told, told.language).asked_language) == ("xx", "en", "xx")


@each_case("language", LANGUAGES)
@each_case("public", [False, True])
@each_case("certain", [False, True])
@each_case("kind", get_args(FindingKind))
def test_every_finding_can_be_told_in_every_language(kind: str, certain: bool, public: bool, language: str) -> None:
    """A kind without words would fail in the middle of a run; no place to fill is left over."""
    finding = made_finding(kind, certain=certain, path=("a-1", "o-1", "o-2"), low=300_000, high=800_000)
    case = made_case(names={"o-1": "Middle Made-up Co", "o-2": "Person Alpha"}, persons=("Person Alpha",))
    said = finding_text(finding, Wording(case=case, public=public, words=words_of(language)))
    assert said
    assert "{" not in said
    assert ("Person Alpha" in said) == (not public and kind in OWNED)


def test_a_listed_owner_is_named_without_stray_punctuation() -> None:
    """The owner stands before a colon in one sentence and inside another."""
    case = made_case(names={"o-1": "Tulip Made-up Capital"})
    words = words_of("en")
    told = [
        finding_text(made_finding(kind, path=("a-1", "o-1")), Wording(case=case, public=False, words=words))
        for kind in OWNED
    ]
    assert all("“Tulip Made-up Capital”" in each for each in told)
    assert not any(",:" in each or " ," in each for each in told)


def test_a_campaign_is_named_by_its_id_but_not_in_public() -> None:
    """Two orders can have the same days and budget; the id is the network's own and nobody else's business."""
    private, public = (Wording(case=made_case(), public=each, words=words_of("en")) for each in (False, True))

    assert "the campaign “c-1” from" in private.campaign(CAMPAIGN, "EUR")
    assert "c-1" not in public.campaign(CAMPAIGN, "EUR")


@pytest.mark.parametrize(("reader", "said"), [("house-csv", "in our own list “sanctions”"),
                                              ("ftm-jsonl", "in the list “sanctions”")])  # fmt: skip
def test_only_a_list_that_we_wrote_is_our_own(reader: str, said: str) -> None:
    """A file in the form of a publisher was taken over, whatever it is called here."""
    lists = {"house-sanctions": replace(SANCTIONS, reader=reader)}
    wording = Wording(case=made_case(lists=lists), public=False, words=words_of("en"))

    assert said in finding_text(made_finding("listed", list="house-sanctions"), wording)


def test_every_listed_owner_whose_share_counts_has_its_list_named() -> None:
    """Grounds are named; but not who a natural person is, of whom this letter is not."""
    sources = ("list:state-media@00#made-1", "table:ownership@00#2", "list:house-sanctions@00#made-1",
               "list:state-media@00#p-9", "list:house-sanctions@00#gone", "list:house-sanctions@00#made-1")  # fmt: skip
    further = {"house-sanctions#made-1": replace(COMPANY, caption="Other Made-up Co"), "state-media#p-9": PERSON}
    wording = Wording(case=made_case(further=further), public=False, words=words_of("en"))

    text = finding_text(made_finding("owned_by_listed", path=("a-1", "o-1"), sources=sources), wording)

    house = "our own list “sanctions” as published on"
    assert f"Also listed among the owners: the entry “Other Made-up Co” in {house}" in text
    assert (
        "; the entry of a natural person in the State Media Matrix as published on 1 February 2024; an entry in" in text
    )
    assert PERSON.caption not in text
    assert "Also listed" not in finding_text(made_finding("controlled_by_listed", sources=sources), wording)
    many = tuple(f"list:state-media@00#{number}" for number in range(5))
    text = finding_text(made_finding("possibly_owned_by_listed", sources=many, certain=False), wording)
    assert (text.count("an entry in"), "; further parties." in text) == (3, True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_facts_fit_the_database_in_every_language(language: str) -> None:
    """The database takes 5,000 characters however long names, lists and ways are."""
    comparison = replace(made_finding().because[0], ours="x" * 3000, theirs="y" * 3000)
    entities = {f"made-{n}": replace(COMPANY, id=f"made-{n}", caption="z" * 3000) for n in range(40)}
    names = {f"o-{n}": f"{n}" * 3000 for n in range(9)}
    findings = tuple(
        made_finding(
            "possibly_owned_by_listed", entity_id=each, because=(comparison,) * 9, path=("a-1", *names), certain=False
        )
        for each in entities
    )
    campaigns = {f"c-{n}": replace(CAMPAIGN, id=f"c-{n}", landing_host=f"{'w' * 60}.example") for n in range(30)}
    plan = made_plan(*(stopped(each) for each in campaigns), prepaid=1, funds="hold")
    decision = made_decision(Outcome.REFUSE, made_rule(), *findings, plan=plan)
    told = told_in(language, decision, made_case(entities=entities, names=names, campaigns=campaigns))
    assert len(to_dsa(told)["decision_facts"]) <= 5000


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (recorded(Advertiser_content="news, made_up"), "Inhalt: Nachrichten, made_up."),
        (recorded(Advertiser_made_up="yes"), "made up: ja."),
        (recorded(Advertiser_verification="9"), "Stufe der Überprüfung: 9."),
        (recorded(Advertiser_first_seen="2026-11-20T01:02:03Z"), "bei uns seit: 20. November 2026."),
        (recorded(Advertiser_designated_share_bp="3050"), "Anteil gelisteter Eigentümer: 30,5 %."),
    ],
)
def test_a_value_without_words_is_told_as_it_is(value: Finding, words: str) -> None:
    """A rulebook of a network's own reads what we have no words for; the letter says it and does not fail."""
    assert words in told_in("de", made_decision(Outcome.HOLD, POSSIBLE, value), made_case(POSSIBLE)).facts


def test_what_a_rule_says_of_the_way_out_is_kept_as_written() -> None:
    """The author's sentence goes into the record; a blank or absent one is none."""
    assert statement_of_reasons(*CASES["suspend-order"]).way_out == UNDISCLOSED.annotations["way_out"]
    assert statement_of_reasons(*CASES["refuse-ads"]).way_out is None
    blank = made_rule(way_out="  ")
    assert statement_of_reasons(made_decision(Outcome.REFUSE, blank), made_case(blank)).way_out is None


@pytest.mark.parametrize(
    ("rule", "days", "period", "waived"),
    [
        (made_rule(), 30, 30, None),
        (made_rule(), 0, 0, None),
        (FREEZE, 0, 0, "law"),
        (FREEZE, 3, 3, None),
    ],
)
def test_the_notice_period_is_recorded_and_why_there_is_none(
    rule: Rule, days: int, period: int, waived: str | None
) -> None:
    """Regulation (EU) 2019/1150 Art. 4: what is known of the period is written down, what is not is left open."""
    decision = made_decision(Outcome.REFUSE, rule, effective_from=AT + timedelta(days=days))
    told = statement_of_reasons(decision, made_case(rule))
    assert (told.notice_period_days, told.notice_waived) == (period, waived)


def test_a_law_that_could_not_be_applied_waives_no_notice() -> None:
    """A hold by an error is at once because a rule broke, not because a law asked for it."""
    error = made_finding("rule_error", list="", entity_id="", because=())
    decision = made_decision(Outcome.HOLD, FREEZE, error, reasons=(), errors=(FREEZE.id,))
    assert statement_of_reasons(decision, made_case(FREEZE)).notice_waived is None


HOLDINGS = tuple(
    Comparison(name=name, ours=ours, theirs=theirs, similarity=1.0, weight=0.0, effect="for")
    for name, ours, theirs in (
        ("ownership.share", "o-1: 30.5 % and an unknown share", "a-1"),
        ("ownership.share", "o-9 (Ninth Made-up Co): unknown share", "o-1"),
        ("ownership.heaviest_path", "a-1 < o-1 < … < o-2", "a-1"),
    )
)


@pytest.mark.parametrize(
    ("language", "public", "words"),
    [
        (
            "en",
            False,
            "share held in “Harbour Broadcast Network”: “Middle Made-up Co: 30.5 % and unknown share”; share held in"
            " “Middle Made-up Co”: “Ninth Made-up Co: unknown share”; the largest shares lead over"
            " “Middle Made-up Co”, “Person Alpha” and further parties.",
        ),
        (
            "de",
            True,
            "an „Harbour Broadcast Network“ wird ein Anteil gehalten: „Middle Made-up Co: 30,5 % und unbekannter"
            " Anteil“; an „Middle Made-up Co“ wird ein Anteil gehalten: „Ninth Made-up Co: unbekannter Anteil“;"
            " die größten Anteile führen über „Middle Made-up Co“, eine natürliche Person und weitere Parteien.",
        ),
    ],
)
def test_holdings_are_told_with_names_and_not_with_ids(language: str, public: bool, words: str) -> None:
    """Ids are the network's own: an advertiser knows its owners by name, and the public knows no person."""
    finding = made_finding("owned_by_listed", because=HOLDINGS, low=500_000, high=500_000, path=("a-1", "o-1"))
    case = made_case(names={"o-1": "Middle Made-up Co", "o-2": "Person Alpha"}, persons=("Person Alpha",))
    assert words in finding_text(finding, Wording(case=case, public=public, words=words_of(language)))


def test_an_owner_whom_nobody_named_is_another_party() -> None:
    """An id of the network would tell an advertiser nothing."""
    share = replace(HOLDINGS[0], ours="o-8: 25 %", source_field="share")
    wording = Wording(case=made_case(), public=False, words=words_of("en"))
    assert "“another party: 25 %”" in finding_text(made_finding("owned_by_listed", because=(share,)), wording)
    assert "share: another party: 25 %." in finding_text(made_finding("recorded", because=(share,)), wording)


def test_the_ground_stated_for_a_tie_is_told_as_it_stands() -> None:
    """Only the parties of a tie have names; its ground is a text, even where it looks like an id."""
    tie = replace(HOLDINGS[0], name="ownership.stated", ours="o-1", theirs="o-1")
    finding = made_finding("controlled_by_listed", because=(tie,), path=("a-1", "o-1"))
    case = made_case(names={"o-1": "Middle Made-up Co"})
    said = finding_text(finding, Wording(case=case, public=False, words=words_of("en")))
    assert "the ground stated for the tie to “Middle Made-up Co” is “o-1”." in said
