"""A saved file as a record: its head, its text as saved, and notes on what was not usable."""

import hashlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.evidence import read_article
from evenhand.evidence.read_document import read_document
from evenhand.model.claims import Document
from tests.each_case import each_case
from tests.unit.evidence.pages import PAGE, numbered


def of(text: str) -> Document:
    return read_document(text.encode(), "made-up.txt", "text/plain")[0]


def test_a_page_has_a_head() -> None:
    """Each field once, as the page writes it, with the place where it stands."""
    found, text = read_document(PAGE.encode(), "made-up.txt", "text/plain")

    assert text == PAGE
    assert found.id == hashlib.sha256(PAGE.encode()).hexdigest()
    assert text[slice(*found.headline or (0, 0))] == "Ministry says network treated its adverts 'unfairly'"
    assert (found.published.date, found.published.time, found.published.zone) == ("2024-04-03", "08:15", "EET")
    assert found.dateline is not None
    assert (found.dateline.place, found.agency, found.publisher) == ("OSTVIK", "Nordia", "Nordia Media")
    assert (found.reporters, found.editors) == (("Mira Holt", "Jon de Vries"), ("Ada Brun",))
    assert text[slice(*found.caption or (0, 0))].startswith("The ministry's building")
    assert text[slice(*found.credit_line or (0, 0))].startswith("Reporting by")
    assert (found.language, found.notes) == ("en", ())
    assert [line.line for line in found.dropped_lines if line.rule == "byline"] == numbered(PAGE, "By Mira")


@pytest.mark.parametrize(
    ("line", "place", "agency"),
    [
        ("OSTVIK (Nordia) - The ministry asked.", "OSTVIK", "Nordia"),
        ("OSTVIK/NORDHAM, April 3 (Nordia) — The ministry asked.", "OSTVIK/NORDHAM", "Nordia"),
        ("ST. OLAF, Vesterland (Nordia News) – The ministry asked.", "ST. OLAF, Vesterland", "Nordia News"),
        ("OSTVIK -- The ministry asked.", "OSTVIK", None),
        ("OSTVIK: The ministry asked.", "OSTVIK", None),
        ("Ostvik - The ministry asked.", "Ostvik", None),
        ("(Nordia) - The ministry asked.", None, "Nordia"),
        ("Ostvik-based firms - two of them - asked.", None, None),
        ("Analysis - The ministry asked.", None, None),
        ("BREAKING: The ministry asked.", None, None),
        ("The ministry asked - and nobody answered.", None, None),
    ],
)
def test_a_dateline_has_a_place_and_an_agency(line: str, place: str | None, agency: str | None) -> None:
    """Dashes of all kinds; a word that names the kind of a text is no place."""
    found = of(f"A headline of some words\n{line}\nThe second paragraph.")

    assert (found.dateline.place if found.dateline else None, found.agency) == (place, agency)


@each_case(
    ("line", "reporters"),
    [
        ("By MIRA HOLT and JON DE VRIES", ("MIRA HOLT", "JON DE VRIES")),
        ("By Mira Holt, Jon de Vries and Ada Brun", ("Mira Holt", "Jon de Vries", "Ada Brun")),
        ("By Mira Holt, Nordia", ("Mira Holt",)),
        ("Mira Holt in Ostvik", ("Mira Holt",)),
        ("By Mira Holt | Nordia | 3 April 2024", ("Mira Holt",)),
        ("By Mira Holt and Jon Lee, Nordia", ("Mira Holt", "Jon Lee")),
        ("MIRA HOLT and JON LEE, Nordia staff writers", ("MIRA HOLT", "JON LEE")),
        ("Reporter: Mira Holt; Editor: Jon Lee", ("Mira Holt",)),
        ("3 April 2024\nMIRA HOLT", ("MIRA HOLT",)),
        ("Mira Holt | 3 April 2024", ("Mira Holt",)),
        ("By Mira West and Jon Page", ("Mira West", "Jon Page")),
        ("By Mira dela Cruz", ("Mira dela Cruz",)),
        ("Mira Holt", ("Mira Holt",)),
        ("Local Politics", ()),
        ("By our correspondent Mira Holt", ("Mira Holt",)),
        ("Text: Mira Holt; Photos: Jon Lee", ("Mira Holt",)),
        ("Mira Holt (Nordia) - 3 April 2024 - 10:30 am", ("Mira Holt",)),
        ("By Mira Holt and NOR", ("Mira Holt",)),
        ("Mira Holt, Europe correspondent", ("Mira Holt",)),
        ("By Staff Reporter", ()),
        ("Ministry Beats Network in Vesterland Court.", ()),
        ("By Monday, Tuesday.", ()),
        ("By Mira Holt in Ostvik and Jon Lee in Nordham", ("Mira Holt", "Jon Lee")),
    ],
)
def test_a_byline_names_persons(line: str, reporters: tuple[str, ...]) -> None:
    """Whom they work for and "staff reporter" are no persons."""
    assert of(f"A headline of some words\n{line}\nThe first paragraph.\nThe second.").reporters == reporters


