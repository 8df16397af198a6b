"""Which law a decision rests on: that of the list, programme and place of its own case, and no other."""

import shutil
from pathlib import Path

import pytest

from evenhand.model.statement import DecisionGround
from evenhand.store.shipped_rulebooks import shipped_rulebook
from evenhand.workflows.delivery.statements import statement_of
from tests.grounds import untrue_grounds
from tests.networks import MadeNetwork, empty_network

UKR = "Regulation (EU) No 269/2014, 2, EU"
BEST_PRACTICES = "EU Best Practices on restrictive measures, Council document 11623/24, ownership of 50 % or more, EU"
OFAC = "OFAC revised guidance of 13 August 2014, 1, US"
SDGT = "International Emergency Economic Powers Act with 31 CFR part 594, blocking of property, US"


def listed(made: MadeNetwork, key: str, **programs: str) -> None:
    """Put an advertiser and a payer of each name on a list, known by their website."""
    rows = made.lists.setdefault(key, [])
    for name, program in programs.items():
        site = f"{name}.example"
        rows.append({"id": f"{key}-{name}", "schema": "Company", "name": f"Made-up {name}", "topic": program,
                     "website": f"https://{site}"})  # fmt: skip
        if not any(each["id"] == name for each in made.tables["advertisers"]):
            made.add("advertisers", id=name, name=f"Trading {name}", domains=site)


def owned(made: MadeNetwork, company: str, **shares: str) -> None:
    made.add("advertisers", id=company, name=f"Owned {company}", domains=f"{company}.example")
    for owner, share in shares.items():
        made.add("ownership", owner=owner, owned=company, share=share, kind="ownership")


def world_of_lists(folder: Path) -> MadeNetwork:
    """A network with a party on each list, alone and together, and what they own."""
    made = empty_network(folder)
    listed(made, "eu-fsf", torvik="UKR", quelm="UKR", ambry="BLR", odd="XYZ")
    listed(made, "ofac-sdn", torvik="SDGT", jestrel="SDGT", havrik="CUBA")
    listed(made, "un-sc", mirrow="Sudan")
    listed(made, "uk-sanctions", caldrune="Cyber")
    listed(made, "eu-annex-xv", plume="")
    listed(made, "house-sanctions", vantrik="made-up")
    owned(made, "of-eu", quelm="30 %", ambry="25 %")
    owned(made, "of-us", jestrel="50 %")
    owned(made, "of-both", quelm="25 %", jestrel="30 %")
    owned(made, "of-uk", caldrune="50 %")
    owned(made, "of-cuba", havrik="80 %")
    owned(made, "of-house", vantrik="50 %")
    made.add("advertisers", id="guest", name="Paid by another", domains="guest.example", payer_id="quelm")
    return made


