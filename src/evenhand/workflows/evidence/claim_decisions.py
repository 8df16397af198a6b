"""A person confirms, corrects or rejects a claim; what counts of it goes into the ledger, signed."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal, TypeVar, get_args

from msgspec import structs

from evenhand.model.claims import Claim, SaidOn, SourceCount, Span, Speaker, SpeakerKind, Stance
from evenhand.model.errors import BadInput, StateRefused
from evenhand.model.evidence import ClaimMark, ClaimShown, EvidenceEvent, Reading
from evenhand.model.staff import StaffCase
from evenhand.store.network import Network
from evenhand.workflows.evidence.denials_seen import DenialAnswers, check_denials_seen, check_overturn
from evenhand.workflows.evidence.open_evidence import check_not_before, checked_note, open_evidence
from evenhand.workflows.evidence_records.claim_marks import mark_of, plain_name
from evenhand.workflows.evidence_records.claims_shown import OpenedDocument, find_claim, mark_in
from evenhand.workflows.evidence_records.evidence_files import keep_claim
from evenhand.workflows.evidence_records.evidence_fold import LEAST_OF_ID, STATES
from evenhand.workflows.people.acting import Acting, checked_person, permit
from evenhand.workflows.run.tools import Tools

Word = Literal["confirm", "correct", "reject"]
MOST_PERSONS = 1_000_000
Value = TypeVar("Value", bound=str)
_OVER = {"confirm": "confirmed", "reject": "rejected"}


@dataclass(frozen=True)
class Correction:
    """What a person says otherwise of a claim; None or empty where the reader was right.

    Words are never typed: `content` are other places of the same text.
    """

    speaker: str | None = None
    kind: SpeakerKind | None = None
    speaks_for: str | None = None
    stance: Stance | None = None
    persons: int | None = None
    said_on: str | None = None
    content: tuple[Span, ...] = ()
    denies: tuple[str, ...] | None = None


@dataclass(frozen=True)
class StatedDecision:
    """What a person says of a claim. `beside` are the denials of it, `unrelated` those that are of something else.

    `apart` are their words on why no further denial of the document is of it, ``""`` where they do not say so.
    `overturns` is the number of the event by which another person decided, and which this one changes. `document` is
    that of the claim, where it is known, so that no other is opened.
    """

    claim: str
    word: Word
    why: str = ""
    beside: tuple[str, ...] = ()
    apart: str = ""
    overturns: int | None = None
    correction: Correction = field(default_factory=Correction)
    unrelated: tuple[str, ...] = ()
    document: str = ""


def decide_claim(network: Network, stated: StatedDecision, acting: Acting, at: datetime, tools: Tools) -> ClaimShown:
    """Record what a person says of a claim and return it as it stands then.

    Raises:
        NotFound: no such claim, or several.
        BadInput: no reason to reject or correct, or a correction that changes nothing or cannot be.
        StateRefused: it is decided so already or by another person, or it is or may be denied and the denial was not
            looked at.
        NotPermitted: the staff's rules do not allow it.
    """
    acting = checked_person(acting, "--by")
    with open_evidence(network, at, tools) as held:
        opened, claim = find_claim(network, held.evidence, stated.claim, stated.document)
        acting = permit(network, acting, "judge", StaffCase(answer=stated.word), held.at)
        held.append(decision_event(held.network, opened, claim, stated, acting.person, held.at), acting=acting)
        return OpenedDocument(network, opened.records, held.evidence).shown(claim)


def take_back_denial(
    network: Network, stated: StatedDecision, denial: str, acting: Acting, at: datetime, tools: Tools
) -> ClaimShown:
    """Record that a denial which a person put beside a claim is of something else; the claim stays as it is otherwise.

    Of `stated` the claim, the reason and the event that is overturned count.

    Raises:
        NotFound: no such claim, or several.
        BadInput: no reason, or it is no denial of this document.
        StateRefused: it is not beside the claim, another person decided, or further denials are to be looked at.
        NotPermitted: the staff's rules do not allow it.
    """
    acting = checked_person(acting, "--by")
    with open_evidence(network, at, tools) as held:
        opened, name = find_claim(network, held.evidence, stated.claim, stated.document)
        event = _taken_back(held.network, opened, replace(stated, claim=name), denial, acting.person, held.at)
        acting = permit(network, acting, "judge", StaffCase(answer=event.kind), held.at)
        held.append(event, acting=acting)
        return OpenedDocument(network, opened.records, held.evidence).shown(name)


def _taken_back(
    network: Network, opened: OpenedDocument, stated: StatedDecision, denial: str, by: str, at: datetime
) -> EvidenceEvent:
    """Return the event that keeps a claim as it stands with all its denials but one."""
    mark, state = mark_in(opened.records, stated.claim), opened.records.state_of(stated.claim)
    named = [each for each in (mark.denied_by if mark is not None else ()) if each.startswith(denial)]
    if len(named) != 1 or len(denial) < LEAST_OF_ID:
        raise StateRefused(f"`{denial}` was not put beside it", where=stated.claim, state=state, event="untie",
                           expected=", ".join(mark.denied_by) if mark is not None else "")  # fmt: skip
    beside = tuple(each for each in opened.denials_of(stated.claim) if each != named[0])
    word: Word = "correct" if state == "corrected" else "confirm"
    kept = replace(stated, word=word, beside=beside, unrelated=(named[0],))
    return decision_event(network, opened, stated.claim, kept, by, at)


def decision_event(
    network: Network, opened: OpenedDocument, claim: str, stated: StatedDecision, by: str, at: datetime
) -> EvidenceEvent:
    """Return the event by which a person decides about a claim; its number is set when it is appended.

    Raises:
        BadInput, StateRefused: as `decide_claim`.
    """
    check_not_before(opened.records, at)
    note = checked_note(stated.why, needed=stated.word != "confirm" or bool(stated.unrelated))
    sha256, reading = opened.reading_of(claim)
    event = EvidenceEvent(document=opened.records.id, number=0, kind=stated.word, by=by, at=at, reading=sha256,
                          claim=claim, note=note)  # fmt: skip
    if stated.word == "reject":
        _check_decided(opened, claim, stated, None, by)
        return event
    apart, ids = checked_note(stated.apart, "--no-denial-belongs", needed=False), opened.ids_within(claim)
    after = _after(opened, claim, stated, reading, ids)
    answers = DenialAnswers(stated.beside, stated.unrelated, apart)
    seen = check_denials_seen(opened, claim, after, answers, stated.word)
    is_named = after.speaker != opened.proposed(claim).speaker
    mark = mark_of(reading, after, ids, named_by_person=is_named)
    mark = structs.replace(mark, denied_by=seen.beside, apart=seen.apart)
    _check_decided(opened, claim, stated, mark, by)
    if stated.word == "correct":
        keep_claim(network, opened.records.id, after)
    return structs.replace(event, mark=mark, note="; ".join(filter(None, (note, apart))))


def _after(opened: OpenedDocument, claim: str, stated: StatedDecision, reading: Reading, ids: dict[str, str]) -> Claim:
    """Return a claim as it is after the act."""
    if stated.word == "confirm":
        return opened.proposed(claim)
    only_denials = (
        bool(stated.beside or stated.unrelated or stated.apart) and opened.records.state_of(claim) == "corrected"
    )
    return _corrected(reading, opened.current(claim), stated.correction, ids, only_denials=only_denials)


def _check_decided(opened: OpenedDocument, claim: str, stated: StatedDecision, mark: ClaimMark | None, by: str) -> None:
    """Refuse what was decided so already, and to overturn another person's word unread; denials may be added.

    Raises:
        StateRefused: it says who decided and when.
    """
    decided, known = opened.records.decided.get(claim), mark_in(opened.records, claim)
    if decided is not None and _OVER.get(stated.word) == opened.records.state_of(claim):
        if mark is None or known is None or (mark.denied_by, mark.apart) == (known.denied_by, known.apart):
            raise StateRefused(f"`{decided.by}` {STATES[decided.kind]} it at {decided.at:%Y-%m-%d %H:%M} UTC",
                               where=claim, state=STATES[decided.kind], event=stated.word)  # fmt: skip
        if set(known.denied_by) <= set(mark.denied_by) and mark.apart == known.apart:
            return
    check_overturn(opened, claim, stated.word, by, stated.overturns)


def _corrected(
    reading: Reading, claim: Claim, correction: Correction, ids: dict[str, str], *, only_denials: bool
) -> Claim:
    """Return a claim as a person corrects it; `only_denials`: it was corrected before, and denials are put beside it.

    Raises:
        BadInput: nothing changes, or a value cannot be.
    """
    changed = structs.replace(
        claim,
        speaker=_speaker(reading, claim.speaker, correction),
        stance=claim.stance if correction.stance is None else _one_of("--stance", correction.stance, get_args(Stance)),
        source_count=_source_count(claim, correction.persons),
        said_on=_said_on(claim, correction.said_on),
        content=_content(reading.text, correction.content) or claim.content,
        denies=claim.denies if correction.denies is None else _denied(claim, correction.denies, ids),
    )
    if changed == claim and not only_denials:
        raise BadInput("nothing is corrected", where=ids.get(claim.id, claim.id),
                       expected="another speaker, stance, count, day or span",
                       todo="confirm it as it is, or reject it")  # fmt: skip
    return changed


def _speaker(reading: Reading, speaker: Speaker, correction: Correction) -> Speaker:
    name = speaker.name if correction.speaker is None else correction.speaker.strip()
    for_whom = speaker.speaks_for if correction.speaks_for is None else correction.speaks_for.strip() or None
    kind = speaker.kind if correction.kind is None else _one_of("--kind", correction.kind, get_args(SpeakerKind))
    if not name and kind not in ("unspecified", speaker.kind):
        raise BadInput("no name for the speaker", where="--speaker", expected="how the document calls it")
    if (name, for_whom, kind) == (speaker.name, speaker.speaks_for, speaker.kind):
        return speaker
    is_in_text = plain_name(name) in plain_name(reading.text)
    return structs.replace(
        speaker, name=name, speaks_for=for_whom, kind=kind, resolved_from=None if is_in_text else "outside knowledge"
    )


def _one_of(where: str, value: Value, known: tuple[Value, ...]) -> Value:
    if value not in known:
        raise BadInput("unknown word", where=where, got=value, expected=", ".join(known))
    return value


def _source_count(claim: Claim, persons: int | None) -> SourceCount | None:
    if persons is None:
        return claim.source_count
    if not 0 < persons <= MOST_PERSONS:
        raise BadInput("no number of persons", where="--persons", got=persons, expected=f"1 to {MOST_PERSONS:,}")
    known = claim.source_count or SourceCount()
    return structs.replace(known, n=persons, parts=(persons,))


def _said_on(claim: Claim, day: str | None) -> SaidOn | None:
    if day is None:
        return claim.said_on
    try:
        value = date.fromisoformat(day).isoformat()
    except ValueError:
        raise BadInput("no day", where="--said-on", got=day, expected="a date such as 2026-11-02") from None
    span = claim.said_on.span if claim.said_on is not None else claim.content[0]
    return SaidOn(value=value, precision="day", span=span)


def _content(text: str, spans: tuple[Span, ...]) -> tuple[Span, ...]:
    for start, end in spans:
        if not 0 <= start < end <= len(text) or not text[start:end].strip():
            raise BadInput("no such place in the text", where="--content", got=f"{start}:{end}",
                           expected=f"0:{len(text)} at most, first character and the one after the last")  # fmt: skip
    return tuple(sorted(spans))


def _denied(claim: Claim, names: tuple[str, ...], ids: dict[str, str]) -> tuple[str, ...]:
    """Return the ids within the document of the claims that are denied."""
    within = {network: own for own, network in ids.items()}
    found = []
    for name in names:
        known = [own for network, own in within.items() if network.startswith(name) and len(name) > len("q-")]
        if len(known) != 1 or known[0] == claim.id:
            raise BadInput(
                "no other claim of this document", where="--denies", got=name, expected=", ".join(sorted(within)),
                todo="a claim of another document: evenhand evidence confirm DIR CLAIM --by PERSON --beside DENIAL",
            )  # fmt: skip
        found.append(known[0])
    return tuple(dict.fromkeys(found))
