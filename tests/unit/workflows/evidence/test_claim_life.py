"""A claim is proposed by a reader and counts only when a person has confirmed it."""

import contextlib
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from evenhand.model.claims import Article
from evenhand.model.decision import Party
from evenhand.model.errors import BadInput, NotFound, NotPermitted, NotVerified, StateRefused
from evenhand.model.evidence import EvidenceEvent, Reading
from evenhand.model.log import LogRecord
from evenhand.model.record import sha256_hex
from evenhand.workflows.evidence.adding import add_documents
from evenhand.workflows.evidence.claim_decisions import Correction, StatedDecision, decide_claim
from evenhand.workflows.evidence.open_evidence import evidence_of
from evenhand.workflows.evidence_records import claim_marks
from evenhand.workflows.evidence_records.evidence_files import document_folder
from evenhand.workflows.evidence_records.evidence_fold import event_record
from evenhand.workflows.evidence_records.party_tally import party_tallies
from evenhand.workflows.evidence_records.stated_document import StatedDocument
from evenhand.workflows.operations.ledgers import open_ledger
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.people.signature_checks import verify_with_signatures
from tests.evidence_articles import TEXT, made_article
from tests.networks import DAY_2, TOOLS
from tests.people import acting, write_staff
from tests.unit.workflows.evidence.conftest import ANA, Desk


def test_a_document_is_saved_outside_of_the_ledger(desk: Desk) -> None:
    """The ledger has hashes and places, no name and no word of it."""
    added = desk.add()
    desk.confirm_all(added.document)

    assert len(added.proposed) == 5
    assert (document_folder(desk.made.network, added.document) / "saved").read_bytes() == TEXT.encode()
    payloads = b"".join(desk.made.payloads("claim"))
    assert not any(word in payloads for word in (b"Ostan", b"Harbour", b"Lantern", b"campaigns"))


def test_the_ids_of_many_claims_hash_their_text_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """To hash two million characters anew for each of 4,000 claims held the ledger for half a minute."""
    reading = Reading(text=TEXT * 50, article=made_article(TEXT.encode(), "a.txt", "text/plain"))
    hashed: list[int] = []

    def counted(data: bytes) -> str:
        hashed.append(len(data))
        return sha256_hex(data)

    monkeypatch.setattr(claim_marks, "sha256_hex", counted)

    ids = claim_marks.claim_ids("d" * 64, reading)

    assert len(set(ids.values())) == 5
    assert sum(size >= len(reading.text) for size in hashed) == 1


def test_the_same_document_is_saved_once(desk: Desk) -> None:
    """A second time it proposes nothing new."""
    first, second = desk.add(), desk.add()

    assert (second.document, second.is_new, second.read_anew) == (first.document, False, False)
    assert len(desk.made.payloads("claim")) == 2


def test_a_document_that_is_added_again_keeps_its_first_address(desk: Desk) -> None:
    """What waits was proposed before: nothing new does."""
    first = desk.add()
    stated = StatedDocument(TEXT.encode(), "copy.txt", "text/plain")
    (again,) = add_documents(desk.made.network, [stated], ANA, desk.tick(), TOOLS, made_article)

    assert desk.document(first.document).document.uri == "https://quay-wire.example/1"
    assert (again.read_anew, again.proposed, again.proposed_anew) == (False, first.proposed, ())
    assert "saved before from https://quay-wire.example/1" in again.notes[0]


def test_a_newer_reader_changes_nothing_that_a_person_confirmed(desk: Desk) -> None:
    """What it reads alike stays confirmed, what it reads otherwise is proposed anew."""
    added = desk.add()
    ids = {each.claim.id: each.id for each in desk.document(added.document).claims}
    desk.decide(ids["3"], beside=[ids["4"]])

    def newer(data: bytes, uri: str, media_type: str) -> Article:
        article = made_article(data, uri, media_type)
        claims = tuple(replace(each, stance="asserts") if each.id == "3" else each for each in article.claims)
        return replace(article, claims=claims, document=replace(article.document, extractor="newer"))

    again = desk.add(read=newer)

    claims = {each.id: each for each in desk.document(added.document).claims}
    assert (claims[ids["3"]].state, claims[ids["3"]].claim.stance) == ("confirmed", "accuses")
    assert again.read_anew
    assert not again.is_new
    assert len(claims) == 6
    assert set(ids.values()) - {ids["3"]} < set(again.proposed)
    assert len(again.proposed_anew) == 1


