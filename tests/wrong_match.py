"""A made-up network with wrong matches: parties refused by name, with everything that a decision can reach."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from evenhand.store.outbox import Outbox
from evenhand.workflows.review.judgements import StatedJudgement, judge
from tests.commands import evenhand
from tests.networks import DAY_1, DAY_2, TOOLS, MadeNetwork, empty_network

DATABASE = "https://database.made-up.example/api/v1"
JUDGED_AT = DAY_1 + timedelta(hours=1)
EXPORTED_AT = f"{DAY_2 + timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}"


class Namesake(NamedTuple):
    """A party of a listed name, whom it owns, whom it pays for, and the campaign of that one."""

    party: str
    name: str
    country: str
    child: str
    client: str
    paid: str


MILLS = Namesake("mills", "Dravik Mills", "qp", "works", "agency-client", "c-plum")
LOOMS = Namesake("looms", "Tarvin Looms", "qm", "weavers", "loom-client", "c-cotton")


def wrongly_matched(folder: Path, *namesakes: Namesake) -> MadeNetwork:
    """Return a network in which namesakes (MILLS alone, if none is given) were judged to be listed entities.

    Each has three domains, a bundle, two seats (one of them shared with an allowed party), an account and a campaign,
    owns a party, pays for another one's campaign, and is on two exported lists; its statement is in an outbox. A
    company that is listed indeed is refused beside them.
    """
    made = empty_network(folder)
    made.add("house-sanctions", id="s-other", schema="Company", name="Ferrolit Export", topic="made-up",
             website="https://ferrolit.example")  # fmt: skip
    made.add("advertisers", id="listed", name="Harbour Lane Parts", domains="ferrolit.example")
    every = namesakes or (MILLS,)
    for each in every:
        _add(made, each)
    made.run(DAY_1)
    with closing(Outbox(folder / "outbox" / "made-up.sqlite", DATABASE, "ads.made-up.example/log", wait_s=0)):
        pass
    for each in every:
        stated = StatedJudgement(each.party, f"s-{each.party}", "same", "A. Analyst", "same name and country")
        judge(made.network, stated, JUDGED_AT, TOOLS)
    made.run(DAY_2)
    for form, name in (("csv", "blocked.csv"), ("prebid-go", "prebid.json")):
        exported = evenhand("gate", "export", "--register", folder, "--format", form, "--out", folder / name,
                            "--at", EXPORTED_AT)  # fmt: skip
        assert exported.status == 0, exported
    return made


def _add(made: MadeNetwork, each: Namesake) -> None:
    party = each.party
    made.add("house-sanctions", id=f"s-{party}", schema="Company", name=each.name, country=each.country,
             topic="made-up")  # fmt: skip
    made.add("advertisers", id=party, name=each.name, country=each.country.upper(), bundles=f"example.{party}",
             domains=f"{party}.example;{party}-news.example;{party}-shop.example", seats=f"dsp-{party};shared-{party}",
             accounts=f"instagram/{party}official", prepaid="12.00")  # fmt: skip
    made.add("advertisers", id=each.child, name=f"Oat {each.child}", domains=f"{each.child}.example",
             seats=f"dsp-{each.child}")  # fmt: skip
    made.add("advertisers", id=each.client, name=f"Plum {each.client}", domains=f"{each.client}.example",
             seats=f"shared-{party}")  # fmt: skip
    made.add("ownership", owner=party, owned=each.child, share="80 %", kind="ownership")
    made.add("campaigns", id=f"c-{party}", advertiser_id=party, payer_id=party, budget="100", spent="40")
    made.add("campaigns", id=each.paid, advertiser_id=each.client, payer_id=party, budget="10", spent="1")
