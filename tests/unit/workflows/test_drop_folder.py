"""Complaints that come as files: each is taken once, none is lost, and no program's mail makes one."""

import json
from codecs import BOM_UTF8
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from evenhand.model.complaint import Complaint
from evenhand.model.errors import BadInput, NotFound, NotVerified
from evenhand.workflows.complaint_records.complaint_store import read_complaints
from evenhand.workflows.complaints.attachments import (
    MOST_BYTES,
    attachment_problem,
    attachments_folder,
    keep_attachment,
    read_attachment,
)  # fmt: skip
from evenhand.workflows.complaints.drop_folder import TakenFile, files_of, take_files
from evenhand.workflows.complaints.mail import read_mail
from evenhand.workflows.complaints.relief import withdraw
from evenhand.workflows.complaints.reviewing import ask
from evenhand.workflows.people.acting import Acting
from tests.complaints import FILED, PROGRAM, complain, held, to_review
from tests.networks import MadeNetwork

MAIL = """\
Received: from mx.made-up.example by ads.made-up.example; Mon, 02 Mar 2026 12:30:00 +0000
From: Anna Made-Up <anna@made-up.example>
Subject: Re: your letter {reference}
Message-ID: <1@made-up.example>
Content-Type: text/plain; charset=utf-8

{words}
"""


@pytest.fixture
def made(begun: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    return begun.copy(tmp_path / "network")


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    (tmp_path / "drop").mkdir()
    return tmp_path / "drop"


def mail(reference: str = "", words: str = "This is not our company.", **headers: str) -> str:
    extra = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in headers.items())
    return extra + MAIL.format(reference=reference, words=words)


def appeal(**changes: object) -> str:
    whole = {
        "appealId": "a-1", "appealedBy": {"id": "outlet", "typeId": "advertiser"},
        "appealedAt": "2026-03-02T12:15:00Z", "actionedItem": {"id": "outlet", "typeId": "advertiser"},
        "actionsTaken": [], "appealReason": "This is not our company.",
    }  # fmt: skip
    return json.dumps(whole | changes)


def take(made: MadeNetwork, path: Path, *, move: bool = True) -> list[TakenFile]:
    with held(made) as opened:
        return list(take_files(opened, files_of(path), PROGRAM, move=move))


def complaints(made: MadeNetwork) -> list[Complaint]:
    with held(made) as opened:
        return list(read_complaints(opened.ledger).by_id.values())


def test_a_mail_that_names_the_letter_becomes_a_complaint_about_its_decision(made: MadeNetwork, drop: Path) -> None:
    """With sender, words, and the whole message as an attachment; it counts from when our server took it."""
    decision = made.last("outlet").id
    (drop / "1.eml").write_text(mail(decision.replace("d-", "r-")), "utf-8")

    (taken,) = take(made, drop)

    (complaint,) = complaints(made)
    assert (taken.complaint, taken.is_new, taken.decision) == (complaint.id, True, decision)
    assert (complaint.filed_by, complaint.contact) == ("Anna Made-Up", "anna@made-up.example")
    assert (complaint.words, complaint.reasons) == ("This is not our company.", ())
    assert complaint.filed_at == FILED - timedelta(minutes=30)
    assert read_attachment(made.network, complaint.attachments[0]).decode() == mail(decision.replace("d-", "r-"))
    assert not list(drop.iterdir())


def test_an_appeal_of_coop_becomes_a_complaint(made: MadeNetwork, drop: Path) -> None:
    """The decision is named in the actions that were taken."""
    decision = made.last("outlet").id
    (drop / "1.json").write_text(appeal(actionsTaken=[{"id": "refuse", "ref": decision}]), "utf-8")

    take(made, drop)

    (complaint,) = complaints(made)
    assert (complaint.decision, complaint.filed_by, complaint.way) == (decision, "outlet", "drop_folder")
    assert complaint.filed_at == FILED - timedelta(minutes=45)


