"""The pages of audits: they show what the report says and no more, start one as the verb does, and ask who may."""

import html
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from evenhand.model.audit import AuditReport
from evenhand.render.audit_page import write_audit
from evenhand.render.audit_sentences import about_odd
from evenhand.render.audit_tests import every_test
from evenhand.render.audit_words import number, outcome_words, ratio
from evenhand.web.console.console import Console
from evenhand.workflows.audit.audit_plan import register_plan
from evenhand.workflows.audit.audit_run import run_audit
from evenhand.workflows.audit.folder_verification import verify_audit_folder
from evenhand.workflows.complaint_records.complaint_store import complaints_of
from evenhand.workflows.queries.kept_audits import AuditRecords
from tests.networks import DAY_1, DAY_2, TOOLS, MadeNetwork, empty_network
from tests.people import write_staff
from tests.unit.cli.audits import FULL, PROOF
from tests.unit.web.console.clients import Browser, browser, console_of, copy_network

SCRIPT = "<script>alert(1)</script>"
CLAUSE = (
    '\n@id("clause")\n@title("No one from there")\n@verdict("refuse")\n@ground("contract")\n@notice_days("0")\n'
    '@sor_category("STATEMENT_CATEGORY_OTHER_VIOLATION_TC")\n@effective_from("2018-01-01")\n@owner("x")\n'
    '@why("A made-up rule.")\nforbid (principal is Advertiser, action, resource)\nwhen { principal.country == "QM" };\n'
)
PAGES = (
    "/audit", "/audit/decisions", "/audit/decisions?what=untestable", "/audit/groups", "/audit/rules",
    "/audit/test?kind=group&by=country&value=QM",
)  # fmt: skip


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """A network with staff whose rule refuses a country; nobody has audited it."""
    made = empty_network(tmp_path_factory.mktemp("audit") / "network")
    made.edit_rules(lambda text: text + CLAUSE, historic=True)
    for place in range(30):
        made.add("advertisers", id=f"a{place}", name=f"Plum Garden {place}", domains=f"a{place}.example",
                 country="QM" if place % 5 == 0 else "QN")  # fmt: skip
    made.add("advertisers", id=SCRIPT, name=SCRIPT, country="QM", domains="script.example")
    made.run(DAY_1)
    write_staff(made.folder)
    return made


