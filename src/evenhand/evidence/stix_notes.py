"""Claims as a STIX 2.1 bundle: a report a document, a note a claim, an identity a speaker; nobody is attributed."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from evenhand.evidence.web_annotations import source_of
from evenhand.model.claims import Document, Speaker
from evenhand.model.evidence import ClaimShown, DocumentShown
from evenhand.model.record import record_sha256

_CLASSES = {"named_person": "individual", "named_organisation": "organization", "state": "group", "anonymous": "group"}


def to_stix(documents: Iterable[DocumentShown], network: str) -> dict[str, Any]:
    """Return the bundle; `network` is who recorded it. Ids are derived from content: the same claim has the same id.

    Claims that a person rejected are left out; the others say in `labels` whether somebody confirmed them.
    """
    objects: dict[str, dict[str, Any]] = {}
    for each in documents:
        _add(objects, each, network)
    ids = [str(each["id"]) for each in objects.values()]
    return {"type": "bundle", "id": _id("bundle", *ids), "objects": list(objects.values())}


def _add(objects: dict[str, dict[str, Any]], shown: DocumentShown, network: str) -> None:
    made = _instant(shown.added_at)
    source = _object("identity", made, None, [network], name=network, identity_class="organization")
    objects.setdefault(source["id"], source)
    notes = []
    for each in shown.claims:
        if each.state != "rejected":
            speaker = _identity(each.claim.speaker, source["id"], made)
            objects.setdefault(speaker["id"], speaker)
            notes.append(_note(each, speaker["id"], source["id"], made))
    objects.update({each["id"]: each for each in notes})
    document = shown.document
    report = _object(
        "report", made, source["id"], [document.id], name=document.uri, report_types=["observed-data"],
        published=f"{document.published.date}T00:00:00.000Z" if document.published.date else made,
        object_refs=[each["id"] for each in notes] or [source["id"]],
        external_references=[_reference(document)],
    )  # fmt: skip
    objects[report["id"]] = report


def _reference(document: Document) -> dict[str, Any]:
    """Return where a document is from; a name that is no address is left out."""
    known = {"source_name": "saved document", "external_id": f"sha256:{document.id}"}
    address = source_of(document)
    return known if address.startswith("urn:") else known | {"url": address, "hashes": {"SHA-256": document.id}}


def _identity(speaker: Speaker, source: str, made: str) -> dict[str, Any]:
    name = speaker.name or "a speaker who is not named"
    return _object("identity", made, source, [speaker.kind, name], name=name,
                   identity_class=_CLASSES.get(speaker.kind, "unknown"))  # fmt: skip


def _note(shown: ClaimShown, speaker: str, source: str, made: str) -> dict[str, Any]:
    who = shown.claim.speaker.name or "a speaker who is not named"
    words = " … ".join(shown.words)
    return _object(
        "note", made, source, [shown.id],
        abstract=f"{who} is reported as saying so; that it was said, not that it is true",
        content=words, authors=[who], object_refs=[speaker],
        labels=[f"stance:{shown.claim.stance}", f"state:{shown.state}"],
    ) | {"modified": max(made, _instant(shown.at)) if shown.at is not None else made}  # fmt: skip


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _object(kind: str, made: str, source: str | None, key: list[str], **values: Any) -> dict[str, Any]:
    by = {} if source is None else {"created_by_ref": source}
    return {
        "type": kind, "spec_version": "2.1", "id": _id(kind, *key), "created": made, "modified": made, **by, **values
    }  # fmt: skip


def _id(kind: str, *key: str) -> str:
    # STIX wants random UUIDs of version 4: a hash is as good, and finds the same object again.
    return f"{kind}--{UUID(hex=record_sha256([kind, *key])[:32], version=4)}"