@pytest.mark.parametrize(("hours", "counts"), [(-200 * 24, 1), (-0.01, 1), (0, 0), (0.5, 0.5), (2, 1)])
@pytest.mark.parametrize("form", ["appeal", "mail"])
def test_a_message_that_says_it_is_older_than_its_decision_counts_from_when_it_is_taken(
    made: MadeNetwork, drop: Path, form: str, hours: float, counts: float
) -> None:
    """The network would be late before it decided; a day ahead is believed no more."""
    decision = made.last("outlet")
    sent, lag = decision.decided_at + timedelta(hours=hours), FILED - decision.decided_at
    if form == "appeal":
        (drop / "1.json").write_text(appeal(actionsTaken=[decision.id], appealedAt=sent.isoformat()), "utf-8")
    else:
        text = mail(decision.id).replace("Mon, 02 Mar 2026 12:30:00 +0000", format_datetime(sent))
        (drop / "1.eml").write_text(text, "utf-8")
    (taken,) = take(made, drop)

    (complaint,) = complaints(made)
    assert (taken.decision, lag) == (decision.id, timedelta(hours=1))
    assert complaint.filed_at == (decision.decided_at + timedelta(hours=counts)).replace(microsecond=0)
    assert all(each.due_at > FILED for each in complaint.deadlines)


def test_an_appeal_with_a_byte_order_mark_is_taken(made: MadeNetwork, drop: Path) -> None:
    """As tables with one are; it is kept byte for byte."""
    data = BOM_UTF8 + appeal(actionsTaken=[made.last("outlet").id]).encode()
    (drop / "1.json").write_bytes(data)

    (taken,) = take(made, drop)

    (complaint,) = complaints(made)
    assert (taken.refused, complaint.decision) == ("", made.last("outlet").id)
    assert read_attachment(made.network, complaint.attachments[0]) == data


def test_a_message_without_a_reference_is_kept_for_a_person(made: MadeNetwork, drop: Path) -> None:
    """It names no decision, so it waits as filed."""
    (drop / "1.eml").write_text(mail(), "utf-8")
    (drop / "2.json").write_text(appeal(), "utf-8")

    take(made, drop)

    assert [(each.state, each.decision) for each in complaints(made)] == [("filed", "")] * 2


@pytest.mark.parametrize(
    "item", ["outlet", {"id": "outlet", "typeId": "advertiser"}, {"data": {"advertiser": "outlet"}}]
)
def test_an_appeal_that_names_a_party_and_no_decision_waits_for_a_person(
    made: MadeNetwork, drop: Path, item: object
) -> None:
    """A party may have several decisions: which one is meant, a person says. The appeal is kept whole."""
    text = appeal(actionedItem=item, actionsTaken=[])
    (drop / "1.json").write_text(text, "utf-8")

    (taken,) = take(made, drop)

    (complaint,) = complaints(made)
    assert (taken.complaint, taken.refused) == (complaint.id, "")
    assert (complaint.state, complaint.decision) == ("filed", "")
    assert read_attachment(made.network, complaint.attachments[0]).decode() == text


def test_the_same_message_is_taken_once(made: MadeNetwork, drop: Path) -> None:
    """Delivered twice, or taken again after a process was killed between record and removal."""
    for name in ("1.eml", "2.eml"):
        (drop / name).write_text(mail("x"), "utf-8")
    first = take(made, drop)
    (drop / "3.eml").write_text(mail("x"), "utf-8")
    again = take(made, drop)

    assert [each.is_new for each in (*first, *again)] == [True, False, False]
    assert len(complaints(made)) == 1
    assert not list(drop.iterdir())


