"""What becomes a finding: the acceptance cases of `screening.md` §12 and the traps of §11 and §13."""

import math

import pytest

from evenhand.model.finding import Finding
from evenhand.model.listing import ListedEntity
from evenhand.model.party import Advertiser, Identifier
from evenhand.screening import SCORER, compare, screen
from evenhand.screening.explanation import sentence
from evenhand.screening.names.weights import THRESHOLD
from tests.unit.screening.made_up import SUFFIXES, advertiser, entity, index_of, number

RIA = entity(
    "media-ria", name="RIA Novosti", country="ru", website="https://ria.ru/", account="telegram/rian_ru_bot",
    controlTypology="SC",
)  # fmt: skip
RT = entity("media-rt", name="RT", country="ru", website="https://www.rt.com/", controlTypology="SC")
INDEX = index_of(RIA, RT)


def kinds(party: Advertiser, *listed: ListedEntity) -> list[str]:
    index = index_of(*listed) if listed else INDEX
    return [finding.kind for finding in screen([("advertiser", party)], index)]


def only(party: Advertiser, *listed: ListedEntity) -> Finding:
    (finding,) = screen([("advertiser", party)], index_of(*listed) if listed else INDEX)
    return finding


@pytest.mark.parametrize(
    ("party", "because"),
    [
        (advertiser("РИА Новости"), "name.exact"),
        (advertiser("RIA-Nowosti"), "name.skeleton"),
        (advertiser("ria.ru"), "domain.registrable"),
        (advertiser("Ad account 7", domains=("https://www.RIA.ru:443/x?y",)), "domain.registrable"),
        (advertiser("Page 7", accounts=("t.me/s/rian_ru_bot",)), "account.handle"),
    ],
)
def test_every_way_to_name_one_outlet_leads_to_it_for_its_own_reason(party: Advertiser, because: str) -> None:
    """Case 1: script, romanisation, domain in the name's place, host, handle."""
    finding = only(party)

    assert (finding.entity_id, finding.kind) == ("media-ria", "state_media")
    assert because in {comparison.name for comparison in finding.because}


PLAY = "https://play.google.com/store/apps/details?id=com.Ghost.app"
APPLE = "https://apps.apple.com/us/app/ghost/id1234567890"


@pytest.mark.parametrize(("listed", "party"), [
    ({"website": PLAY}, {"accounts": ("play/com.Ghost.app",)}),
    ({"account": "play/com.Ghost.app"}, {"accounts": ("play/com.Ghost.app",)}),
    ({"website": f"{PLAY}&hl=de"}, {"bundles": ("B00ABCDEF1", "com.Ghost.app")}),
    ({"website": APPLE}, {"accounts": ("appstore/1234567890",)}),
    ({"account": APPLE}, {"bundles": ("1234567890",)}),
])  # fmt: skip
@pytest.mark.parametrize("countries", [("qm", "QN"), ("qn", "QM")])
def test_a_listed_app_is_found_by_its_page_and_by_its_bundle(
    listed: dict[str, str], party: dict[str, tuple[str, ...]], countries: tuple[str, str]
) -> None:
    """The gate takes both for one; another app, or the same letters in another case, is not it."""
    entry = entity("h-1", name="Ghost App Ltd", country=countries[0], **listed)
    other = {name: tuple(each.replace("Ghost", "ghost").replace("1234", "4321") for each in several)
             for name, several in party.items()}  # fmt: skip

    found = only(advertiser("Harmless Entertainment", country=countries[1], **party), entry)

    assert found.certain
    assert "account.handle" in {comparison.name for comparison in found.because}
    assert kinds(advertiser("Harmless Entertainment", country=countries[1], **other), entry) == []


@pytest.mark.parametrize("name", ["Ria Money Transfer", "Ria Restaurant"])
def test_companies_that_share_a_first_word_with_an_outlet_are_not_it(name: str) -> None:
    """Case 1: the other direction."""
    assert kinds(advertiser(name)) == []


def test_a_short_name_alone_is_a_candidate_below_the_threshold_that_says_why() -> None:
    """Case 2: two letters are shared by many; with the outlet's own domain it is the outlet."""
    alone = compare(advertiser("RT"), RT, SUFFIXES)

    assert alone.score < THRESHOLD
    assert "name.short" in {comparison.name for comparison in alone.because}
    assert only(advertiser("RT", country="US", domains=("roosterteeth.com",))).strength == "name_only"
    assert kinds(advertiser("RT", aliases=("Rooster Teeth",), country="US", domains=("roosterteeth.com",))) == []
    assert only(advertiser("RT", domains=("rt.com",))).certain


