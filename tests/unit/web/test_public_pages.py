"""Pages for everybody: a complaint without an account, a letter checked, the log read as files."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest
from starlette.testclient import TestClient

from evenhand.api.verification import verify_receipt
from evenhand.model.complaint import Complaint, ComplaintState
from evenhand.model.complaint_codes import ComplaintReason
from evenhand.reasons.language import languages
from evenhand.web.console.console import Console
from evenhand.web.public import progress
from evenhand.web.public.complaint_form import Arrivals
from evenhand.web.public.form_words import form_words
from evenhand.web.site import make_site
from evenhand.workflows.complaint_records.complaint_store import complaints_of
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.queries import explain
from tests.commands import evenhand
from tests.settlements import SETTLED, reversed_complaint, settled
from tests.unit.web.console.clients import ADDRESS, console_of, copy_network
from tests.wrong_match import wrongly_matched

AT = datetime(2026, 11, 28, 9, tzinfo=UTC)
FORM = {"reason": "facts_wrong", "words": "made-up words", "contact": "a@b.example"}


@pytest.fixture
def console(built_sample: Path, tmp_path: Path) -> Iterator[Console]:
    with console_of(copy_network(built_sample, tmp_path / "network"), AT) as made:
        yield made


@pytest.fixture
def anybody(console: Console) -> TestClient:
    return TestClient(make_site(console), base_url=ADDRESS, headers={"origin": ADDRESS})


def letter_of(console: Console, party: str) -> str:
    return explain(console.network(), f"advertiser:{party}", AT).in_force[0].statement


def complaints_besides_the_sample_s(console: Console) -> list[Complaint]:
    return [each for each in complaints_of(console.network()).by_id.values() if each.party_id != "civic-lapsed"]


def test_anybody_complains_with_the_reference_of_a_letter_and_gets_a_number(
    console: Console, anybody: TestClient
) -> None:
    """It is filed as at the terminal and acknowledged; the page has the number and nothing of what was sent."""
    reference = letter_of(console, "rt")
    answer = anybody.post("/public/complaint", data=FORM | {"reference": reference, "informed": "2026-11-20"})
    (filed,) = complaints_besides_the_sample_s(console)

    assert answer.status_code == 201
    assert filed.id in answer.text
    assert "made-up words" not in answer.text
    assert (filed.party_id, filed.state, filed.way, filed.statement) == ("rt", "acknowledged", "form", reference)


def test_a_reference_that_nobody_knows_is_taken_and_looked_for_by_a_person(
    console: Console, anybody: TestClient
) -> None:
    """A mistyped letter must not cost the right to complain, and nothing is told about which references there are."""
    answer = anybody.post("/public/complaint", data=FORM | {"reference": "r-00000000000000000000"})
    (filed,) = complaints_besides_the_sample_s(console)

    assert answer.status_code == 201
    assert (filed.decision, filed.state) == ("", "filed")
    assert filed.words.startswith("Reference given: r-00000000000000000000")


def test_documents_are_kept_with_a_complaint(console: Console, anybody: TestClient) -> None:
    """By their hash; the name that was sent is no path."""
    files = {"file1": ("../../evil.txt", b"made up", "text/plain")}
    answer = anybody.post("/public/complaint", data=FORM | {"reference": letter_of(console, "rt")}, files=files)
    (filed,) = complaints_besides_the_sample_s(console)

    assert answer.status_code == 201
    assert [(each.name, each.size) for each in filed.attachments] == [("evil.txt", 7)]
    assert not (console.folder.parent / "evil.txt").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [({"reason": ""}, "no reason is chosen"), ({"words": " "}, "your words are missing"),
     ({"contact": "123"}, "no address"), ({"contact": "buchhaltung@@polar"}, "no mail address"),
     ({"contact": "buchhaltung@polar"}, "no mail address"), ({"language": "xx"}, "no letters in the language"),
     ({"informed": "yesterday"}, "no day"), ({"words": "x" * 10_001}, "10,000"), ({"name": "x" * 201}, "200"),
     ({"informed": "2999-01-01"}, "after today"), ({"words": "a\x00b"}, "control character U+0000"),
     ({"contact": "a@b.example\r\nBcc: c@d.example"}, "control character U+000A"),
     ({"name": "A\x1bB"}, "control character U+001B")],
)  # fmt: skip
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    console: Console, anybody: TestClient, change: dict[str, str], said: str
) -> None:
    """People who complain are angry already."""
    answer = anybody.post("/public/complaint", data=FORM | {"reference": "<b>r-1</b>"} | change)

    assert answer.status_code == 400
    assert said.lower() in answer.text.lower()
    assert "&lt;b&gt;r-1&lt;/b&gt;" in answer.text
    assert "<b>r-1" not in answer.text
    assert complaints_besides_the_sample_s(console) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [({"words": " "}, "Your words are missing: say what is wrong."),
     ({"words": "x" * 10_001}, "Your words are too long: 10001 characters, and 10,000 at most."),
     ({"informed": "2999-01-01"}, "The day when you were told is after today."),
     ({"informed": "2011-01-01"}, "The day when you were told is before the decision.")],
)  # fmt: skip
def test_what_is_wrong_is_said_in_the_words_of_the_form(
    console: Console, anybody: TestClient, change: dict[str, str], said: str
) -> None:
    """A stranger has no command line: neither options nor files for them."""
    page = anybody.post("/public/complaint", data=FORM | {"reference": letter_of(console, "rt")} | change).text
    problem = unescape(page.partition('class="problem"')[2].partition("</p>")[0])

    assert said in problem
    assert "--" not in problem
    assert "FILE" not in problem


def test_an_empty_document_is_refused(console: Console, anybody: TestClient) -> None:
    """Who is told that it was received believes that somebody can read it."""
    files = {"file1": ("extract.pdf", b"", "application/pdf")}
    answer = anybody.post("/public/complaint", data=FORM | {"reference": letter_of(console, "rt")}, files=files)

    assert answer.status_code == 400
    assert "The document “extract.pdf” is empty" in answer.text
    assert complaints_besides_the_sample_s(console) == []


def test_a_quote_in_the_name_of_a_document_is_shown_as_one(console: Console, anybody: TestClient) -> None:
    """A browser writes it as `%22`."""
    files = {"file1": ("extract %22A%22.pdf", b"made up", "application/pdf")}
    anybody.post("/public/complaint", data=FORM | {"reference": letter_of(console, "rt")}, files=files)
    (filed,) = complaints_besides_the_sample_s(console)

    assert [each.name for each in filed.attachments] == ['extract "A".pdf']


def test_documents_that_a_form_with_an_error_lost_are_named(console: Console, anybody: TestClient) -> None:
    """A browser never fills in a file: who corrects the error alone would send the complaint without its documents."""
    files = {
        "file1": ("عقد.pdf", b"made up", "application/pdf"),
        "file2": ("extract.pdf", b"", "application/pdf"),
        "file3": ("<b>.txt", b"made up", "text/plain"),
    }
    sent = FORM | {"reference": letter_of(console, "rt")}
    empty = anybody.post("/public/complaint", data=sent, files=files).text
    no_words = anybody.post("/public/complaint", data=sent | {"words": ""}, files=files).text
    alone = anybody.post("/public/complaint", data=sent | {"words": ""}).text

    again = "Choose these documents again"
    assert all(again in page for page in (empty, no_words))
    assert all(
        "<li><bdi>عقد.pdf</bdi></li><li><bdi>&lt;b&gt;.txt</bdi></li></ul>" in page for page in (empty, no_words)
    )
    assert again not in alone + anybody.get("/public/complaint").text


@pytest.mark.parametrize(
    "contact", ["a@b.example", "Büro <buero@polar.example>", "mailto:a@b.example.", "Hafenstraße 1, 20095 Hamburg",
                "write to a@b.example, please"]
)  # fmt: skip
def test_addresses_as_people_write_them_are_taken(console: Console, anybody: TestClient, contact: str) -> None:
    """What is refused costs somebody the complaint."""
    assert anybody.post("/public/complaint", data=FORM | {"contact": contact}).status_code == 201


@pytest.mark.parametrize(
    "form",
    ["{}.", " {} ", "{}\u00a0", "Zeichen: Begründung {} zur Entscheidung d-{hex}, getroffen am 2. März 2026.",
     "Our reference {}", "r\u2011{hex}", "{upper}"],
)  # fmt: skip
def test_a_reference_is_found_in_what_was_typed_around_it(console: Console, anybody: TestClient, form: str) -> None:
    """A complaint that names nothing is acknowledged by nobody; the same for the check of a letter."""
    reference = letter_of(console, "rt")
    typed = form.format(reference, hex=reference[2:], upper=reference.upper())

    assert anybody.get("/public/letter", params={"reference": typed}).status_code == 200
    assert anybody.post("/public/complaint", data=FORM | {"reference": typed}).status_code == 201
    (filed,) = complaints_besides_the_sample_s(console)
    assert (filed.party_id, filed.state) == ("rt", "acknowledged")


@pytest.mark.parametrize(
    ("language", "heading", "problem"),
    [("de", "Über eine Entscheidung beschweren", "kein Grund gewählt"),
     ("fr-CH", "Contester une décision", "Aucune raison"), ("ru", "Обжаловать решение", "Не выбрана ни одна причина"),
     ("ar", "تقديم شكوى بشأن قرار", "لم يُختر أي سبب"), ("xx", "Complain of a decision", "No reason is chosen")],
)  # fmt: skip
def test_the_form_speaks_the_language_of_the_browser(
    anybody: TestClient, language: str, heading: str, problem: str
) -> None:
    """Labels, reasons and what is wrong: one who got a letter in a language need not know another."""
    said = {"accept-language": f"xx, {language};q=0.9, en;q=0.1"}
    page = anybody.get("/public/complaint", headers=said).text
    refused = anybody.post("/public/complaint", data=FORM | {"reason": ""}, headers=said)

    assert heading in page
    assert (' dir="rtl"' in page) == (language == "ar")
    assert problem in refused.text
    assert (refused.status_code, "made-up words" in refused.text) == (400, True)


def test_a_chosen_language_stays_through_a_refusal(anybody: TestClient) -> None:
    """Whatever the browser asks for."""
    page = anybody.get("/public/complaint?lang=de&reference=r-1", headers={"accept-language": "ru"}).text
    refused = anybody.post("/public/complaint", data={"lang": "de"}, headers={"accept-language": "ru"}).text

    assert '<input type="hidden" name="lang" value="de">' in page
    assert 'href="/public/complaint?lang=fr&amp;reference=r-1"' in page
    assert "kein Grund gewählt" in refused


def test_without_a_wish_the_form_speaks_as_the_letter(console: Console, anybody: TestClient) -> None:
    """A letter's reader can read the letter; of a reference that nobody knows the network's language is told."""
    settings = console.folder / "evenhand.toml"
    settings.write_text(settings.read_text("utf-8").replace('language = "en"', 'language = "fr"'), "utf-8")

    assert "Contester une décision" in anybody.get("/public/complaint").text
    assert "Contester une décision" in anybody.get("/public/complaint?reference=r-00000000000000000000").text
    assert "Complain of a decision" in anybody.get(f"/public/complaint?reference={letter_of(console, 'rt')}").text


def test_a_complainant_sees_how_far_a_complaint_is(console: Console, anybody: TestClient) -> None:
    """By its number and the reference of the letter; what it says, and what people think of it, is not shown."""
    reference = letter_of(console, "rt")
    anybody.post("/public/complaint", data=FORM | {"reference": reference, "informed": "2026-11-20"})
    (filed,) = complaints_besides_the_sample_s(console)
    sent = {"number": f" {filed.id.upper()}.", "reference": reference}
    page = anybody.post("/public/progress", data=sent)
    german = anybody.post("/public/progress", data=sent, headers={"accept-language": "de"})

    assert page.status_code == 200
    assert "It was received on 28 November 2026. We look at whether it can be admitted" in page.text
    assert "28. November 2026 eingegangen." in german.text
    assert "made-up words" not in page.text
    assert "a@b.example" not in page.text


@pytest.mark.parametrize(("number", "reference"), [("c-00000000000000000000", "rt"), ("", "rt"), ("own", "two-owners"),
                                                   ("own", ""), ("own", "12")])  # fmt: skip
def test_a_number_or_a_reference_alone_shows_nothing(
    console: Console, anybody: TestClient, number: str, reference: str
) -> None:
    """Who knows one of them is not yet the complainant; entries of the log are no references here either."""
    anybody.post("/public/complaint", data=FORM | {"reference": letter_of(console, "rt")})
    (filed,) = complaints_besides_the_sample_s(console)
    known = letter_of(console, reference) if reference in ("rt", "two-owners") else reference
    answer = anybody.post("/public/progress",
                          data={"number": filed.id if number == "own" else number, "reference": known})  # fmt: skip

    assert answer.status_code == 404
    assert "It was received" not in answer.text


def test_every_state_of_a_complaint_has_its_sentence() -> None:
    """A state without one would be an error for who asks."""
    assert progress._SENTENCES.keys() == set(get_args(ComplaintState))


def test_every_language_has_every_sentence_with_the_same_places() -> None:
    """A sentence without its place would lose what was typed; one that is missing would be no page at all."""

    def places(language: str) -> dict[tuple[str, str], set[str]]:
        words = form_words(language)
        parts = {
            "page": words.page,
            "reason": words.reason,
            "filed": words.filed,
            "progress": words.progress,
            "problem": words.problem,
        }
        return {
            (part, key): {name for _, name, _, _ in Formatter().parse(text) if name}
            for part, texts in parts.items()
            for key, text in texts.items()
        }

    assert {language: places(language) for language in languages()} == dict.fromkeys(languages(), places("en"))
    assert set(form_words("en").reason) == set(get_args(ComplaintReason))


def test_the_form_names_languages_and_marks_what_is_needed(anybody: TestClient) -> None:
    """`ar de en fr ru` are the codes of programs."""
    page = anybody.get("/public/complaint").text

    assert '<option value="de" lang="de">auf Deutsch</option>' in page
    assert '<option value="ru" lang="ru">на русском языке</option>' in page
    assert 'Why <span class="quiet">(at least one)</span>' in page
    assert "What is not marked as optional has to be filled in." in page


def test_very_many_complaints_in_an_hour_are_asked_to_come_later() -> None:
    """The desk of a network must not be flooded by a program; after the hour it goes on."""
    arrivals = Arrivals()

    assert [arrivals.count(AT) for _ in range(121)] == [True] * 120 + [False]
    assert arrivals.count(AT.replace(hour=11))


def test_another_site_cannot_send_the_form_for_a_visitor(anybody: TestClient) -> None:
    """A complaint in somebody's name by a page that they only looked at."""
    assert anybody.post("/public/complaint", data=FORM, headers={"origin": "https://evil.example"}).status_code == 403


