"""Texts in a table of events and texts of the network's own creatives: what says nearly the same is one object."""

import random
from pathlib import Path

import pytest

from evenhand.store.tables import read_parquet
from evenhand.workflows.influence import run_influence
from evenhand.workflows.influence.communities_shown import shown_communities
from evenhand.workflows.influence.edge_evidence import edge_evidence
from tests.networks import DAY_1, SUFFIXES, MadeNetwork, quiet
from tests.rings import RING, START, acts_of, ring_network, write_events, write_table

SALE = "The harbour bridge will ruin us all, vote against it on Sunday and tell your neighbours"
REWORDED = (
    "The harbour bridge will RUIN us all: vote against it on Sunday, tell your neighbours https://a.example/?id=1"
)
OTHER = "Two loaves for the price of one at the corner bakery, every morning before nine"


@pytest.fixture
def network(tmp_path: Path) -> MadeNetwork:
    return ring_network(tmp_path / "network")


def notice(made: MadeNetwork, texts: list[tuple[str, str]], creatives: dict[str, str]) -> dict[str, set[str]]:
    """Return the texts that each account has in common with somebody, by account."""
    for account in creatives:
        made.add("campaigns", id=f"o-{account}", advertiser_id=account, starts="2026-10-01")
        made.add("creatives", id=f"ad-{account}", campaign_id=f"o-{account}")
    acts = [
        (account, text, "creative_text", str(START + place * 7001), "") for place, (account, text) in enumerate(texts)
    ]
    write_events(made, [*acts_of(RING), *acts])
    made.write()
    ads = [(f"ad-{account}", f"o-{account}", text) for account, text in creatives.items()]
    write_table(made.folder / "data" / "creatives.csv", ("id", "campaign_id", "text"), ads)
    run_influence(made.network, DAY_1, SUFFIXES, quiet)
    found: dict[str, set[str]] = {}
    for row in read_parquet(made.folder / "state" / "influence" / "acts.parquet"):
        if row[2] == "creative_text":
            found.setdefault(str(row[1]), set()).add(str(row[3]))
    return found


def test_a_text_of_events_and_a_reworded_creative_are_one_object(network: MadeNetwork) -> None:
    """The object is the text of the events, so that a person who opens the evidence can read it."""
    found = notice(network, [("shop-1", SALE), ("shop-3", OTHER)], {"shop-2": REWORDED, "shop-4": OTHER.upper()})

    assert found["shop-1"] == found["shop-2"] == {f"creative_text:{SALE.casefold()}"}
    assert found["shop-3"] == found["shop-4"] == {f"creative_text:{OTHER.casefold()}"}
    (act,) = edge_evidence(network.network, "shop-1", "shop-2").acts
    assert (act.object_id, act.b_content) == (f"creative_text:{SALE.casefold()}", "ad-shop-2")


def test_texts_of_events_that_are_reworded_are_one_object_whatever_their_order(network: MadeNetwork) -> None:
    """A text that nobody else has stays its own, as do few words and ids."""
    few, one, another = "Vote now!", "9f86d081884c7d659a2feaa0c55ad015", "9f86d081884c7d659a2feaa0c55ad016"
    texts = [
        ("shop-1", REWORDED),
        ("shop-2", SALE),
        ("shop-3", OTHER),
        ("shop-4", few),
        ("shop-5", one),
        ("shop-6", another),
    ]
    found = notice(network, texts, {})
    random.Random(3).shuffle(texts)

    again = notice(network, texts, {})

    assert found == again
    assert found["shop-1"] == found["shop-2"]
    assert [found[f"shop-{number}"] for number in range(3, 7)] == [
        {f"creative_text:{each.casefold()}"} for each in (OTHER, few, one, another)
    ]


def test_a_text_is_the_same_in_other_signs_that_look_alike(network: MadeNetwork) -> None:
    """Full-width letters and a sharp s would hide that two show one text."""
    wide = "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in "Weisse Strassen sind strittig")

    found = notice(network, [("shop-1", "Weiße Straßen sind strittig")], {"shop-2": wide})

    assert found["shop-1"] == found["shop-2"]


def test_texts_that_were_not_all_compared_are_told_by_each_command(network: MadeNetwork) -> None:
    """Of very many texts from one template."""
    drawn = random.Random(1)
    words = ["".join(drawn.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(600)]
    begin = " ".join(words[:12])
    texts = [("shop-1", f"{begin} {' '.join(drawn.sample(words, 14))}") for _ in range(300)]

    notice(network, texts, {})

    _, tested = shown_communities(network.network)
    assert " texts are like so many others that not all were compared" in tested
