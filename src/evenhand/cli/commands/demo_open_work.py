"""What waits for people in the sample network besides matches and holds, each by the act that brings it about."""

from datetime import datetime, timedelta
from pathlib import Path
from shutil import copytree, rmtree

from evenhand.cli.commands.block_lists import write_block_list
from evenhand.cli.common import PROGRAM
from evenhand.evidence import read_article
from evenhand.store.network import read_network
from evenhand.workflows.complaint_records.complaint_store import open_complaints
from evenhand.workflows.complaints.complained_decision import decision_named
from evenhand.workflows.complaints.filing import StatedComplaint, file_complaint
from evenhand.workflows.evaluation.history import decision_of
from evenhand.workflows.evidence.adding import add_documents
from evenhand.workflows.evidence_records.stated_document import StatedDocument
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.rulebooks.drafts import begin_draft, read_draft_file, save_draft_file
from evenhand.workflows.run import Tools

LATER, ARTICLE = "later", Path("articles") / "quay-wire-2026-10-30.txt"
BLOCK_LIST = Path("exports") / "block-list.csv"

_COMPLAINED = "campaign:c-civic-lapsed"
_COMPLAINT = (
    "You hold our campaign because our registration had ended. It was renewed on 3 December 2025. We sent the new"
    " entry of the register to your account team on 8 December. Please look at it."
)
_RULE = """
@id("one-country-waits")
@title("Advertisers of one country wait")
@why("An invented rule, begun by one person and released by nobody.")
@verdict("hold")
@ground("contract")
@notice_days("0")
@effective_from("2017-01-01")
@owner("policy-office")
forbid (principal is Advertiser, action == Action::"buy", resource)
when { principal.country == "QP" };
"""


def export_block_list(folder: Path, at: datetime) -> None:
    """Export what is refused or held now for a host that does not ask the gate; nobody exports it again later."""
    (folder / BLOCK_LIST).parent.mkdir()
    write_block_list(folder, folder / BLOCK_LIST, "csv", at)


def bring_later_inputs(folder: Path) -> None:
    """Put the files of `later/` over the earlier ones: a name that a form left unfilled, and a list that was cut."""
    copytree(folder / LATER, folder, dirs_exist_ok=True)
    rmtree(folder / LATER)


def add_open_work(folder: Path, at: datetime, tools: Tools) -> None:
    """Let a complaint come in, save an article, and begin a draft of the rulebook, in the hours after `at`."""
    _complain(folder, at + timedelta(hours=1), tools)
    _save_article(folder, at + timedelta(hours=2), tools)
    _begin_draft(folder, at + timedelta(hours=3))


def _complain(folder: Path, at: datetime, tools: Tools) -> None:
    network = read_network(folder)
    with read_ledger(network.ledger) as ledger:
        decisions = (decision_of(payload) for _, _, payload in ledger.entries("decision") if payload is not None)
        about = [each.id for each in decisions if each.scope == _COMPLAINED][-1]
    with open_complaints(network, at, tools) as held:
        stated = StatedComplaint(
            _COMPLAINT, reasons=("facts_wrong",), filed_by="Open Squares Alliance", contact="post@civic-lapsed.example"
        )
        file_complaint(held, decision_named(held.ledger, about), stated, PROGRAM)


def _save_article(folder: Path, at: datetime, tools: Tools) -> None:
    article = StatedDocument((folder / ARTICLE).read_bytes(), "https://quay-wire.example/2026-10-30", "text/plain")
    add_documents(read_network(folder), [article], Acting("a.lee"), at, tools, read_article)


def _begin_draft(folder: Path, at: datetime) -> None:
    network, acting = read_network(folder), Acting("p.moser")
    head = begin_draft(network, acting, at)
    text = read_draft_file(network, "house.cedar")
    save_draft_file(network, "house.cedar", text + _RULE, head.version, acting, at)
