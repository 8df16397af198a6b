"""Made-up articles for tests: a text with claims found in it by their words, as a reader would hand them on."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from evenhand.evidence.text_spans import lines
from evenhand.model.claims import Article, Claim, Document, PublishedAt, ReportedBy, SourceCount, Span, Speaker
from evenhand.model.record import sha256_hex

TEXT = """Harbour Board accuses two outlets of paid influence

TULNA (Quay Wire) - The Harbour Board on Tuesday accused Lantern Radio of running hidden campaigns.

“Lantern Radio pays others to speak for it,” board spokeswoman Mirel Ostan said.

Two former port officials said the station had hidden who paid.

Lantern Radio strongly denied the accusation of hidden campaigns.

“We ask the network to look at this again,” Lantern Radio editor Davo Renn said.
"""
"""An invented report: the board and its spokeswoman are one source, two unnamed officials, a denial, a request."""

SAID: Mapping[str, dict[str, Any]] = {
    "1": {"words": "running hidden campaigns", "speaker": Speaker(kind="named_organisation", name="The Harbour Board"),
          "stance": "accuses", "form": "indirect", "said_on": None},
    "2": {"words": "Lantern Radio pays others to speak for it,",
          "speaker": Speaker(kind="named_person", name="Mirel Ostan", role="board spokeswoman",
                             speaks_for="Harbour Board"), "stance": "accuses"},
    "3": {"words": "the station had hidden who paid",
          "speaker": Speaker(kind="anonymous", name="Two former port officials"), "stance": "accuses",
          "form": "indirect", "source_count": SourceCount(n=2, parts=(2,), as_written="Two former port officials")},
    "4": {"words": "the accusation of hidden campaigns", "speaker": Speaker(kind="named_organisation",
                                                                             name="Lantern Radio"),
          "stance": "denies", "form": "indirect", "denies": ("1", "2")},
    "5": {"words": "We ask the network to look at this again,",
          "speaker": Speaker(kind="named_person", name="Davo Renn", speaks_for="Lantern Radio"),
          "stance": "requests", "secondary": ("requests_review",)},
}  # fmt: skip


def made_article(data: bytes, uri: str, media_type: str, said: Mapping[str, dict[str, Any]] = SAID) -> Article:
    """Return what a reader would make of a made-up text; the claims whose words it lacks are left out."""
    text = data.decode()
    claims = tuple(_claim(text, name, dict(fields)) for name, fields in said.items() if fields["words"] in text)
    kept = {each.id for each in claims}
    claims = tuple(replace(each, denies=tuple(name for name in each.denies if name in kept)) for each in claims)
    denied = {each: tuple(c.id for c in claims if each in c.denies) for each in kept}
    body = tuple(number for number, (start, end) in enumerate(lines(text), 1) if number > 2 and text[start:end].strip())
    document = Document(
        id=sha256_hex(data), uri=uri, media_type=media_type, characters=len(text), extractor="made up",
        agency="Quay Wire", published=PublishedAt(date="2026-02-24"), body_lines=body, language="en",
    )  # fmt: skip
    return Article(document=document, text=text,
                   claims=tuple(replace(each, denied_by=denied[each.id]) for each in claims))  # fmt: skip


def _claim(text: str, name: str, fields: dict[str, Any]) -> Claim:
    words = fields.pop("words")
    fields.pop("said_on", None)
    reported = fields.pop("reported_by", None)
    span = _span(text, words)
    return Claim(
        id=name, section="body", content=(span,), resolution="explicit",
        form=fields.pop("form", "direct"), reported_by=None if reported is None else ReportedBy(
            name=reported, span=_span(text, reported)), **fields,
    )  # fmt: skip


def _span(text: str, words: str) -> Span:
    start = text.index(words)
    return start, start + len(words)
