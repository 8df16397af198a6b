"""The network of `evenhand demo`, built in the process of the test."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec

from evenhand.cli.commands.demo import run_demo
from evenhand.cli.common import tools
from evenhand.model.evidence import Reading
from evenhand.model.record import sha256_hex
from evenhand.render.audit_page import write_audit
from evenhand.store.network import read_network
from evenhand.workflows.audit.audit_plan import register_plan
from evenhand.workflows.audit.audit_run import write_audit as write_report
from evenhand.workflows.audit.audit_run import write_plan
from evenhand.workflows.evidence.adding import add_documents
from evenhand.workflows.evidence_records.claim_marks import claim_ids
from evenhand.workflows.evidence_records.stated_document import StatedDocument
from evenhand.workflows.people.acting import Acting
from tests.evidence_articles import TEXT, made_article
from tests.unit.cli.audits import FULL, PROOF

REPORT = StatedDocument(TEXT.encode(), "https://quay-wire.example/1", "text/plain")
"""A made-up report, of which the claims have these ids by their ids within it."""
REPORT_ID = sha256_hex(REPORT.data)
CLAIMS = claim_ids(REPORT_ID, Reading(text=TEXT, article=made_article(REPORT.data, REPORT.uri, REPORT.media_type)))


def build_sample(folder: Path) -> Path:
    """Return the folder, in which the sample network is built and run as `evenhand demo` does it."""
    with tools(quiet=True) as handed:
        run_demo(folder, handed)
    return folder


def add_report(network: Path) -> None:
    """Save the made-up report in a network, with its claims as a person would find them: each a proposal."""
    with tools(quiet=True) as handed:
        add_documents(read_network(network), [REPORT], Acting("ana"), datetime.now(UTC), handed, made_article)


def add_audit(network: Path) -> None:
    """Register a plan in a network, and put a made-up report there that has a finding of every kind."""
    opened, people = read_network(network), msgspec.structs.replace(FULL.plan, adverse=("same",))
    with tools(quiet=True) as handed:
        write_plan(opened, register_plan(opened, datetime.now(UTC), handed).plan)
    report = msgspec.structs.replace(FULL, proof=PROOF, matches=msgspec.structs.replace(FULL, plan=people))
    write_report(opened, report)
    write_audit(report, opened.settings.network.name, opened.out / "audit")