def test_a_person_rejects_a_claim_and_takes_it_back(desk: Desk) -> None:
    """The last word counts."""
    claim = desk.add().proposed[0]

    assert desk.decide(claim, "reject").state == "rejected"
    with pytest.raises(StateRefused, match="`ana` rejected it"):
        desk.decide(claim, "reject")
    assert desk.decide(claim, beside=desk.document(_document(desk)).claims[0].denied_by).state == "confirmed"


def test_a_corrected_claim_keeps_what_was_proposed(desk: Desk) -> None:
    """A name that the document does not have is marked as knowledge from elsewhere."""
    claim = desk.add().proposed[2]

    with pytest.raises(BadInput, match="nothing is corrected"):
        desk.decide(claim, "correct", correction=Correction(stance="accuses"))
    correction = Correction(speaker="Somebody Else", kind="named_person", persons=3)
    shown = desk.decide(claim, "correct", correction=correction, beside=desk.denials(claim))

    assert (shown.state, shown.claim.speaker.resolved_from) == ("corrected", "outside knowledge")
    assert shown.before is not None
    assert shown.before.speaker.kind == "anonymous"
    assert desk.document(_document(desk)).claims[2] == shown


@pytest.mark.parametrize("span", [(5, 5), (-1, 3), (0, 9_999), (8, 3)])
def test_a_correction_names_a_place_of_the_text(desk: Desk, span: tuple[int, int]) -> None:
    """Words are never typed: they are those of the document."""
    claim = desk.add().proposed[2]

    with pytest.raises(BadInput, match="no such place"):
        desk.decide(claim, "correct", correction=Correction(content=(span,)))


def test_what_is_denied_is_confirmed_beside_its_denial_alone(desk: Desk) -> None:
    """Whoever confirms an accusation names the denials in the same document."""
    claims = desk.document(desk.add().document).claims

    with pytest.raises(StateRefused, match="it is denied in the same document"):
        desk.decide(claims[0].id)
    assert desk.decide(claims[0].id, beside=[claims[3].id]).state == "confirmed"


def test_a_claim_is_linked_only_when_a_person_confirmed_it_and_its_denial_was_looked_at(desk: Desk) -> None:
    """No accusation stands in a case while its denial waits."""
    claims = desk.document(desk.add().document).claims
    accusation, denial = claims[0].id, claims[3].id

    with pytest.raises(StateRefused, match="nobody has confirmed"):
        desk.link(accusation)
    desk.decide(accusation, beside=[denial])
    with pytest.raises(StateRefused, match="a denial of it waits"):
        desk.link(accusation)
    with pytest.raises(NotFound, match="no decision is about"):
        desk.link(denial, "nobody") if desk.decide(denial) else None
    assert [each.party.id for each in desk.link(accusation).claim.links] == ["lantern"]
    with pytest.raises(StateRefused, match="linked it to lantern already"):
        desk.link(accusation)
    assert desk.link(accusation, relation=None).claim.links == ()


def test_an_accusation_waits_for_each_denial_of_its_document_that_may_be_of_it(desk: Desk) -> None:
    """All are named at once; a person puts them beside it, or says in words that they are of something else."""
    claims = desk.document(desk.add().document).claims
    officials, denial = claims[2].id, claims[3].id

    assert claims[2].perhaps_denied_by == (denial,)
    with pytest.raises(StateRefused, match=f"may be of it: {denial}"):
        desk.decide(officials)
    with pytest.raises(StateRefused, match="in the same document: q-") as refused:
        desk.decide(claims[0].id, apart="of others")
    assert "--unrelated" not in str(refused.value)
    with pytest.raises(BadInput, match="no denial of this document"):
        desk.decide(officials, beside=[denial, claims[1].id])
    assert desk.decide(officials, beside=[denial]).denied_by == (denial,)


