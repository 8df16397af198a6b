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


class DenialsSeen(NamedTuple):
    """Denials that a person put beside a claim, and those that they said are of something else."""

    beside: tuple[str, ...]
    apart: tuple[str, ...]


def check_denials_seen(
    opened: OpenedDocument, claim: str, current: Claim, beside: Sequence[str], event: str, *, apart: bool = False
) -> DenialsSeen:
    """Return the denials that a person named beside a claim; those that may be of it are asked for all at once.

    `current` is the claim as it stands after the act. With `apart` the person says that no further denial is of it;
    one that is tied to it has to be named all the same.

    Raises:
        StateRefused: it names the denials that are missing.
        BadInput: one that is named is no denial of this document.
    """
    tied, possible = opened.denials_of(claim), opened.possible_denials_of(claim, current)
    named = [each for each in opened.denying if each != claim and any(_begins(each, text) for text in beside)]
    unseen = [each for each in tied if each not in named]
    open_ones = [] if apart else [each for each in possible if each not in named]
    if unseen or open_ones:
        raise _unseen(opened, claim, (unseen, open_ones), event)
    for text in beside:
        if not any(_begins(each, text) for each in (*named, *tied)):
            raise BadInput("no denial of this document", where="--beside", got=text,
                           expected=", ".join(opened.denying) or "none has one")  # fmt: skip
    mark = mark_in(opened.records, claim)
    known = () if mark is None else mark.apart
    left = [each for each in (*known, *(possible if apart else ())) if each not in named]
    return DenialsSeen(tuple(named), tuple(dict.fromkeys(left)))


def _begins(name: str, text: str) -> bool:
    return len(text) > _TOO_SHORT and name.startswith(text)


def _unseen(opened: OpenedDocument, claim: str, missing: tuple[list[str], list[str]], event: str) -> StateRefused:
    tied, possible = missing
    parts = (
        f"it is denied in the same document: {', '.join(tied)}" if tied else "",
        f"a denial in the same document may be of it: {', '.join(possible)}" if possible else "",
    )
    otherwise = ", or say in words that what may be of it is not: --no-denial-belongs TEXT" if possible else ""
    options = " ".join(f"--beside {each}" for each in (*tied, *possible))
    return StateRefused(
        "; ".join(filter(None, parts)), where=claim, state=opened.records.state_of(claim), event=event,
        todo=f"look at it (`evenhand evidence show DIR {claim}`) and name it: {options}{otherwise}",
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
            options = " ".join(f"--beside {each}" for each in dict.fromkeys(denials))
            raise StateRefused(
                f"a denial is not beside the accusation {accusation}: {', '.join(dict.fromkeys(denials))}", where=claim,
                state=opened.records.state_of(claim), event="link",
                todo=f"evenhand evidence confirm DIR {accusation} {options}, or --no-denial-belongs TEXT; then link",
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
