"""A PDF gives its text layer; pictures, passwords and damage are told."""

import io
import sys

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.evidence.pdf_text import pdf_text
from evenhand.evidence.read_document import read_document
from evenhand.model.claims import Document
from evenhand.model.errors import BadInput

LINES = (
    "Ministry asks for the rules",
    "",
    "The ministry of posts said on Wednesday that it had",
    "asked the network for its rules, and that nobody",
    "had sent them.",
    "The network declined to comment on the matter, and",
    "the ministry will ask again.",
)


def pdf(*pages: tuple[str, ...]) -> bytes:
    """Return a PDF with a line of text each, and pages without a line as pages of pictures are."""
    count = len(pages)
    kids = " ".join(f"{3 + 2 * number} 0 R" for number in range(count))
    objects = ["<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Count {count}/Kids[{kids}]>>"]
    for number, lines in enumerate(pages):
        shown = "".join(f"({line}) Tj 0 -14 Td " for line in lines)
        stream = f"BT /F1 12 Tf 72 720 Td {shown}ET" if lines else "0 0 m 9 9 l S"
        font = "/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<<{font}>>/Contents {4 + 2 * number} 0 R>>"
        )
        objects.append(f"<</Length {len(stream)}>>stream\n{stream}\nendstream")
    text, places = "%PDF-1.4\n", []
    for number, held in enumerate(objects, 1):
        places.append(len(text))
        text += f"{number} 0 obj{held}endobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}trailer<</Size {len(places) + 1}/Root 1 0 R>>"
    return f"{text}{end}\nstartxref\n{len(text)}\n%%EOF\n".encode("latin-1")


def read(data: bytes) -> tuple[Document, str]:
    return read_document(data, "made-up.pdf")


def test_a_pdf_gives_its_text_layer() -> None:
    """With the headline on top and paragraphs that the page's width broke."""
    found, text = read(pdf(LINES))

    assert found.media_type == "application/pdf"
    assert text[slice(*found.headline or (0, 0))] == "Ministry asks for the rules"
    assert len(found.body_lines) == 5
    assert found.extractor.endswith(f"; pypdf {pypdf.__version__}")


def test_a_pdf_of_pictures_has_no_text_layer() -> None:
    """Nothing is recognised from pictures, and that is said."""
    assert "no text layer: the pages are pictures" in read(pdf((), ()))[0].notes
    assert "no text layer on 1 of 2 pages: 2" in read(pdf(LINES, ()))[0].notes


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_a_pdf_with_a_password_is_not_read(algorithm: str) -> None:
    """One that everybody may open is."""
    closed, opened = (pypdf.PdfWriter(io.BytesIO(pdf(LINES))) for _ in range(2))
    closed.encrypt("secret", algorithm=algorithm)
    opened.encrypt("", "secret", algorithm=algorithm)

    (refused, nothing), (_, text) = (read(_written(writer)) for writer in (closed, opened))

    assert nothing == ""
    assert "the PDF is encrypted and needs a password; nothing was read" in refused.notes
    assert "declined to comment" in text


def test_a_pdf_of_too_much_is_read_in_part() -> None:
    """How much was read is told."""
    many = pdf(*[LINES[:3]] * 310)
    large = pdf(LINES, ("x" * 6_000_000,), LINES)

    assert "only the first 300 of 310 pages were read" in read(many)[0].notes
    assert "only the first 1 of 3 pages were read" in read(large)[0].notes


def test_a_damaged_pdf_is_told() -> None:
    """Half of one, and one that is none."""
    for data in (
        b"%PDF-1.7",
        pdf(LINES)[:200],
        pdf(LINES).replace(b"/Type/Pages", b"/Type/Xages").replace(b"Kids", b"Kidz"),
    ):
        found, text = read(data)
        assert text == ""
        assert found.notes


@given(st.data())
def test_a_pdf_with_changed_bytes_raises_nothing(draw: st.DataObject) -> None:
    """A parser meets what it never expected."""
    data = bytearray(pdf(LINES, LINES))
    for _ in range(draw.draw(st.integers(1, 8))):
        data[draw.draw(st.integers(9, len(data) - 1))] = draw.draw(st.integers(0, 255))

    read(bytes(data))


def test_a_pdf_without_pypdf_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """One clear error, and what to do."""
    monkeypatch.setitem(sys.modules, "pypdf", None)

    with pytest.raises(BadInput, match=r"pypdf.*evenhand\[pdf\]"):
        pdf_text(b"%PDF-1.7")


def _written(writer: pypdf.PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_headline_that_the_page_broke_is_one_line() -> None:
    """Its lines go on in small letters; a line of the text below begins with a capital."""
    text_below = ("The ministry of posts said on Wednesday that it", "had asked for the rules.")
    lines = ("Ministry asks the network for the", "rules of its adverts", *text_below)
    found, text = read(pdf(lines))

    assert text[slice(*found.headline or (0, 0))] == "Ministry asks the network for the rules of its adverts"


def test_lines_of_the_text_on_top_are_no_headline() -> None:
    """They end like a sentence."""
    lines = ("The ministry of posts said on Wednesday that it", "had asked for the rules.", "Nobody answered.")
    text = read(pdf(lines))[1]

    assert text.split("\n") == list(lines)


def test_ligatures_of_a_pdf_are_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words with them would be found by nobody."""
    monkeypatch.setattr(pypdf.PageObject, "extract_text", lambda _: "A diﬃcult oﬀer was ﬁnal, the ﬂeet said.")

    assert pdf_text(pdf(LINES)).text == "A difficult offer was final, the fleet said."


def test_the_library_is_silent_on_a_damaged_pdf(caplog: pytest.LogCaptureFixture) -> None:
    """The notes tell the damage in our words."""
    assert pdf_text(b"%PDF-1.4\n\x00\xff<<\nstartxref\n99\n%%EOF").notes
    assert caplog.records == []
