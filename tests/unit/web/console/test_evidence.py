"""The pages of evidence: documents saved, read beside their text, each claim decided with its denial beside it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from evenhand.model.evidence import ClaimShown
from evenhand.model.record import sha256_hex
from evenhand.model.task import task_id
from evenhand.web.console.console import Console
from evenhand.workflows.evidence.open_evidence import evidence_of
from evenhand.workflows.evidence_records.claims_shown import OpenedDocument
from tests.networks import DAY_1, MadeNetwork, empty_network
from tests.people import write_staff
from tests.sample_network import CLAIMS, REPORT_ID, add_report
from tests.unit.web.console.clients import TOKEN, Browser, browser, console_of

SCRIPT = "<script>alert(1)</script>"
HERE = f"/evidence/{REPORT_ID}"
SAVED = f"""Home | World | Business
2 Min Read
Harbour Board accuses {SCRIPT} of hidden campaigns
TULNA, Feb 24 (Quay Wire) - The Harbour Board on Tuesday accused Lantern Radio of running hidden campaigns.

“Lantern {SCRIPT} pays others to speak for it,” board spokeswoman Mirel Ostan said on Tuesday.

Lantern Radio strongly denied the accusation.

Most read
Storm closes harbour
""".encode()


@pytest.fixture(scope="module")
def began(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """A network with two advertisers after one run, in which the made-up report is saved."""
    made = empty_network(tmp_path_factory.mktemp("evidence") / "network")
    for name, title in (("lantern", "Lantern Radio"), ("quay", "Quay Channel")):
        made.add("advertisers", id=name, name=title, domains=f"{name}.example", country="DE", verification="register")
    made.run(DAY_1)
    add_report(made.folder)
    write_staff(made.folder)
    return made


@pytest.fixture
def console(began: MadeNetwork, tmp_path: Path) -> Iterator[Console]:
    with console_of(began.copy(tmp_path / "network").folder) as made:
        yield made


@pytest.fixture
def ana(console: Console) -> Browser:
    return browser(console, "ana")


@pytest.fixture(scope="module")
def reader(began: MadeNetwork, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser of the same person, for tests that only read."""
    with console_of(began.copy(tmp_path_factory.mktemp("reader") / "network").folder) as made:
        yield browser(made, "ana")


def claim_of(console: Console, name: str) -> ClaimShown:
    opened = OpenedDocument(console.network(), evidence_of(console.network()).documents[REPORT_ID])
    return opened.shown(CLAIMS[name])


def send(person: Browser, name: str, act: str, **fields: Any) -> Any:
    """Send the form of an act as the page of a claim would."""
    page = f"{HERE}/claims/{CLAIMS[name]}"
    return person.send_form(f"{page}/{act}", page, **fields)


def answers(**said: str) -> dict[str, str]:
    """Return the answers to denials, by their ids within the report."""
    return {f"denial-{CLAIMS[each.removeprefix('of_')]}": answer for each, answer in said.items()}


def hand_in(person: Browser, data: bytes, name: str = "report.txt", **fields: str) -> Any:
    token = TOKEN.search(person.get("/account").text)
    assert token
    return person.post("/evidence", data={"token": token.group(1), **fields}, files={"file": (name, data)})


def test_a_document_is_saved_read_and_found_by_its_words(console: Console, ana: Browser) -> None:
    """From the file to the claims that wait, and back by a search: what the verb `add` does, in the page."""
    answer = hand_in(ana, SAVED, uri="https://quay-wire.example/2", official="yes")
    document = sha256_hex(SAVED)

    assert (answer.status_code, answer.headers["location"]) == (303, f"/evidence/{document}")
    added = evidence_of(console.network()).documents[document].added
    assert (added.by, added.official, added.media_type) == ("ana", True, "text/plain")
    found = ana.get("/evidence?q=storm+HARBOUR").text
    assert document in found
    assert REPORT_ID not in found
    assert document not in ana.get("/evidence?show=done").text
    assert document in ana.get("/evidence?show=official").text


