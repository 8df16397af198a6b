"""A record as the lint reads it: any JSON object, however incomplete, without ever failing on it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from evenhand.model.record import Record
from evenhand.model.statement import StatementOfReasons


class Draft(Record, frozen=True, kw_only=True):
    """What the lint looks at; a text that is missing or no text is ``""``, a date that is none is None.

    `explanation` is the whole one, `explanation_public` what the public forms show; likewise `facts`.
    """

    kind: str
    has_scope: bool
    starts_on: date | None
    ends_on: date | None
    facts: str
    facts_public: str
    detection: str
    decision: str
    ground: str
    reference: str
    explanation: str
    explanation_public: str
    complaint_url: str
    complaint_until: date | None
    out_of_court: str
    judicial: str
    decided: date | None
    informed: date | None
    persons: tuple[str, ...]


def draft_of(record: StatementOfReasons | Mapping[str, Any]) -> Draft:
    """Return the draft of a statement or of the JSON object of one."""
    raw: Any = msgspec.to_builtins(record) if isinstance(record, StatementOfReasons) else record
    facts, explanation = _text(raw, "facts"), _text(raw, "ground", "explanation")
    public, explained = _at(raw, "facts_public"), _at(raw, "ground", "explanation_public")
    persons = _at(raw, "persons")
    return Draft(
        kind=_text(raw, "kind"),
        has_scope=bool(_at(raw, "scope")),
        starts_on=_day(raw, "starts_on"),
        ends_on=_day(raw, "ends_on"),
        facts=facts,
        facts_public=facts if public is None else _text(raw, "facts_public"),
        detection=_text(raw, "automation", "detection"),
        decision=_text(raw, "automation", "decision"),
        ground=_text(raw, "ground", "type"),
        reference=_text(raw, "ground", "reference"),
        explanation=explanation,
        explanation_public=explanation if explained is None else _text(raw, "ground", "explanation_public"),
        complaint_url=_text(raw, "redress", "internal", "url"),
        complaint_until=_day(raw, "redress", "internal", "until"),
        out_of_court=_text(raw, "redress", "out_of_court", "text"),
        judicial=_text(raw, "redress", "judicial", "text"),
        decided=_day(raw, "dates", "decided"),
        informed=_day(raw, "dates", "informed"),
        persons=tuple(name for name in persons if isinstance(name, str)) if isinstance(persons, list | tuple) else (),
    )


def _at(raw: Any, *path: str) -> object:
    for key in path:
        raw = raw.get(key) if isinstance(raw, Mapping) else None
    return raw


def _text(raw: Any, *path: str) -> str:
    value = _at(raw, *path)
    return value if isinstance(value, str) else ""


def _day(raw: Any, *path: str) -> date | None:
    try:
        return date.fromisoformat(_text(raw, *path))
    except ValueError:
        return None