def test_a_letter_is_checked_by_its_reference_and_its_receipt_holds(console: Console, anybody: TestClient) -> None:
    """The record is the public one; the receipt is of the very entry and verifies with the log's key."""
    reference = letter_of(console, "rt")
    page = anybody.get(f"/public/letter?reference={reference}")
    receipt = anybody.get(f"/public/letter/{reference}/receipt")
    vkey = anybody.get("/public/log/vkey").text.strip()

    assert page.status_code == 200
    assert "RT" in page.text
    assert "Letter: We no longer accept your advertising" in page.text
    assert f"<code>evenhand ledger check {reference}.tlog-proof --vkey-file vkey</code>" in page.text
    assert receipt.headers["content-disposition"] == f'attachment; filename="{reference}.tlog-proof"'
    path = console.folder / "r.tlog-proof"
    path.write_text(receipt.text, "utf-8")
    assert verify_receipt(path, vkey).ok


def test_a_letter_whose_decision_was_reversed_says_so_beside_it(tmp_path: Path) -> None:
    """It read as if the refusal stood; the text of the letter, which has a hash in the log, stays as it is."""
    made = wrongly_matched(tmp_path / "network")
    decision = made.last("mills").id
    reference = decision.replace("d-", "r-")

    def shown() -> str:
        with console_of(made.folder, SETTLED) as console:
            site = TestClient(make_site(console), base_url=ADDRESS, headers={"origin": ADDRESS})
            return site.get("/public/letter", params={"reference": reference}).text

    before, letter = shown(), evenhand("reasons", "show", made.folder, decision).out
    settled(made, reversed_complaint(made))
    after, record = (
        shown(),
        evenhand("reasons", "show", made.folder, decision, "--form", "public", "--json").json["statements"][0],
    )

    assert "no longer in force" not in before
    assert "no longer in force since 2026-03-03: the restriction was lifted." in after
    assert "On a complaint it was reversed; that was decided on 2026-03-03." in after
    assert record["no_longer_in_force"] == {"since": "2026-03-03", "why": "lifted"}
    assert record["on_complaint"] == {"outcome": "reversed", "on": "2026-03-03"}
    assert evenhand("reasons", "show", made.folder, decision).out.startswith(letter)


