"""A person links a confirmed claim to a party, and a request for a review becomes the draft of a complaint."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from msgspec import structs

from evenhand.evidence.text_spans import lines
from evenhand.model.claims import Article
from evenhand.model.decision import Party
from evenhand.model.errors import BadInput, NotFound, StateRefused
from evenhand.model.evidence import ClaimShown, ComplaintDraft, EvidenceEvent, Relation
from evenhand.model.staff import StaffCase
from evenhand.store.atomic_files import write_whole
from evenhand.store.network import Network
from evenhand.workflows.evaluation.history import fold
from evenhand.workflows.evaluation.run_state import read_history, read_known_inputs
from evenhand.workflows.evidence.denials_seen import check_denials_beside
from evenhand.workflows.evidence.named_parties import others_named
from evenhand.workflows.evidence.open_evidence import OpenEvidence, checked_note, open_evidence
from evenhand.workflows.evidence_records.accused_names import target_names
from evenhand.workflows.evidence_records.claim_marks import plain_name
from evenhand.workflows.evidence_records.claims_shown import OpenedDocument, find_claim, title_of
from evenhand.workflows.evidence_records.evidence_files import DRAFTS, EVIDENCE, draft_file
from evenhand.workflows.evidence_records.evidence_fold import Chain
from evenhand.workflows.evidence_records.possible_denials import counts_for_party, is_denial
from evenhand.workflows.people.acting import Acting, checked_person, permit
from evenhand.workflows.run.tools import Tools

SameOrigin = Callable[[Article, Article], bool]
"""Whether two documents are copies of one report."""

_MARKS = '“”«»„"'

_ASKED = re.compile(r"(?P<whom>[^.,;:“”\"]{1,80}?) (?:not )?to \w")
"""Whom a request is made to where its words begin with that: "asked Greenplate to withdraw it"."""
_ASK = re.compile(
    r"\b(?:ask|call on|urge|request|want|expect)(?:ing)? (?P<whom>(?:the )?[A-Z][\w&-]*(?: [A-Z][\w&-]*)*) to\b"
)

RELATIONS: tuple[Relation, ...] = ("about", "by", "for")


@dataclass(frozen=True)
class StatedLink:
    """What a person says a claim is to a party: `party` is its id, or `payer:<id>`; without `relation`, it is none.

    `although` are their words on why it is about the party that it does not name. `overturns` is the number of the link
    by another person that this one takes back. `document` is that of the claim, where it is known.
    """

    claim: str
    party: str
    relation: Relation | None = "about"
    note: str = ""
    although: str = ""
    overturns: int | None = None
    document: str = ""


class Linked(NamedTuple):
    """A claim after it was linked, and the draft of a complaint where it asks for a review.

    `counts` is whether the link changes what counts for the party; a denial by others counts beside an accusation only.
    """

    claim: ClaimShown
    draft: ComplaintDraft | None
    counts: bool

    @property
    def denies(self) -> bool:
        """Return whether the claim denies something."""
        return is_denial(self.claim.claim)

    @property
    def why_not(self) -> str:
        """Return why it counts for nothing and what would make it count, ``""`` where it counts."""
        if self.counts:
            return ""
        beside = "; confirm the accusation with this denial beside it" if self.denies else ""
        return ("it counts for nothing by itself: accusations about a party count, and denials by it, for it, or beside"
                f" such an accusation{beside}")  # fmt: skip


def link_claim(
    network: Network, stated: StatedLink, acting: Acting, at: datetime, tools: Tools, same: SameOrigin
) -> Linked:
    """Record what a claim is to a party, or that it is nothing to it any more, and return the claim.

    Raises:
        NotFound: no such claim, or no decision is about the party.
        StateRefused: nobody has confirmed the claim, a denial of it waits for a person, it is linked so already, it
            names others than the party and nobody says why it is about it, or another person made the link that is
            taken back or changed.
        NotPermitted: the staff's rules do not allow it.
    """
    note, acting = checked_note(stated.note, "--why", needed=stated.relation is None), checked_person(acting, "--by")
    with open_evidence(network, at, tools) as held:
        opened, claim = find_claim(network, held.evidence, stated.claim, stated.document)
        party = _party(held, stated.party)
        _check(opened, claim, party, stated)
        _check_overturn(opened, claim, party, stated, acting.person)
        although = _check_named(held, opened, claim, party, stated, tools)
        acting = permit(network, acting, "judge", StaffCase(answer="link"), held.at)
        event = EvidenceEvent(
            document=opened.records.id, number=0, kind="link" if stated.relation else "unlink", by=acting.person,
            at=held.at, claim=claim, party=party, relation=stated.relation, note=note,
            although=although,
            origins=_copies(held, opened, party, same) if stated.relation else (),
        )  # fmt: skip
        held.append(event, acting=acting)
        draft = _draft(opened, claim, party, stated.relation) if stated.relation in ("by", "for") else None
        counts = stated.relation is None or counts_for_party(opened.current(claim), stated.relation)
        return Linked(OpenedDocument(network, opened.records, held.evidence).shown(claim), draft, counts)


def _party(held: OpenEvidence, text: str) -> Party:
    """Return the party of an id, which a decision must be about: an id stands for one party, whatever its kind."""
    kind, _, wanted = text.rpartition(":") if text.startswith(("advertiser:", "payer:")) else ("", "", text)
    known = read_history(held.network.state, held.ledger.checkpoint, held.ledger.root)
    history = fold(held.ledger, known)
    for decisions in history.cases.values():
        last = decisions[-1]
        if last.party_id == wanted and kind in ("", last.party_kind):
            return Party(kind="payer" if last.party_kind == "payer" else "advertiser", id=last.party_id)
    raise NotFound("no decision is about", got=text, expected="a party that a run has decided about",
                   todo="run `evenhand run` first, or correct the id")  # fmt: skip


def _check(opened: OpenedDocument, claim: str, party: Party, stated: StatedLink) -> None:
    records = opened.records
    if stated.relation not in (None, *RELATIONS):
        raise BadInput("unknown relation", where="--relation", got=stated.relation, expected=", ".join(RELATIONS))
    standing = records.links.get(Chain(records.id, claim, f"{party.kind}:{party.id}"))
    state = records.state_of(claim)
    if stated.relation is None:
        if standing is None:
            raise StateRefused("it is not linked to this party", where=claim, state=state, event="unlink")
        return
    if not records.counts(claim):
        raise StateRefused("nobody has confirmed this claim", where=claim, state=state, event="link",
                           todo=f"evenhand evidence confirm DIR {claim} --by PERSON")  # fmt: skip
    if standing is not None and standing.relation == stated.relation:
        raise StateRefused(f"`{standing.by}` linked it to {party.id} already", where=claim, state=state, event="link")
    possible = opened.possible_denials_of(claim) if stated.relation == "about" else ()
    waiting = [each for each in (*opened.denials_of(claim), *possible) if opened.waits(each)]
    if waiting:
        raise StateRefused(
            f"a denial of it waits for a person: {', '.join(waiting)}", where=claim, state=state, event="link",
            todo=f"confirm, correct or reject the denial first: evenhand evidence show DIR {waiting[0]}",
        )  # fmt: skip
    check_denials_beside(opened, claim, party, stated.relation)


def _check_overturn(opened: OpenedDocument, claim: str, party: Party, stated: StatedLink, by: str) -> None:
    """Refuse to take back or change a link that another person made unless the act names its event.

    Raises:
        StateRefused: it says who made it when, and by which event.
    """
    standing = opened.records.links.get(Chain(opened.records.id, claim, f"{party.kind}:{party.id}"))
    number = standing.number if standing is not None else None
    if stated.overturns == number or (stated.overturns is None and standing is not None and standing.by == by):
        return
    event, state = "link" if stated.relation else "unlink", opened.records.state_of(claim)
    if standing is None:
        raise StateRefused("nobody has linked it to this party", where=claim, state=state, event=event,
                           todo="leave out --overturn")  # fmt: skip
    raise StateRefused(
        f"`{standing.by}` linked it to {party.id} at {standing.at:%Y-%m-%d %H:%M} UTC", where=claim, state=state,
        event=event, todo=f"look at it again; to change that, say --overturn {number}",
    )  # fmt: skip


def _check_named(
    held: OpenEvidence, opened: OpenedDocument, claim: str, party: Party, stated: StatedLink, tools: Tools
) -> str:
    """Return a person's words on why a claim is about a party that it does not name, ``""`` where it names the party.

    Raises:
        StateRefused: it names others, or nobody, and no words are given; it says whom.
    """
    although = checked_note(stated.although, "--although-not-named", needed=False)
    if stated.relation != "about":
        return ""
    inputs = read_known_inputs(held.network.state, held.ledger.checkpoint)
    if inputs is None:
        return although
    reading = opened.reading_of(claim)[1]
    spans = lines(reading.text)
    whole = [spans[at - 1] for at in reading.article.document.body_lines if at <= len(spans)]
    others = others_named(reading.text, opened.current(claim), whole, party, inputs.tables, tools.suffixes)
    if others is None:
        return ""
    if not although:
        names = ", ".join(others) or "nobody by name, and its document names the party at most as who accuses"
        raise StateRefused(
            f"it does not name {party.id}, its aliases or its owners as accused; it names {names}", where=claim,
            state=opened.records.state_of(claim), event="link",
            todo="if it is about this party all the same, say why: --although-not-named TEXT",
        )  # fmt: skip
    return although


def _copies(held: OpenEvidence, opened: OpenedDocument, party: Party, same: SameOrigin) -> tuple[str, ...]:
    """Return the documents linked to the same party before that are copies of this one."""
    found = []
    for records in held.evidence.documents.values():
        is_linked = any(each.party == party for each in records.links.values())
        if records.id != opened.records.id and is_linked:
            other = OpenedDocument(held.network, records)
            if same(_article(opened), _article(other)):
                found.append(records.id)
    return tuple(found)


def _article(opened: OpenedDocument) -> Article:
    """Return what was read of a document last, with its text."""
    reading = opened.latest
    return structs.replace(reading.article, text=reading.text)


def _is_asked_of_others(opened: OpenedDocument, claim: str) -> bool:
    """Return whether a request names whom it is made to, and that is not this network."""
    current, text = opened.current(claim), opened.reading_of(claim)[1].text
    span = current.content[0]
    found = _ASK.search(text, *span) if current.form == "direct" else _ASKED.match(text, *span)
    named = target_names(text, current) or ((found["whom"],) if found and any(map(str.isupper, found["whom"])) else ())
    ours = plain_name(opened.network.settings.network.name)
    return bool(named) and not any(plain_name(each) in ours or ours in plain_name(each) for each in named)


def _draft(opened: OpenedDocument, claim: str, party: Party, relation: Relation) -> ComplaintDraft | None:
    """Write what a complaint could begin with where a claim of the party, or for it, asks for a review.

    Nothing is filed: only a person files a complaint. What is asked of somebody else by name is no complaint to us.
    """
    current, shown = opened.current(claim), opened.shown(claim)
    if current.stance != "requests" and "requests_review" not in current.secondary:
        return None
    if _is_asked_of_others(opened, claim):
        return None
    who = current.speaker.name or "somebody"
    title = title_of(opened.latest.article.document)
    quoted = " … ".join(f"“{each.strip(_MARKS).removesuffix(',')}”" for each in shown.words)
    for_whom = f" for {party.id}" if relation == "for" else ""
    words = f"A request by {who}{for_whom}, as reported in {title}: {quoted}\n"
    path = draft_file(opened.network, claim)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    write_whole(path, words.encode(), mode=0o600)
    return ComplaintDraft(claim=claim, party=party, file=f"{EVIDENCE}/{DRAFTS}/{path.name}", words=words.strip())
