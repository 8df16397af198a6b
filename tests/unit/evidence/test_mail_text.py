"""A saved mail gives its plain text and its head; what is attached is told."""

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.evidence.read_document import read_document
from evenhand.model.claims import Document

WRAPPED = """The ministry of posts said on Wednesday that it had
asked the network for its rules, and that nobody
had sent them.

The network declined to comment.
"""


def mail(plain: str | None = WRAPPED, page: str | None = None) -> EmailMessage:
    made = EmailMessage()
    made["From"] = "Press office <press@ministry.example>"
    made["Subject"] = "Ministry asks for the rules, again – a statement"
    made["Date"] = "Wed, 03 Apr 2024 08:15:00 +0200"
    if plain is not None:
        made.set_content(plain)
    if page is not None and plain is not None:
        made.add_alternative(page, subtype="html")
    elif page is not None:
        made.set_content(page, subtype="html")
    return made


def read(made: EmailMessage | bytes) -> tuple[Document, str]:
    return read_document(made if isinstance(made, bytes) else bytes(made), "made-up.eml")


def test_a_mail_has_a_head_and_its_paragraphs() -> None:
    """Its subject is the headline; a letter outside ASCII in it is read."""
    found, text = read(mail())

    assert text[slice(*found.headline or (0, 0))] == "Ministry asks for the rules, again – a statement"
    assert (found.published.date, found.published.time, found.published.zone) == ("2024-04-03", "08:15", "+0200")
    assert found.publisher == "Press office"
    assert [text.split("\n")[number - 1].split()[0] for number in found.body_lines] == ["The", "asked", "had", "The"]
    assert found.notes == ()


def test_the_plain_part_comes_before_the_html_part() -> None:
    """They are one text; the plain one is what was written."""
    _, text = read(mail(page="<p>Another text stands here.</p>"))

    assert "had sent them" in text
    assert "Another" not in text


def test_a_mail_with_html_alone_is_read_as_a_page() -> None:
    """And that is told."""
    found, text = read(mail(None, "<html><body><p>The ministry said that nobody had sent the rules.</p></body></html>"))

    assert "nobody had sent" in text
    assert "the mail has no plain text; its HTML part was read" in found.notes


def test_an_attachment_is_told_and_not_read() -> None:
    """By name, kind and size; a text file too."""
    made = mail()
    made.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="rules.pdf")
    made.add_attachment("Secret words.", filename="notes.txt")

    found, text = read(made)

    assert "attachment not read: `rules.pdf` (application/pdf, 8 bytes)" in found.notes
    assert any("`notes.txt` (text/plain" in note for note in found.notes)
    assert "Secret" not in text


def test_a_day_that_does_not_exist_is_told() -> None:
    """The mail itself stays readable."""
    made = b"Subject: A statement\nDate: Fri, 31 Feb 2023 10:00:00 +0000\n\nThe ministry said so."

    found, text = read(made)

    assert found.published.date is None
    assert "the date `Fri, 31 Feb 2023 10:00:00 +0000` of the mail cannot be read or does not exist" in found.notes
    assert text.endswith("The ministry said so.")


@pytest.mark.parametrize(
    "made",
    [
        b"",
        b"\xff\xfe\x00",
        b"Subject: =?nonsense?q?x?=\n\nThe ministry said so.",
        b"Subject: x\nContent-Type: text/plain; charset=nonsense\n\nThe ministry said so.",
        b"Content-Type: multipart/mixed; boundary=b\n\n"
        + b"--b\nContent-Type: multipart/mixed; boundary=b\n\n" * 3_000,
        b"Subject: " + b"=?utf-8?q?x?= " * 20_000 + b"\n\nThe ministry said so.",
        b"To: " + b"a@b.example, " * 50_000 + b"\n\nThe ministry said so.",
    ],
    ids=[
        "nothing",
        "no mail",
        "an unknown encoding",
        "an unknown charset",
        "parts in parts",
        "a long subject",
        "many names",
    ],
)
def test_a_mail_that_was_made_to_break_readers_raises_nothing(made: bytes) -> None:
    """Whatever can be read is."""
    found, text = read(made)

    assert found.characters == len(text)
    assert "said so" in text or b"said so" not in made


@given(st.binary(max_size=300))
def test_bytes_of_any_kind_are_read_as_a_mail(data: bytes) -> None:
    """Nothing raises."""
    read(b"Content-Type: text/plain; charset=utf-8\nSubject: " + data)