@pytest.mark.parametrize(
    ("ours", "listed"),
    [
        ("Norwegian Gas Company", "SYRIAN GAS COMPANY"),
        ("Syrian Gas Company", "NORWEGIAN GAS COMPANY"),
        ("Channel 4", "Channel 5"),
        ("First Ocean GmbH & Co KG", "FOURTH OCEAN GMBH & CO KG"),
    ],
)
def test_words_of_the_trade_and_numbers_do_not_make_two_companies_one(ours: str, listed: str) -> None:
    """Case 3, with its mirror."""
    assert kinds(advertiser(ours), entity("e1", name=listed)) == []


def test_father_and_son_of_one_name_are_told_apart_by_their_birth() -> None:
    """Case 4: the name is for, the birth against, and both are said."""
    father = entity("e1", "Person", name="PETROV, Ivan Sergeyevich", birthDate="1950-02-01")
    son = advertiser("Ivan Sergeyevich Petrov", schema="Person", birth_date="1980-05-06")

    match = compare(son, father, SUFFIXES)

    assert match.score < THRESHOLD
    assert ("birth", "against") in {(each.name, each.effect) for each in match.because}
    assert ("name.reordered", "for") in {(each.name, each.effect) for each in match.because}
    assert kinds(son, father) == []
    assert kinds(advertiser("Ivan Sergeyevich Petrov", schema="Person", birth_date="1950-02-01"), father) == ["listed"]


def test_a_party_that_returns_under_its_id_with_another_name_is_screened_under_that_name() -> None:
    """Case 5: nothing is cached by id, both ways round; the same row twice scores the same."""
    listed, other = advertiser("RIA Novosti"), advertiser("Bakery of the Corner")

    findings = list(screen([("advertiser", each) for each in (listed, other, listed)], INDEX))

    assert len(findings) == 2
    assert findings[0] == findings[1]


def test_countries_permuted_in_list_and_records_leave_every_score_equal() -> None:
    """Case 6: countries are compared, never weighed."""
    swap = {"ru": "no", "no": "ru", "sy": "se"}
    names = [("Alfa Shipping", "ru"), ("Beta Broadcasting", "sy"), ("Gamma Ltd", "no")]
    plain = [compare(advertiser(n, country="NO"), entity("e", name=n, country=c), SUFFIXES).score for n, c in names]

    swapped = [
        compare(advertiser(n, country="RU"), entity("e", name=n, country=swap[c]), SUFFIXES).score for n, c in names
    ]

    assert swapped == plain


@pytest.mark.parametrize(("latin", "cyrillic"), [("Igor Korobov", "Игорь Коробов"), ("Vesna Bank", "Весна Банк")])
def test_the_same_name_in_two_scripts_is_decided_alike(latin: str, cyrillic: str) -> None:
    """Case 6: swap the scripts of list and record."""
    schema = "Person" if latin.startswith("Igor") else "Organization"

    there = kinds(advertiser(cyrillic, schema=schema), entity("e1", schema, name=latin))
    back = kinds(advertiser(latin, schema=schema), entity("e1", schema, name=cyrillic))

    assert there == back == ["listed"]


@pytest.mark.parametrize(
    "name",
    ["x" * 10_000, "ab " * 3_000, "", "a", "\ud800\udfff", "\u202egro\u202c", "NaN", "(((", "~~~", "123", "™", "محمد"],
)
def test_strange_names_get_an_answer(name: str) -> None:
    """Case 10: no name stops a screening."""
    assert kinds(advertiser(name)) == []


def test_look_alike_letters_do_not_hide_a_name_and_are_said() -> None:
    """Case 10: `Bаnk` with a Cyrillic letter."""
    finding = only(advertiser("Nordlicht B\u0430nk"), entity("e1", name="Nordlicht Bank"))

    assert "name.mixed_script" in {comparison.name for comparison in finding.because}


def test_an_acronym_needs_something_beside_it() -> None:
    """Acronyms are shared by many; the same country supports one, another does not."""
    listed = entity("e1", name="Islamic Republic Shipping Lines Institute", country="ir")

    assert kinds(advertiser("IRSLI"), listed) == []
    assert kinds(advertiser("IRSLI", country="SE"), listed) == []
    supported = only(advertiser("IRSLI", country="IR"), listed)
    assert {comparison.name for comparison in supported.because} == {"name.acronym", "country"}


