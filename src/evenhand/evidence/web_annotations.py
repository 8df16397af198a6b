"""Claims as W3C Web Annotations: where the words stand, and the words, so that another tool finds them again."""

from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Any, Final

from evenhand.model.claims import Document, Span
from evenhand.model.evidence import ClaimShown, DocumentShown

CONTEXT: Final = "http://www.w3.org/ns/anno.jsonld"
_AROUND: Final = 32  # characters before and after, by which a text that was changed is searched


def to_web_annotations(documents: Iterable[DocumentShown]) -> dict[str, Any]:
    """Return the claims of documents as the one page of a collection.

    Offsets count Unicode code points of the text as saved.

    Source: W3C Recommendation "Web Annotation Data Model", 23 February 2017, §3, §4.2.4, §4.2.5, §5.2.
    """
    items = [annotation for each in documents for annotation in _annotations(each)]
    whole = {"id": "urn:evenhand:claims", "type": "AnnotationCollection", "total": len(items)}
    page = {"id": "urn:evenhand:claims:1", "type": "AnnotationPage", "partOf": whole, "startIndex": 0}
    return {"@context": CONTEXT, **page, "items": items}


def source_of(document: Document) -> str:
    """Return the address of a document, else a name made of its SHA-256."""
    has_scheme = "://" in document.uri and not any(map(str.isspace, document.uri))
    return document.uri if has_scheme else f"urn:sha256:{document.id}"


def _annotations(shown: DocumentShown) -> Iterator[dict[str, Any]]:
    for each in shown.claims:
        yield {
            "@context": CONTEXT,
            "id": f"urn:evenhand:claim:{each.id}",
            "type": "Annotation",
            "motivation": "describing",
            **_life(each),
            "generator": {"type": "Software", "name": shown.document.extractor},
            "body": list(_bodies(each)),
            "target": [_target(shown, span) for span in each.claim.content],
        }


def _life(shown: ClaimShown) -> dict[str, Any]:
    """Return who said that a claim was made, and when; nothing of one that nobody confirmed."""
    if shown.at is None or shown.state == "proposed":
        return {}
    at = f"{shown.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return {"creator": {"type": "Person", "nickname": shown.by}, "created": at}


def _bodies(shown: ClaimShown) -> Iterator[dict[str, Any]]:
    claim = shown.claim
    yield _body("describing", f"{claim.speaker.name or 'somebody'}: {claim.stance_words}")
    yield _body("tagging", claim.stance)
    yield _body("tagging", f"state: {shown.state}")
    yield _body("tagging", f"speaker: {claim.speaker.kind}")
    for denied in shown.denies:
        yield {"type": "SpecificResource", "purpose": "linking", "source": f"urn:evenhand:claim:{denied}"}


def _body(purpose: str, value: str) -> dict[str, Any]:
    return {"type": "TextualBody", "purpose": purpose, "format": "text/plain", "value": value}


def _target(shown: DocumentShown, span: Span) -> dict[str, Any]:
    (start, end), text = span, shown.text
    return {
        "type": "SpecificResource",
        "source": source_of(shown.document),
        "selector": [
            {"type": "TextPositionSelector", "start": start, "end": end},
            {
                "type": "TextQuoteSelector",
                "exact": text[start:end],
                "prefix": text[max(start - _AROUND, 0) : start],
                "suffix": text[end : end + _AROUND],
            },
        ],
    }
