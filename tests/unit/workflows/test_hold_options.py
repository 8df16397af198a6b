"""What can change a hold, read from its decision."""

from msgspec.structs import replace

from evenhand.model.finding import Finding
from evenhand.model.ownership import OwnershipLink
from evenhand.workflows.review.hold_options import hold_options
from tests.networks import MadeNetwork

UNKNOWN = OwnershipLink(owner="o", owner_name="Owner", owned="minor", kind="ownership", unknown=True)


def test_an_unknown_share_is_the_cause_and_can_be_stated(begun: MadeNetwork) -> None:
    """Not a match that nobody has judged."""
    finding = Finding(party_kind="advertiser", party_id="minor", kind="possibly_owned_by_listed", list="l",
                      entity_id="e", score=1.0, certain=True, way=(UNKNOWN,))  # fmt: skip

    found = hold_options(replace(begun.last("minor"), findings=(finding,)), "data/campaigns.csv")

    assert found.owners == ("o (Owner) holds an unknown share of minor – leads to l#e",)
    assert found.cause == "Nobody has said what o (Owner) holds of minor, and that way leads to l#e"
    assert found.changes == ("--code ownership_shown --share o=SHARE% --document FILE",)


def test_verification_and_payer_are_read_from_the_grounds(begun: MadeNetwork) -> None:
    """A person states the one; the other stands in a table."""
    decision = replace(begun.last("minor"), findings=(), grounds=(
        ("r", "recorded", "Advertiser.verification"), ("s", "recorded", "context.payer_disclosed"),
    ))  # fmt: skip

    found = hold_options(decision, "data/campaigns.csv")

    assert found.changes == ("--code identity_verified --verified document --until DATE --document FILE",)
    assert found.tables == ("enter the payer in the table data/campaigns.csv, column payer_id",)


def test_who_pays_is_missing_in_a_row_and_column_that_are_named(begun: MadeNetwork) -> None:
    """As the network's own file calls them: a person looks for the cell, not for the table."""
    decision = replace(begun.last("minor"), findings=(), scope="campaign:c-1",
                       grounds=(("s", "recorded", "context.payer_disclosed"),))  # fmt: skip

    found = hold_options(decision, "data/campaigns.csv", "bill_to")

    assert found.tables == ("enter the payer in the table data/campaigns.csv, row c-1, column bill_to",)