def test_a_weak_alias_alone_never_reaches_the_threshold() -> None:
    """A publisher that calls an alias weak says it fits many; the day of birth beside it is another matter."""
    listed = entity("e1", "Person", name="HAYDAR, Nizar", weakAlias="Abu Nidal Kasrawi", birthDate="1950-02-01")

    assert kinds(advertiser("Abu Nidal Kasrawi", schema="Person"), listed) == []
    assert "weak_alias" in {
        each.name for each in compare(advertiser("Abu Nidal Kasrawi", schema="Person"), listed, SUFFIXES).because
    }
    assert kinds(advertiser("Abu Nidal Kasrawi", schema="Person", birth_date="1950-02-01"), listed) == ["listed"]


def test_a_weak_alias_and_the_same_country_are_a_match() -> None:
    """A country never carries a name that disagrees; it may carry one that agrees and is called weak."""
    listed = entity("e1", name="Stroygaz Nordlicht", weakAlias="SGNL", country="se")

    assert kinds(advertiser("SGNL"), listed) == []
    assert kinds(advertiser("SGNL", country="NO"), listed) == []
    assert kinds(advertiser("SGNL", country="SE"), listed) == ["listed"]


def test_a_shared_abbreviation_is_no_match_when_the_fuller_names_differ() -> None:
    """Trap of `screening.md` §13: two houses called NLR."""
    listed = entity("e1", name="Nordlicht Rundfunk", alias="NLR", country="se")
    match = compare(advertiser("Neuland Reederei", aliases=("NLR",), country="SE"), listed, SUFFIXES)

    assert match.score < THRESHOLD
    assert "name.fuller" in {comparison.name for comparison in match.because}
    assert kinds(advertiser("Nordlicht Rundfunk", aliases=("NLR",), country="SE"), listed) == ["listed"]
    assert kinds(advertiser("NLR", aliases=("NLR Nordlicht Rundfunk",), country="SE"), listed) == ["listed"]


def test_birth_and_country_without_a_shared_name_are_nothing() -> None:
    """Thousands are born on one day in one country; neither is ever the sole ground."""
    listed = entity("e1", "Person", name="PETROV, Ivan", birthDate="1950-02-01", country="no")
    stranger = advertiser("Zoe Quist", schema="Person", birth_date="1950-02-01", country="NO")

    match = compare(stranger, listed, SUFFIXES)

    assert match.score < 0.05
    assert "name.none" in {comparison.name for comparison in match.because}


def test_letters_in_another_order_do_not_hide_a_name() -> None:
    """An evader reverses what a reader still sees."""
    listed = entity("e1", "Person", name="KOROBOV, Valentin")

    assert compare(advertiser("nitnelaV voboroK", schema="Person"), listed, SUFFIXES).score >= THRESHOLD


def test_a_number_is_certain_in_its_own_register_and_nothing_in_another() -> None:
    """Equal digits under another jurisdiction or scheme are two numbers."""
    listed = entity("e1", name="Vihrogonika AD", registrationNumber="203892599", jurisdiction="bg")

    here = only(advertiser("Kestrel Ltd", identifiers=(number("registration", "203 892-599", "bg"),)), listed)

    assert (here.certain, here.because[0].name) == (True, "identifier.equal")
    assert kinds(advertiser("Kestrel Ltd", identifiers=(number("registration", "203892599", "no"),)), listed) == []
    assert kinds(advertiser("Kestrel Ltd", identifiers=(number("tax", "203892599", "bg"),)), listed) == []


@pytest.mark.parametrize(
    ("territory", "country", "weight"),
    [("ua-cri", "UA", 0.6), ("ua-cri", "RU", None), ("ge-ab", "GE", 0.6), ("ge-ab", "RU", None), ("us-de", "US", 0.6),
     ("us-de", "FR", None)],
)  # fmt: skip
def test_a_territory_speaks_for_its_country_and_objects_to_none(
    territory: str, country: str, weight: float | None
) -> None:
    """`ua-cri` was another country than Ukraine, and than any other."""
    listed = entity("e1", "Company", name="Zorblatt Trading LLC", territory=territory, registrationNumber="1234567")

    match = compare(advertiser("Zorblatt Trading", country=country), listed, SUFFIXES)
    numbered = compare(
        advertiser("Kestrel", country=country, identifiers=(number("registration", "1234567"),)), listed, SUFFIXES
    )

    found = {each.name: each.weight for each in match.because}
    assert found.get("country") == weight
    assert numbered.certain is (weight is not None)