@pytest.mark.parametrize(
    "headers",
    [{"Auto_Submitted": "auto-replied"}, {"X_Auto_Response_Suppress": "All"}, {"Precedence": "bulk"},
     {"Return_Path": "<>"}, {"Auto_Submitted": "auto-generated (rejected)"}],
)  # fmt: skip
def test_a_program_s_mail_makes_no_complaint_and_is_kept(
    made: MadeNetwork, drop: Path, headers: dict[str, str]
) -> None:
    """Acknowledging an automatic reply would go on for ever."""
    (drop / "1.eml").write_text(mail(made.last("outlet").id, **headers), "utf-8")

    (taken,) = take(made, drop)

    assert taken.ignored
    assert not complaints(made)
    assert [each.name for each in (drop / "ignored").iterdir()] == ["1.eml"]


def test_a_person_s_mail_may_say_that_it_is_no_automatic_one(made: MadeNetwork, drop: Path) -> None:
    """`Auto-Submitted: no` is a person's."""
    (drop / "1.eml").write_text(mail(Auto_Submitted="no", Return_Path="<anna@made-up.example>"), "utf-8")

    assert take(made, drop)[0].complaint


@pytest.mark.parametrize(
    ("name", "text"),
    [("1.json", "{"), ("2.json", "[]"), ("3.json", '{"appealId": 1}'), ("4.eml", ""), ("5.eml", "\n\nno headers"),
     ("6.json", appeal(appealedAt="2026-03-02T12:15:00")), ("7.json", '{"a":"\\ud800"}')],
)  # fmt: skip
def test_what_is_no_message_is_refused_and_kept(made: MadeNetwork, drop: Path, name: str, text: str) -> None:
    """Nothing is lost: the file is moved where somebody looks."""
    (drop / name).write_text(text, "utf-8")

    (taken,) = take(made, drop)

    assert taken.refused.startswith(name)
    assert [each.name for each in (drop / "refused").iterdir()] == [name]


def test_files_that_are_still_written_and_folders_are_left(made: MadeNetwork, drop: Path) -> None:
    """A writer renames the file when it is complete."""
    for name in (".1.json", "2.json.part", "readme.txt"):
        (drop / name).write_text("{}", "utf-8")
    (drop / "folder.json").mkdir()

    assert take(made, drop) == []
    assert len(list(drop.iterdir())) == 4


def test_one_file_is_taken_and_left_where_it_is(made: MadeNetwork, drop: Path) -> None:
    """It is named by a person, who knows where it lies."""
    path = drop / "1.eml"
    path.write_text(mail(), "utf-8")

    assert take(made, path, move=False)[0].complaint
    assert path.exists()
    for wrong in (drop / "2.eml", drop / "1.txt"):
        with pytest.raises(NotFound):
            take(made, wrong)
    (drop / "1.txt").write_text("x", "utf-8")
    with pytest.raises(BadInput, match="neither a mail nor JSON"):
        take(made, drop / "1.txt")


def test_ten_megabytes_of_words_are_cut_and_kept_whole_as_an_attachment(made: MadeNetwork, drop: Path) -> None:
    """A record takes 10,000 characters; nothing is lost."""
    (drop / "1.eml").write_text(mail("x", words="word " * 2_000_000), "utf-8")

    (long,) = take(made, drop)

    (complaint,) = complaints(made)
    assert complaint.words.endswith("[The whole message is attached.]")
    assert complaint.attachments[0].size > 10_000_000
    assert long.complaint == complaint.id


def test_a_mail_of_html_alone_gives_its_words(made: MadeNetwork) -> None:
    """Without tags, scripts and styles."""
    html = "<html><head><title>x</title><style>p{}</style></head><body><p>Not <b>us</b>.</p><p>Bye</p></body></html>"
    text = f"From: a@b.example\nContent-Type: text/html; charset=utf-8\n\n{html}\n"

    assert read_mail(text.encode(), "x").words == "Not us.\nBye"


