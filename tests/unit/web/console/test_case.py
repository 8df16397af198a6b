"""The case of a party: the same as `evenhand explain`, with everything that belongs to it, looked up."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from evenhand.cli.commands.network import run_and_report
from evenhand.cli.common import suffix_rules
from evenhand.model.party_case import CaseKind
from evenhand.store.network import read_network
from evenhand.web.console.console import Console
from evenhand.workflows.audit.precedents import beside_precedents
from evenhand.workflows.audit.recorded_decisions import FactReaders
from evenhand.workflows.complaint_records.complaint_store import open_complaints
from evenhand.workflows.complaints.complained_decision import decision_named
from evenhand.workflows.complaints.filing import StatedComplaint, file_complaint
from evenhand.workflows.evaluation.history import decision_of
from evenhand.workflows.evaluation.matches import with_matches
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.operations.receipts import check
from evenhand.workflows.queries import explain
from evenhand.workflows.queries.party_case import MOST_PRECEDENTS, CaseSources, case_with_precedents, party_case
from evenhand.workflows.review.judgements import StatedJudgement, judge
from evenhand.workflows.review.task_board import filter_tasks
from evenhand.workflows.rulebooks.kept_rulebooks import Rulebooks
from tests.networks import TOOLS
from tests.unit.web.console.clients import Browser, browser, console_of, copy_network

NOW = datetime(2026, 11, 3, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def console(console_network: Path) -> Iterator[Console]:
    with console_of(console_network, NOW) as made:
        yield made


@pytest.mark.parametrize(
    ("kind", "party"),
    [("advertiser", "rt"), ("advertiser", "two-owners"), ("advertiser", "eu-listed"), ("payer", "pay-morvane"),
     ("advertiser", "civic-hidden"), ("advertiser", "kettle-tea"), ("advertiser", "cyrillic-namesake")],
)  # fmt: skip
def test_the_lookup_finds_what_explain_finds(console_network: Path, kind: CaseKind, party: str) -> None:
    """`explain` folds the whole history: the lookup by party must come to the same."""
    network = read_network(console_network)
    expected = with_matches(explain(network, f"{kind}:{party}", NOW), network, suffix_rules())

    with read_ledger(network.ledger) as ledger:
        found = party_case(CaseSources.of(network), ledger, kind, party, NOW)

    assert found.explained == expected


def test_without_state_everything_is_folded(console_network: Path, tmp_path: Path) -> None:
    """`state/` may be deleted: the case is in the ledger, and the name in what the last run published."""
    network = read_network(copy_network(console_network, tmp_path / "network"))
    shutil.rmtree(network.state)
    expected = explain(network, "two-owners", NOW)

    with read_ledger(network.ledger) as ledger:
        found = party_case(CaseSources.of(network), ledger, "advertiser", "two-owners", NOW)

    assert msgspec.structs.replace(found.explained, matches=()) == expected
    assert [each.owner for each in found.owners] == ["pay-morvane"]  # by its finding alone


def test_a_case_says_outcome_point_rules_money_letter_and_receipt(ana: Browser) -> None:
    """Who answers the telephone has all of it on one page."""
    page = ana.get("/parties/advertiser/rt").text

    for each in (
        "Same account and website; same name (a listed alias); the country is the same.",
        "No advertising by news media under the financial or editorial control of a state",
        "From 19 August 2019 on, we do not accept advertising from RT", "prepaid 4,200.00 EUR is refunded",
        "Prepaid: 4,200.00 EUR", "c-rt-1", "twitter/rt_com", "26 Oct 2017", "Sources and hashes",
    ):  # fmt: skip
        assert each in page, each


def test_the_ownership_picture_has_every_holder_and_its_table_the_same(ana: Browser) -> None:
    """Also for who does not see the picture: names, shares, and which of them is listed."""
    page = ana.get("/parties/advertiser/two-owners").text
    picture = page[page.index('<svg class="owners"') : page.index("</svg>")]
    table = page[page.index("</svg>") :].partition("</table>")[0]

    for name, share in (("Morvane Holding", "30 %"), ("Tulquist Capital", "25 %"), ("Brindle Staff Fund", "45 %")):
        assert name in picture
        assert name in table
        assert f"owns {share}" in picture
        assert f"owns {share}" in table
    assert picture.count('class="box listed"') == 2
    assert table.count(">listed<") == 2
    assert "style=" not in picture  # the page's policy forbids it


def test_a_match_is_shown_beside_our_record_and_an_owners_entry_alone(ana: Browser) -> None:
    """A country that party and owner have in common is no agreement: they are two."""
    own, owner = (ana.get(f"/parties/advertiser/{each}").text for each in ("rt", "chain-end"))

    assert "Listed entry hm-rt of house-media" in own
    assert '<span class="same">agrees</span>' in own
    assert "Listed owner hs-morvane of house-sanctions" in owner
    assert "agrees" not in owner


def test_the_page_says_what_would_change_the_outcome_and_what_like_cases_got(ana: Browser) -> None:
    """The first two questions of an advertiser: what can I do, and was I treated as others are?"""
    case, page = (ana.get(f"{each}/advertiser/two-owners").text for each in ("/parties", "/like-cases"))
    part = ana.get("/like-cases/advertiser/two-owners", headers={"hx-request": "true"}).text

    assert 'hx-get="/like-cases/advertiser/two-owners"' in case
    assert '<a href="/like-cases/advertiser/two-owners">Show them</a>' in case  # who has no scripts goes there
    for each in (page, part):
        assert "49.99 %" in each
        assert "2 advertisers with the same facts: refused" in each
    assert "<html" in page
    assert "<html" not in part


def test_like_cases_are_those_of_the_plain_search(console_network: Path) -> None:
    """The page looks the party up; `explain` folds everything: both must name the same precedents and changes."""
    network = read_network(console_network)
    sources = CaseSources.of(network)
    with read_ledger(network.ledger) as ledger:
        parties = {decision_of(raw).party for _, _, raw in ledger.entries("decision") if raw is not None}
        assert len(parties) > 20
        for party in parties:
            explained = explain(network, f"{party.kind}:{party.id}", NOW)
            plain = beside_precedents(explained, ledger, FactReaders(Rulebooks(network)), MOST_PRECEDENTS)

            kind: CaseKind = "payer" if party.kind == "payer" else "advertiser"
            assert case_with_precedents(sources, ledger, kind, party.id, NOW) == plain, party


def test_the_tasks_of_a_party_are_looked_up_as_the_filter_finds_them(console: Console) -> None:
    """A case page goes through no list of ten thousand; it must name the same tasks in the same order."""
    board = console.board()
    parties = {each.id for task in board.unanswered for each in task.concerned} | {"rt", "nobody"}

    for party in parties:
        assert board.about(party) == filter_tasks(board.unanswered, party=party), party
    assert any(len(board.about(party)) > 1 for party in parties)


def test_like_cases_of_somebody_unknown_are_not_found(ana: Browser, console: Console) -> None:
    """Nothing is shown of nobody; who looked is kept, as on every page about somebody."""
    assert ana.get("/like-cases/advertiser/nobody").status_code == 404
    assert ana.get("/like-cases/campaign/rt").status_code == 404

    ana.get("/like-cases/advertiser/rt")

    assert ("like cases", "advertiser:rt") in {(each.what, each.about) for each in console.read_log.last(20)}


def test_a_case_says_what_the_last_audit_found_of_its_decision(console_network: Path, tmp_path: Path) -> None:
    """A ruling that turns with a protected attribute alone is the first thing that a reviewer has to know."""
    folder = copy_network(console_network, tmp_path / "network")
    report = {"ledger": {"size": 188}, "flips": {"tested": 5, "found": [{
        "advertiser": "rt", "seq": 95, "attribute": "Advertiser.country", "value": "RU", "changed_to": "FI",
        "outcome": "refuse", "changed_outcome": "allow"}]}}  # fmt: skip
    (folder / "out" / "audit").mkdir()
    (folder / "out" / "audit" / "report.json").write_bytes(msgspec.json.encode(report))
    with console_of(folder, NOW) as audited:
        client = browser(audited, "ana")
        found, other = (client.get(f"/parties/advertiser/{each}").text for each in ("rt", "two-owners"))

    assert "The last audit: " in found
    assert "refuse with" in found
    assert "the outcome stayed the same" in other


def test_the_head_names_the_campaign_that_is_refused_and_the_rule_that_refuses_it(ana: Browser) -> None:
    """The advertiser itself is allowed, and of three rules that met the campaign only the third refuses it."""
    page = ana.get("/parties/advertiser/civic-hidden").text
    head = page.partition("case-head")[2].partition("</header>")[0]

    own, _, campaign = head.partition("No adverse findings.")
    assert "Allowed" in own
    assert "Refused" not in own
    assert "Campaign <bdi>c-civic-hidden</bdi>" in campaign
    assert "Political advertising with a hidden payer is refused, not only held." in campaign
    assert "labelled" not in head


def test_letters_are_not_said_to_be_sent(ana: Browser) -> None:
    """Evenhand writes letters and sends none; who believes otherwise tells nobody."""
    page = ana.get("/parties/advertiser/rt").text

    assert '<h2 id="letters">Letters</h2>' in page
    assert "Evenhand does not send them" in page
    assert "as sent" not in page


def test_a_receipt_proves_its_decision(ana: Browser, console: Console, tmp_path: Path) -> None:
    """The same as `ledger prove`; with content only where that is asked for."""
    plain = ana.get("/decisions/d-678fb0c13689a9206369/receipt")
    whole = ana.get("/decisions/d-678fb0c13689a9206369/receipt?with=content")

    assert plain.headers["content-disposition"] == 'attachment; filename="d-678fb0c13689a9206369.receipt"'
    vkey = (console.folder / "ledger" / "public" / "vkey").read_text().strip()
    for answer, has_content in ((plain, False), (whole, True)):
        (tmp_path / "receipt").write_text(answer.text)
        report = check(tmp_path / "receipt", vkey, None)
        assert (report.ok, report.index, bool(report.payload)) == (True, 95, has_content)


@pytest.mark.parametrize(
    "path",
    ["/parties/advertiser/nobody", "/parties/owner/rt", "/parties/payer/rt", "/decisions/d-0/receipt",
     "/decisions/r-678fb0c13689a9206369/letter", "/decisions/95/receipt", "/parties/advertiser/..%2f..%2fx"],
)  # fmt: skip
def test_what_is_not_there_is_said_so(ana: Browser, path: str) -> None:
    """Also where a party of this id is of the other kind."""
    assert ana.get(path).status_code == 404


def test_who_looked_at_a_case_is_kept(ana: Browser, console: Console) -> None:
    """A page about a person is personal data; who read it is shown to the operator."""
    ana.get("/parties/payer/pay-morvane")

    assert ("ana", "case", "payer:pay-morvane") in [
        (each.person, each.what, each.about) for each in console.read_log.last(10, 0, "")
    ]


def test_a_name_with_markup_is_shown_as_text(console_network: Path, tmp_path: Path) -> None:
    """An advertiser chooses its name; a page must never run it."""
    folder = copy_network(console_network, tmp_path / "network")
    for table in (folder / "data").iterdir():
        if table.suffix == ".csv":
            text = table.read_bytes().replace(b"Calvado Cement", b"<script>alert(1)</script>")
            table.write_bytes(text)
    run_and_report(read_network(folder), NOW, quiet=True)
    with console_of(folder, NOW) as changed:
        client = browser(changed, "ana")
        pages = [client.get("/parties/advertiser/two-owners").text, client.get("/parties?q=two-owners").text]

    for page in pages:
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert" not in page


def test_a_complaint_is_on_the_case_as_soon_as_it_is_recorded(console_network: Path, tmp_path: Path) -> None:
    """Who answers the telephone must know of it; what was read before is read on, not anew."""
    folder = copy_network(console_network, tmp_path / "network")
    network = read_network(folder)
    with console_of(folder, NOW) as changed:
        client = browser(changed, "ana")
        before = client.get("/parties/advertiser/rt").text
        ids = []
        for words in ("We are not the company on your list.", "Nobody has answered us."):
            with open_complaints(network, NOW, TOOLS) as opened:
                about = decision_named(opened.ledger, "d-678fb0c13689a9206369")
                stated = StatedComplaint(words=words, reasons=("not_the_entity",))
                ids.append(file_complaint(opened, about, stated, "evenhand test").complaint.id)
            page = client.get("/parties/advertiser/rt").text
            assert all(f"{each}</a>: acknowledged" in page or f"{each}: acknowledged" in page for each in ids)

    assert 'id="complaints"' not in before


def test_what_is_recorded_meanwhile_is_on_the_next_page(console_network: Path, tmp_path: Path) -> None:
    """The console goes on from what it has checked; a judgement of a colleague is on the next page all the same."""
    folder = copy_network(console_network, tmp_path / "network")
    network = read_network(folder)
    with console_of(folder, NOW) as changed:
        client = browser(changed, "ana")
        before = client.get("/parties/advertiser/cyrillic-namesake").text
        with changed.reading() as ledger:
            size = ledger.size
        stated = StatedJudgement(
            party="cyrillic-namesake", entity="house-sanctions#hs-granat", verdict="unsure", by="bo",
            why="asked the registry for an extract",
        )  # fmt: skip
        pair = judge(network, stated, NOW, TOOLS)
        after = client.get("/parties/advertiser/cyrillic-namesake").text
        with changed.reading() as ledger, read_ledger(network.ledger) as fresh:
            assert ledger.size == fresh.size == size + 1 == pair.seq + 1
            assert ledger.checkpoint == fresh.checkpoint

    assert "asked the registry for an extract" not in before
    assert "asked the registry for an extract" in after
    assert "counts from the next run on" in after


def test_a_ledger_that_was_replaced_is_read_anew(console_network: Path, tmp_path: Path) -> None:
    """After a restore from a backup the pages show the backup, not what was in memory."""
    folder = copy_network(console_network, tmp_path / "network")
    stated = StatedJudgement(
        party="cyrillic-namesake", entity="house-sanctions#hs-granat", verdict="unsure", by="bo", why="why",
    )  # fmt: skip
    with console_of(folder, NOW) as console:
        with console.reading() as ledger:
            size = ledger.size
        backup = Path(shutil.copytree(folder / "ledger", tmp_path / "backup"))
        judge(read_network(folder), stated, NOW, TOOLS)
        with console.reading() as ledger:
            assert ledger.size == size + 1
        shutil.rmtree(folder / "ledger")
        backup.rename(folder / "ledger")

        with console.reading() as ledger:
            assert ledger.size == size
