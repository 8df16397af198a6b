"""What is wrong with a reasons record in one of its forms, as codes; nothing is mended or masked."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from hashlib import blake2b
from typing import Any, Literal, NamedTuple

from evenhand.model.calendar_months import add_months
from evenhand.model.errors import FieldError
from evenhand.model.statement import StatementOfReasons
from evenhand.reasons.draft import Draft, draft_of
from evenhand.reasons.kinds import RESTRICTIONS
from evenhand.reasons.personal_data import personal_data
from evenhand.reasons.text_comparison import is_blank, normalised

Form = Literal["notice", "public", "tdb"]

_LEFTOVER = re.compile(r"\{\{|\}\}|\$\{|\bTODO\b|(?i:\bTBD\b|lorem ipsum)")
_COMPLAINT_MONTHS = 6  # DSA Art. 20(1)
_BOILERPLATE = 3

# What nobody mends by holding a statement back: who is refused must be told why, in the words of others or late.
WARNINGS = frozenset({"boilerplate", "late-notice"})


class Corpus:
    """An index of (explanation, facts) pairs of earlier records, by the hash of the normalised explanation.

    Adding and asking cost one look-up whatever its size; it holds 16 bytes a text, no texts.
    """

    def __init__(self) -> None:
        self._facts: defaultdict[bytes, Counter[bytes]] = defaultdict(Counter)

    def add(self, explanation: str, facts: str) -> None:
        """Remember an exported record."""
        self._facts[_hash_of(explanation)][_hash_of(facts)] += 1

    def repeats(self, explanation: str, facts: str) -> int:
        """Return how many earlier records have the same explanation but other facts."""
        seen = self._facts.get(_hash_of(explanation))
        return 0 if seen is None else seen.total() - seen[_hash_of(facts)]


def _hash_of(text: str) -> bytes:
    return blake2b(normalised(text).encode("utf-8", "surrogatepass"), digest_size=16).digest()


class _Reading(NamedTuple):
    """A draft as one form shows it: its texts, and the record's fields that they are from."""

    draft: Draft
    form: Form
    facts: str
    explanation: str
    facts_field: str
    explanation_field: str

    @property
    def notice(self) -> bool:
        """Return whether it is the form that the advertiser reads."""
        return self.form == "notice"

    @property
    def texts(self) -> Iterator[tuple[str, str]]:
        """Yield each field that the form's reader reads, with its text.

        The way out stands in the notice alone; who notified is told to the database, unless it was our own initiative.
        """
        yield self.facts_field, self.facts
        yield "ground.reference", self.draft.reference
        yield self.explanation_field, self.explanation
        if self.notice:
            yield "way_out", self.draft.way_out
        if self.form == "tdb" and self.draft.source != "own":
            yield "source.identity", self.draft.identity


def lint(record: StatementOfReasons | Mapping[str, Any], form: Form, corpus: Corpus) -> tuple[str, ...]:
    """Return the sorted codes of everything wrong with the record in this form.

    A notice with a code is not sent, a public form with one is not published; the record goes back to the case. The
    codes of `WARNINGS` are reported and keep nothing back.
    The public forms read `facts_public` and `explanation_public` where these are not None. `corpus` holds the
    earlier records of the same form; the record itself is not added.

    Source: `reasons.md` §5; DSA Art. 17(2), 17(3), 20(1).
    """
    return tuple(sorted({fault.code for fault in faults(draft_of(record), form, corpus)}))


def faults(draft: Draft, form: Form, corpus: Corpus) -> tuple[FieldError, ...]:
    """Return what `lint` finds with the field of the record that each code is about, by code and field.

    A code may be about several fields: a telephone number stands in the facts and in the explanation.
    """
    seen = _reading(draft, form)
    found = {fault for check in _CHECKS for fault in check(seen)}
    # what was explained is judged on the whole explanation: names left out of the public one are no boilerplate
    if corpus.repeats(draft.explanation, seen.facts) >= _BOILERPLATE:
        found.add(FieldError("ground.explanation", "boilerplate"))
    return tuple(sorted(found, key=lambda fault: (fault.code, fault.field)))