@pytest.mark.parametrize(
    "line", ["— Mira Holt", "(Mira Holt)", "With reporting by Mira Holt", "Reporting by Mira Holt, Ostvik"]
)
def test_an_author_can_stand_below_the_article(line: str) -> None:
    """A signature is the first line there; the place of the dateline is no name."""
    page = f"A headline of some words\n\nOSTVIK (Nordia) - The first paragraph.\nThe second.\n{line}\nShare\n"

    assert of(page).reporters == ("Mira Holt",)
    assert of(page.replace("The second.", "The second.\nShare")).reporters == (
        () if line[0] in "—(" else ("Mira Holt",)
    )


@pytest.mark.parametrize("line", ["Mira Holt, Nordia", "Mira Holt | Nordia", "Mira Holt (Nordia)"])
def test_a_name_before_the_agency_is_an_author(line: str) -> None:
    """The dateline says which name is the agency's."""
    page = f"A headline of some words\n{line}\nOSTVIK (Nordia) - The first paragraph.\nThe second."

    assert [name.title() for name in of(page).reporters] == ["Mira Holt"]
    assert of(page.replace("(Nordia) -", "(Sudia) -")).reporters == ()


def test_a_byline_says_where_a_report_was_filed() -> None:
    """Where no dateline does."""
    page = b"A headline of some words\nMira Holt in Ostvik\nThe first paragraph.\nThe second."

    found, text = read_document(page, "a.txt")

    assert found.dateline is not None
    assert (found.dateline.place, text[slice(*found.dateline.span)]) == ("Ostvik", "Ostvik")


@pytest.mark.parametrize(
    ("data", "note"),
    [
        (b"The minister said caf\xe9.", "1 of 23 bytes is not UTF-8 and was replaced; the first is at byte 21"),
        ("The minister said no.".encode("utf-16"), "read as UTF-16, as its first bytes say"),
        (b"", "no text"),
        (b" \n\t\n", "no text"),
        ("Das Ministerium hat am Mittwoch Vorwürfe der Regierung verneint und nennt jeden einzelnen erfunden.".encode(),
         "not read: language was not recognised as English"),
        ("该部周三表示，他们没有被告知这项禁令。".encode(), "not read: language was not recognised as English"),
        (b"Menu\nSearch", "no article found: no line ends like a sentence"),
    ],
)  # fmt: skip
def test_what_is_not_usable_is_told(data: bytes, note: str) -> None:
    """Nothing raises, nothing is guessed."""
    assert note in read_document(data, "made-up.txt", "text/plain")[0].notes


@pytest.mark.parametrize(
    "text",
    [
        "El ministerio dijo el miércoles que no había recibido ninguna respuesta a sus preguntas de la red en un año.",
        "Le ministère a dit mercredi que la plateforme n'avait pas répondu à ses questions.",
        "Het ministerie was in de week van maandag niet in staat om te zeggen of de regel is veranderd.",
        "Il ministero ha detto che la rete non ha risposto in un anno, e che la cosa non va bene.",
        "Ministerstwo powiedziało w środę, że sieć nie odpowiedziała na jego pytania, a trwało to więcej niż rok.",
        "Kementerian mengatakan pada hari Rabu bahwa jaringan itu tidak menjawab pertanyaan mereka selama setahun.",
        "Bakanlık çarşamba günü, ağın bir yıl boyunca sorularına yanıt vermediğini söyledi.",
        "Министерство заявило в среду, что сеть не ответила на его вопросы и что так продолжаться не может.",
        "قالت الوزارة يوم الأربعاء إن الشبكة لم تجب على أسئلتها وإن ذلك لا يمكن أن يستمر بهذه الطريقة.",
    ],
)
def test_a_text_that_is_not_english_is_told(text: str) -> None:
    """Which language it is, is not guessed."""
    assert of(text).language is None
    assert "not read: language was not recognised as English" in of(text).notes


def test_a_text_full_of_names_is_english() -> None:
    """Names are no words of a language."""
    text = (
        "Tuesday marks four weeks since Ada Brun beat Ole Rask and Per Lind in the Nordham vote, forcing Mira Holt out."
    )

    assert of(text).language == "en"


def test_a_page_saved_as_text_is_read_as_html() -> None:
    """Its first tag says what it is, whatever the file is called."""
    page = b"<!DOCTYPE html><html><body><p>The ministry said that it had asked for the rules.</p></body></html>"

    found, text = read_document(page, "made-up.txt", "text/plain")

    assert (found.media_type, text) == ("text/html", "The ministry said that it had asked for the rules.")