def test_a_document_that_was_not_read_is_not_counted_as_decided(ana: Browser) -> None:
    """No claim waits in it because none was looked for; its row says why."""
    text = "Die Behörde erklärte am Dienstag, der Sender habe verdeckte Kampagnen bezahlt. Der Sender bestritt das.\n"
    hand_in(ana, text.encode())
    document = sha256_hex(text.encode())

    assert document not in ana.get("/evidence?show=done").text
    page = ana.get("/evidence").text
    row = page[page.index(document) :].partition("</tr>")[0]
    assert "Not read: language was not recognised as English" in row
    assert 'data-label="Wait" class="amount">–<' in row
    assert "not read" not in page.replace(row, "").lower()


def test_what_a_document_says_is_text_on_every_page(ana: Browser) -> None:
    """Its text, title, address and file name come from strangers, and are read by people who may decide."""
    hand_in(ana, SAVED, uri=f"javascript:{SCRIPT}")
    hand_in(ana, b"Another report.\n", name=f"{SCRIPT}.txt")
    document = sha256_hex(SAVED)
    whole = ana.get(f"/evidence/{document}").text
    claims = re.findall(r"/claims/(q-\w+)\"", whole)
    pages = [
        whole,
        ana.get("/evidence").text,
        *(ana.get(f"/evidence/{document}/claims/{each}").text for each in claims),
    ]

    assert claims
    assert all(SCRIPT not in page and "alert(1)&lt;/script&gt;" in page for page in pages)
    assert 'href="javascript:' not in whole


def test_lines_of_the_page_around_an_article_are_folded_with_the_reason_of_each(ana: Browser) -> None:
    """Nothing of what was saved is kept from the reader, and each line that was left out says why."""
    hand_in(ana, SAVED)
    page = ana.get(f"/evidence/{sha256_hex(SAVED)}").text
    folded = re.findall(r"<li><bdi>([^<]+)</bdi> <span class=\"badge plain\">([^<]+)</span>", page)

    assert ("2 Min Read", "counter") in folded
    assert "Storm closes harbour" in dict(folded)
    assert page.index("no part of the article") < page.index("2 Min Read")


def test_every_claim_is_marked_in_the_text_and_found_from_it(reader: Browser) -> None:
    """Text and claims lead to each other by plain anchors, without a script."""
    page = reader.get(HERE).text

    for place, claim in enumerate(CLAIMS.values(), 1):
        assert f'id="c-{claim}"' in page
        assert f'href="#at-{claim}"' in page
        assert re.search(rf'<mark id="at-{claim}">[^<]+</mark><sup><a href="#c-{claim}" [^>]*>{place}</a>', page)


@pytest.mark.parametrize(("data", "name", "told"), [
    (b"", "empty.txt", "empty"), (b"x", "picture.png", "no kind of document"), (b"x", "", "no file was chosen"),
    (b"%PDF-1.4\nmade-up rubbish", "broken.pdf", "broken.pdf: nothing was saved, because no text could be read"),
    (b" \n", "blank.txt", "nothing was saved"),
])  # fmt: skip
def test_a_file_that_is_no_document_is_told(reader: Browser, data: bytes, name: str, told: str) -> None:
    """The page says it above the form, and nothing is saved."""
    token = TOKEN.search(reader.get("/account").text)
    assert token
    files = {"file": (name, data)} if name else {"other": ("a.txt", data)}
    answer = reader.post("/evidence", data={"token": token.group(1)}, files=files)

    assert answer.status_code == 400
    assert told in answer.text.lower()


def test_a_denial_and_its_answers_stand_beside_the_accusation(reader: Browser) -> None:
    """Who confirms an accusation reads the denial first: its words, the text around it, both answers."""
    page = reader.get(f"{HERE}/claims/{CLAIMS['3']}").text
    name = f"denial-{CLAIMS['4']}"

    assert "strongly denied " in page
    assert re.search(rf'name="{name}" value="beside" required', page)
    assert re.search(rf'name="{name}" value="unrelated"', page)
    assert page.index(f'name="{name}"') < page.index(">Confirm</button>")


