"""Claims in the words of schema.org: who is reported as saying what, where; never a rating of truth."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from evenhand.evidence.states import state_words
from evenhand.evidence.web_annotations import source_of
from evenhand.model.claims import Claim, Speaker
from evenhand.model.evidence import ClaimShown, DocumentShown

CONTEXT: Final = "https://schema.org"
_TYPES: Final = {"named_person": "Person", "named_organisation": "Organization", "state": "GovernmentOrganization"}


def to_schema_org(documents: Iterable[DocumentShown]) -> dict[str, Any]:
    """Return documents and claims as JSON-LD: `Quotation` where the words are a speaker's own, `Claim` elsewhere.

    There is no `ClaimReview` and no `reviewRating`: nothing is said of what is true.
    """
    return {"@context": CONTEXT, "@graph": [each for document in documents for each in _objects(document)]}


def _objects(shown: DocumentShown) -> Iterator[dict[str, Any]]:
    document = shown.document
    address, day = source_of(document), document.published.date
    headline = shown.text[slice(*document.headline)] if document.headline is not None else ""
    yield _without_empty({
        "@type": "Report" if shown.official else "NewsArticle",
        "@id": address,
        "headline": headline,
        "datePublished": day,
        "inLanguage": document.language,
        "publisher": _named("Organization", document.publisher or document.agency or ""),
        "author": [_named("Person", each) for each in document.reporters],
    })  # fmt: skip
    for each in shown.claims:
        if each.state != "rejected":
            yield _claim(each, address)


def _claim(shown: ClaimShown, address: str) -> dict[str, Any]:
    claim, words = shown.claim, " … ".join(shown.words)
    name = {"@id": f"urn:evenhand:claim:{shown.id}", "text": words, "creativeWorkStatus": shown.state}
    if claim.form == "direct":
        return _without_empty({
            "@type": "Quotation", **name, "spokenByCharacter": _speaker(claim.speaker), "isPartOf": {"@id": address},
            "dateCreated": _day(claim),
        })  # fmt: skip
    return _without_empty({
        "@type": "Claim", **name, "claimInterpreter": _speaker(claim.speaker), "appearance": {"@id": address},
        "dateCreated": _day(claim),
    })  # fmt: skip


def _speaker(speaker: Speaker) -> dict[str, Any] | None:
    """Return a speaker that has a name; of an unnamed one only the words as written.

    A state that is called by its name is a country; a ministry, a regulator or a seat of government is a body of it.
    """
    kind = _TYPES.get(speaker.kind)
    if speaker.kind == "state" and speaker.name.casefold().removeprefix("the ") in state_words().names:
        kind = "Country"
    if kind is None:
        return {"@type": "Thing", "description": speaker.name} if speaker.name else None
    return _named(kind, speaker.name)


def _named(kind: str, name: str) -> dict[str, Any] | None:
    return {"@type": kind, "name": name} if name else None


def _day(claim: Claim) -> str | None:
    is_day = claim.said_on is not None and claim.said_on.precision == "day"
    return claim.said_on.value if is_day and claim.said_on is not None else None


def _without_empty(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in (None, "", [])}
