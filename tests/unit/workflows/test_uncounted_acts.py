"""Which of the acts and things that two accounts share count, and what is said of two that are not linked."""

import hashlib
import random
from pathlib import Path

import pytest
from msgspec.structs import replace

from evenhand.model.coordination import UncountedToken
from evenhand.store.network import read_network
from evenhand.workflows.influence import run_influence
from evenhand.workflows.influence.communities_shown import edge_sentences
from evenhand.workflows.influence.edge_evidence import edge_evidence, kept_result
from evenhand.workflows.influence.noticed_coordination import result_sentence
from evenhand.workflows.influence.uncounted_acts import unlinked_sentences
from tests.commands import evenhand
from tests.networks import DAY_2, SUFFIXES, MadeNetwork, empty_network
from tests.rings import START, background, write_events

MARK = START // 900 * 900
FEED = tuple(f"feed-{number}" for number in range(9))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """Return a network: two with the same pictures, all with the same host, nine that publish at full quarters."""
    made = empty_network(tmp_path_factory.mktemp("uncounted") / "network")
    accounts = ("ads-0", "ads-1", *FEED, *(f"shop-{number}" for number in range(20)))
    for account in accounts:
        made.add("advertisers", id=account, name=f"Quolvet {account}", country="DE", verification="register")
        made.add("campaigns", id=f"order-{account}", advertiser_id=account, landing_url="https://mall.example/",
                 starts="2026-01-05" if account != "ads-1" else "2026-02-20",
                 payer_id="bakery" if account == "shop-0" else account)  # fmt: skip
    for account in ("ads-0", "ads-1"):
        for number in range(7):
            made.add("creatives", id=f"{account}-{number}", campaign_id=f"order-{account}",
                     media_sha256=hashlib.sha256(f"{number}".encode()).hexdigest())  # fmt: skip
    made.settings["intake"]["events"] = "data/events.csv"
    made.write()
    chance = random.Random(3)
    write_events(made, [
        *((account, f"https://feed.example/{item}", "landing_url", str(MARK + quarter * 900 + chance.randrange(-5, 6)),
           f"{account}-{item}")
          for item, quarter in enumerate(chance.sample(range(95), 30)) for account in FEED),
        *background([f"shop-{number}" for number in range(20)]),
    ])  # fmt: skip
    run_influence(read_network(made.folder), DAY_2, SUFFIXES, lambda *_: None)
    return made


def test_two_alike_in_one_kind_of_thing_are_told_so_and_not_that_it_is_chance(made: MadeNetwork) -> None:
    """Seven pictures are far more than chance allows; one kind of thing alone links nobody."""
    sentences = edge_sentences(read_network(made.folder), "ads-0", "ads-1")

    assert sentences[:2] == (
        "ads-0 and ads-1 are not linked.",
        "They are alike in one kind of thing alone (pictures: 7): not linked by that. Two kinds must be shared, and"
        " what one advertisement carries (host, page, text, picture, tags) is one kind.",
    )


def test_an_edge_says_of_each_thing_in_common_whether_it_counts(made: MadeNetwork) -> None:
    """Eight are listed; a host that everybody has says nothing, pictures alone do not count; days are no moments."""
    evidence = edge_evidence(read_network(made.folder), "ads-0", "ads-1")
    shown = evenhand("influence", "edge", made.folder, "ads-0", "ads-1")

    assert sorted(act.uncounted for act in evidence.acts) == ["alike in one kind of thing alone"] * 7 + ["widespread"]
    assert "8 shared acts or things, 0 of them within one minute; 8 of the 8 do not count:" in shown.lines
    assert "2026-01-05  2026-02-20  46 days apart" in shown.out
    assert "00:00:00 UTC" not in shown.out


def test_a_payment_token_of_very_many_is_told(made: MadeNetwork) -> None:
    """It counts for no pair, and a person should look at who has it; of a host that all have nothing is said."""
    found = kept_result(read_network(made.folder)).coordination
    many = (
        UncountedToken(
            object_type="payment_token_hash", object_id="payment_token_hash:r7", accounts=16, why="widespread"
        ),
        UncountedToken(object_type="host", object_id="host:mall.example", accounts=31, why="widespread"),
    )
    told = result_sentence(replace(found, uncounted=many), 0)

    assert (
        "; 16 accounts have one payment token (payment_token_hash:r7), which was left out as widespread: look at"
        in told
    )
    assert "mall.example" not in told
    assert "payment token" not in result_sentence(found, 0)


def test_two_of_one_community_are_not_called_unlinked(made: MadeNetwork) -> None:
    """Each is linked with others of it, and they with one another by nothing."""
    evidence = edge_evidence(read_network(made.folder), "ads-0", "ads-1")

    assert next(unlinked_sentences(evidence, "g-1")) == (
        "ads-0 and ads-1 are both in g-1: each is linked with others there, not with the other."
    )


def test_acts_at_full_quarters_are_listed_and_marked_as_not_counted(made: MadeNetwork) -> None:
    """What the test leaves out is not shown as if it spoke for a link."""
    shown = evenhand("influence", "edge", made.folder, "feed-0", "feed-1")
    every = evenhand("influence", "show", made.folder)

    assert "feed-0 and feed-1 are not linked." in shown.out
    assert "moments in common do not count: both at full minutes" in shown.out
    acts = [line for line in shown.lines if "feed.example" in line]
    assert acts
    assert all("does not count: " in line for line in acts)
    assert sum("both at full minutes" in line for line in acts) > 10
    assert "accounts act at full minutes by habit, and what two of them did then does not count" in every.lines[0]


def test_the_line_above_the_acts_counts_as_close_what_the_list_calls_close(made: MadeNetwork) -> None:
    """None of them counts, and all that is called close below is counted above."""
    evidence = edge_evidence(read_network(made.folder), "feed-0", "feed-1")
    close, number = sum(act.is_close for act in evidence.acts), len(evidence.acts)

    assert (evidence.counted, close > 10) == ((), True)
    assert evidence.closeness == (
        f"{close} of them within one minute; {number} of the {number} do not count, {close} of these within one minute"
    )


def test_two_that_share_nothing_are_told_so(made: MadeNetwork, tmp_path: Path) -> None:
    """And of one moment in common nothing is said."""
    made = made.copy(tmp_path / "network")
    write_events(made, [
        ("shop-0", "https://one.example/", "landing_url", str(START + 77), "x"),
        ("shop-1", "https://one.example/", "landing_url", str(START + 90), "y"),
        ("@stranger", "https://two.example/", "landing_url", str(START), "z"),
    ])  # fmt: skip
    network = read_network(made.folder)
    run_influence(network, DAY_2, SUFFIXES, lambda *_: None)

    assert edge_sentences(network, "@stranger", "shop-1") == (
        "@stranger and shop-1 are not linked.", "They share nothing that is compared.",
    )  # fmt: skip
    assert edge_sentences(network, "shop-0", "shop-1")[1] == (
        "They acted on 1 of the same things in the same ten minutes, 1 within one minute: of one alone nothing can be"
        " said."
    )