@pytest.fixture(scope="module")
def european(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    made = world_of_lists(tmp_path_factory.mktemp("laws") / "european")
    made.run()
    return made


@pytest.fixture(scope="module")
def american(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    made = world_of_lists(tmp_path_factory.mktemp("laws") / "american")
    made.settings["network"]["bound_by"] = ["US", "GB"]
    made.run()
    return made


def grounds(made: MadeNetwork) -> dict[str, DecisionGround]:
    statements = map(statement_of, made.payloads("statement"))
    return {each.advertiser.id: each.ground for each in statements}


@pytest.mark.parametrize(
    ("party", "outcome", "law"),
    [
        ("quelm", "refuse", UKR),
        ("ambry", "refuse", "Regulation (EC) No 765/2006, 2, EU"),
        ("torvik", "refuse", UKR),
        ("mirrow", "refuse", "United Nations Security Council Resolution 1591 (2005), freezing of funds and economic "
         "resources, UN; Regulation (EU) No 747/2014, 5, EU"),
        ("plume", "refuse", "Regulation (EU) No 833/2014, 2f and Annex XV, EU"),
        ("odd", "refuse", "Council regulation that the entry's programme names, freezing of funds and economic "
         "resources, EU"),
        ("of-eu", "refuse", f"Regulation (EC) No 765/2006, 2, EU; {UKR}; {BEST_PRACTICES}"),
        ("guest", "refuse", UKR),
        ("jestrel", "hold", None),
        ("caldrune", "hold", None),
        ("havrik", "hold", None),
        ("of-us", "hold", None),
        ("of-uk", "hold", None),
        ("of-both", "hold", None),
        ("of-cuba", "hold", None),
        ("vantrik", "refuse", None),
        ("of-house", "refuse", None),
    ],
)  # fmt: skip
def test_a_network_of_the_union_refuses_by_law_only_whom_its_own_law_lists(
    european: MadeNetwork, party: str, outcome: str, law: str | None
) -> None:
    """A list of another state holds, the network's own list refuses by contract."""
    ground = grounds(european)[party]

    assert european.last(party).outcome == outcome
    assert ground.type == ("law" if law else "clause")
    if law is not None:
        assert sorted(ground.reference.split("; ")) == sorted(law.split("; "))


@pytest.mark.parametrize(
    ("party", "outcome", "law"),
    [
        ("jestrel", "refuse", SDGT),
        ("torvik", "refuse", SDGT),
        ("havrik", "refuse", "Trading With the Enemy Act with 31 CFR part 515, blocking of property, US"),
        ("of-us", "refuse", f"{SDGT}; {OFAC}"),
        ("caldrune", "refuse", "The Cyber (Sanctions) (EU Exit) Regulations 2020, asset freeze, GB"),
        ("mirrow", "refuse", "United Nations Security Council Resolution 1591 (2005), freezing of funds and economic "
         "resources, UN"),
        ("quelm", "hold", None),
        ("plume", "hold", None),
        ("of-eu", "hold", None),
        ("of-uk", "hold", None),
    ],
)  # fmt: skip
def test_the_same_parties_under_other_laws_are_decided_by_those(
    american: MadeNetwork, party: str, outcome: str, law: str | None
) -> None:
    """The mirror: what binds there holds here. Half in one British hand is not more than half."""
    ground = grounds(american)[party]

    assert (american.last(party).outcome, ground.type) == (outcome, "law" if law else "clause")
    if law is not None:
        assert ground.reference == law


def test_no_statement_names_a_law_that_its_findings_do_not_rest_on(
    european: MadeNetwork, american: MadeNetwork
) -> None:
    """Law *True grounds*, in both."""
    assert untrue_grounds(european.folder) == untrue_grounds(american.folder) == []


def test_a_program_on_cuba_or_iran_makes_a_network_of_the_union_look_at_the_blocking_statute(
    european: MadeNetwork, american: MadeNetwork
) -> None:
    """Directly and through owners; not where the Union's law does not bind."""
    for party in ("havrik", "of-cuba"):
        assert "blocking-statute-review" in european.last(party).reasons
        assert "No 2271/96" in grounds(european)[party].explanation
    assert "2271/96" not in grounds(european)["jestrel"].explanation
    assert not [each for each in american.decisions() if "blocking-statute-review" in each.reasons]


def test_owners_of_two_lists_meet_no_law_and_are_looked_at_together(european: MadeNetwork) -> None:
    """25 % and 30 % are 55 % of nobody's list."""
    decision = european.last("of-both")
    shares = decision.facts["entities"][0]["attrs"]["regime_share_bp"]

    assert decision.reasons == (
        "listed-owners-together", "listed-owners-together-payer", "minority-designated-owner",
    )  # fmt: skip
    assert shares == {"eu": 2500, "un": 0, "uk": 0, "us": 3000, "us_cuba_iran": 0, "house": 0}


def test_the_share_of_a_law_that_asks_for_more_than_half_is_rounded_up(tmp_path: Path) -> None:
    """A ten-thousandth of a per cent over the half is over it."""
    made = empty_network(tmp_path / "network")
    made.settings["network"]["bound_by"] = ["GB"]
    listed(made, "uk-sanctions", caldrune="Cyber")
    owned(made, "just-over", caldrune="50.0001 %")

    made.run()

    assert made.last("just-over").reasons == ("minority-designated-owner", "uk-owned", "uk-payer")


def test_a_program_without_a_law_is_told_by_the_run(tmp_path: Path) -> None:
    """Somebody has to look it up."""
    made = empty_network(tmp_path / "network")
    listed(made, "eu-fsf", odd="XYZ", quelm="UKR")

    report = made.run()

    assert report.contested == (
        "laws.csv names no law for programme XYZ of eu-fsf, under which 1 party is listed: the rule's own "
        "@legal_basis is cited",
    )


def test_an_older_rulebook_that_cites_one_law_for_every_list_says_nothing_untrue(tmp_path: Path) -> None:
    """Its rule refuses as it did; the statement names a law only where a list of that law is among the findings."""
    made = empty_network(tmp_path / "network")
    shutil.rmtree(made.folder / "rulebook")
    shutil.copytree(shipped_rulebook("two-names-2017"), made.folder / "rulebook")
    made.settings["rulebook"]["historic"] = True
    listed(made, "eu-fsf", quelm="UKR")
    listed(made, "ofac-sdn", jestrel="SDGT")
    listed(made, "house-sanctions", vantrik="made-up")

    made.run()

    assert {each: made.last(each).outcome for each in ("quelm", "jestrel", "vantrik")} == dict.fromkeys(
        ("quelm", "jestrel", "vantrik"), "refuse"
    )
    assert grounds(made)["quelm"].reference == UKR
    assert {grounds(made)[each].type for each in ("jestrel", "vantrik")} == {"clause"}
    assert "bound_by" not in made.last("quelm").facts["context"]
    assert "regime_share_bp" not in made.last("quelm").facts["entities"][0]["attrs"]
