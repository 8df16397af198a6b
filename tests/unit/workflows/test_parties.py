"""Who is screened: each party once, as the one kind it is to the network."""

from evenhand.intake import Tables
from evenhand.model.party import Advertiser, Ownership, Payer
from evenhand.workflows.evaluation.run_context import parties_of


def test_an_id_stands_for_one_party() -> None:
    """An advertiser that pays is no second party, and an owner that is known keeps what the tables say of it."""
    tables = Tables(
        advertisers=(Advertiser(id="a1", name="Morning Crust"),),
        payers=(Payer(id="a1", name="Morning Crust"), Payer(id="p1", name="Plain Payer")),
        ownership=(
            Ownership(owner="p1", owned="a1", owner_name="Plain"),
            Ownership(owner="o1", owned="a1", owner_name="Third"),
            Ownership(owner="o2", owned="a1"),
        ),
        campaigns=(), creatives=(), votes=(), refused=(), hashes={}, rows={},
    )  # fmt: skip

    parties = parties_of(tables)

    assert {key: each.name for key, each in parties.items()} == {
        ("advertiser", "a1"): "Morning Crust", ("payer", "p1"): "Plain Payer", ("owner", "o1"): "Third",
    }  # fmt: skip