def test_nobody_counts_through_the_entries_of_the_log(console: Console, anybody: TestClient) -> None:
    """The number of a letter's entry is known to those who check its receipt, and is no way to the next one."""
    with read_ledger(console.network().ledger) as ledger:
        entries = [seq for seq, _, _ in ledger.entries("statement")]

    assert entries
    for entry in entries:
        assert anybody.get("/public/letter", params={"reference": str(entry)}).status_code == 404
        assert anybody.get(f"/public/letter/{entry}/receipt").status_code == 404


@pytest.mark.parametrize("reference", ["r-00000000000000000000", "<script>", "../../evenhand.toml", "x" * 300])
def test_a_reference_of_nothing_has_no_record(anybody: TestClient, reference: str) -> None:
    """And what was typed is shown as text."""
    page = anybody.get("/public/letter", params={"reference": reference})

    assert page.status_code == 404
    assert "No public record" in page.text
    assert "<script>" not in page.text.partition("<main")[2]


def test_the_log_is_read_as_files_and_nothing_else_of_the_folder(console: Console, anybody: TestClient) -> None:
    """Checkpoint, key and tiles; never the private part or another file."""
    public = console.folder / "ledger" / "public"
    tiles = [path.relative_to(public).as_posix() for path in public.rglob("*") if path.is_file()]

    assert len(tiles) > 3
    for name in tiles:
        assert anybody.get(f"/public/log/{name}").content == (public / name).read_bytes(), name
    for name in ("../private/ledger.sqlite", "tile/../../private/signing.key", "%2e%2e/private/signing.key",
                 "tile/0/999", "tile", "tile/entries/000.p/9999", "signing.key"):  # fmt: skip
        assert anybody.get(f"/public/log/{name}").status_code == 404, name


