"""A saved document is erased from the ledger and from every file; what counts for others stays."""

from collections.abc import Iterator

import pytest

from evenhand.model.errors import BadInput, StateRefused
from evenhand.model.evidence import EvidenceEvent
from evenhand.model.outcome import Outcome
from evenhand.workflows.erasure.erase import Erased, erase
from evenhand.workflows.evidence.open_evidence import evidence_of
from evenhand.workflows.evidence_records.evidence_files import document_folder
from evenhand.workflows.evidence_records.evidence_fold import event_record
from evenhand.workflows.operations.ledgers import open_ledger
from evenhand.workflows.queries.evidence_checkup import evidence_findings
from tests.networks import DAY_2, DAY_3
from tests.unit.workflows.evidence.conftest import Desk
from tests.unit.workflows.evidence.test_claims_in_decisions import accuse_twice, tally


def erased(desk: Desk, *entries: int, subject: str = "") -> Erased:
    """Erase entries, or all about a subject."""
    return erase(desk.made.network.ledger, entries, desk.tick(), basis="GDPR Art. 17", by="DPO", subject=subject)


def warnings(desk: Desk) -> Iterator[str]:
    """Return what the check-up says of the saved documents."""
    return (each.what for each in evidence_findings(desk.made.network, None))


def test_an_erased_document_leaves_neither_file_nor_record(desk: Desk) -> None:
    """Its claims count no more; the draft of a complaint made of it goes too."""
    ids = desk.accused()
    (document,) = evidence_of(desk.made.network).documents
    draft = desk.link(ids["5"], relation="by").draft
    assert draft is not None

    done = erased(desk, subject=document)

    assert done.files is not None
    assert f"evidence/{document}" in done.files.removed
    assert not document_folder(desk.made.network, document).exists()
    assert not (desk.made.folder / draft.file).exists()
    assert [each for each in desk.made.payloads("claim") if each] == []
    assert evidence_of(desk.made.network).documents == {}
    assert desk.add().is_new


def test_an_erasure_names_the_decisions_that_give_the_words(desk: Desk) -> None:
    """Their letters went out: they go with the party."""
    ids = accuse_twice(desk)
    desk.made.run(DAY_2)
    desk.at = DAY_2
    document = next(each.id for each in evidence_of(desk.made.network).documents.values() if ids["1"] in each.decided)

    done = erased(desk, subject=document)

    assert done.files is not None
    assert [each.entries for each in done.files.left if "rest on claims" in each.what] != []
    desk.made.run(DAY_3)
    assert desk.made.last("lantern").outcome is Outcome.ALLOW


def test_the_erasure_of_a_party_takes_its_links_and_nothing_of_others(desk: Desk) -> None:
    """One document may be about several parties."""
    ids = desk.accused()
    for name in ("1", "3"):
        desk.link(ids[name], "quay", although="made up")

    erased(desk, subject="quay")

    assert tally(desk).named_sources == 1
    assert list(evidence_of(desk.made.network).linked()) == [next(iter(evidence_of(desk.made.network).linked()))]
    assert list(warnings(desk)) == []


@pytest.mark.parametrize("kind", ["confirm", "reject", "unlink"])
def test_no_record_of_a_document_is_erased_alone(desk: Desk, kind: str) -> None:
    """What takes a claim back, erased, would let it count again."""
    ids = desk.accused()
    desk.link(ids["1"], relation=None)
    desk.decide(ids["3"], "reject")
    wanted = f'"kind":"{kind}"'.encode()
    seq = [seq for seq, payload in enumerate(desk.made.payloads()) if wanted in payload][-1]
    before = desk.made.size()

    with pytest.raises(BadInput, match="a part of what is recorded of a saved document"):
        erased(desk, seq)
    assert desk.made.size() == before


def test_a_document_of_which_a_record_is_missing_counts_no_more(desk: Desk) -> None:
    """What is missing may be what took a claim back."""
    ids = desk.accused()
    (document,) = evidence_of(desk.made.network).documents
    with open_ledger(desk.made.network.ledger, draw=bytes) as ledger:
        late = EvidenceEvent(document=document, number=99, kind="reject", by="ana", at=desk.at, claim=ids["5"])
        ledger.append([event_record(late)], desk.at)
        ledger.publish(desk.at)

    assert evidence_of(desk.made.network).incomplete == {document}
    assert evidence_of(desk.made.network).linked() == {}
    assert ["nothing of it counts" in each for each in warnings(desk)] == [True]
    with pytest.raises(StateRefused, match="was erased"):
        desk.add()


def test_the_checkup_names_files_that_are_gone(desk: Desk) -> None:
    """A backup of the ledger alone does not hold them."""
    document = desk.add().document
    folder = document_folder(desk.made.network, document)
    (folder / "saved").unlink()
    (folder.parent / ("0" * 64)).mkdir()

    missing, unknown = warnings(desk)
    assert missing.startswith("a file of a saved document is missing")
    assert unknown.startswith("evidence/000000000000 is not in the ledger")
