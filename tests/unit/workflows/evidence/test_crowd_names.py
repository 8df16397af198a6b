"""A named source has a name: a crowd is counted as unnamed, whatever the reader took it for."""

import pytest
from msgspec.structs import replace

from evenhand.model.claims import Article, SourceCount, Speaker
from evenhand.model.decision import Party
from evenhand.workflows.evidence.claim_decisions import Correction
from evenhand.workflows.evidence.open_evidence import evidence_of
from evenhand.workflows.evidence_records.crowd_names import counted_kind
from evenhand.workflows.evidence_records.party_tally import party_tallies
from tests.evidence_articles import TEXT, made_article
from tests.unit.workflows.evidence.conftest import Desk

CROWDS = """Passengers turn on the channel (Reuters)

Passengers accused it of fraud. Tenants accused it of theft, said the office. Harbour pilots agreed, Reuters reported.
Greenplate denied it. Lantern Radio and the Harbour Board did not, a greenplate dealer said. Petrel, too, was silent.
"""


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Passengers", "anonymous"), ("Tenants", "anonymous"), ("Harbour pilots", "anonymous"),
        ("the office", "unspecified"), ("Reuters", "named_organisation"), ("Petrel", "named_organisation"),
        ("Lantern Radio", "named_organisation"), ("The Harbour Board", "named_organisation"),
    ],
)  # fmt: skip
def test_a_word_that_is_no_name_is_no_named_organisation(name: str, kind: str) -> None:
    """It has no capital but a sentence's first, or it is a word for persons."""
    assert counted_kind("named_organisation", name, CROWDS) == kind
    assert counted_kind("named_person", name, CROWDS) == "named_person"


def test_two_crowds_are_no_two_named_sources(desk: Desk) -> None:
    """Two of them moved an advertiser from allowed to on hold; a person who names a body is believed."""
    text = TEXT.replace("The Harbour Board on", "Passengers on").replace("Two former port officials", "Tenants")

    def read(data: bytes, uri: str, media_type: str) -> Article:
        article = made_article(data, uri, media_type)
        names = {"1": "Passengers", "3": "Tenants"}
        kept = [each for each in article.claims if each.id in names]
        crowd = {name: Speaker(kind="named_organisation", name=who) for name, who in names.items()}
        return replace(article, claims=tuple(
            replace(each, speaker=crowd[each.id], source_count=SourceCount()) for each in kept
        ))  # fmt: skip

    claims = desk.document(desk.add(text, read=read).document).claims
    for each in claims:
        desk.decide(each.id)
        desk.link(each.id)
    party = Party(kind="advertiser", id="lantern")

    tally = party_tallies(evidence_of(desk.made.network))[party].tally
    assert (tally.named_sources, tally.anonymous_sources) == (0, 2)
    desk.decide(claims[0].id, "correct", correction=Correction(speaker="Harbour Board"))
    assert party_tallies(evidence_of(desk.made.network))[party].tally.named_sources == 1