def remember(draft: Draft, form: Form, corpus: Corpus) -> None:
    """Add a record to the earlier ones of its form."""
    corpus.add(draft.explanation, _reading(draft, form).facts)


def _reading(draft: Draft, form: Form) -> _Reading:
    if form == "notice":
        return _Reading(draft, form, draft.facts, draft.explanation, "facts", "ground.explanation")
    return _Reading(
        draft, form, draft.facts_public, draft.explanation_public,
        "facts_public" if draft.has_facts_public else "facts",
        "ground.explanation_public" if draft.has_explanation_public else "ground.explanation",
    )  # fmt: skip


def _slots(seen: _Reading) -> Iterator[FieldError]:
    draft = seen.draft
    empty = {
        "a": {"kind": draft.kind not in RESTRICTIONS, "scope": not draft.has_scope, "starts_on": not draft.starts_on},
        "b": {seen.facts_field: is_blank(seen.facts)},
        "c": {
            "automation.detection": draft.detection not in ("yes", "no"),
            "automation.decision": draft.decision not in ("none", "partial", "full"),
        },
        "f": {
            "redress.internal.url": seen.notice and is_blank(draft.complaint_url),
            "redress.out_of_court.text": seen.notice and is_blank(draft.out_of_court),
            "redress.judicial.text": seen.notice and is_blank(draft.judicial),
        },
    }
    for slot, fields in empty.items():
        yield from (FieldError(field, f"slot-empty:{slot}") for field, is_empty in fields.items() if is_empty)


def _ground(seen: _Reading) -> Iterator[FieldError]:
    draft = seen.draft
    unnamed = is_blank(draft.reference)
    if draft.ground not in ("law", "clause"):
        yield FieldError("ground.type", "slot-empty:d")
    elif unnamed:
        yield FieldError("ground.reference", "slot-empty:d" if draft.ground == "law" else "slot-empty:e")
    if unnamed:
        return
    if is_blank(seen.explanation):
        yield FieldError(seen.explanation_field, "ground-without-explanation")
    elif normalised(seen.explanation) == normalised(draft.reference):
        yield FieldError(seen.explanation_field, "explanation-repeats-ground")


def has_leftover(text: str) -> bool:
    """Return whether a text holds what a template or a draft leaves behind.

    >>> has_leftover("Dear {{ name }}"), has_leftover("Dear Sir")
    (True, False)
    """
    return _LEFTOVER.search(text) is not None


def _leftovers(seen: _Reading) -> Iterator[FieldError]:
    for field, text in seen.texts:
        if has_leftover(text):
            yield FieldError(field, "template-leftover")


def _dates(seen: _Reading) -> Iterator[FieldError]:
    draft = seen.draft
    starts, ends, informed = draft.starts_on, draft.ends_on, draft.informed
    if starts and draft.decided and starts < draft.decided:
        yield FieldError("starts_on", "dates-order")
    if starts and ends and ends < starts:
        yield FieldError("ends_on", "dates-order")
    # the database takes content from after the restriction; nobody else is told when the content began
    if seen.form == "tdb" and starts and draft.object_on and draft.object_on > starts:
        yield FieldError("dates.object", "dates-order")
    if starts and informed and informed > starts and not draft.waits:
        yield FieldError("dates.informed", "late-notice")
    until = draft.complaint_until
    if seen.notice and until and informed and until < add_months(informed, _COMPLAINT_MONTHS):
        yield FieldError("redress.internal.until", "redress-window-short")


def _personal(seen: _Reading) -> Iterator[FieldError]:
    if seen.notice:  # the advertiser's own data, told to the advertiser
        return
    for field, text in seen.texts:
        for kind in personal_data(text, seen.draft.persons):
            yield FieldError(field, f"personal-data:{kind}")


_CHECKS: tuple[Callable[[_Reading], Iterator[FieldError]], ...] = (_slots, _ground, _leftovers, _dates, _personal)