def test_a_mail_s_files_are_kept_and_other_forms_of_its_words_are_not(made: MadeNetwork) -> None:
    """Whatever names and charsets it has."""
    text = (
        'From: =?utf-8?q?Jos=C3=A9?= <a@b.example>\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n'
        'Content-Type: multipart/alternative; boundary="c"\n\n--c\nContent-Type: text/plain; charset=made-up\n\nHello\n'
        "--c\nContent-Type: text/html\n\n<p>Hello</p>\n--c--\n"
        '--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename="../../etc/deed.pdf"\n'
        "Content-Transfer-Encoding: base64\n\nAAAA\n--b--\n"
    )
    read = read_mail(text.encode(), "x")

    assert (read.name, read.words, read.files) == ("José", "Hello", (("../../etc/deed.pdf", b"\0\0\0"),))
    kept = keep_attachment(made.network, *read.files[0])
    assert (kept.name, kept.size) == ("deed.pdf", 3)


def test_attachments_are_the_owner_s_only_and_checked_when_they_are_shown(made: MadeNetwork) -> None:
    """One that is missing or changed is said, by name."""
    kept = keep_attachment(made.network, "deed.pdf", b"deed")
    folder = attachments_folder(made.network)
    path = folder / kept.sha256

    assert (folder.stat().st_mode & 0o777, path.stat().st_mode & 0o777) == (0o700, 0o600)
    assert attachment_problem(made.network, kept) == ""
    path.write_bytes(b"forged")
    with pytest.raises(NotVerified, match="changed since it came"):
        read_attachment(made.network, kept)
    assert attachment_problem(made.network, kept) == "changed since it came"
    path.unlink()
    with pytest.raises(NotFound, match="missing"):
        read_attachment(made.network, kept)
    assert attachment_problem(made.network, kept) == "missing"


@pytest.mark.parametrize(
    "raw", [b"From: \xff\xfe <a@\nSubject: =?x?q?=FF?=\n\nx", b"From: ;;;\nReceived: ; never\n\nx"]
)
def test_headers_that_nobody_can_read_stop_nothing(raw: bytes) -> None:
    """Mail is what strangers send."""
    assert read_mail(raw, "x").words == "x"


@pytest.mark.parametrize("raw", [
    b"From: a@b.example\nContent-Type: text/plain; charset=\"ut\0f\"\n\nx",
    b"From: a\n" + b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(400)),
    b"Subject: \0\nContent-Disposition: attachment; filename*=utf-8''%00\n\nx",
])  # fmt: skip
def test_a_mail_that_the_parser_cannot_read_is_read_or_refused_and_never_stops_the_others(raw: bytes) -> None:
    """Found by changing bytes of a mail at random."""
    try:
        assert read_mail(raw, "x").words in {"x", ""}
    except BadInput as error:
        assert str(error).startswith("x: ")  # noqa: PT017  either is right


@pytest.fixture
def asked(made: MadeNetwork) -> Complaint:
    """A complaint under review that waits for what the complainant answers."""
    complaint = to_review(made, complain(made))
    with held(made) as opened:
        return ask(opened, complaint, Acting("rita"), "Which register?")


@pytest.mark.parametrize("place", ["subject", "body", "json"])
def test_a_message_that_names_a_complaint_is_its_answer_and_no_new_one(
    made: MadeNetwork, asked: Complaint, drop: Path, place: str
) -> None:
    """Our question asks for just that; a copy of our letter in the mail names the decision as well."""
    quoted = f"Here it is.\n> complaint {asked.id} about decision {asked.decision}"
    texts = {
        "subject": mail(asked.id, "Here it is."), "body": mail("", quoted), "json": appeal(appealReason=quoted),
    }  # fmt: skip
    path = drop / ("1.json" if place == "json" else "1.eml")
    for _ in range(2):
        path.write_text(texts[place], "utf-8")
        (taken,) = take(made, drop)

    (complaint,) = complaints(made)
    assert (taken.complaint, taken.is_answer, taken.is_new) == (asked.id, True, False)
    assert complaint.state == "under_review"
    assert [each.kind for each in complaint.events].count("answer") == 1
    assert not list(drop.iterdir())