def test_an_abbreviation_is_a_name() -> None:
    """FollowTheMoney has the short names of companies there."""
    listed = entity("e1", "Company", name="General Trading Zvelk LLC", abbreviation="ZVLKTR")

    finding = only(advertiser("Zvlktr"), listed)

    assert sentence(finding).startswith("Same name (a listed abbreviation)")


@pytest.mark.parametrize(
    ("listed_as", "value", "ours", "words"),
    [
        ("innCode", "7707083893", number("ru-inn", "7707083893", "ru"), "Same INN"),
        ("innCode", "7707083893", number("tax", "7707083893", "ru"), "Same INN"),
        ("ogrnCode", "1027700132195", number("ru-ogrn", "1027700132195", "ru"), "Same OGRN"),
        ("uscCode", "91310000MA1FL0Y13X", number("registration", "91310000ma1fl0y13x", "cn"), "Same unified social"),
        ("uscCode", "91310000MA1FL0Y13X", number("tax", "91310000MA1FL0Y13X", "cn"), "Same unified social"),
        ("voenCode", "1400057421", number("tax", "1400057421", "az"), "Same VOEN"),
        ("irsCode", "13-5266470", number("tax", "135266470", "us"), "Same IRS number"),
        ("idNumber", "10101338400", number("registration", "10101338400", "qm"), "Same ID number"),
        ("okpoCode", "00032129", number("okpo", "00032129", "qm"), "Same OKPO code"),
        ("passportNumber", "7100 123456", number("passport", "7100123456", "qm"), "Same passport number"),
        ("isinCode", "RU0007661625", number("isin", "RU0007661625"), "Same ISIN"),
        ("uniqueEntityId", "H6D1W9ZT5VB8", number("uei", "H6D1W9ZT5VB8"), "Same UEI"),
    ],
)
def test_a_number_of_any_register_is_certain_whatever_the_list_calls_it(
    listed_as: str, value: str, ours: Identifier, words: str
) -> None:
    """A code of one country's register is of that country, wherever else the entry is active."""
    listed = entity("e1", "Company", name="Zorblatt Trading LLC", country="qm", **{listed_as: value})

    finding = only(advertiser("Kestrel", identifiers=(ours,)), listed)

    assert (finding.certain, finding.because[0].name) == (True, "identifier.equal")
    assert sentence(finding).startswith(words)


@pytest.mark.parametrize(
    ("schema", "listed_as"), [("Company", "kppCode"), ("Company", "bikCode"), ("Person", "idNumber")]
)
def test_a_number_that_tells_no_company_finds_none(schema: str, listed_as: str) -> None:
    """A tax office's or bank's code is that of many, and an identity card stands in no register of companies."""
    listed = entity("e1", schema, name="Zorblatt Trading LLC", country="ru", **{listed_as: "770701001"})

    assert kinds(advertiser("Kestrel", identifiers=(number("registration", "770701001", "ru"),)), listed) == []


@pytest.mark.parametrize(
    ("ours", "theirs", "certain"),
    [
        ("Amtsgericht Köln, HRB 88231", "HRB 88231 (Koeln)", True),
        ("Amtsgericht Köln, HRB 88231", "Amtsgericht Bonn, HRB 88231", False),
        ("HRB 88231", "Amtsgericht Bonn, HRB 88231", False),
        ("Amtsgericht Köln, HRB 88231", "HRB 88231", False),
        ("HRB 88231", "HRB 88231", False),
    ],
)
def test_a_german_number_is_certain_at_one_court_and_else_shown_to_a_person(
    ours: str, theirs: str, certain: bool
) -> None:
    """The number alone refuses nobody: it can be another company's at another court."""
    listed = entity("e1", "Company", name="Vessari Holdings", registrationNumber=theirs, jurisdiction="de")

    finding = only(advertiser("Foo Ltd", identifiers=(number("registration", ours, "de"),)), listed)

    assert finding.certain is certain
    assert finding.because[0].name == ("identifier.equal" if certain else "identifier.register_unknown")