def test_a_denial_is_answered_by_its_own_id_and_by_one_answer(desk: Desk) -> None:
    """It denies the claim, or it is of something else and the person says why; no answer covers several unread."""
    claims = desk.document(desk.add().document).claims
    accusation, officials, denial = claims[0].id, claims[2].id, claims[3].id

    with pytest.raises(StateRefused, match=r"--beside ID .* or --unrelated ID") as refused:
        desk.decide(officials)
    assert f"--beside {denial}" not in str(refused.value)
    with pytest.raises(BadInput, match="as its denial and as none of it"):
        desk.decide(officials, beside=[denial], unrelated=[denial])
    with pytest.raises(BadInput, match=f"itself that it denies {accusation}.*--denies -"):
        desk.decide(accusation, unrelated=[denial])
    with pytest.raises(BadInput, match="no reason is given"):
        decide_claim(desk.made.network, StatedDecision(officials, "confirm", unrelated=(denial,)), ANA, desk.tick(),
                     TOOLS)  # fmt: skip
    shown = desk.decide(officials, unrelated=[denial])
    assert (shown.denied_by, shown.perhaps_denied_by) == ((), ())


def test_a_denial_that_was_named_by_mistake_is_taken_back(desk: Desk) -> None:
    """The claim stays confirmed, the event says who took it back and why, and the denial counts for it no more."""
    claims = desk.document(desk.add().document).claims
    officials, denial = claims[2].id, claims[3].id
    desk.decide(denial)
    number = desk.decide(officials, beside=[denial]).number
    ben = Acting("ben")

    with pytest.raises(StateRefused, match=f"--overturn {number}"):
        desk.take_back(officials, denial, by=ben)
    with pytest.raises(BadInput, match="no reason is given"):
        desk.take_back(officials, denial, why=" ")
    shown = desk.take_back(officials, denial, by=ben, overturns=number)
    assert (shown.state, shown.denied_by, shown.perhaps_denied_by) == ("confirmed", (), ())
    assert (shown.by, shown.note) == ("ben", "made up")
    desk.link(officials)
    tally = party_tallies(evidence_of(desk.made.network))[Party(kind="advertiser", id="lantern")]
    assert tally.denials == ()
    with pytest.raises(StateRefused, match="was not put beside it"):
        desk.take_back(officials, denial, by=ben)


def test_what_was_named_beside_a_corrected_claim_is_taken_back_and_the_correction_stays(desk: Desk) -> None:
    """A confirmation would bring back what the reader proposed."""
    claims = desk.document(desk.add().document).claims
    officials, denial = claims[2].id, claims[3].id
    desk.decide(officials, "correct", beside=[denial], correction=Correction(persons=3))

    shown = desk.take_back(officials, denial)

    assert (shown.state, shown.denied_by) == ("corrected", ())
    assert shown.claim.source_count is not None
    assert shown.claim.source_count.n == 3


def test_a_denial_that_is_corrected_to_deny_nothing_is_asked_for_anew(desk: Desk) -> None:
    """What the reader tied is loosed at the denial; what a person named before is taken back by name."""
    claims = desk.document(desk.add().document).claims
    accusation, denial = claims[0].id, claims[3].id
    desk.decide(accusation, beside=[denial])
    with pytest.raises(BadInput, match="itself that it denies"):
        desk.take_back(accusation, denial)
    desk.decide(denial, "correct", correction=Correction(denies=()))

    assert desk.document(claims[0].document).claims[0].denied_by == (denial,)
    with pytest.raises(StateRefused, match=f"may be of it: {denial}"):
        desk.decide(accusation)
    assert desk.take_back(accusation, denial).denied_by == ()


def test_a_claim_that_is_corrected_to_an_accusation_waits_for_its_denials(desk: Desk) -> None:
    """The reader did not see what it says."""
    claims = desk.document(desk.add().document).claims
    request, denial = claims[4].id, claims[3].id
    correction = Correction(stance="accuses", speaker="Davo Rann", speaks_for="Guild")

    with pytest.raises(StateRefused, match=f"may be of it: {denial}"):
        desk.decide(request, "correct", correction=correction)
    shown = desk.decide(request, "correct", correction=correction, apart="he speaks of the tide")
    assert (shown.state, shown.denied_by, shown.perhaps_denied_by) == ("corrected", (), ())
    assert shown.note == "made up; he speaks of the tide"