def test_a_copy_that_follows_the_links_of_the_log_is_the_whole_log(console: Console, anybody: TestClient) -> None:
    """`wget -r` follows links: the page that names the files without them gave a copy of nothing."""
    page = anybody.get("/public/log/")
    names = re.findall(r'<a href="([^"]+)">', page.text)

    assert page.headers["content-type"].startswith("text/html")
    assert names[0] == "checkpoint"
    copy = console.folder / "log-copy"
    for name in names:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes(anybody.get(f"/public/log/{name}").content)
    assert evenhand("ledger", "verify", copy).status == 0
    (copy / names[-1]).unlink()
    assert evenhand("ledger", "verify", copy).status != 0, "every file that is linked is needed"


def test_programs_find_all_addresses(anybody: TestClient) -> None:
    """At one place that is known before."""
    found = anybody.get("/.well-known/evenhand.json").json()

    assert found["log"]["url"] == f"{ADDRESS}/public/log/"
    assert anybody.get(found["complaints"]).status_code == 200
    assert anybody.get("/public").status_code == 200


def test_a_public_page_shows_nothing_that_needs_a_session(anybody: TestClient) -> None:
    """No menu, no token of somebody, no name of a person."""
    for path in ("/public", "/public/complaint", "/public/letter"):
        page = anybody.get(path).text
        assert 'href="/tasks"' not in page
        assert 'name="token" value=""' in page or "token" not in page


