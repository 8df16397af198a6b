"""The draft of the rulebook in the console: checked as it is typed, saved by one at a time, released by two."""

from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import msgspec
import pytest

from evenhand.model.log import LogRecord
from evenhand.model.record import canonical, record_sha256
from evenhand.model.release import Approval
from evenhand.policy import Rulebook
from evenhand.policy.proofs import compare_within
from evenhand.policy.rulebook import read_folder
from evenhand.policy.rulebook_tests import run_rulebook_tests
from evenhand.store.network import Network, read_network
from evenhand.web.console.console import Console
from evenhand.web.console.draft_runner import DraftRunner
from evenhand.workflows.operations import open_ledger
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.rulebooks.approvals import checked_approval, read_approval
from evenhand.workflows.rulebooks.draft_checks import Proofs, new_checks, write_checks
from evenhand.workflows.rulebooks.drafts import draft_folder, read_draft_file, read_draft_head, remove_draft
from evenhand.workflows.rulebooks.release import due_difference
from evenhand.workflows.rulebooks.shadow import Shadow, shadow
from tests.people import write_staff
from tests.unit.web.console.clients import Browser, browser, console_of, copy_network

AT = datetime(2026, 11, 28, 12, tzinfo=UTC)
DRAFT = "/rules/draft"
FILE = "house.cedar"
RULE = """
@id("made-up-rule")
@title("{title}")
@why("An example.")
@verdict("hold")
@ground("contract")
@notice_days("0")
@effective_from("2026-11-01")
@owner("policy-office")
forbid (principal is Advertiser, action == Action::"buy", resource)
when {{ principal.designated_share_bp >= 1000 && principal.designated_share_bp < 2500 }};
"""


NO_FLIPS = Shadow(
    rulebook="made-up", at=AT, cases=1, table={}, flips=(), groups={}, routed=0, unfit=0, misfits=()
)  # fmt: skip


class NoChecks(DraftRunner):
    """A runner that starts no process: what the verbs find is tested with the verbs."""

    def start(self, network: Network, at: datetime) -> None:
        """Do nothing."""


@pytest.fixture
def console(console_network: Path, tmp_path: Path) -> Iterator[Console]:
    network = copy_network(console_network, tmp_path / "network")
    remove_draft(read_network(network))
    write_staff(network)
    with console_of(network, AT) as made:
        made.draft_runner = NoChecks()
        yield made


@pytest.fixture
def pol(console: Console) -> Browser:
    """Who writes the policy, with a draft begun."""
    client = browser(console, "pol")
    client.send_form(f"{DRAFT}/begin")
    return client


def saved(console: Console) -> str:
    return read_draft_file(console.network(), FILE)


def test_a_draft_is_a_copy_and_the_rules_in_force_stay(console: Console, pol: Browser) -> None:
    """Nothing that is written in a draft may reach a run before two people released it."""
    in_force = (console.network().rulebook / FILE).read_text("utf-8")

    answer = pol.send_form(DRAFT, file=FILE, text=in_force + RULE.format(title="A"), version="1")

    assert answer.status_code == 303
    assert saved(console).endswith("2500 };\n")
    assert (console.network().rulebook / FILE).read_text("utf-8") == in_force
    assert "<code>made-up-rule</code>" in pol.get(DRAFT).text


def test_what_is_typed_is_checked_with_line_and_column(console: Console, pol: Browser) -> None:
    """Bad Cedar is one mark at its place; nothing of it is saved."""
    text = saved(console)

    page = pol.send_form(f"{DRAFT}/lint", file=FILE, text=text + "permit (\n").text

    assert "1 error" in page
    assert 'data-line="925"' in page
    assert saved(console) == text


def test_a_warning_names_the_rule_that_reads_what_is_protected(console: Console, pol: Browser) -> None:
    """The linter says it while the rule is written, the proofs when it is saved."""
    rule = RULE.format(title="A").replace("principal.designated_share_bp >= 1000", 'principal.country == "MA"')

    page = pol.send_form(f"{DRAFT}/lint", file=FILE, text=saved(console) + rule).text

    assert "0 errors, 1 warning" in page
    assert "rule <code>made-up-rule</code>" in page


