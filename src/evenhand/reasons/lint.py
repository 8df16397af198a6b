"""What is wrong with a reasons record in one of its forms, as codes; nothing is mended or masked."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from evenhand.model.statement import StatementOfReasons
from evenhand.reasons.corpus import Corpus
from evenhand.reasons.draft import Draft, draft_of
from evenhand.reasons.kinds import RESTRICTIONS
from evenhand.reasons.months import add_months
from evenhand.reasons.personal import personal_data
from evenhand.reasons.texts import is_blank, normalised

Form = Literal["notice", "public", "tdb"]

_LEFTOVER = re.compile(r"\{\{|\}\}|\$\{|\bTODO\b|\bTBD\b|(?i:lorem ipsum)")
_COMPLAINT_MONTHS = 6  # DSA Art. 20(1)
_BOILERPLATE = 3


class _Reading(NamedTuple):
    """A draft as one form shows it."""

    draft: Draft
    notice: bool
    facts: str
    explanation: str


def lint(record: StatementOfReasons | Mapping[str, Any], form: Form, corpus: Corpus) -> tuple[str, ...]:
    """Return the sorted codes of everything wrong with the record in this form.

    A notice with a code is not sent, a public form with one is not published; the record goes back to the case.
    The public forms read `facts_public` and `explanation_public` where these are not None. `corpus` holds the
    earlier records of the same form; the record itself is not added.

    Source: `reasons.md` §5; DSA Art. 17(2), 17(3), 20(1).
    """
    draft = draft_of(record)
    if form == "notice":
        seen = _Reading(draft, True, draft.facts, draft.explanation)
    else:
        seen = _Reading(draft, False, draft.facts_public, draft.explanation_public)
    codes = {code for check in _CHECKS for code in check(seen)}
    # what was explained is judged on the whole explanation: names left out of the public one are no boilerplate
    if corpus.repeats(draft.explanation, seen.facts) >= _BOILERPLATE:
        codes.add("boilerplate")
    return tuple(sorted(codes))


def _slots(seen: _Reading) -> Iterator[str]:
    draft = seen.draft
    if draft.kind not in RESTRICTIONS or not draft.has_scope or draft.starts_on is None:
        yield "slot-empty:a"
    if is_blank(seen.facts):
        yield "slot-empty:b"
    if draft.detection not in ("yes", "no") or draft.decision not in ("none", "partial", "full"):
        yield "slot-empty:c"
    if seen.notice and any(map(is_blank, (draft.complaint_url, draft.out_of_court, draft.judicial))):
        yield "slot-empty:f"


def _ground(seen: _Reading) -> Iterator[str]:
    draft = seen.draft
    unnamed = is_blank(draft.reference)
    if draft.ground not in ("law", "clause") or (draft.ground == "law" and unnamed):
        yield "slot-empty:d"
    if draft.ground == "clause" and unnamed:
        yield "slot-empty:e"
    if unnamed:
        return
    if is_blank(seen.explanation):
        yield "ground-without-explanation"
    elif normalised(seen.explanation) == normalised(draft.reference):
        yield "explanation-repeats-ground"


def _leftovers(seen: _Reading) -> Iterator[str]:
    if any(_LEFTOVER.search(text) for text in _texts(seen)):
        yield "template-leftover"


def _dates(seen: _Reading) -> Iterator[str]:
    draft = seen.draft
    starts, ends, informed = draft.starts_on, draft.ends_on, draft.informed
    begins_early = starts and draft.decided and starts < draft.decided
    if begins_early or (starts and ends and ends < starts):
        yield "dates-order"
    if starts and informed and informed > starts:
        yield "late-notice"
    until = draft.complaint_until
    if seen.notice and until and informed and until < add_months(informed, _COMPLAINT_MONTHS):
        yield "redress-window-short"


def _personal(seen: _Reading) -> Iterator[str]:
    if seen.notice:  # the advertiser's own data, told to the advertiser
        return
    for text in _texts(seen):
        for kind in personal_data(text, seen.draft.persons):
            yield f"personal-data:{kind}"


def _texts(seen: _Reading) -> tuple[str, str, str]:
    return seen.facts, seen.draft.reference, seen.explanation


_CHECKS: tuple[Callable[[_Reading], Iterator[str]], ...] = (_slots, _ground, _leftovers, _dates, _personal)
