"""Claims in the forms that others read: CSV, JSON lines, Web Annotation, STIX, schema.org."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, get_args

import msgspec

from evenhand.evidence import to_web_annotations
from evenhand.evidence.schema_org import to_schema_org
from evenhand.evidence.stix_notes import to_stix
from evenhand.model.errors import BadInput
from evenhand.model.evidence import ClaimShown, DocumentShown
from evenhand.model.visible_text import safe_cell
from evenhand.store.network import Network
from evenhand.workflows.evidence.open_evidence import evidence_of
from evenhand.workflows.evidence_records.claims_shown import open_documents

Form = Literal["csv", "jsonl", "annotations", "stix", "schema.org"]
FORMS: tuple[Form, ...] = get_args(Form)
COLUMNS = (
    "claim", "document", "uri", "published", "state", "section", "form", "stance", "secondary", "speaker", "kind",
    "role", "speaks_for", "outside_knowledge", "persons", "reported_by", "said_on", "precision", "words", "spans",
    "denies", "denied_by", "linked", "decided_by", "decided_at",
)  # fmt: skip


def export_claims(network: Network, form: str, documents: Sequence[str] = ()) -> bytes:
    """Return the claims of a network in a form, of all documents or of those named.

    Raises:
        BadInput: no such form.
        NotFound, NotVerified: no such document, or a file of one is missing or was changed.
    """
    if form not in FORMS:
        raise BadInput("no such form", where="--format", got=form, expected=", ".join(FORMS))
    evidence = evidence_of(network)
    wanted = {evidence.find(each).id for each in documents}
    shown = [each.whole() for each in open_documents(network, evidence) if not wanted or each.records.id in wanted]
    if form == "csv":
        return _csv(shown)
    if form == "jsonl":
        return b"".join(msgspec.json.encode({"uri": each.document.uri, **msgspec.to_builtins(claim)}) + b"\n"
                        for each in shown for claim in each.claims)  # fmt: skip
    graphs: Mapping[str, Callable[[], dict[str, Any]]] = {
        "annotations": lambda: to_web_annotations(shown),
        "stix": lambda: to_stix(shown, network.settings.network.name),
        "schema.org": lambda: to_schema_org(shown),
    }
    return msgspec.json.format(msgspec.json.encode(graphs[form]()), indent=1) + b"\n"


def _csv(shown: Sequence[DocumentShown]) -> bytes:
    """Return a row a claim; a cell that a spreadsheet would run as a formula begins with an apostrophe."""
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([safe_cell(cell) for cell in _cells(each, claim)] for each in shown for claim in each.claims)
    return table.getvalue().encode("utf-8-sig")


def _cells(document: DocumentShown, shown: ClaimShown) -> tuple[str, ...]:
    claim, speaker, said_on = shown.claim, shown.claim.speaker, shown.claim.said_on
    persons = claim.source_count.n if claim.source_count is not None else None
    return (
        shown.id, shown.document, document.document.uri, document.document.published.date or "", shown.state,
        claim.section, claim.form, claim.stance, "; ".join(claim.secondary), speaker.name, speaker.kind,
        speaker.role or "", speaker.speaks_for or "", "yes" if speaker.resolved_from else "",
        "" if persons is None else str(persons), claim.reported_by.name if claim.reported_by is not None else "",
        (said_on.value or "") if said_on is not None else "", (said_on.precision or "") if said_on is not None else "",
        " … ".join(shown.words), "; ".join(f"{start}:{end}" for start, end in claim.content),
        "; ".join(shown.denies), "; ".join(shown.denied_by),
        "; ".join(f"{each.relation} {each.party.id}" for each in shown.links), shown.by,
        f"{shown.at:%Y-%m-%dT%H:%M:%SZ}" if shown.at is not None else "",
    )  # fmt: skip