def test_text_that_is_no_cedar_can_be_saved_and_is_told(console: Console, pol: Browser) -> None:
    """Somebody goes home in the middle of a rule: the text is kept, and cannot be released."""
    pol.send_form(DRAFT, file=FILE, text="permit (", version="1")

    assert saved(console) == "permit ("
    page = pol.get(DRAFT).text
    assert "1 error" in page
    assert "The draft as it is now was not checked yet." in pol.get(f"{DRAFT}/checks").text


def test_the_layout_of_cedar_is_shown_and_not_saved(console: Console, pol: Browser) -> None:
    """Who formats sees it before they save."""
    before = saved(console)

    page = pol.send_form(DRAFT, file=FILE, text='@id("a")permit(principal,action,resource);', version="1", do="format")

    assert "Laid out; not saved yet." in page.text
    assert "permit (principal, action, resource);" in page.text
    assert saved(console) == before


def test_a_text_that_is_too_large_is_refused(console: Console, pol: Browser) -> None:
    """A million bytes are more than any rulebook has, and reading them would keep others waiting."""
    before = saved(console)

    answers = [
        pol.send_form(DRAFT, file=FILE, text="a" * size, version="1").status_code for size in (1_000_001, 1_200_000)
    ]

    assert answers == [400, 413]
    assert saved(console) == before


def test_of_two_editors_the_second_is_told_and_loses_nothing(console: Console, pol: Browser) -> None:
    """Both opened version 1: the later save is refused, with both texts shown; saved again it writes over."""
    lea, first = browser(console, "lea"), saved(console)
    pol.send_form(DRAFT, file=FILE, text=first + "// by pol\n", version="1")

    answer = lea.send_form(DRAFT, file=FILE, text=first + "// by lea\n", version="1")

    assert answer.status_code == 409
    assert "pol has saved the draft since you opened it" in answer.text
    assert "// by lea" in answer.text
    assert "// by pol" in answer.text
    assert saved(console).endswith("// by pol\n")
    assert lea.send_form(DRAFT, file=FILE, text=first + "// by lea\n", version="2").status_code == 303


@pytest.mark.parametrize("path", ["/begin", "", "/drop"])
def test_an_analyst_reads_the_draft_and_changes_nothing(console: Console, pol: Browser, path: str) -> None:
    """Rules are written by those who may release them; the workflow refuses, whatever the page shows."""
    ana, before = browser(console, "ana"), saved(console)

    answer = ana.send_form(f"{DRAFT}{path}", file=FILE, text="permit (principal, action, resource);", version="1")

    assert answer.status_code == 403
    assert saved(console) == before
    assert "You can read the draft, not save it" in ana.get(DRAFT).text


def test_only_files_of_the_rulebook_can_be_opened(console: Console, pol: Browser) -> None:
    """A name that a browser sends is looked up in a list and is no path."""
    for name in ("../../evenhand.toml", "schema.cedarschema", "/etc/passwd", "release.toml"):
        assert pol.get(DRAFT, params={"file": name}).status_code == 404
        assert pol.send_form(DRAFT, file=name, text="a", version="1").status_code == 404


def test_markup_in_a_draft_is_shown_as_text(console: Console, pol: Browser) -> None:
    """A draft is opened by a second person who signs: nothing in it may act in their name."""
    bad = "</textarea><script>alert(1)</script>"
    rule = RULE.format(title=bad).replace('@notice_days("0")', f'@notice_days("{bad}")')

    pol.send_form(DRAFT, file=FILE, text=saved(console) + rule, version="1")
    page = pol.get(DRAFT).text

    assert "<script>alert" not in page
    assert "&lt;/textarea&gt;&lt;script&gt;alert(1)" in page


