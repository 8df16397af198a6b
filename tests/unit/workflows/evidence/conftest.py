"""A made-up network with a radio station as advertiser, and what people do with a made-up article about it."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from evenhand.evidence import same_origin
from evenhand.model.evidence import ClaimShown, DocumentShown, Relation
from evenhand.workflows.evidence.adding import AddedDocument, Read, StatedDocument, add_documents
from evenhand.workflows.evidence.claim_decisions import (
    Correction,
    StatedDecision,
    Word,
    decide_claim,
    take_back_denial,
)
from evenhand.workflows.evidence.linking import Linked, StatedLink, link_claim
from evenhand.workflows.evidence.open_evidence import evidence_of
from evenhand.workflows.evidence_records.claims_shown import OpenedDocument, open_documents
from evenhand.workflows.people.acting import Acting
from tests.evidence_articles import TEXT, made_article
from tests.networks import DAY_1, TOOLS, MadeNetwork, empty_network

LATER = DAY_1 + timedelta(hours=1)
ANA = Acting("ana")


@pytest.fixture(scope="session")
def radio_began(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """A network in which Lantern Radio may buy, after one run."""
    made = empty_network(tmp_path_factory.mktemp("radio") / "network")
    made.add("advertisers", id="lantern", name="Lantern Radio", domains="lantern-radio.example", country="DE",
             verification="register")  # fmt: skip
    made.add("advertisers", id="quay", name="Quay Channel", domains="quay-channel.example", country="IE",
             verification="register")  # fmt: skip
    made.run(DAY_1)
    return made


class Desk:
    """A network with what a person does at it, an instant after the other."""

    def __init__(self, made: MadeNetwork) -> None:
        self.made, self.at = made, LATER

    def tick(self) -> datetime:
        """Return the next instant."""
        self.at += timedelta(minutes=1)
        return self.at

    def add(
        self, text: str = TEXT, *, official: bool = False, read: Read = made_article, by: Acting = ANA
    ) -> AddedDocument:
        """Save a text."""
        stated = StatedDocument(text.encode(), "https://quay-wire.example/1", "text/plain", official)
        (added,) = add_documents(self.made.network, [stated], by, self.tick(), TOOLS, read)
        return added

    def decide(
        self, claim: str, word: Word = "confirm", *, by: Acting = ANA, beside: Sequence[str] = (),
        correction: Correction | None = None, apart: str = "", overturns: int | None = None,
        unrelated: Sequence[str] = (),
    ) -> ClaimShown:  # fmt: skip
        """Say something of a claim."""
        why = "" if word == "confirm" and not unrelated else "made up"
        stated = StatedDecision(claim, word, why, tuple(beside), apart, overturns, correction or Correction(),
                                tuple(unrelated))  # fmt: skip
        return decide_claim(self.made.network, stated, by, self.tick(), TOOLS)

    def take_back(
        self, claim: str, denial: str, *, by: Acting = ANA, why: str = "made up", overturns: int | None = None
    ) -> ClaimShown:
        """Take back that a denial is of a claim."""
        stated = StatedDecision(claim, "confirm", why, overturns=overturns)
        return take_back_denial(self.made.network, stated, denial, by, self.tick(), TOOLS)

    def denials(self, claim: str) -> tuple[str, ...]:
        """Return what denies a claim or may do so."""
        documents = open_documents(self.made.network, evidence_of(self.made.network))
        shown = (each for opened in documents for each in opened.whole().claims)
        one = next(each for each in shown if each.id == claim)
        return (*one.denied_by, *one.perhaps_denied_by)

    def link(
        self, claim: str, party: str = "lantern", relation: Relation | None = "about", *, by: Acting = ANA,
        although: str = "", overturns: int | None = None,
    ) -> Linked:  # fmt: skip
        """Say what a claim is to a party."""
        stated = StatedLink(claim, party, relation, "" if relation else "made up", although, overturns)
        return link_claim(self.made.network, stated, by, self.tick(), TOOLS, same_origin)

    def document(self, document: str) -> DocumentShown:
        """Return a saved document with its claims."""
        records = evidence_of(self.made.network).documents[document]
        return OpenedDocument(self.made.network, records).whole()

    def confirm_all(self, document: str) -> dict[str, str]:
        """Confirm each claim of a document, denials first, and return the ids by those within the document."""
        shown = self.document(document).claims
        for each in sorted(shown, key=lambda claim: not claim.denies):
            self.decide(each.id, beside=(*each.denied_by, *each.perhaps_denied_by))
        return {each.claim.id: each.id for each in shown}

    def accused(self) -> dict[str, str]:
        """Save the article, confirm all of it and link its accusations; return the ids of its claims."""
        ids = self.confirm_all(self.add().document)
        for name in ("1", "2", "3"):
            self.link(ids[name])
        return ids


@pytest.fixture
def desk(radio_began: MadeNetwork, tmp_path: Path) -> Desk:
    """A desk of one's own at the network after its first run."""
    return Desk(radio_began.copy(tmp_path / "network"))


@pytest.fixture
def new_desk(radio_began: MadeNetwork, tmp_path: Path) -> Callable[[str], Desk]:
    """Return what makes further desks at copies of the network."""
    return lambda name: Desk(radio_began.copy(tmp_path / name))
