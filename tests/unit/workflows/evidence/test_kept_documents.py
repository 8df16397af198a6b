"""Saved documents that a server keeps open: after each act the same as when all is read anew."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from evenhand.model.errors import NotFound, NotVerified
from evenhand.workflows.erasure.erase import erase
from evenhand.workflows.evidence import kept_documents
from evenhand.workflows.evidence.claim_decisions import Correction
from evenhand.workflows.evidence.claim_pages import claim_page, document_page
from evenhand.workflows.evidence.kept_documents import OpenedDocuments
from evenhand.workflows.evidence_records.evidence_files import document_folder
from evenhand.workflows.evidence_records.evidence_fold import Evidence, EvidenceFold, read_evidence
from evenhand.workflows.operations.ledgers import read_ledger
from tests.evidence_articles import TEXT
from tests.unit.workflows.evidence.conftest import Desk


class Kept:
    """What a server keeps of one network's documents."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.fold, self.opened = desk, EvidenceFold(), OpenedDocuments()

    @contextmanager
    def both(self) -> Iterator[tuple[Evidence, Evidence]]:
        """Yield what is kept and read on, and what is read anew."""
        with read_ledger(self.desk.made.network.ledger) as ledger:
            yield self.fold.read_on(ledger), read_evidence(ledger)

    def check(self) -> None:
        """Compare every page of every document."""
        network = self.desk.made.network
        with self.both() as (kept, plain):
            assert kept == plain
            for name in plain.documents:
                opened = self.opened.document(network, kept, name)
                page = document_page(network, plain, name)
                assert document_page(network, kept, name, opened) == page
                for each in page.shown.claims:
                    assert claim_page(network, kept, name, each.id, opened) == claim_page(network, plain, name, each.id)


def test_what_is_kept_of_documents_is_what_is_read(desk: Desk) -> None:
    """A page that showed a claim as it was before the last act would have somebody decide on an old state."""
    kept = Kept(desk)
    kept.check()
    first = desk.add()
    kept.check()
    ids = desk.confirm_all(first.document)
    kept.check()
    desk.link(ids["1"])
    kept.check()
    desk.link(ids["1"], relation=None)
    kept.check()
    desk.add(TEXT.replace("Harbour", "Haven"))
    kept.check()
    desk.decide(ids["5"], "correct", correction=Correction(speaker="Somebody"))
    kept.check()
    erase(desk.made.network.ledger, (), desk.tick(), basis="GDPR Art. 17", by="DPO", subject=first.document)
    kept.check()


def test_nothing_is_folded_or_opened_again_while_nothing_is_recorded(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A document of 3,000 claims took a second and more for each page."""
    kept = Kept(desk)
    document = desk.add().document
    with kept.both() as (first, _):
        opened = kept.opened.document(desk.made.network, first, document)
    monkeypatch.setattr(kept_documents, "OpenedDocument", None)

    with kept.both() as (second, _):
        assert second is first
        assert kept.opened.document(desk.made.network, second, document) is opened


def test_a_document_whose_file_was_changed_or_is_gone_is_not_shown_from_memory(desk: Desk) -> None:
    """What the ledger commits to is checked again as soon as a file is another."""
    kept = Kept(desk)
    document = desk.add().document
    kept.check()
    (reading,) = document_folder(desk.made.network, document).glob("reading-*.json")
    raw = reading.read_bytes()

    with kept.both() as (evidence, _):
        reading.write_bytes(raw + b" ")
        with pytest.raises(NotVerified):
            kept.opened.document(desk.made.network, evidence, document)
        reading.unlink()
        with pytest.raises(NotFound):
            kept.opened.document(desk.made.network, evidence, document)
        reading.write_bytes(raw)
        assert kept.opened.document(desk.made.network, evidence, document).whole().claims


def test_few_documents_stay_open(desk: Desk) -> None:
    """One of two million characters takes megabytes."""
    kept = Kept(desk)
    documents = [desk.add(TEXT + "x" * number).document for number in range(6)]
    with kept.both() as (evidence, _):
        for each in documents:
            kept.opened.document(desk.made.network, evidence, each)

    assert list(kept.opened._opened) == documents[-4:]