@pytest.mark.parametrize("schema", ["Company", "LegalEntity"])
@pytest.mark.parametrize("country", ["", "DE"])
@pytest.mark.parametrize("written", ["QM55012", "qm-55 012"])
def test_an_equal_number_of_which_no_register_is_told_is_shown_to_a_person(
    schema: str, country: str, written: str
) -> None:
    """A table says where a client lives, not where it is registered: a listed number must not pass in silence."""
    listed = entity("e1", "Company", name="Vessari Holdings", registrationNumber="QM55012", jurisdiction="qm")
    ours = (number("registration", written),)

    finding = only(advertiser("Foo Ltd", schema=schema, country=country, identifiers=ours), listed)
    named = only(advertiser("Vessari Holdings", schema=schema, country=country, identifiers=ours), listed)

    assert (finding.certain, finding.because[0].name) == (False, "identifier.register_unknown")
    assert finding.score == compare(advertiser("Foo Ltd", country=country, identifiers=ours), listed, SUFFIXES).score
    assert "not known" in sentence(finding)
    assert not named.certain
    assert named.score > finding.score


@pytest.mark.parametrize("listed_in", ["qm", ""])
@pytest.mark.parametrize(
    ("value", "stated", "found"),
    [
        ("QM55012", "", True), ("QM5501", "", True), ("QM550", "", False), ("55012345", "", True),
        ("5501234", "", False), ("QM55012", "de", False), ("55012345", "de", False),
    ],
)  # fmt: skip
def test_a_short_number_without_a_register_or_one_of_another_says_nothing(
    listed_in: str, value: str, stated: str, found: bool
) -> None:
    """Few figures are borne by many; a stated register gives numbers of its own, unless the list tells none."""
    listed = entity("e1", name="Vessari Holdings", registrationNumber=value, jurisdiction=listed_in or [])

    findings = kinds(advertiser("Foo Ltd", country="FR", identifiers=(number("registration", value, stated),)), listed)

    assert bool(findings) == (found or (bool(stated) and not listed_in))


def test_another_valid_number_of_the_same_register_speaks_strongly_against() -> None:
    """Two vessels of one name have two IMO numbers."""
    listed = entity("e1", "Vessel", name="Northern Light Star", imoNumber="9078191")

    match = compare(advertiser("Northern Light Star", identifiers=(number("imo", "9369722"),)), listed, SUFFIXES)

    assert match.score < THRESHOLD
    assert "identifier.conflict" in {comparison.name for comparison in match.because}


def test_a_look_alike_domain_is_shown_and_never_listed() -> None:
    """A brand in somebody's domain is a hint to a person, no identity."""
    listed = entity("e1", name="Xinhua", website="http://www.xinhuanet.com")

    finding = only(advertiser("Yarrow Nail Bar", domains=("oldxinhuanet.net",)), listed)

    assert (finding.kind, finding.certain) == ("lookalike_domain", False)
    assert finding.score < THRESHOLD
    assert kinds(advertiser("Yarrow Nail Bar", domains=("m.xinhuanet.com",)), listed) == ["listed"]


@pytest.mark.parametrize(
    "host", ["xіnhuanet.com", "xlnhuanet.com", "xinhuanett.net", "xinhuanrt.example", "xnihuanet.org"]
)
def test_a_domain_of_like_signs_or_one_slip_away_is_a_look_alike(host: str) -> None:
    """Cyrillic і for i, l for i, a doubled letter, a neighbouring key, two letters swapped."""
    listed = entity("e1", name="Xinhua", website="http://www.xinhuanet.com")

    finding = only(advertiser("Yarrow Nail Bar", domains=(host,)), listed)

    assert (finding.kind, finding.certain) == ("lookalike_domain", False)
    assert finding.score < THRESHOLD


def test_an_ordinary_domain_looks_like_a_listed_one_in_another_script() -> None:
    """It is the same both ways: also a listed domain can be written in other signs."""
    listed = entity("e1", name="Made up", website="http://xinhuаnеt.example")

    assert kinds(advertiser("Yarrow Nail Bar", domains=("xinhuanet.test",)), listed) == ["lookalike_domain"]


@pytest.mark.parametrize(
    "host", ["xinhuabet-shoes.example", "sinnhuanet.example", "xinuane.example", "newsweek.example"]
)
def test_a_domain_two_slips_away_is_none(host: str) -> None:
    listed = entity("e1", name="Xinhua", website="http://www.xinhuanet.com")

    assert kinds(advertiser("Yarrow Nail Bar", domains=(host,)), listed) == []


