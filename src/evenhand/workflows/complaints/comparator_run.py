"""A complaint of unequal treatment starts the analysis of like cases; its result is an event of the complaint."""

from datetime import UTC, datetime

import msgspec

from evenhand.model.comparator import ComparatorFinding
from evenhand.model.complaint import Complaint
from evenhand.model.complaint_events import ComparatorsBody
from evenhand.model.errors import NotFound
from evenhand.model.record import canonical, sha256_hex
from evenhand.store.atomic_files import write_whole
from evenhand.store.network import Network
from evenhand.workflows.audit.comparator_search import find_comparators
from evenhand.workflows.complaint_records.complaint_store import open_complaints
from evenhand.workflows.evaluation.findings import Progress
from evenhand.workflows.run import Tools

BY = "evenhand comparators"
_FOLDER = "complaints"

_decode = msgspec.json.Decoder(ComparatorFinding, strict=False).decode


def lacks_comparators(complaint: Complaint) -> bool:
    """Return whether a complaint of unequal treatment about a decision has no comparators attached yet."""
    return "unequal_treatment" in complaint.reasons and bool(complaint.decision) and complaint.comparators is None


def attach_comparators(network: Network, complaint: Complaint, at: datetime, tools: Tools) -> ComparatorFinding:
    """Find the comparators of a complaint's decision, and attach them as an event; once, however often it is called.

    The event has the numbers of the comparators and the hash of the finding, no party's name: the finding is kept in
    `state/`, and can be made again from the ledger.

    Raises:
        NotFound: the decision is not in the ledger any more.
        StateRefused: the complaint is decided.
        LedgerError: another process holds the ledger, or its history was changed.
    """
    finding = find_comparators(network, complaint.decision, complaint.comparators_named, at, tools.progress)
    with open_complaints(network, at, tools) as held:
        known = held.complaints.get(complaint.id)
        if known.comparators is None:
            _keep(network, known, finding)
            held.add(known.id, _body(finding), by=BY)
            return finding
    return attached_finding(network, known, tools.progress)


def attached_finding(network: Network, complaint: Complaint, progress: Progress) -> ComparatorFinding:
    """Return the comparators that are attached to a complaint: as kept, or made again from the ledger.

    Made again it may have lost what was erased since; its numbers are those of the event all the same.

    Raises:
        NotFound: none are attached, or the decision is not in the ledger any more.
    """
    at, body = _event(complaint)
    path = network.state / _FOLDER / f"{complaint.id}.json"
    kept = path.read_bytes() if path.is_file() else b""
    if sha256_hex(kept) == body.finding:
        return _decode(kept)
    finding = find_comparators(network, complaint.decision, complaint.comparators_named, at, progress)
    if sha256_hex(canonical(finding)) == body.finding:
        _keep(network, complaint, finding)
    return finding


def _body(finding: ComparatorFinding) -> ComparatorsBody:
    return ComparatorsBody(
        comparators=tuple(str(each.number) for each in finding.comparators),
        milder=tuple(str(each.number) for each in finding.milder_like_cases),
        finding=sha256_hex(canonical(finding)),
    )


def _event(complaint: Complaint) -> tuple[datetime, ComparatorsBody]:
    for event in reversed(complaint.events):
        if isinstance(event.body, ComparatorsBody):
            return event.at.astimezone(UTC), event.body
    raise NotFound(
        "no comparators are attached to the complaint", where=complaint.id, todo="they are found when it is filed",
    )  # fmt: skip


def _keep(network: Network, complaint: Complaint, finding: ComparatorFinding) -> None:
    folder = network.state / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / f"{complaint.id}.json", canonical(finding))
