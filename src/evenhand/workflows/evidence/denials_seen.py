"""What a person has looked at before their word counts: the denials of a claim, and what others said of it."""

from collections.abc import Sequence
from typing import NamedTuple

from evenhand.model.claims import Claim
from evenhand.model.decision import Party
from evenhand.model.errors import BadInput, StateRefused
from evenhand.model.evidence import Relation
from evenhand.workflows.evidence_records.claims_shown import OpenedDocument, mark_in, parties_of_claim
from evenhand.workflows.evidence_records.evidence_fold import STATES

_TOO_SHORT = len("q-")


class DenialAnswers(NamedTuple):
    """What a person says of denials: `beside` deny the claim, `unrelated` are of something else.

    `rest` says in words why none of those that they do not name is of it.
    """

    beside: Sequence[str] = ()
    unrelated: Sequence[str] = ()
    rest: str = ""


class DenialsSeen(NamedTuple):
    """Denials that a person put beside a claim, and those that they said are of something else."""

    beside: tuple[str, ...]
    apart: tuple[str, ...]


def check_denials_seen(
    opened: OpenedDocument, claim: str, current: Claim, answers: DenialAnswers, event: str
) -> DenialsSeen:
    """Return what a person says of each denial that is or may be of a claim; all that they left out is asked for.

    `current` is the claim as it stands after the act. What was put beside it before is asked for again; a denial that
    is tied to it by itself has to be named as one, unless that denial is corrected.

    Raises:
        StateRefused: it names the denials that are missing.
        BadInput: one that is named is no denial of this document and no confirmed one of another, or is named as both.
    """
    tied = opened.own_denials_of(claim)
    possible = (*opened.named_denials_of(claim), *opened.possible_denials_of(claim, current))
    beside = _named(opened, claim, answers.beside, "--beside")
    unrelated = _named(opened, claim, answers.unrelated, "--unrelated")
    _check_apart(claim, beside, unrelated, tied)
    answered = {*beside, *unrelated}
    unseen = [each for each in tied if each not in answered]
    open_ones = [] if answers.rest else [each for each in possible if each not in answered]
    if unseen or open_ones:
        raise _unseen(opened, claim, (unseen, open_ones), event)
    mark = mark_in(opened.records, claim)
    known = () if mark is None else mark.apart
    left = [each for each in (*known, *unrelated, *(possible if answers.rest else ())) if each not in beside]
    return DenialsSeen(beside, tuple(dict.fromkeys(left)))


def _named(opened: OpenedDocument, claim: str, texts: Sequence[str], option: str) -> tuple[str, ...]:
    """Return the denials that a person named, each by its id or by how it alone begins."""
    here = (*opened.denying, *opened.denials_of(claim))
    candidates = dict.fromkeys((*here, *opened.denials_elsewhere))
    candidates.pop(claim, None)
    found: list[str] = []
    for text in texts:
        known = [each for each in candidates if len(text) > _TOO_SHORT and each.startswith(text)]
        if len(known) != 1:
            raise BadInput(
                "several denials begin with" if known else "no denial of this document, nor a confirmed one of another",
                where=option, got=text, expected=", ".join(known or dict.fromkeys(here)) or "none has one",
                todo="" if known else "confirm the denial in its own document first",
            )  # fmt: skip
        found += known
    return tuple(dict.fromkeys(found))


def _check_apart(claim: str, beside: Sequence[str], unrelated: Sequence[str], tied: Sequence[str]) -> None:
    both = [each for each in unrelated if each in beside]
    if both:
        raise BadInput("named as its denial and as none of it", where="--unrelated", got=", ".join(both),
                       expected="one of --beside and --unrelated")  # fmt: skip
    own = [each for each in unrelated if each in tied]
    if own:
        raise BadInput(
            f"it says itself that it denies {claim}", where="--unrelated", got=", ".join(own), expected="--beside",
            todo=f"or correct the denial: evenhand evidence correct DIR {own[0]} --by PERSON --why TEXT --denies -",
        )  # fmt: skip


def _unseen(opened: OpenedDocument, claim: str, missing: tuple[list[str], list[str]], event: str) -> StateRefused:
    """Return the refusal of an act by which a denial was passed over.

    It gives no command with the ids filled in: who copied one would name what they have not read.
    """
    tied, possible = missing
    within = [each for each in possible if opened.holder_of(each) is opened]
    elsewhere = [each for each in possible if each not in within]
    parts = (
        f"it is denied in the same document: {', '.join(tied)}" if tied else "",
        f"a denial in the same document may be of it: {', '.join(within)}" if within else "",
        f"a denial in another document may be of it: {', '.join(elsewhere)}" if elsewhere else "",
    )
    answers = "--beside ID (denies it) or --unrelated ID (does not belong)" if possible else "--beside ID"
    return StateRefused(
        "; ".join(filter(None, parts)), where=claim, state=opened.records.state_of(claim), event=event,
        todo=f"read each with `evenhand evidence show DIR {claim}` and answer it: {answers}",
    )  # fmt: skip


def check_overturn(opened: OpenedDocument, claim: str, event: str, by: str, overturns: int | None) -> None:
    """Refuse to change what another person said of a claim unless the act names the event that it changes.

    Raises:
        StateRefused: it says who decided when, and by which event.
    """
    decided = opened.records.decided.get(claim)
    number = decided.number if decided is not None else None
    if overturns == number or (decided is not None and decided.by == by and overturns is None):
        return
    if decided is None:
        raise StateRefused("nobody has decided it", where=claim, state="proposed", event=event,
                           todo="leave out --overturn")  # fmt: skip
    raise StateRefused(
        f"`{decided.by}` {STATES[decided.kind]} it at {decided.at:%Y-%m-%d %H:%M} UTC", where=claim,
        state=STATES[decided.kind], event=event, todo=f"look at it again; to change that, say --overturn {number}",
    )  # fmt: skip


def check_denials_beside(opened: OpenedDocument, claim: str, party: Party, relation: Relation | None) -> None:
    """Refuse a link by which an accusation would be about a party without the party's own denial beside it.

    Raises:
        StateRefused: it names the accusation and the denials that are missing.
    """
    if relation == "about":
        missing = {claim: [*opened.possible_denials_of(claim), *_own_denials(opened, claim, party)]}
    elif claim in opened.denying:
        links = (each for each in opened.records.links.values() if each.party == party and each.relation == "about")
        missing = {each.claim: [claim] for each in links if claim in _not_beside(opened, each.claim, [claim])}
    else:
        return
    for accusation, denials in missing.items():
        if denials:
            raise StateRefused(
                f"a denial is not beside the accusation {accusation}: {', '.join(dict.fromkeys(denials))}", where=claim,
                state=opened.records.state_of(claim), event="link",
                todo=f"read each with `evenhand evidence show DIR {accusation}`, confirm with --beside ID or "
                     "--unrelated ID, then link",
            )  # fmt: skip


def _own_denials(opened: OpenedDocument, claim: str, party: Party) -> list[str]:
    """Return the confirmed denials that are the party's own, by links, and do not stand beside an accusation."""
    own = [each for each in opened.denying if party.id in parties_of_claim(opened.records, each)]
    return _not_beside(opened, claim, [each for each in own if opened.records.counts(each)])


def _not_beside(opened: OpenedDocument, claim: str, denials: Sequence[str]) -> list[str]:
    if opened.current(claim).stance != "accuses" or not opened.records.counts(claim):
        return []
    mark = mark_in(opened.records, claim)
    known = {claim, *opened.denials_of(claim), *(mark.apart if mark is not None else ())}
    return [each for each in denials if each not in known]
