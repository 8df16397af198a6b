"""The annotations that a ruling and a decision rest on, held to their form."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from evenhand.model.outcome import Outcome

VERDICTS = ("refuse", "hold", "limit", "label")
GROUNDS = ("illegal", "contract")

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DAYS = re.compile(r"0|[1-9][0-9]{0,3}")


def problems(annotations: Mapping[str, str], forbids: bool) -> Iterator[tuple[str, str, str | None, str]]:
    """Yield (what, annotation, got, expected) for each annotation that is absent or out of its form.

    Source: `policy.md` §3. What is bad taste and not out of form is the linter's.
    """
    forms = _FORMS | (_FORBID_FORMS if forbids else {})
    for name, (is_right, expected) in forms.items():
        value = annotations.get(name)
        if value is None:
            yield "missing annotation", name, None, expected
        elif not is_right(value):
            yield "bad annotation", name, value, expected
    until = annotations.get("effective_until")
    if until is not None and not (_is_date(until) and until > annotations.get("effective_from", "")):
        yield "bad annotation", "effective_until", until, "an ISO date after effective_from"


def in_force(annotations: Mapping[str, str], day: date) -> bool:
    """Return whether a rule is in force on a UTC day: from `@effective_from` on, before `@effective_until`."""
    until = annotations.get("effective_until")
    return date.fromisoformat(annotations["effective_from"]) <= day and (
        until is None or day < date.fromisoformat(until)
    )


def verdict(annotations: Mapping[str, str]) -> Outcome:
    """Return the outcome that a satisfied forbid asks for."""
    return Outcome(annotations["verdict"])


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


_Form = tuple[Callable[[str], bool], str]
_FORMS: dict[str, _Form] = {
    "id": (lambda text: _ID.fullmatch(text) is not None, "lower-case words joined by `-`"),
    "effective_from": (_is_date, "an ISO date such as 2026-01-31"),
}
_FORBID_FORMS: dict[str, _Form] = {
    "verdict": (VERDICTS.__contains__, ", ".join(VERDICTS)),
    "ground": (GROUNDS.__contains__, ", ".join(GROUNDS)),
    "notice_days": (lambda text: _DAYS.fullmatch(text) is not None, "whole days, 0 to 9999"),
}