def test_an_accusation_is_linked_with_the_party_s_own_denial_beside_it_alone(desk: Desk) -> None:
    """Who said that a denial is of something else is taken at their word; who says otherwise later, too."""
    claims = desk.document(desk.add().document).claims
    officials, denial = claims[2].id, claims[3].id
    desk.decide(officials, apart="of others")
    desk.link(officials)
    desk.decide(denial)
    desk.link(denial, relation="by")
    assert desk.decide(officials, beside=[denial]).denied_by == (denial,)
    desk.decide(officials, "reject")
    desk.decide(officials, beside=[denial])
    with pytest.raises(StateRefused, match="confirmed it at"):
        desk.decide(officials, beside=[denial])


def test_a_link_is_refused_where_the_party_s_own_denial_came_later_and_is_not_beside(desk: Desk) -> None:
    """The accusation was confirmed while its denial was rejected; it is put beside before either link stands."""
    claims = desk.document(desk.add().document).claims
    officials, denial = claims[2].id, claims[3].id
    desk.decide(denial, "reject")
    desk.decide(officials)
    desk.link(officials)
    desk.decide(denial)

    with pytest.raises(StateRefused, match=f"not beside the accusation {officials}: {denial}"):
        desk.link(denial, relation="by")
    with pytest.raises(StateRefused, match=f"not beside the accusation {officials}: {denial}"):
        desk.link(officials, "quay", although="made up")
    assert desk.decide(officials, beside=[denial]).denied_by == (denial,)
    assert desk.link(denial, relation="by").claim.links[0].relation == "by"
    assert len(desk.link(officials, "quay", although="made up").claim.links) == 2


def test_who_would_overturn_what_another_person_said_names_the_event(desk: Desk) -> None:
    """It is told who said what a moment ago; what has changed since then is told again."""
    claim = desk.add().proposed[4]
    desk.decide(claim)
    ben = Acting("ben")

    with pytest.raises(StateRefused, match=r"`ana` confirmed it at .* say --overturn 2"):
        desk.decide(claim, "reject", by=ben)
    desk.decide(claim, "reject", by=ben, overturns=2)
    with pytest.raises(StateRefused, match=r"`ben` rejected it at .* say --overturn 3"):
        desk.decide(claim, overturns=2)
    assert desk.decide(claim, overturns=3).state == "confirmed"
    assert desk.decide(claim, "reject").state == "rejected"
    with pytest.raises(StateRefused, match="nobody has decided it"):
        desk.decide(desk.document(_document(desk)).claims[3].id, overturns=3)


def test_no_act_is_dated_before_the_last_one_or_done_by_nobody(desk: Desk) -> None:
    """A document is saved before somebody confirms what it says."""
    claim = desk.add().proposed[4]
    saved = desk.at
    with pytest.raises(BadInput, match="nobody acts"):
        desk.decide(claim, by=Acting(" "))
    with pytest.raises(BadInput, match="nobody acts"):
        desk.add(by=Acting(""))
    desk.decide(claim)
    with pytest.raises(BadInput, match="nobody acts"):
        desk.link(claim, by=Acting(""))
    for act in (lambda: desk.decide(claim, "reject"), lambda: desk.link(claim), desk.add):
        desk.at = saved - timedelta(minutes=1)
        with (
            pytest.raises(BadInput, match="dated before the last thing that was done")
            if act != desk.add
            else (contextlib.nullcontext())
        ):
            act()


def test_a_request_by_the_party_becomes_a_draft_and_no_complaint(desk: Desk) -> None:
    """Only a person files a complaint."""
    ids = desk.confirm_all(desk.add().document)

    about, own = desk.link(ids["5"]), desk.link(ids["5"], relation="by")

    assert about.draft is None
    assert own.draft is not None
    assert "Lantern Radio editor" not in own.draft.words
    assert "We ask the network to look at this again”" in (desk.made.folder / own.draft.file).read_text("utf-8")
    assert desk.made.payloads("complaint") == []


