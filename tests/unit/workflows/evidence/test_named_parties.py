"""Whom a claim names decides whether a person has to say why it is about a party all the same."""

import json

import pytest
from msgspec.structs import replace

from evenhand.evidence.claims import read_article
from evenhand.intake import Tables
from evenhand.model.claims import Claim
from evenhand.model.decision import Party
from evenhand.model.errors import StateRefused
from evenhand.model.party import Advertiser, Ownership, Payer
from evenhand.workflows.evidence.named_parties import others_named
from evenhand.workflows.people.acting import Acting
from tests.networks import SUFFIXES
from tests.unit.workflows.evidence.conftest import Desk

REPORT = "The Harbour Board on Tuesday accused {whom} of concealing defects. It will meet again in the spring."
MILLS = Advertiser(id="mills", name="Dravik Mills Ltd", aliases=("Dravik Flour",))
OWNED = (Ownership(owner="grain", owned="mills", share=1_000_000),
         Ownership(owner="third", owned="grain", owner_name="Teodora Brask"))  # fmt: skip
TABLES = Tables((MILLS,), (Payer(id="grain", name="Ostmark Grain Holding"),), OWNED, (), (), (), (), {}, {})


def accusation(text: str) -> Claim:
    """Return the accusation that is read in a text."""
    return next(each for each in read_article(text.encode(), "a.txt").claims if each.stance == "accuses")


def named(text: str) -> tuple[str, ...] | None:
    """Return whom the accusation of a text names instead of the mills."""
    party = Party(kind="advertiser", id="mills")
    return others_named(text, accusation(text), ((0, len(text)),), party, TABLES, SUFFIXES)


@pytest.mark.parametrize("whom", ["Dravik Mills", "Dravik Flour", "Ostmark Grain", "Teodora Brask"])
def test_a_party_is_named_by_its_names_and_by_those_of_its_owners(whom: str) -> None:
    """The comparison is that of screening, so a missing legal form does not matter."""
    assert named(REPORT.format(whom=whom)) is None


def test_who_is_accused_instead_is_told() -> None:
    """A claim about a ferry line is nothing to a mill."""
    assert named(REPORT.format(whom="Brackwater Ferries")) == ("Brackwater Ferries",)


def test_where_nobody_is_named_the_names_of_the_document_count() -> None:
    """A reader looks up whom "the company" means; where the party is nowhere, a person says why."""
    unnamed = REPORT.format(whom="the company")

    assert named(f"{unnamed} The mill of Dravik Mills was closed.") is None
    assert named(f"{unnamed} The pier of Brackwater Ferries was closed.") == ()


@pytest.mark.parametrize(
    "report",
    [
        "{} accused {} of running fake shops, Paul Stern said on Tuesday.",
        "Paul Stern said on Tuesday {} has sued {} for fraud.",
        "{} had warned that {} runs fake shops, Paul Stern said on Tuesday. It is a fraud.",
        "“{} accused {} of fraud,” Paul Stern said on Tuesday.",
    ],
)
def test_who_accuses_in_a_report_is_not_whom_it_is_about(report: str) -> None:
    """Each name in both places: a link to the accuser is asked about, one to the accused is not."""
    text = report.format("Brackwater Ferries", "Dravik Mills")
    assert named(text) is None
    assert named(report.format("Dravik Mills", "Brackwater Ferries")) == ("Brackwater Ferries",)
    earlier = replace(accusation(text), target=(text.index("Brackwater"), text.index("Brackwater") + 18))
    party = Party(kind="advertiser", id="mills")
    assert others_named(text, earlier, (), party, TABLES, SUFFIXES) is None


def test_a_link_to_a_party_that_is_not_named_records_why_and_says_so(desk: Desk) -> None:
    """Who reads the record finds the person's words beside the link."""
    claims = desk.document(desk.add().document).claims
    desk.decide(claims[2].id, unrelated=[claims[3].id])

    with pytest.raises(StateRefused, match=r"does not name quay.*--although-not-named TEXT"):
        desk.link(claims[2].id, "quay")
    (link,) = desk.link(claims[2].id, "quay", although="the station's new name").claim.links
    assert link.although == "the station's new name"
    assert json.loads(desk.made.payloads("claim")[-1])["although"] == "the station's new name"
    (other, _) = desk.link(claims[2].id, "lantern", although="not needed").claim.links[::-1]
    assert other.although == ""


def test_a_link_by_another_person_is_taken_back_by_who_names_it(desk: Desk) -> None:
    """Nobody overturns a word that they have not seen."""
    claims = desk.document(desk.add().document).claims
    desk.decide(claims[2].id, unrelated=[claims[3].id])
    desk.link(claims[2].id)
    ben = Acting("ben")

    for changed in (None, "for"):
        with pytest.raises(StateRefused, match=r"`ana` linked it to lantern at .*say --overturn 0"):
            desk.link(claims[2].id, relation=changed, by=ben)  # type: ignore[arg-type]  # both are relations
    with pytest.raises(StateRefused, match="nobody has linked it"):
        desk.link(claims[2].id, "quay", by=ben, overturns=0, although="made up")
    assert desk.link(claims[2].id, relation=None, by=ben, overturns=0).claim.links == ()


@pytest.mark.parametrize("said", ["Lantern Radio on Tuesday asked {} to withdraw the decision.",
                                  "“We ask {} to withdraw the decision,” Lantern Radio said on Tuesday."])  # fmt: skip
@pytest.mark.parametrize(("asked", "is_draft"), [("Greenplate", False), ("the network", True)])
def test_what_is_asked_of_somebody_else_by_name_is_no_complaint(
    asked: str, is_draft: bool, said: str, desk: Desk
) -> None:
    """A firm that wants another's report withdrawn asks nothing of us."""
    text = f"{said.format(asked)} It will broadcast again in the spring."

    def read(data: bytes, uri: str, media_type: str) -> object:
        return read_article(data, uri, media_type)

    shown = desk.document(desk.add(text, read=read).document).claims  # type: ignore[arg-type]  # it is a reader
    request = next(each for each in shown if each.claim.stance == "requests")
    desk.decide(request.id)

    assert (desk.link(request.id, relation="by").draft is not None) is is_draft
