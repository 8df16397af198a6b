"""A made-up network with a wrong match: refused by law, with everything that a decision can reach."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path

from evenhand.store.outbox import Outbox
from evenhand.workflows.review.judgements import StatedJudgement, judge
from tests.commands import evenhand
from tests.networks import DAY_1, DAY_2, TOOLS, MadeNetwork, empty_network

DATABASE = "https://database.made-up.example/api/v1"
JUDGED_AT = DAY_1 + timedelta(hours=1)
EXPORTED_AT = f"{DAY_2 + timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}"
CHILDREN = ("works",)


def wrongly_matched(folder: Path, country: str = "qp") -> MadeNetwork:
    """Return a network in which `mills`, a namesake of an entry, was judged to be the entry: it and its child refused.

    It has three domains, a bundle, two seats (one of them shared with an allowed party), an account and a campaign,
    pays for another advertiser, and is on two exported lists; its statement is in an outbox.
    """
    made = empty_network(folder)
    listed = {"schema": "Company", "country": country, "topic": "made-up"}
    made.add("house-sanctions", id="s-mills", name="Dravik Mills", **listed)
    made.add("house-sanctions", id="s-other", name="Ferrolit Export", website="https://ferrolit.example", **listed)
    made.add("advertisers", id="mills", name="Dravik Mills", country=country.upper(), bundles="example.mills",
             domains="mills.example;dravik.example;mills-shop.example", seats="dsp-7;shared-1",
             accounts="instagram/dravikmills", prepaid="12.00")  # fmt: skip
    made.add("advertisers", id="works", name="Oat Works", domains="oat-works.example", seats="dsp-8")
    made.add("advertisers", id="agency-client", name="Plum Orchard", domains="plum.example", seats="shared-1")
    made.add("advertisers", id="listed", name="Harbour Lane Parts", domains="ferrolit.example")
    made.add("ownership", owner="mills", owned="works", share="80 %", kind="ownership")
    made.add("campaigns", id="c-mills", advertiser_id="mills", payer_id="mills", budget="100", spent="40")
    made.add("campaigns", id="c-plum", advertiser_id="agency-client", payer_id="mills", budget="10", spent="1")
    made.run(DAY_1)
    with closing(Outbox(folder / "outbox" / "made-up.sqlite", DATABASE, "ads.made-up.example/log", wait_s=0)):
        pass
    judge(made.network, StatedJudgement("mills", "s-mills", "same", "A. Analyst", "same name and country"), JUDGED_AT,
          TOOLS)  # fmt: skip
    made.run(DAY_2)
    for form, name in (("csv", "blocked.csv"), ("prebid-go", "prebid.json")):
        exported = evenhand("gate", "export", "--register", folder, "--format", form, "--out", folder / name,
                            "--at", EXPORTED_AT)  # fmt: skip
        assert exported.status == 0, exported
    return made