def test_a_form_of_another_session_saves_nothing(console: Console, pol: Browser) -> None:
    """A page elsewhere must not write rules in somebody's name."""
    answer = pol.post(DRAFT, data={"token": "x", "file": FILE, "text": "a", "version": "1"})

    assert answer.status_code == 403
    assert saved(console) != "a"


def checked(console: Console, *, wrong: int = 0, has_shadow: bool = True) -> str:
    """Write down what the verbs would have found of the draft; return the hash of the difference."""
    network = console.network()
    with read_ledger(network.ledger) as ledger:
        checks = new_checks(network, ledger, AT)
    folder = draft_folder(network)
    older, newer = (read_folder(each) for each in (network.snapshots / "rulebooks" / checks.kept, folder))
    found = compare_within(older, newer, "2026-11-28", 60)
    known = msgspec.structs.replace(
        checks,
        tests=run_rulebook_tests(folder),
        proofs=Proofs(certificates=(), wrong=wrong),
        difference=found,
        shadow=NO_FLIPS if has_shadow else None,
    )
    write_checks(network, known)
    return found.sha256


def test_two_people_release_a_draft(console: Console, pol: Browser) -> None:
    """The first approval waits; the same person cannot confirm it; with the second the next run may take the rules."""
    network, lea = console.network(), browser(console, "lea")
    pol.send_form(DRAFT, file=FILE, text=saved(console) + RULE.format(title="Looked at first"), version="1")
    difference = checked(console)

    assert pol.send_form("/rules/draft/approve", diff=difference).headers["location"] == "/rules/draft/checks"
    assert pol.send_form("/rules/draft/approve", diff=difference).status_code == 403
    assert "made-up-rule" not in (network.rulebook / FILE).read_text("utf-8")
    assert lea.send_form("/rules/draft/approve", diff=difference).headers["location"] == "/rules"

    approval = checked_approval(read_network(network.folder), f"sha256:{difference}", AT)
    assert approval.approved_by == ("pol", "lea")
    assert "made-up-rule" in (network.rulebook / FILE).read_text("utf-8")
    assert read_draft_head(network) is None
    assert "/rules/made-up-rule" in pol.get("/rules").text


def test_a_rule_with_a_warning_is_released_once_its_test_of_lint_says_so(console: Console, pol: Browser) -> None:
    """A rule about content could not be released in the browser: the file that expects no warning was no tab."""
    name, action = "tests/lint.jsonl", 'action in [Action::"buy", Action::"serve"]'
    rule = RULE.format(title="Travel").replace('action == Action::"buy"', action).replace(
        "principal.designated_share_bp >= 1000", 'resource.content.contains(ContentKind::"travel")'
    )  # fmt: skip
    pol.send_form(DRAFT, file=FILE, text=saved(console) + rule, version="1")
    checked(console)
    failed = unescape(pol.get(f"{DRAFT}/checks").text)
    typed = pol.send_form(f"{DRAFT}/lint", file=name, text='{"rulebook": "hause.cedar", "expect": []}').text
    expected = '{"rulebook": "house.cedar", "expect": [["gate-not-told", "made-up-rule"]]}'

    pol.send_form(DRAFT, file=name, text=expected, version="2")
    checked(console)

    assert f"{name}, line 1: house.cedar: unexpected gate-not-told of made-up-rule: mend the rule, or add" in failed
    assert "names no file of the rulebook" in typed
    assert f"file={name.replace('/', '%2F')}" in pol.get(DRAFT).text or f"file={name}" in pol.get(DRAFT).text
    assert "unexpected gate-not-told" not in pol.get(f"{DRAFT}/checks").text