def test_bytes_that_are_no_text_are_not_shown() -> None:
    """A file that was named as text need not hold any."""
    found, text = read_document(bytes(range(32)) * 40, "made-up.txt", "text/plain")

    assert (text, found.headline) == ("", None)
    assert "not read: the file holds binary data, no text" in found.notes


@pytest.mark.parametrize(
    "text",
    [
        "Chief surveyor Dora Lindt accused Calvado Cement of forging test certificates. Calvado Cement denied forging "
        "certificates. Lindt demanded prompt testing, citing cracked bridge columns near Port Else.",
        "Mayor Lena Ostrum criticised rail operator Northmere Trains. Ostrum demanded refunds. Northmere Trains "
        "declined comment.",
        "Regulators fined Tessaly Freight 3 million dollars. Tessaly Freight appealed, alleging bias.",
        "Mayor Lena de Ostrum accused Jan van der Berg of bias.",
        "Calvado denied wrongdoing.",
    ],
)  # fmt: skip
def test_a_note_of_few_function_words_is_english(text: str) -> None:
    """Verbs of speech are English words too."""
    assert of(text).language == "en"


@pytest.mark.parametrize(
    "text",
    [
        "Le ministre Jean Vidal a démenti.",
        "Firma bestreitet Betrug.",
        "La empresa no comentó.",
        "De bank is in handen van de staat.",
        "Il presidente ha detto di no.",
        "Bakan istifa etti.",
        "Perusahaan membantah.",
        "اتهم الوزير الشركة بالكذب.",
        "部长指责公司撒谎。",
        "Министр обвинил компанию во лжи.",
        "Firmaet betalte for meget.",
        "Menteri said perusahaan itu membantah tuduhan tersebut hari ini.",
        "Der Minister sagte am Freitag: The company lied. Die Firma bestreitet das und klagt auch.",
        "Calvado Cement. Dora Lindt. Port Else.",
    ],
)
def test_a_short_text_that_cannot_be_told_is_not_english(text: str) -> None:
    """A sign of another language weighs more than one English word."""
    assert of(text).language is None


def test_the_media_type_names_the_encoding() -> None:
    """Where it names none that is known, that is told and UTF-8 read."""
    assert read_document(b"caf\xe9.", "a.txt", "text/plain; charset=iso-8859-1")[1] == "café."
    assert "unknown encoding `zip`; read as UTF-8" in read_document(b"a", "a.txt", "text/plain; charset=zip")[0].notes


@given(st.binary(max_size=400))
def test_bytes_of_any_kind_are_read(data: bytes) -> None:
    """Spans lie within the text, whatever it is."""
    found, text = read_document(data, "made-up.txt")

    assert found.characters == len(text)
    for span in (found.headline, found.caption, found.credit_line, found.published.span):
        assert span is None or 0 <= span[0] < span[1] <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 4_000_000,
        "a b. " * 800_000,
        "\n" * 3_000_000,
        "x\n" * 1_000_000,
        "by " * 200 + "\n",
        "Reporting by " * 50 + "\n" + "A/" * 300,
        "“" * 100_000,
        ("Reporting by x-1/" * 9 + "\n") * 3_000,
        ("\t" * 690 + "x\n") * 1_000,
    ],
    ids=["one word", "one line", "blank lines", "short lines", "by-lines", "credits", "marks", "verbs", "tabs"],
)
def test_a_huge_or_odd_text_takes_no_long(text: str) -> None:
    """What is read, and what a pattern looks at, is limited."""
    began = time.process_time()

    read_document(text.encode(), "made-up.txt")

    assert time.process_time() - began < 5


def test_a_text_in_another_language_has_no_claims() -> None:
    """The rules know English; what they would find elsewhere is chance."""
    german = (
        "„Wir haben das nie gesagt“, said das Ministerium. Die Regierung nennt jeden Vorwurf frei erfunden und haltlos."
    )

    read = read_article(german.encode(), "made-up.txt", "text/plain")

    assert read.claims == ()
    assert read.document.notes == ("not read: language was not recognised as English",)


def test_a_quotation_that_wrapping_broke_is_one() -> None:
    """Mails and PDFs break lines behind a full stop too."""
    text = (
        "The minister spoke to reporters after the vote had been\ncounted. “We asked for the rules twice.\n"
        "Nobody has sent us the rules that it goes by,” the\nminister told reporters in the hall of the ministry.\n"
    )

    claims = read_article(text.encode(), "made-up.txt", "text/plain").claims

    assert [text[start:end].split(maxsplit=1)[0] for claim in claims for start, end in claim.content] == ["“We"]