@pytest.mark.parametrize("fields", [{}, answers(of_4=""), answers(of_4="maybe")])
def test_a_form_made_by_hand_confirms_nothing_over_an_unanswered_denial(
    console: Console, ana: Browser, fields: dict[str, str]
) -> None:
    """The page asks by required fields; it is the workflow that refuses."""
    for name in ("1", "3"):
        answer = send(ana, name, "confirm", **fields)

        assert answer.status_code == 409
        assert "Answer each denial below" in answer.text
        assert claim_of(console, name).state == "proposed"


def test_the_case_quotes_a_confirmed_claim_as_a_person_reads_it(console: Console, ana: Browser) -> None:
    """A claim may be of several pieces of its document: they are quoted, not printed as a program keeps them."""
    send(ana, "4", "confirm")
    send(ana, "1", "confirm", **answers(of_4="beside"))
    send(ana, "1", "link", party="lantern", relation="about")
    assert claim_of(console, "1").links

    page = unescape(ana.get("/parties/advertiser/lantern").text)

    said = " … ".join(claim_of(console, "1").words)
    assert f'<blockquote dir="auto">{said}</blockquote>' in page
    assert "('" not in page


def test_an_answered_accusation_is_confirmed_linked_and_counted(console: Console, ana: Browser) -> None:
    """The main job: the denial first, then the accusation, then whom it is about and what that comes to."""
    assert send(ana, "4", "confirm").status_code == 303
    assert send(ana, "1", "confirm", **answers(of_4="beside")).status_code == 303
    assert send(ana, "1", "link", party="lantern", relation="about").status_code == 303

    confirmed = claim_of(console, "1")
    assert (confirmed.state, confirmed.by, confirmed.denied_by) == ("confirmed", "ana", (CLAIMS["4"],))
    assert [(each.party.id, each.relation) for each in confirmed.links] == [("lantern", "about")]
    page = ana.get(f"{HERE}/claims/{CLAIMS['1']}").text
    assert "Confirmed so far about" in page
    assert "<dt>named sources</dt><dd>1</dd>" in page
    assert send(ana, "1", "unlink", party="advertiser:lantern", why="another").status_code == 303
    assert claim_of(console, "1").links == ()


def test_a_denial_that_does_not_belong_needs_a_reason_and_is_remembered(console: Console, ana: Browser) -> None:
    """Without words nobody could check the answer; with them, the next act does not ask again."""
    refused = send(ana, "3", "confirm", **answers(of_4="unrelated"))
    assert refused.status_code == 400
    assert "No reason is given" in refused.text
    assert re.search(r'value="unrelated" checked', refused.text), "what was chosen is still there"

    assert send(ana, "3", "confirm", why="of others", **answers(of_4="unrelated")).status_code == 303
    assert claim_of(console, "3").perhaps_denied_by == ()
    page = ana.get(f"{HERE}/claims/{CLAIMS['3']}").text
    assert f'name="apart" value="{CLAIMS["4"]}"' in page


def test_a_named_denial_is_taken_back(console: Console, ana: Browser) -> None:
    """By one button, with a reason; the claim stays confirmed."""
    send(ana, "3", "confirm", **answers(of_4="beside"))
    assert claim_of(console, "3").denied_by == (CLAIMS["4"],)

    answer = send(ana, "3", "untie", denial=CLAIMS["4"], why="of another report")

    assert answer.status_code == 303
    assert (claim_of(console, "3").state, claim_of(console, "3").denied_by) == ("confirmed", ())