def test_what_a_list_means_is_edited_checked_and_released_in_the_draft(console: Console, pol: Browser) -> None:
    """A cell of a table frees as many as a rule: it is shown row by row to the two who approve it."""
    network, lea, name = console.network(), browser(console, "lea"), "designations.csv"
    old = read_draft_file(network, name)
    new = old.replace("\nhouse-sanctions,*,house-sanctions,yes\n", "\nhouse-sanctions,*,,no\n")
    said = (
        "designations.csv: list house-sanctions, any other program: now no designation; was designation house-sanctions"
    )
    broken = pol.send_form(f"{DRAFT}/lint", file=name, text=new.replace(",no", ",perhaps"), version="1").text
    assert f"{name}, line " in broken

    pol.send_form(DRAFT, file=name, text=new, version="1")
    difference = checked(console)

    assert said in pol.get(DRAFT).text
    assert said in pol.get(f"{DRAFT}/checks").text
    pol.send_form("/rules/draft/approve", diff=difference)
    assert (network.rulebook / name).read_text("utf-8") == old
    assert lea.send_form("/rules/draft/approve", diff=difference).headers["location"] == "/rules"
    with read_ledger(network.ledger) as ledger:
        assert due_difference(read_network(network.folder), ledger, AT) == f"sha256:{difference}"
    assert "It differs from what the last run used" in pol.get("/rules").text


def test_a_draft_is_checked_again_after_lists_mean_something_else(console: Console, pol: Browser) -> None:
    """What was looked at is the difference to a mapping that is in force no more."""
    network = console.network()
    pol.send_form(DRAFT, file=FILE, text=saved(console) + RULE.format(title="A"), version="1")
    difference, sha256 = checked(console), Rulebook.load(network.rulebook).sha256
    files = {"designations.csv": "00"}
    payload = canonical({"sha256": sha256, "mapping_files": files})
    with open_ledger(network.ledger) as ledger:
        ledger.append([LogRecord(kind="rulebook", payload=payload, key=f"rulebook:{sha256}:1")], AT)
    (network.snapshots / "rulebooks" / f"{sha256}-{record_sha256(files)}").mkdir()

    answer = pol.send_form("/rules/draft/approve", diff=difference)

    assert answer.status_code == 409
    assert "a run has used another rulebook since the draft was checked" in answer.text


def test_a_draft_that_changes_nothing_is_not_released(console: Console, pol: Browser) -> None:
    """A spreadsheet's line ends are no change of what a list means."""
    name = "designations.csv"
    text = read_draft_file(console.network(), name)
    pol.send_form(DRAFT, file=name, text=f"{text.rstrip()}\r\n", version="1")
    checked(console)

    assert "It changes no rule, and nothing of what lists and places mean." in pol.get(f"{DRAFT}/checks").text


def test_nobody_approves_before_it_is_known_whom_the_draft_touches(console: Console, pol: Browser) -> None:
    """Who would be decided otherwise is the last check to come; who signs must have been able to see it."""
    pol.send_form(DRAFT, file=FILE, text=saved(console) + RULE.format(title="A"), version="1")
    difference = checked(console, has_shadow=False)

    page = pol.get(f"{DRAFT}/checks").text
    answer = pol.send_form("/rules/draft/approve", diff=difference)

    assert "Who would be decided otherwise now is not known yet." in page
    assert "Approve the release" not in page
    assert answer.status_code == 400
    assert not (draft_folder(console.network()) / "release.toml").exists()
    checked(console)
    assert "Approve the release" in pol.get(f"{DRAFT}/checks").text


def test_who_approved_is_offered_no_confirmation_of_it(console: Console, pol: Browser) -> None:
    """Nobody confirms their own answer: the page says who may before somebody clicks."""
    pol.send_form(DRAFT, file=FILE, text=saved(console) + RULE.format(title="A"), version="1")
    pol.send_form("/rules/draft/approve", diff=checked(console))

    own, other, analyst = (browser(console, who).get(f"{DRAFT}/checks").text for who in ("pol", "lea", "ana"))

    assert "Confirm and release" not in own
    assert "You approved it, so another person has to confirm it: " in own
    assert "lea" in own.partition("another person has to confirm it: ")[2].partition("</p>")[0]
    assert "Confirm and release" in other
    assert "Confirm and release" not in analyst
    assert "To approve a release is for" in analyst


