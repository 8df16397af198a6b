"""A network for the console's figures: advertisers and tasks in number, a long document, a complaint, a draft."""

import csv
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.made import Made, make_network
from evenhand.cli.common import tools
from evenhand.evidence import read_article
from evenhand.model.decision import DecidedBy
from evenhand.store.network import read_network
from evenhand.workflows.complaint_records.complaint_store import open_complaints
from evenhand.workflows.complaints.complained_decision import decision_named
from evenhand.workflows.complaints.filing import StatedComplaint, file_complaint
from evenhand.workflows.evidence.adding import add_documents
from evenhand.workflows.evidence_records.stated_document import StatedDocument
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.rulebooks.drafts import begin_draft, read_draft_head
from evenhand.workflows.run import run

AT = datetime(2026, 11, 2, 12, tzinfo=UTC)
TASKS = 10_000
CLAIMS = 3_000
_URI = "https://quay-wire.example/{}"


def build_network(folder: Path, advertisers: int, tasks: int = TASKS) -> None:
    """Write a network with about so many tasks, at most as many as its made list has entities, and run it once."""
    make_network(folder, Made(advertisers), None)
    _name_as_listed(folder, tasks)
    with tools(quiet=True) as handed:
        run(read_network(folder), AT, DecidedBy(kind="run", id="benchmark"), handed)


def add_records(folder: Path) -> str:
    """Add a document of `CLAIMS` claims, a complaint and a draft where they are not there; return the document's id."""
    network, now, by = read_network(folder), datetime.now(UTC), Acting("bench")
    accusations = "\n\n".join(_accusation(number) for number in range(CLAIMS))
    text = (
        f"Board accuses outlets of paid influence\n\nTULNA (Quay Wire) - The board spoke on Tuesday.\n\n{accusations}\n"
    )
    with tools(quiet=True) as handed:
        stated = StatedDocument(text.encode(), _URI.format(1), "text/plain", official=False)
        (added,) = add_documents(network, [stated], by, now, handed, read_article)
        with read_ledger(network.ledger) as ledger:
            decision = next(seq for seq, _, _ in ledger.entries("decision"))
            is_filed = ledger.last("complaint") is not None
        if not is_filed:
            with open_complaints(network, now, handed) as held:
                about = decision_named(held.ledger, str(decision))
                file_complaint(held, about, StatedComplaint(words="Made up.", reasons=("facts_wrong",)), "benchmark")
    if read_draft_head(network) is None:
        begin_draft(network, by, now)
    return added.document


def _accusation(number: int) -> str:
    return f"“Outlet {number} pays others to speak for it,” board spokeswoman Mirel Ostan said on Tuesday."


def _name_as_listed(folder: Path, tasks: int) -> None:
    """Give the first advertisers each the name of an entity of the made list, so that a person has to look at it."""
    with (folder / "made-list.csv").open(encoding="utf-8", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)][:tasks]
    path = folder / "data" / "advertisers.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row, name in zip(rows, names, strict=False):
        row["name"] = name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