@pytest.fixture(scope="module")
def unfair(begun: MadeNetwork, tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """The same after an audit by a registered plan."""
    made = begun.copy(tmp_path_factory.mktemp("unfair") / "network")
    register_plan(made.network, DAY_2, TOOLS)
    done = run_audit(made.network, DAY_2, TOOLS, exploratory=False)
    write_audit(done.report, "Made-up", made.network.out / "audit")
    return made


@pytest.fixture(scope="module")
def report(unfair: MadeNetwork) -> AuditReport:
    return msgspec.json.decode((unfair.folder / "out" / "audit" / "report.json").read_bytes(), type=AuditReport)


@pytest.fixture(scope="module")
def console(unfair: MadeNetwork) -> Iterator[Console]:
    with console_of(unfair.folder) as made:
        yield made


@pytest.fixture(scope="module")
def aud(console: Console) -> Browser:
    return browser(console, "aud")


def text_of(page: str) -> str:
    """Return what a page says, without its marks; a value within a sentence stays in it."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", re.sub(r"</?bdi[^>]*>", "", page))).split())


def test_the_last_report_is_told_in_its_own_words_and_figures(aud: Browser, report: AuditReport) -> None:
    """The page is no second report: every number on it is one of the report's."""
    said = text_of(aud.get("/audit").text)

    assert report.first_line in said
    assert f"{len(report.inconsistent)} odd decisions" in said
    assert f"{report.decisions} decisions" in said
    assert f"{report.tests} tests were made together" in said
    for limit in report.limits:
        assert limit.replace("`", "") in said
    assert "Recorded at leaf" in said
    assert "has no record of exactly this report" not in said


def test_each_test_has_its_counts_effect_interval_and_what_it_could_have_seen(
    aud: Browser, report: AuditReport
) -> None:
    """An auditor reads a figure here and finds the same in the report."""
    page = aud.get("/audit/groups").text
    rows = [text_of(f"<tr {row}") for row in page.split("<tr ")[1:]]
    found = next(each for each in report.groups if each.value == "QM")
    hidden = next(each for each in report.groups if each.verdict == "not_shown")

    assert found.verdict == "worse"
    assert page.count("<tr class=") == len(every_test(report))
    assert any(
        row.startswith("Country QM") and "treated less well" in row and f"{found.adverse} of {found.n} (100.0 %)" in row
        for row in rows
    )
    assert number(ratio(found.ci_low)) in page
    assert hidden.note[:60] in text_of(aud.get(f"/audit/test?kind=group&by=country&value={hidden.value}").text)


def test_two_like_advertisers_stand_side_by_side_with_their_rules_and_cases(aud: Browser, report: AuditReport) -> None:
    """What differs and is no fact of a rule is what a reader looks for; the facts that are the same are folded."""
    odd = next(each for each in report.inconsistent if each.advertiser == "a5")
    assert f'href="/audit/decisions/{odd.seq}"' in aud.get("/audit/decisions").text

    page = aud.get(f"/audit/decisions/{odd.seq}").text

    assert about_odd(odd, outcome_words(report.plan.adverse)).replace("`", "") in text_of(page)
    assert f'href="/parties/advertiser/{odd.advertiser}"' in page
    assert f'href="/parties/advertiser/{odd.comparator}"' in page
    assert 'href="/rules/clause"' in page
    assert f"{len(odd.stratum)} facts and" in page
    assert text_of(page).count("Group: country") == 1


def test_rules_are_shown_with_proof_replay_and_the_flips(aud: Browser, report: AuditReport) -> None:
    """A rule that reads a country is refuted, and each ruling that it turns is named."""
    said = text_of(aud.get("/audit/rules").text)

    assert "refuted" in said
    assert report.flips is not None
    assert said.count("all else being equal") == len(report.flips.found)
    assert f"{report.flips.tested} tried" in said


@pytest.mark.parametrize("path", PAGES)
def test_no_page_runs_what_an_advertiser_wrote(aud: Browser, path: str) -> None:
    """Ids come from tables of advertisers."""
    answer = aud.get(path)

    assert answer.status_code == 200
    assert SCRIPT not in answer.text


def test_the_script_in_an_id_is_shown_as_it_is_written(aud: Browser, report: AuditReport) -> None:
    odd = next(each for each in report.inconsistent if each.advertiser == SCRIPT)

    page = aud.get(f"/audit/decisions/{odd.seq}").text

    assert SCRIPT not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/audit/decisions/0", 404), ("/audit/decisions/..%2f..", 404), ("/audit/files/staff.toml", 404),
        ("/audit/files/..%2f..%2fstaff.toml", 404), ("/audit/folder.zip", 404), ("/audit/groups?of=people", 404),
        ("/audit/test?kind=group&by=country&value=XX", 404), ("/audit/test", 404),
        ("/audit/groups?verdict=%22&kind=x&by=%3Cb%3E&skip=-1", 200), ("/audit/decisions?side=%27&skip=9999", 200),
    ],
)  # fmt: skip
def test_what_is_not_there_is_said_to_be_missing(aud: Browser, path: str, status: int) -> None:
    """No path and no query of a reader reaches the disk or breaks a page."""
    assert aud.get(path).status_code == status


def test_files_are_those_that_the_audit_wrote_and_every_look_is_kept(aud: Browser, console: Console) -> None:
    """Who read which advertisers' findings is personal data that the operator answers for."""
    for name in ("report.html", "report.json", "report.xlsx", "groups.csv", "odd-decisions.csv", "plan.json"):
        path = console.folder / "out" / "audit" / name
        if path.is_file():
            assert aud.get(f"/audit/files/{name}").content == path.read_bytes()
    aud.get("/audit/decisions")

    kept = console.read_log.last(20)

    assert ("aud", "file of an audit", "odd-decisions.csv") in {(each.person, each.what, each.about) for each in kept}
    assert any(each.what == "audit: decisions" and "a5" in each.about for each in kept)


@pytest.mark.parametrize("path", ["/audit/plan", "/audit/run", "/audit/folder"])
def test_who_may_not_start_one_is_refused_and_offered_nothing(console: Console, path: str) -> None:
    """By the staff's rules, which the workflow asks: an analyst judges, and does not audit."""
    ana = browser(console, "ana")

    assert ana.send_form(path, "/audit").status_code == 403
    assert f'action="{path}"' not in ana.get("/audit").text
    assert console.jobs.jobs.last(9) == []


def test_a_form_without_its_token_starts_nothing(aud: Browser, console: Console) -> None:
    assert aud.post("/audit/run", data={"token": "other"}).status_code == 403
    assert console.jobs.jobs.last(9) == []