def test_files_that_were_changed_are_refused(desk: Desk) -> None:
    """A word of a reading that differs in one letter is not what was recorded."""
    document = desk.add().document
    (path,) = document_folder(desk.made.network, document).glob("reading-*.json")
    path.write_bytes(path.read_bytes().replace(b"Ostan", b"Ostam"))

    with pytest.raises(NotVerified, match="was changed"):
        desk.document(document)
    path.unlink()
    with pytest.raises(NotFound, match="is missing"):
        desk.document(document)


def test_staff_sign_what_they_say_of_claims(desk: Desk) -> None:
    """Analysts confirm; auditors and operators do not, and a signature that fails is found."""
    write_staff(desk.made.folder)
    claim = desk.add(by=acting("ops")).proposed[2]

    denials = desk.denials(claim)
    for who in ("ops", "aud"):
        with pytest.raises(NotPermitted, match="not for the role"):
            desk.decide(claim, by=acting(who))
    with pytest.raises(NotPermitted, match="not signed"):
        desk.decide(claim, beside=denials)
    desk.decide(denials[0], by=acting("ana"))
    desk.decide(claim, by=acting("ana"), beside=denials)
    desk.link(claim, by=acting("ben"))

    report = verify_with_signatures(desk.made.network.ledger)
    assert (report.ok, report.signatures) == (True, 5)


def test_an_unsigned_act_in_a_network_with_staff_is_found(desk: Desk) -> None:
    """Somebody wrote it into the ledger without a key."""
    write_staff(desk.made.folder)
    added = desk.add(by=acting("ana"))
    with open_ledger(desk.made.network.ledger, draw=bytes) as ledger:
        event = EvidenceEvent(document=added.document, number=2, kind="reject", by="ana", at=desk.at,
                              claim=added.proposed[0], note="made up")  # fmt: skip
        ledger.append([event_record(event)], desk.at)
        ledger.publish(desk.at)

    report = verify_with_signatures(desk.made.network.ledger)
    assert [each.where for each in report.problems] == ["claim: not signed, and the network had a staff.toml"]


def test_records_of_others_under_this_kind_are_passed_over(desk: Desk) -> None:
    """A log takes any payload; a run goes on, and what is ours counts."""
    write_staff(desk.made.folder)
    with open_ledger(desk.made.network.ledger, draw=bytes) as ledger:
        for name, payload in (("1", b'{"words":"of somebody else"}'), ("2", b'["signed"]')):
            ledger.append([LogRecord(kind="claim", payload=payload, key=name)], desk.at)
        ledger.publish(desk.at)

    added = desk.add(by=acting("ana"))
    desk.made.run(DAY_2)

    assert list(evidence_of(desk.made.network).documents) == [added.document]
    assert verify_with_signatures(desk.made.network.ledger).ok


def test_a_claim_is_found_by_the_beginning_of_its_id(desk: Desk) -> None:
    """An id that several begin with is refused."""
    claim = desk.add().proposed[2]

    with pytest.raises(NotFound, match="no such claim"):
        desk.decide("q-")
    assert desk.decide(claim[:8], beside=desk.denials(claim)).id == claim


@pytest.mark.parametrize("data", [b"", b" " * 25_000_001])
def test_a_document_is_neither_empty_nor_too_large(desk: Desk, data: bytes) -> None:
    """Nothing is recorded of it."""
    with pytest.raises(BadInput, match="the document is"):
        desk.add(data.decode())
    assert desk.made.payloads("claim") == []


def _document(desk: Desk) -> str:
    (document,) = evidence_of(desk.made.network).documents
    return document


def test_a_folder_that_others_cannot_read_holds_a_document(desk: Desk, tmp_path: Path) -> None:
    """Its text may be personal data."""
    folder = document_folder(desk.made.network, desk.add().document)

    assert folder.stat().st_mode & 0o777 == 0o700
    assert all(each.stat().st_mode & 0o777 == 0o600 for each in folder.iterdir())