def test_saving_ends_an_approval(console: Console, pol: Browser) -> None:
    """Who approved has not seen the new text."""
    text = saved(console)
    pol.send_form(DRAFT, file=FILE, text=text + RULE.format(title="A"), version="1")
    difference = checked(console)
    pol.send_form("/rules/draft/approve", diff=difference)
    path = draft_folder(console.network()) / "release.toml"
    assert isinstance(read_approval(path), Approval)

    pol.send_form(DRAFT, file=FILE, text=text + RULE.format(title="B"), version="2")

    assert not path.exists()
    assert browser(console, "lea").send_form("/rules/draft/approve", diff=difference).status_code == 400


def test_a_draft_with_a_refuted_property_is_not_approved(console: Console, pol: Browser) -> None:
    """The run would refuse it: nobody shall sign what cannot be released."""
    pol.send_form(DRAFT, file=FILE, text=saved(console) + RULE.format(title="A"), version="1")
    difference = checked(console, wrong=1)

    answer = pol.send_form("/rules/draft/approve", diff=difference)

    assert answer.status_code == 400
    assert "required properties are not proved" in answer.text
    assert not (draft_folder(console.network()) / "release.toml").exists()


def test_whose_decision_would_change_is_shown_by_name_and_noted_as_read(console: Console, pol: Browser) -> None:
    """Names of parties are shown for a reason, and who saw them can be told."""
    network = console.network()
    pol.send_form(DRAFT, file=FILE, text=saved(console) + RULE.format(title="A"), version="1")
    with read_ledger(network.ledger) as ledger:
        checks = new_checks(network, ledger, AT)
    found = shadow(network, Rulebook.load(draft_folder(network)), AT, lambda *_: None)
    found = msgspec.structs.replace(found, rejected=1, held_at_gate=("rule `night` holds bids of 2 advertisers",))
    write_checks(network, msgspec.structs.replace(checks, shadow=found))

    page = pol.get(f"{DRAFT}/checks").text

    assert "Tresco Paper" in page
    assert "<code>+made-up-rule</code>" in page
    assert "1 case would stay on hold: the row of the party" in page
    assert "holds bids of 2 advertisers" in page
    entry = console.read_log.last(1, 0, "pol")[0]
    assert (entry.what, "ring-one" in entry.about) == ("draft", True)


def test_an_analyst_approves_nothing(console: Console, pol: Browser) -> None:
    """The staff's rules name the roles that answer for the rules."""
    pol.send_form(DRAFT, file=FILE, text=saved(console) + RULE.format(title="A"), version="1")
    difference = checked(console)

    assert browser(console, "ana").send_form("/rules/draft/approve", diff=difference).status_code == 403


def test_rules_that_changed_beside_the_draft_are_not_written_over(console: Console, pol: Browser) -> None:
    """Somebody released by the command line since: the draft lacks that change, so it is not put over it."""
    pol.send_form(DRAFT, file=FILE, text=saved(console) + RULE.format(title="A"), version="1")
    difference = checked(console)
    rules = console.network().rulebook / FILE
    rules.write_text(rules.read_text("utf-8") + "// another change\n", "utf-8")

    answer = pol.send_form("/rules/draft/approve", diff=difference)

    assert answer.status_code == 409
    assert "rulebook in force has changed since the draft was begun" in answer.text


def test_files_of_pages_come_packed_to_browsers_that_read_gzip(console: Console) -> None:
    """The editor is 330 kB as it is; who cannot unpack gets it plain."""
    client = browser(console, "ana")
    path = next(each for each in client.get("/account").text.split('"') if each.endswith("htmx.min.js"))

    packed = client.get(path, headers={"accept-encoding": "gzip"})
    plain = client.get(path, headers={"accept-encoding": "identity"})

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) * 2 < len(plain.content)