def test_a_message_that_names_a_complaint_which_takes_no_answer_waits_for_a_person(
    made: MadeNetwork, asked: Complaint, drop: Path
) -> None:
    """Nothing is lost, and nobody is told that a new complaint arrived."""
    with held(made) as opened:
        withdraw(opened, opened.complaints.get(asked.id), Acting("dora"), "Taken back by telephone.")
    (drop / "1.eml").write_text(mail("", f"> complaint {asked.id} about decision {asked.decision}"), "utf-8")

    take(made, drop)

    first, noted = complaints(made)
    assert (first.id, noted.state, noted.decision) == (asked.id, "filed", "")
    assert noted.words.startswith(f"[This message names {asked.id} (withdrawn)")


def test_an_answer_from_another_address_says_so(made: MadeNetwork, asked: Complaint, drop: Path) -> None:
    """Whoever has the number can write; the reviewer is to know."""
    decision = made.last("outlet").id
    (drop / "1.eml").write_text(mail(decision), "utf-8")
    (taken,) = take(made, drop)
    (drop / "2.eml").write_text(mail(taken.complaint).replace("anna@", "otto@"), "utf-8")

    take(made, drop)

    answered = next(each for each in complaints(made) if each.id == taken.complaint)
    assert "[From otto@made-up.example, another address than the complaint's.]" in str(answered.events[-1].body)
    assert asked.id != answered.id


ABSENT = [
    "Out of office", "Out of the Office: your letter", "Automatic reply: We need an answer", "Autoreply: x",
    "Abwesenheitsnotiz: bis 3. Mai", "Automatische Antwort: Ihr Schreiben", "Réponse automatique : votre lettre",
    "Автоответ: письмо", "Automatic Reply",
]  # fmt: skip


@pytest.mark.parametrize("subject", ABSENT)
def test_a_mail_of_an_absence_is_a_program_s_unless_it_names_our_letter(subject: str) -> None:
    """Many servers send no header that says so."""
    text = f"From: a@b.example\nSubject: {subject}\n\nI am away."

    assert read_mail(text.encode(), "x").automatic.startswith("Subject: ")
    assert not read_mail(f"{text} r-{'0' * 20}".encode(), "x").automatic


@pytest.mark.parametrize("headers", ["Subject: Out of office furniture\n", "Precedence: list\n", "Subject: Re: Away\n"])
def test_a_person_s_mail_that_looks_alike_is_a_complaint(headers: str) -> None:
    """`Precedence: list` alone is set by servers that people write through; a list has a `List-Id`."""
    assert not read_mail(f"From: a@b.example\n{headers}\nNot us.".encode(), "x").automatic
    listed = f"From: a@b.example\n{headers}List-Id: <x.example>\n\nNot us."
    assert read_mail(listed.encode(), "x").automatic == "List-Id"


def test_a_mail_too_large_to_attach_is_a_complaint_by_its_words(made: MadeNetwork, drop: Path) -> None:
    """Its sender is answered; the file is kept, and who reviews is told where to ask."""
    decision = made.last("outlet").id
    parts = (
        f'From: a@b.example\nSubject: {decision}\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n'
        "Content-Type: text/plain\n\nNot us.\n--b\nContent-Type: application/pdf\n\n"
    )
    (drop / "1.eml").write_bytes(parts.encode() + b"x" * MOST_BYTES)
    (drop / "2.json").write_bytes(b" " * (MOST_BYTES + 1))

    large, refused = take(made, drop)

    (complaint,) = complaints(made)
    assert (complaint.decision, complaint.state, complaint.attachments) == (decision, "acknowledged", ())
    assert complaint.words.startswith("Not us.\n[The message has 25,000,")
    assert large.too_large
    assert [each.name for each in (drop / "large").iterdir()] == ["1.eml"]
    assert refused.refused.endswith("kept in refused/, nobody was answered: answer by hand")