def test_a_correction_changes_only_the_fields_that_were_changed(console: Console, ana: Browser) -> None:
    """The form is sent whole, as it was filled in before: what is alike is no correction."""
    was = claim_of(console, "2").claim
    fields = {"speaker": "Mirel Ostan", "kind": "named_person", "speaks_for": "the port", "stance": "accuses",
              "persons": "", "said_on": "", "why": "read wrongly"} | answers(of_4="beside")  # fmt: skip
    empty = send(ana, "2", "correct", **(fields | {"speaks_for": "Harbour Board"}))
    assert empty.status_code == 400
    assert "nothing is corrected" in empty.text.lower()

    assert send(ana, "2", "correct", **fields).status_code == 303

    shown = claim_of(console, "2")
    assert (shown.state, shown.claim.speaker.speaks_for) == ("corrected", "the port")
    assert (shown.claim.speaker.role, shown.claim.said_on, shown.claim.denies) == (
        was.speaker.role, was.said_on, was.denies,
    )  # fmt: skip
    assert shown.before == was


def test_confirm_with_a_filled_in_correction_is_refused(console: Console, ana: Browser) -> None:
    """Who typed another speaker and pressed the wrong button would confirm what they know to be wrong."""
    answer = send(ana, "5", "confirm", speaker="Another")

    assert answer.status_code == 400
    assert 'value="Another"' in answer.text
    assert claim_of(console, "5").state == "proposed"


def test_what_a_denial_denies_is_corrected_by_boxes(console: Console, ana: Browser) -> None:
    """A denial that the reader tied to the wrong claim is corrected itself."""
    sent = {"denies_asked": "yes", "denied_now": [CLAIMS["1"], CLAIMS["2"]], "denies": [CLAIMS["3"]], "why": "of it"}
    answer = send(ana, "4", "correct", **sent)

    assert answer.status_code == 303
    assert claim_of(console, "4").denies == (CLAIMS["3"],)


def test_another_persons_word_is_changed_only_by_who_has_seen_it(console: Console, ana: Browser) -> None:
    """The box names the event that was on the page: a word that came later is not changed by it."""
    send(ana, "5", "confirm")
    ben = browser(console, "ben")
    refused = send(ben, "5", "reject", why="not so")
    assert refused.status_code == 409
    assert "check the box" in refused.text
    assert claim_of(console, "5").state == "confirmed"

    number = re.search(r'name="overturn" value="(\d+)"', ben.get(f"{HERE}/claims/{CLAIMS['5']}").text)
    assert number
    assert send(ben, "5", "reject", why="not so", overturn=number.group(1)).status_code == 303
    assert (claim_of(console, "5").state, claim_of(console, "5").by) == ("rejected", "ben")


def test_a_claim_that_names_others_is_linked_only_with_a_reason(console: Console, ana: Browser) -> None:
    """The report accuses Lantern Radio: why would it be about another?"""
    send(ana, "4", "confirm")
    send(ana, "1", "confirm", **answers(of_4="beside"))
    refused = send(ana, "1", "link", party="quay", relation="about")
    assert refused.status_code == 409
    assert "say why in the field" in refused.text
    assert 'value="quay"' in refused.text

    assert send(ana, "1", "link", party="quay", relation="about", although="its new name").status_code == 303
    assert claim_of(console, "1").links[0].although == "its new name"


def test_a_request_for_a_review_drafts_a_complaint_and_files_nothing(console: Console, ana: Browser) -> None:
    """The page says where the draft is."""
    send(ana, "5", "confirm")
    answer = send(ana, "5", "link", party="lantern", relation="by")

    assert answer.status_code == 303
    assert "nothing is filed" in ana.get(answer.headers["location"]).text
    assert (console.network().folder / "evidence" / "drafts" / f"{CLAIMS['5']}.txt").is_file()


@pytest.mark.parametrize(("act", "fields"), [
    ("confirm", {}), ("reject", {"why": "x"}), ("correct", {"stance": "hopes", "why": "x"}),
])  # fmt: skip
def test_who_may_not_is_refused_by_the_workflow(console: Console, act: str, fields: dict[str, str]) -> None:
    """An auditor reads every page and decides nothing; the same holds of adding a document."""
    aud = browser(console, "aud")

    assert send(aud, "5", act, **fields).status_code == 403
    assert hand_in(aud, b"A report.\n").status_code == 403
    assert claim_of(console, "5").state == "proposed"