def test_a_fault_of_ours_tells_anybody_nothing_of_it(
    console: Console, anybody: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    """What broke goes to standard error; who complains reads what to do, and what was typed is still there."""
    reference = letter_of(console, "rt")
    (console.folder / "ledger" / "private" / "ledger.sqlite").write_bytes(b"made up" * 1000)

    form = anybody.get("/public/complaint", params={"reference": reference})
    answers = [
        anybody.post("/public/complaint", data=FORM | {"reference": reference}),
        anybody.get("/public/letter", params={"reference": reference}),
        anybody.post("/public/progress", data={"number": "c-1", "reference": reference}),
    ]

    assert (form.status_code, [each.status_code for each in answers]) == (200, [503] * 3)
    for each in answers:
        text = unescape(each.text)
        assert "That could not be done now, by a fault of ours: try again later, or write to us (https://" in text
        assert not [word for word in ("sqlite", "ledger", str(console.folder), "today") if word in text]
    assert "made-up words" in answers[0].text
    assert capsys.readouterr().err.count("ledger.sqlite") >= 3


def test_a_fault_is_said_in_the_language_of_the_visitor(console: Console, anybody: TestClient) -> None:
    """As all else on these pages."""
    reference = letter_of(console, "rt")
    (console.folder / "ledger" / "private" / "ledger.sqlite").write_bytes(b"made up" * 1000)

    answer = anybody.get("/public/letter", params={"reference": reference}, headers={"accept-language": "fr"})

    assert "réessayez plus tard" in unescape(answer.text)


@pytest.mark.parametrize("path", ["/public", "/public/complaint"])
def test_a_slash_too_many_leads_to_the_page_without_naming_the_host(anybody: TestClient, path: str) -> None:
    """A proxy takes requests over https and passes them on over http: who is told the whole address goes to http."""
    answer = anybody.get(f"{path}/?language=de", follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (307, f"{path}?language=de")