def test_a_finding_is_handed_to_the_complaints_desk(unfair: MadeNetwork, report: AuditReport, tmp_path: Path) -> None:
    """An audit opens nothing by itself; a person who asks for a review is named as who complains."""
    odd = next(each for each in report.inconsistent if each.advertiser == "a5")
    with console_of(copy_network(unfair.folder, tmp_path / "network")) as console:
        aud = browser(console, "aud")
        path = f"/audit/decisions/{odd.seq}"
        empty = aud.send_form(f"{path}/review", path, words="")
        answer = aud.send_form(f"{path}/review", path, words=f"look again {SCRIPT}")
        (filed,) = complaints_of(console.network()).by_id.values()

        assert empty.status_code == 400
        assert answer.headers["location"] == f"/complaints/{filed.id}"
        assert (filed.reasons, filed.filed_by, filed.party_id) == (("unequal_treatment",), "aud", "a5")
        assert SCRIPT not in aud.get(f"/complaints/{filed.id}").text


@pytest.mark.usefixtures("verbs_called")
def test_a_first_plan_is_made_then_an_audit_and_the_folder_for_an_auditor(begun: MadeNetwork, tmp_path: Path) -> None:
    """From nothing to a folder that verifies elsewhere, by forms alone; before it the page says what is missing."""
    folder = begun.copy(tmp_path / "network").folder
    with console_of(folder) as console:
        aud = browser(console, "aud")
        assert "No plan is registered" in aud.get("/audit").text
        assert aud.send_form("/audit/run", "/audit").status_code == 400
        assert aud.send_form("/audit/plan", "/audit").headers["location"] == "/audit"
        assert "Sealed at leaf" in aud.get("/audit").text
        for path in ("/audit/run", "/audit/folder"):
            answer = aud.send_form(path, "/audit")
            job = console.jobs.wait(answer.headers["location"].rpartition("/")[2], 60)
            assert (job.state, job.person, job.message) == ("done", "aud", "")
            assert job.total > 0
            assert 'href="/audit"' in aud.get(answer.headers["location"]).text
        assert "7 decisions of 32 differ from those with the same facts" in text_of(aud.get("/audit").text)
        packed = aud.get("/audit/folder.zip")
        key = (folder / "ledger" / "public" / "vkey").read_text("utf-8").strip()

    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        archive.extractall(tmp_path / "unpacked")
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    assert verify_audit_folder(unpacked, key, lambda *_: None).ok


def test_today_names_a_finding_until_somebody_has_looked_at_it(unfair: MadeNetwork, tmp_path: Path) -> None:
    """An audit that ran at night must not lie there unread."""
    with console_of(copy_network(unfair.folder, tmp_path / "network")) as console:
        ana = browser(console, "ana")
        before = ana.get("/").text
        browser(console, "aud").get("/audit")
        after = ana.get("/").text

    assert "nobody has looked at its report here" in before
    assert "nobody has looked at its report here" not in after


def test_a_report_that_the_log_does_not_record_is_called_so(unfair: MadeNetwork, tmp_path: Path) -> None:
    """Somebody could put another file there; what is in it is shown all the same, with every kind of finding."""
    folder = copy_network(unfair.folder, tmp_path / "network")
    people = msgspec.structs.replace(FULL, plan=msgspec.structs.replace(FULL.plan, adverse=("same",)))
    whole = msgspec.structs.replace(FULL, proof=PROOF, matches=people)
    (folder / "out" / "audit" / "report.json").write_bytes(msgspec.json.encode(whole))
    with console_of(folder) as console:
        aud = browser(console, "aud")

        assert "has no record of exactly this report" in aud.get("/audit").text
        for path in (*PAGES[1:-1], *(f"{each.partition('?')[0]}?of=people" for each in PAGES[1:-1])):
            assert aud.get(path).status_code == 200
        for each in every_test(whole):
            query = f"kind={each.kind}&by={each.test.attribute}&value={each.test.value or ''}"
            assert aud.get(f"/audit/test?{query}").status_code == 200
        for seq in (3, 5, 7):
            answer = aud.get(f"/audit/decisions/{seq}?of=people")
            assert answer.status_code == 200
            assert "<i>a" not in answer.text
        (folder / "out" / "audit" / "report.json").write_bytes(b"{}")
        assert aud.get("/audit").status_code == 400


def test_what_was_added_to_a_ledger_is_read_once(unfair: MadeNetwork) -> None:
    """A page of a large network must not read its whole ledger again for each visit."""
    records = AuditRecords()
    with console_of(unfair.folder) as console, console.reading() as ledger:
        records.read_on(ledger)
        before = [*records.plans, *records.reports]
        records.read_on(ledger)

        assert [*records.plans, *records.reports] == before
        assert (len(records.plans), len(records.reports)) == (1, 1)
        assert records.decisions == records.decided_since(0) > 30
        assert records.decided_since(ledger.size) == 0