@pytest.mark.parametrize("path", [
    "/evidence/00000000", f"{HERE}/claims/q-000000000000", f"{HERE}/claims/..%2f..%2fetc", "/evidence/export?form=exe",
    "/evidence/..%2f..%2fevenhand.toml", "/evidence/export?form=csv&document=00000000",
])  # fmt: skip
def test_what_is_not_there_is_told(reader: Browser, path: str) -> None:
    """An address that somebody typed reaches no file and fails in one sentence."""
    assert reader.get(path).status_code in (400, 404)


@pytest.mark.parametrize(("form", "part"), [
    ("csv", "claim,document,uri"), ("jsonl", '"state":"proposed"'), ("annotations", "TextPositionSelector"),
    ("stix", "spec_version"), ("schema.org", "schema.org"),
])  # fmt: skip
def test_claims_are_given_as_files(reader: Browser, form: str, part: str) -> None:
    """Each form as the verb writes it, under a name of its own."""
    answer = reader.get(f"/evidence/export?form={form}&document={REPORT_ID}")

    assert answer.headers["content-disposition"].startswith('attachment; filename="claims')
    assert part in answer.text
    assert "Mirel Ostan" in answer.text


def test_a_claim_and_its_task_lead_to_each_other(reader: Browser) -> None:
    """Who works through the queue finds the document, and who reads the document finds the task."""
    page = f"{HERE}/claims/{CLAIMS['5']}"
    task = f"/tasks/{task_id('claim', CLAIMS['5'])}"

    assert f'href="{task}"' in reader.get(page).text
    assert f'href="{page}"' in reader.get(task).text


def test_a_claim_is_decided_only_in_its_own_document(console: Console, ana: Browser) -> None:
    """The address names both, and one that somebody put together decides nothing."""
    hand_in(ana, SAVED)
    other = f"/evidence/{sha256_hex(SAVED)}/claims/{CLAIMS['5']}"

    assert ana.send_form(f"{other}/confirm", HERE + f"/claims/{CLAIMS['5']}").status_code == 404
    assert claim_of(console, "5").state == "proposed"


def test_reading_a_document_and_a_claim_is_logged(console: Console, ana: Browser) -> None:
    """They are about persons: who looked at which."""
    ana.get(HERE)
    ana.get(f"{HERE}/claims/{CLAIMS['1']}")

    assert [(each.person, each.about) for each in console.read_log.last(2)] == [
        ("ana", CLAIMS["1"]),
        ("ana", REPORT_ID),
    ]


def test_a_document_whose_files_are_missing_is_a_row_and_no_page(console: Console, ana: Browser) -> None:
    """One lost file must not take the list away; the row says what is wrong."""
    for path in (console.network().folder / "evidence" / REPORT_ID).glob("reading-*"):
        path.unlink()

    assert "file of a saved document is missing" in ana.get("/evidence").text
    assert ana.get(HERE).status_code == 404


def test_a_later_version_of_a_report_is_told_where_its_claims_are(began: MadeNetwork, tmp_path: Path) -> None:
    """Nobody would look for it: who saves it, and who sees the old claim, is told."""
    text = (
        b"The Harbour Board said on Tuesday that its report on the radio was wrong. The board took it back at once.\n"
    )
    later = datetime.now(UTC) + timedelta(minutes=1)  # the report was saved a moment ago
    with console_of(began.copy(tmp_path / "network").folder, at=later) as console:
        ana = browser(console, "ana")
        send(ana, "3", "reject", why="made up")
        send(ana, "1", "confirm", **answers(of_4="beside"))

        answer = hand_in(ana, text, uri="https://quay-wire.example/1#corrected")

        assert "a later version of the report that this rests on" in ana.get(answer.headers["location"]).text
        for page in ("/evidence", HERE, f"{HERE}/claims/{CLAIMS['1']}"):
            assert "A later version of the report that this rests on" in ana.get(page).text
        assert "A later version of the report that this rests on" in ana.get("/tasks?kind=source").text
