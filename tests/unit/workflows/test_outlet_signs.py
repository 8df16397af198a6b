"""What makes the namesake of an outlet look like one itself, and what follows."""

import csv
import json
from pathlib import Path

import pytest

from evenhand.model.campaign import Campaign
from evenhand.model.party import Advertiser, MediaControl, Payer
from evenhand.workflows.evaluation.outlet_signs import looks_like_an_outlet
from evenhand.workflows.review.judgements import StatedJudgement, judge
from evenhand.workflows.review.review_queue import open_matches
from tests.networks import DAY_2, DAY_3, SUFFIXES, TOOLS, MadeNetwork, empty_network


@pytest.mark.parametrize(
    ("fields", "looks"),
    [
        ({}, False),
        ({"name": "QTV News"}, True),
        ({"aliases": ("Radio QTV",)}, True),
        ({"domains": ("qtv-news.example",)}, True),
        ({"domains": ("qtvnews.example",)}, True),
        ({"domains": ("qtv.example",)}, True),
        ({"domains": ("active.example", "newton.example")}, False),
    ],
)
def test_a_media_word_in_name_or_host_is_a_sign(fields: dict[str, object], looks: bool) -> None:
    """Words of broadcasting and the press, in a name or at the end of a host's label."""
    assert looks_like_an_outlet(Payer(**{"id": "p", "name": "Morvane", "schema": "Company"} | fields), ()) is looks


def test_news_that_it_advertises_or_states_is_a_sign() -> None:
    """A campaign with news, or the network's own statement of who controls it."""
    plain = Advertiser(id="a", name="Morvane")
    assert not looks_like_an_outlet(plain, (Campaign(id="c", advertiser_id="a", content=("commercial",)),))
    assert looks_like_an_outlet(plain, (Campaign(id="c", advertiser_id="a", content=("news",)),))
    assert looks_like_an_outlet(Advertiser(id="a", name="Morvane", media=MediaControl(source="own")), ())


def read_table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def network(tmp_path: Path) -> MadeNetwork:
    """A bakery, an outlet of three letters on the media list, a group of three letters on the list of sanctions."""
    made = empty_network(tmp_path / "network")
    made.add("house-media", id="m-1", schema="Organization", name="QTV", country="qm", topic="typology:SC")
    made.add("house-sanctions", id="s-1", schema="Organization", name="Quillmark Front", alias="QNF", country="qm")
    return made


@pytest.mark.parametrize(("theirs", "ours"), [("qm", "QN"), ("qn", "QM")])
@pytest.mark.parametrize(
    ("cells", "outcome", "rules"),
    [
        ({"name": "QTV", "domains": "qtv-bakes.example"}, "allow", ("open-to-all",)),
        ({"name": "QTV", "domains": "qtv-news.example"}, "hold", ("possible-match-payer", "possible-match-review")),
        ({"name": "QTV Radio"}, "hold", ("possible-match-payer", "possible-match-review")),
        ({"name": "QNF"}, "hold", ("possible-match-payer", "possible-match-review")),
    ],
)
def test_the_house_rulebook_holds_a_namesake_of_an_outlet_only_if_it_looks_like_one(
    network: MadeNetwork, cells: dict[str, str], outcome: str, rules: tuple[str, ...], theirs: str, ours: str
) -> None:
    """The countries exchanged make no difference. What is allowed is shown all the same."""
    network.row("house-media", "m-1")["country"] = network.row("house-sanctions", "s-1")["country"] = theirs
    network.add("advertisers", id="shop", country=ours, **cells)

    network.run()

    decision = network.last("shop")
    assert (decision.outcome, decision.reasons) == (outcome, rules)
    assert [each.entity_id for each in decision.findings] == ["s-1" if cells["name"] == "QNF" else "m-1"]


def test_a_namesake_that_is_allowed_is_shown_until_a_person_judged_it(network: MadeNetwork) -> None:
    """In the report of every run and in the queue; a judgement ends both."""
    network.add("advertisers", id="shop", name="QTV", domains="qtv-bakes.example")
    said = "One party bears the name of a listed outlet and nothing else speaks for it: QTV (shop)."
    assert any(each.startswith(said) for each in network.run().warnings)
    first, *others = read_table(network.folder / "out" / "decisions.csv")
    assert (first["id"], first["outcome"], first["strength"]) == ("shop", "allow", "name-only")
    assert first["next_step"].startswith("Look at the match: evenhand judge DIR shop")
    assert all(each["strength"] == "" for each in others)
    (waiting,) = open_matches(network.network, SUFFIXES)
    assert (waiting.match.finding.strength, waiting.match.finding.certain) == ("name_only", False)

    judge(network.network, StatedJudgement("shop", "m-1", "not-same", "A. Made-up", "A bakery"), DAY_2, TOOLS)

    assert not any("bears the name" in each for each in network.run(DAY_3).warnings)
    assert open_matches(network.network, SUFFIXES) == ()


def test_a_rulebook_that_does_not_know_the_weaker_bands_holds_every_match(network: MadeNetwork) -> None:
    """An older rulebook loses nothing: what it cannot tell apart is a possible match."""
    network.write()
    path = network.folder / "rulebook" / "designations.json"
    known = [each for each in json.loads(path.read_text("utf-8")) if not each["uid"]["id"].startswith("name-only")]
    path.write_text(json.dumps(known), "utf-8")
    network.add("advertisers", id="shop", name="QTV", domains="qtv-bakes.example")

    network.run()

    assert network.last("shop").outcome == "hold"
