"""What was decided on a complaint, as its letter says it: of a decision in force, or of one that was lifted before."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from evenhand.model.complaint import Complaint
from evenhand.model.complaint_events import ProvedBody
from evenhand.reasons.language import Words, words_of


def outcome_paragraphs(complaint: Complaint, zone: str, network_language: str, words: Words) -> Iterator[str]:
    """Yield what was decided, and where a new decision says what applies now; days are of `zone`, an IANA name.

    `network_language` is the language of the letter about that decision. No new one follows where the restriction was
    lifted before: the answer is whether it was right.
    """
    form, outcome = words.complaint, complaint.outcome or "upheld"
    about = {"decision": words.given(complaint.decision), "day": _day(complaint.filed_at, zone, words)}
    if complaint.lifted_on is not None:
        since = form["lifted"].format(since=words.day(complaint.lifted_on))
        yield f"{form[f'{outcome}_past'].format(**about)} {since}"
        return
    sentences = [form[outcome].format(**about)]
    if outcome != "upheld":
        sentences.append(form["separate"])
        if words_of(network_language) != words:
            sentences.append(form["separate_in"].format(language=words.called(network_language)))
    yield " ".join(sentences)
    yield from done_paragraphs(complaint, zone, words)


def done_paragraphs(complaint: Complaint, zone: str, words: Words) -> Iterator[str]:
    """Yield that a new decision has its effect everywhere, once that is proved."""
    proved = proved_at(complaint)
    if proved is not None:
        yield words.complaint["done"].format(
            decision=words.given(complaint.new_decision or complaint.decision),
            day=_day(complaint.filed_at, zone, words),
            since=_day(proved, zone, words),
        )


def proved_at(complaint: Complaint) -> datetime | None:
    """Return when every place was proved to follow, None where none was yet."""
    return next((each.at for each in reversed(complaint.events) if isinstance(each.body, ProvedBody)), None)


def _day(at: datetime, zone: str, words: Words) -> str:
    return words.day(at.astimezone(ZoneInfo(zone)).date())