def test_only_the_listed_host_and_below_is_listed_where_a_deeper_host_is() -> None:
    """A university's radio does not make its faculties listed: a person sees that they have one domain."""
    listed = entity("e1", name="Radios Made Up", website="radios.ucr.ac.cr")

    itself = only(advertiser("Page 1", domains=("radios.ucr.ac.cr",)), listed)
    below = only(advertiser("Page 1", domains=("live.radios.ucr.ac.cr",)), listed)

    assert (itself.certain, itself.because[0].name) == (True, "domain.host")
    assert (below.certain, below.because[0].name) == (False, "domain.host")
    beside = only(advertiser("Page 1", domains=("law.ucr.ac.cr",)), listed)
    assert (beside.kind, [each.name for each in beside.because]) == ("lookalike_domain", ["domain.shared"])
    assert beside.score < THRESHOLD


@pytest.mark.parametrize(("ours", "theirs"), [("DE", "ru"), ("RU", "de")])
@pytest.mark.parametrize("schema", ["Company", "Person"])
@pytest.mark.parametrize(
    ("listed_host", "host"),
    [
        ("https://en.zorbmir.example", "zorbmir.example"),
        ("https://en.zorbmir.example", "https://www.zorbmir.example/de"),
        ("https://en.zorbmir.example", "m.zorbmir.example"),
        ("arabic.zorbmir.example", "de-ch.zorbmir.example"),
        ("b.zorbneu.example", "zorbneu.example"),
        ("shop.b.zorbneu.example", "b.zorbneu.example"),
    ],
)
def test_the_site_that_a_listed_host_is_part_of_is_a_possible_match(
    ours: str, theirs: str, schema: str, listed_host: str, host: str
) -> None:
    """Who has a domain has every host below it; another language is the same site. A person looks: names differ."""
    listed = entity("e1", schema, name="Qwx Two", country=theirs, website=listed_host)

    finding = only(advertiser("Vobatu Keni", domains=(host,), country=ours), listed)

    assert (finding.kind, finding.strength, finding.because[0].name) == ("listed", "possible", "domain.site")


@pytest.mark.parametrize(
    ("listed_host", "host", "found"),
    [
        ("pravdik.wordpress.com", "wordpress.com", []),  # gives hosts to others
        ("pravdik.wordpress.com", "annakeller.wordpress.com", []),
        ("news.google.com", "google.com", ["lookalike_domain"]),  # others have pages there
        ("pravdik.wordpress.com", "en.wordpress.com", []),
        ("pravdik.github.io", "github.io", []),  # a public suffix
        ("en.co.uk", "de.co.uk", []),
        ("m.youtube.com", "youtube.com", []),
    ],
)
def test_a_platform_is_not_the_site_of_its_users(listed_host: str, host: str, found: list[str]) -> None:
    """Else one listed blog would hold the platform and all who have a blog there."""
    listed = entity("e1", name="Qwx Two", website=listed_host)

    assert kinds(advertiser("Vobatu Keni", domains=(host,)), listed) == found


@pytest.mark.parametrize(
    "hosts", [("m.zorbfin.example", "zorbfin.example"), ("www2.zorbfin.example", "m.zorbfin.example")]
)
def test_a_host_for_a_device_is_the_listed_site(hosts: tuple[str, str]) -> None:
    """Both ways round: the same pages for another screen."""
    for listed_host, host in (hosts, hosts[::-1]):
        listed = entity("e1", name="Qwx Two", website=listed_host)

        finding = only(advertiser("Vobatu Keni", domains=(host,)), listed)

        assert (finding.certain, finding.because[0].name) == (True, "domain.registrable")


@pytest.mark.parametrize(("ours", "theirs"), [("DE", "ru"), ("RU", "de")])
@pytest.mark.parametrize(
    ("name", "hosts", "same_country", "certain"),
    [
        ("Hafenmarkt", ("shop.kovrenko-stahl.example",), False, False),
        ("Hafenmarkt", ("shop.kovrenko-stahl.example", "hafenmarkt.example"), False, False),
        ("Hafenmarkt", ("shop.kovrenko-stahl.example",), True, True),
        ("Hafenmarkt", ("kovrenko-stahl.example",), False, True),
        ("Hafenmarkt", ("www.kovrenko-stahl.example",), False, True),
        ("Hafenmarkt", ("a.kovrenko-stahl.example", "kovrenko-stahl.example"), False, True),
        ("Kovrenko Stahl Versand", ("shop.kovrenko-stahl.example",), False, True),
    ],
)
def test_a_host_below_a_listed_domain_is_certain_only_with_a_name_or_a_country(
    ours: str, theirs: str, name: str, hosts: tuple[str, ...], same_country: bool, certain: bool
) -> None:
    """A platform gives its shops such hosts: who is only below it is looked at, not refused."""
    listed = entity("e1", name="Kovrenko Stahl AG", country=theirs, website="https://kovrenko-stahl.example")

    finding = only(advertiser(name, domains=hosts, country=theirs.upper() if same_country else ours), listed)

    assert (finding.certain, finding.score >= THRESHOLD) == (certain, True)


