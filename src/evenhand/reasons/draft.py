"""A record as the lint reads it: any JSON object, however incomplete, without ever failing on it."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import msgspec

from evenhand.model.record import Record
from evenhand.model.statement import StatementOfReasons


class Draft(Record, frozen=True, kw_only=True):
    """What the lint looks at; a text that is missing or no text is ``""``, a date that is none is None.

    `explanation` is the whole one, `explanation_public` what the public forms show; likewise `facts`. Whether the
    record has public texts of its own say `has_facts_public` and `has_explanation_public`. `persons` has the name of
    a private advertiser too. `waits` says that its letter is not out yet.
    """

    kind: str
    has_scope: bool
    starts_on: date | None
    ends_on: date | None
    facts: str
    facts_public: str
    has_facts_public: bool
    detection: str
    decision: str
    ground: str
    reference: str
    explanation: str
    explanation_public: str
    has_explanation_public: bool
    complaint_url: str
    complaint_until: date | None
    out_of_court: str
    judicial: str
    object_on: date | None
    decided: date | None
    informed: date | None
    source: str
    identity: str
    way_out: str
    persons: tuple[str, ...]
    waits: bool


def draft_of(record: StatementOfReasons | Mapping[str, Any]) -> Draft:
    """Return the draft of a statement or of the JSON object of one."""
    raw: Any = msgspec.to_builtins(record) if isinstance(record, StatementOfReasons) else record
    ground, automation, dates, redress = (_inside(raw, name) for name in ("ground", "automation", "dates", "redress"))
    internal, source = _inside(redress, "internal"), _inside(raw, "source")
    facts, explanation = _text(raw, "facts"), _text(ground, "explanation")
    public, explained = raw.get("facts_public"), ground.get("explanation_public")
    return Draft(
        kind=_text(raw, "kind"),
        has_scope=_has_word(raw.get("scope")),
        starts_on=_day(raw, "starts_on"),
        ends_on=_day(raw, "ends_on"),
        facts=facts,
        facts_public=facts if public is None else _text(raw, "facts_public"),
        has_facts_public=public is not None,
        detection=_text(automation, "detection"),
        decision=_text(automation, "decision"),
        ground=_text(ground, "type"),
        reference=_text(ground, "reference"),
        explanation=explanation,
        explanation_public=explanation if explained is None else _text(ground, "explanation_public"),
        has_explanation_public=explained is not None,
        complaint_url=_text(internal, "url"),
        complaint_until=_day(internal, "until"),
        out_of_court=_text(_inside(redress, "out_of_court"), "text"),
        judicial=_text(_inside(redress, "judicial"), "text"),
        object_on=_day(dates, "object"),
        decided=_day(dates, "decided"),
        informed=_day(dates, "informed"),
        source=_text(source, "type"),
        identity=_text(source, "identity"),
        way_out=_text(raw, "way_out"),
        persons=tuple(_persons(raw)),
        waits=raw.get("waits_until") is not None,
    )


def _persons(raw: Mapping[str, Any]) -> Iterator[str]:
    persons, advertiser = raw.get("persons"), _inside(raw, "advertiser")
    yield from (name for name in (persons if isinstance(persons, list | tuple) else ()) if isinstance(name, str))
    if advertiser.get("type") == "private":
        yield _text(advertiser, "name")


def _inside(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = raw.get(name)
    return value if isinstance(value, dict) else {}


def _has_word(scope: object) -> bool:
    words = scope if isinstance(scope, list | tuple) else [scope]
    return any(isinstance(word, str) and word.strip() for word in words)


def _text(raw: Mapping[str, Any], name: str) -> str:
    value = raw.get(name)
    return value if isinstance(value, str) else ""


def _day(raw: Mapping[str, Any], name: str) -> date | None:
    text = _text(raw, name)
    if text[4:5] != "-" or text[7:8] != "-":  # `fromisoformat` alone would take `20260101` and `2026-W01-1`
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
