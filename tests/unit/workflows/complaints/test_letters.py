"""The letters about complaints in `out/complaints`, and that none is lost or becomes another text."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from evenhand.model.complaint import Complaint
from evenhand.model.complaint_events import AcknowledgeBody, AskBody, ProvedBody, TellBody
from evenhand.model.errors import RecordIncomplete
from evenhand.model.record import sha256_hex
from evenhand.workflows.complaints.attachments import attachments_folder, keep_attachment
from evenhand.workflows.complaints.complained_decision import decision_named
from evenhand.workflows.complaints.filing import StatedComplaint, file_complaint
from evenhand.workflows.complaints.letters import answer_letter, letters_folder, question_letter, write_letters
from evenhand.workflows.complaints.reviewing import ask, propose
from evenhand.workflows.erasure.erase import erase
from evenhand.workflows.people.acting import Acting
from tests.complaints import PROGRAM, complain, held, to_review, upholding
from tests.networks import DAY_2, MadeNetwork

RITA = Acting("rita", conflict=False)


@pytest.fixture
def made(begun: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    return begun.copy(tmp_path / "network")


def files(made: MadeNetwork) -> dict[str, str]:
    """Return the letters by what follows the complaint's id, with their texts below the subject."""
    folder = letters_folder(made.network)
    texts = {path.name.partition(".")[2]: path.read_text("utf-8") for path in folder.iterdir()}
    return {name: text.partition("\n\n")[2] for name, text in texts.items()}


def test_an_acknowledgement_and_a_question_are_written_with_their_hash_in_the_event(made: MadeNetwork) -> None:
    """The party's own name stands in the letter where nobody gave another."""
    complaint = complain(made, "outlet")
    reviewed = to_review(made, complaint)
    with held(made) as opened:
        asked = ask(opened, reviewed, RITA, "Who appoints the editor?")

    written = files(made)

    assert set(written) == {"1.acknowledgement.txt", "5.question.txt"}
    first, question = asked.events[1].body, asked.events[5].body
    assert isinstance(first, AcknowledgeBody)
    assert isinstance(question, AskBody)
    assert first.letter == sha256_hex(written["1.acknowledgement.txt"].encode())
    assert question.letter == sha256_hex(written["5.question.txt"].encode())
    assert "Who appoints the editor?" in written["5.question.txt"]
    assert "until the end of 2 September 2026" in written["1.acknowledgement.txt"]
    assert not written["1.acknowledgement.txt"].startswith("To outlet\n")


def test_the_answer_is_told_with_its_letter(made: MadeNetwork) -> None:
    """Upheld: out of court and court are named, and each reason has its answer."""
    complaint = told(made)

    (text,) = (text for name, text in files(made).items() if name.endswith(".decision.txt"))

    assert complaint.state == "told"
    assert "You gave as a reason: the listed party is another one. Our answer: The register says the same." in text
    assert "Out of court: You can go to a certified body. In court: You can go to court." in text


def told(made: MadeNetwork) -> Complaint:
    reviewed = to_review(made, complain(made, "outlet"))
    with held(made) as opened:
        decided = propose(opened, reviewed, RITA, upholding())
        body = TellBody(letter=answer_letter(opened.network, opened.ledger, decided).sha256, language="en")
        complaint = opened.add(decided.id, body, by=PROGRAM)
        assert write_letters(opened.network, opened.ledger, (complaint,)) == []
    return complaint


def test_a_letter_that_is_missing_is_written_again_as_it_was(made: MadeNetwork) -> None:
    """As after a kill between the event and the file; what is there is never touched."""
    complaint = told(made)
    before = files(made)
    for path in letters_folder(made.network).iterdir():
        path.unlink()

    with held(made) as opened:
        assert write_letters(opened.network, opened.ledger, (complaint,)) == []

    assert files(made) == before


def test_a_letter_that_would_be_another_text_is_not_written(made: MadeNetwork) -> None:
    """Settings changed since: a file with other words would pass for what was sent."""
    complaint = told(made)
    for path in letters_folder(made.network).iterdir():
        path.unlink()
    made.settings["reasons"]["judicial"] = "Another court."
    made.write()

    with held(made) as opened:
        problems = write_letters(opened.network, opened.ledger, (complaint,))

    assert [each.endswith("is missing and cannot be made again from the records") for each in problems] == [True, True]
    assert list(letters_folder(made.network).iterdir()) == []


def test_a_question_without_a_word_is_refused_before_it_is_recorded(made: MadeNetwork) -> None:
    """The clock does not stop for nothing."""
    reviewed = to_review(made, complain(made, "outlet"))
    with held(made) as opened:
        with pytest.raises(RecordIncomplete, match="question"):
            ask(opened, reviewed, RITA, "?")
        assert opened.complaints.get(reviewed.id).state == "under_review"


def test_an_erasure_takes_letters_and_attachments_and_leaves_those_of_others(made: MadeNetwork) -> None:
    """What a letter says of an erased complaint must go with it; a file that another complaint names stays."""
    shared, own = b"A register.", b"A passport."
    decisions = {party: made.last(party).id for party in ("outlet", "namesake")}
    with held(made) as opened:
        kept = [keep_attachment(made.network, name, data) for name, data in (("a.txt", shared), ("b.txt", own))]
        for party, files_of in {"outlet": tuple(kept), "namesake": (kept[0],)}.items():
            about = decision_named(opened.ledger, decisions[party])
            stated = StatedComplaint(words="No.", reasons=("facts_wrong",), attachments=files_of)
            file_complaint(opened, about, stated, PROGRAM)
    assert len(list(letters_folder(made.network).iterdir())) == 2

    erased = erase(made.folder, [], DAY_2, subject="outlet", lift=True, basis="GDPR Art. 17(1)(a)", by="desk")

    (left,) = letters_folder(made.network).iterdir()
    assert decisions["namesake"] in left.read_text("utf-8")
    assert {path.name for path in attachments_folder(made.network).iterdir()} == {kept[0].sha256}
    assert erased.files is not None
    assert any(each.startswith("out/complaints/c-") for each in erased.files.removed)


def test_of_a_review_that_the_network_opened_the_party_is_told_what_changed(made: MadeNetwork) -> None:
    """It is named as it was in its own letter, and thanked for no complaint that it never made."""
    complaint = complain(made, "outlet")
    proved = replace(complaint.events[-1], body=ProvedBody(points=1), at=DAY_2)
    item = replace(
        complaint, way="same_mistake", filed_by=PROGRAM, outcome="reversed", new_decision="d-9",
        events=(*complaint.events, proved),
    )  # fmt: skip
    body = AskBody(question="Who owns you now?", due_at=DAY_2)

    with held(made) as opened:
        letter = answer_letter(opened.network, opened.ledger, item)
        question = question_letter(opened.network, opened.ledger, item, body)

    for each in (letter, question):
        assert PROGRAM not in each.text
        assert "your complaint" not in each.text
    assert "We lifted the restriction on 3 March 2026" in letter.text