def test_a_name_alone_is_never_certain() -> None:
    """The machine finds, a person says same or not."""
    assert not only(advertiser("RIA Novosti", country="RU")).certain


def test_a_finding_names_its_list_version_and_entry() -> None:
    """The law *Because*: each finding names its sources."""
    finding = only(advertiser("RIA Novosti"))

    assert finding.sources == (f"list:house-made-up@{'ab' * 32}#media-ria",)
    assert (finding.party_kind, finding.party_id, finding.list) == ("advertiser", "a1", "house-made-up")
    assert SCORER == "17"


def test_equal_answers_are_ordered_by_list_and_id() -> None:
    """No tie is left to the order of a dictionary."""
    twins = [entity(name, name="Nordlicht Rundfunk") for name in ("e2", "e1", "e3")]

    findings = list(screen([("payer", advertiser("Nordlicht Rundfunk"))], index_of(*twins)))

    assert [finding.entity_id for finding in findings] == ["e1", "e2", "e3"]


def test_every_score_is_the_logistic_of_the_sum_of_its_comparisons() -> None:
    """A score that its reasons do not give could not be contested."""
    for name in ("RIA Novosti", "Ria Novosty 24", "RT", "RIA Restaurant"):
        for listed in (RIA, RT):
            match = compare(advertiser(name, country="RU"), listed, SUFFIXES)
            total = sum(comparison.weight for comparison in match.because)
            expected = 1 / (1 + math.exp(-total)) if match.because else 0.0
            assert match.score == pytest.approx(expected, abs=1e-6)


def test_an_owner_is_screened_by_its_name_like_any_party() -> None:
    """Third parties of the ownership table are known by name only."""
    (finding,) = screen([("owner", advertiser("RIA Novosti", id="o1"))], INDEX)

    assert (finding.party_kind, finding.party_id) == ("owner", "o1")


def test_an_organisation_and_a_person_of_one_name_are_not_taken_for_each_other() -> None:
    """A stated kind weighs against another; an unstated one hardly."""
    person = entity("e1", "Person", name="KOROBOV, Igor")

    stated = compare(advertiser("Igor Korobov", schema="Company"), person, SUFFIXES).score
    unsaid = compare(advertiser("Igor Korobov"), person, SUFFIXES).score

    assert stated < unsaid
    assert unsaid >= THRESHOLD


@pytest.mark.parametrize(
    ("schema", "ours", "theirs"),
    [
        ("Company", "Torvancommunications Ltd", "TORVAN COMMUNICATIONS LTD"),
        ("Company", "Torvan Halden Works No. 2002", "TORVAN HALDEN WORKS 2002"),
        ("Company", "Limitedliability Company Torvan Halden", "LIMITED LIABILITY COMPANY TORVAN HALDEN"),
        ("Company", "Torvan Halden Clposed Joint-Stock Company", "TORVAN HALDEN CLOSED JOINT-STOCK COMPANY"),
        ("Person", "Faouaz Torvan Al-Raoui", "TORVAN AL-RAWI, Fawaz"),
        ("Person", "Ioulia Halden", "HALDEN, Yulia"),
        ("Person", "Cheikh Torvan Halden", "HALDEN, Torvan"),
        ("Person", "Ibo Halden", "HALDEN, Ibrahim"),
    ],
)
def test_a_name_is_found_as_another_language_or_a_quick_hand_writes_it(schema: str, ours: str, theirs: str) -> None:
    """Words written together, signs of numbers, forms with a slip, French letters, familiar forms."""
    listed = index_of(entity("e1", schema, name=theirs))
    found = list(screen([("advertiser", advertiser(ours, schema=schema))], listed))
    assert [(each.entity_id, each.strength) for each in found] == [("e1", "possible")]
