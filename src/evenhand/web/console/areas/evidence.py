"""Saved documents: their list, the form to add one, a document with its claims beside its text, and the exports."""

from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Final
from urllib.parse import urlsplit

from starlette.responses import Response

from evenhand.evidence import read_article
from evenhand.model.claims import Document
from evenhand.model.errors import BadInput, EvenhandError
from evenhand.render.claim_lines import claim_details, speaker_words
from evenhand.render.marked_text import text_blocks, text_parts
from evenhand.render.wording import count
from evenhand.web.console.area import Area, MenuItem, get, post
from evenhand.web.console.areas.claim import (
    STATES,
    act,
    claim_page_of,
    evidence_now,
    opened_documents,
    source_questions,
)
from evenhand.web.console.guard import error_status
from evenhand.web.console.visit import Visit
from evenhand.workflows.evidence.adding import MOST_BYTES, AddedDocument, add_documents
from evenhand.workflows.evidence.claim_pages import document_page
from evenhand.workflows.evidence.document_table import DocumentRow, DocumentTable
from evenhand.workflows.evidence.exports import FORMS, export_claims
from evenhand.workflows.evidence_records.evidence_fold import Evidence
from evenhand.workflows.evidence_records.source_questions import of_claim
from evenhand.workflows.evidence_records.stated_document import MEDIA_TYPES, StatedDocument, media_type_by_name

_PAGE: Final = 50
_VIEWS: Final[Mapping[str, tuple[str, Callable[[DocumentRow], bool]]]] = {
    "": ("all", bool),
    "waiting": ("claims wait", lambda row: row.waiting > 0),
    "done": ("all decided", lambda row: row.is_decided),
    "official": ("official", lambda row: row.official),
}
_FILES: Final[Mapping[str, tuple[str, str, str]]] = {
    "csv": ("CSV", "claims.csv", "text/csv; charset=utf-8"),
    "jsonl": ("JSON lines", "claims.jsonl", "application/x-ndjson"),
    "annotations": ("Web Annotations", "claims-annotations.json", "application/ld+json"),
    "stix": ("STIX", "claims-stix.json", "application/json"),
    "schema.org": ("schema.org", "claims-schema-org.json", "application/ld+json"),
}


def evidence_page(visit: Visit) -> Response:
    """Show the saved documents, the newest first, and the form to add one."""
    return _listed(visit)


def add(visit: Visit) -> Response:
    """Save a document, and show what was read of it."""
    try:
        added = _added(visit)
    except EvenhandError as error:
        return _listed(visit, str(error), error_status(error))
    what = "saved" if added.is_new else "read anew" if added.read_anew else "saved before, and read alike"
    waiting = count(len(added.proposed_anew), "new claim waits", "new claims wait")
    return visit.go(f"/evidence/{added.document}", "; ".join((what, f"{waiting} for a person", *added.notes)))


def document_of(visit: Visit) -> Response:
    """Show a document: the text as saved with each claim marked, and the claims beside it."""
    evidence = evidence_now(visit)
    opened = opened_documents(visit).document(visit.network, evidence, visit.path("document"))
    found = document_page(visit.network, evidence, visit.path("document"), opened)
    shown, text = found.shown, found.shown.text
    visit.log_read("document", shown.document.id)
    parts = text_parts(text)
    number = min(max(visit.number("part"), 1), len(parts))
    start, end = parts[number - 1]
    is_last = number == len(parts)
    placed = {name: spans[0][0] for name, spans in found.places.items()}
    beside = [
        (place, each) for place, each in enumerate(shown.claims, 1)
        if (start <= placed[each.id] < end if each.id in placed else is_last)
    ]  # fmt: skip
    return visit.render(
        "evidence_document.html", page=found, document=shown.document, title=_title(found.title, text, shown.document),
        blocks=text_blocks(text, parts[number - 1], shown.document, found.places), claims=beside, part_number=number,
        questions=source_questions(visit, evidence), changes_of=of_claim,
        parts=len(parts), numbers={each.id: place for place, each in enumerate(shown.claims, 1)}, states=STATES,
        address=_web_address(shown.document.uri), speaker=speaker_words, details=claim_details, files=_FILES,
        waiting=sum(each.state == "proposed" for each in shown.claims),
    )  # fmt: skip


def export(visit: Visit) -> Response:
    """Give the claims as a file, of all documents or of one."""
    form, document = visit.query("form"), visit.query("document")
    if form not in _FILES:
        raise BadInput("no such form", where="form", got=form, expected=", ".join(FORMS))
    data = export_claims(visit.network, form, [document] if document else [])
    visit.log_read("file of claims", document or "all documents")
    _, name, media_type = _FILES[form]
    return Response(data, media_type=media_type, headers={"content-disposition": f'attachment; filename="{name}"'})


def _listed(visit: Visit, problem: str = "", status: int = 200) -> Response:
    evidence = evidence_now(visit)
    table = visit.console.kept("documents", visit.network.folder, DocumentTable)
    text, view, skip = visit.query("q"), visit.query("show"), visit.number("skip")
    found = table.rows(visit.network, evidence, text)
    views = [(name, label, sum(map(is_in, found))) for name, (label, is_in) in _VIEWS.items()]
    chosen = [row for row in found if _VIEWS.get(view, _VIEWS[""])[1](row)]
    return visit.render(
        "evidence.html", status, rows=chosen[skip : skip + _PAGE], total=len(chosen), skip=skip, page=_PAGE,
        views=views, view=view, text=text, problem=problem, files=_FILES, endings=", ".join(MEDIA_TYPES),
        incomplete=sorted(evidence.incomplete), changes=_changes(visit, evidence), most=MOST_BYTES // 1_000_000,
    )  # fmt: skip


def _changes(visit: Visit, evidence: Evidence) -> dict[str, list[str]]:
    """Return by document what may change claims of it that count."""
    found: dict[str, list[str]] = {}
    questions = source_questions(visit, evidence)
    for records in evidence.documents.values():
        lines = dict.fromkeys(line for claim in records.decided for line in of_claim(questions, claim))
        if lines:
            found[records.id] = list(lines)
    return found


def _added(visit: Visit) -> AddedDocument:
    if "file" not in visit.form.files:
        raise BadInput("no file was chosen", todo="choose one, or drop it on the field")
    sent = visit.form.files["file"]
    # The name is a word that somebody typed: nothing is opened by it.
    name = PurePath(sent.name.replace("\\", "/")).name or "document"
    kind = media_type_by_name(PurePath(name), "save it as one of these")
    data = sent.content.read(MOST_BYTES + 1)
    stated = StatedDocument(data, visit.form.text("uri") or name, kind, visit.form.is_checked("official"))
    tools = visit.console.tools()
    (added,) = add_documents(visit.network, [stated], visit.acting(), visit.now, tools, read_article)
    return added


def _title(title: str, text: str, document: Document) -> str:
    headline = document.headline
    return (" ".join(text[slice(*headline)].split()) if headline is not None else "") or title


def _web_address(uri: str) -> str:
    """Return an address that may be a link, ``""`` of any other: a document's address is typed by somebody."""
    try:
        return uri if urlsplit(uri).scheme in ("http", "https") else ""
    except ValueError:
        return ""


AREA: Final = Area(
    menu=(MenuItem("Evidence", "/evidence", "Work"),),
    routes=(
        get("/evidence", evidence_page), post("/evidence", add, "work_task"), get("/evidence/export", export),
        get("/evidence/{document}", document_of), get("/evidence/{document}/claims/{claim}", claim_page_of),
        post("/evidence/{document}/claims/{claim}/{act}", act, "judge"),
    ),
)  # fmt: skip
