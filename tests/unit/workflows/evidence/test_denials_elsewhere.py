"""The denial of another document: it is asked for where the accuser makes it, and can stand beside the accusation."""

from functools import partial

import pytest

from evenhand.model.claims import Speaker
from evenhand.model.decision import Party
from evenhand.model.errors import BadInput, StateRefused
from evenhand.workflows.evidence.open_evidence import evidence_of
from evenhand.workflows.evidence_records.evidence_fold import Evidence, fold_evidence
from evenhand.workflows.evidence_records.party_tally import party_tallies
from evenhand.workflows.evidence_records.quoted_claims import quoted_claims
from tests.evidence_articles import made_article
from tests.unit.workflows.evidence.conftest import Desk

LANTERN = Party(kind="advertiser", id="lantern")
ANSWER = """Board takes it back

TULNA (Quay Wire) - “We never said that Lantern Radio paid anybody,” Mirel Ostan said.
"""
OF_OTHERS = ANSWER.replace("Lantern Radio", "Quay Channel")
SAID = {
    str(place): {"words": words, "speaker": Speaker(kind="named_person", name="Mirel Ostan"), "stance": "denies"}
    for place, words in enumerate(
        ("We never said that Lantern Radio paid anybody,", "We never said that Quay Channel paid anybody,")
    )
}


def denial_of(desk: Desk, text: str = ANSWER) -> str:
    """Save the answer of the accuser, confirm it and return its claim."""
    (claim,) = desk.add(text, read=partial(made_article, said=SAID)).proposed
    desk.decide(claim)
    return claim


def tallied(desk: Desk) -> tuple[int, int]:
    """Return how many named sources and denials the party has."""
    tally = party_tallies(evidence_of(desk.made.network))[LANTERN].tally
    return tally.named_sources, tally.denials


def test_a_denial_by_the_accuser_in_another_document_is_asked_for(desk: Desk) -> None:
    """Who takes an accusation back does it in a later report; the claim that counts has to say so."""
    accusation = desk.accused()["2"]
    denial = denial_of(desk)

    assert denial in desk.denials(accusation)


def test_a_denial_of_what_is_said_of_others_is_not_asked_for(desk: Desk) -> None:
    """A body that speaks often denies often."""
    accusation = desk.accused()["2"]

    assert denial_of(desk, OF_OTHERS) not in desk.denials(accusation)


def test_a_denial_of_another_document_counts_beside_an_accusation(desk: Desk) -> None:
    """It needs no new kind of event: the accusation names it."""
    accusation = desk.accused()["2"]
    before = tallied(desk)
    denial = denial_of(desk)
    assert tallied(desk) == before

    shown = desk.decide(accusation, beside=desk.denials(accusation))

    assert denial in shown.denied_by
    assert tallied(desk) == (before[0], before[1] + 1)
    evidence = evidence_of(desk.made.network)
    quoted = quoted_claims(desk.made.network, evidence, party_tallies(evidence).values())
    assert denial in quoted[accusation].denied_by
    assert quoted[denial].denial


def test_a_denial_that_is_rejected_later_stands_beside_nothing(desk: Desk) -> None:
    """What somebody took back is told to nobody."""
    accusation = desk.accused()["2"]
    denial = denial_of(desk)
    desk.decide(accusation, beside=desk.denials(accusation))
    before = tallied(desk)

    desk.decide(denial, "reject")

    assert tallied(desk) == (before[0], before[1] - 1)
    assert denial not in desk.denials(accusation)


def test_a_denial_of_something_else_is_asked_for_once(desk: Desk) -> None:
    """A person has said that it is not of the accusation."""
    accusation = desk.accused()["2"]
    denial = denial_of(desk)
    others = [each for each in desk.denials(accusation) if each != denial]

    desk.decide(accusation, beside=others, unrelated=[denial])

    assert denial not in desk.denials(accusation)
    taken_back = desk.decide(accusation, beside=[*others, denial], overturns=None)
    assert denial in taken_back.denied_by
    assert denial not in desk.take_back(accusation, denial).denied_by


def test_an_accusation_is_not_linked_before_the_answer_of_its_accuser(desk: Desk) -> None:
    """Somebody has confirmed that the accuser denies it."""
    ids = desk.confirm_all(desk.add().document)
    denial_of(desk)

    with pytest.raises(StateRefused, match="is not beside the accusation"):
        desk.link(ids["2"])


def test_a_denial_that_nobody_confirmed_stands_beside_nothing_of_another_document(desk: Desk) -> None:
    """It would count before anybody had read it."""
    accusation = desk.accused()["2"]
    (denial,) = desk.add(ANSWER, read=partial(made_article, said=SAID)).proposed

    with pytest.raises(BadInput, match="nor a confirmed one of another"):
        desk.decide(accusation, beside=[*desk.denials(accusation), denial])


def test_a_link_says_whether_it_counts(desk: Desk) -> None:
    """A denial by somebody else counts beside an accusation alone."""
    desk.accused()
    denial = denial_of(desk)

    about, by = desk.link(denial), desk.link(denial, relation="by")

    assert not about.counts
    assert "confirm the accusation with this denial beside it" in about.why_not
    assert (by.counts, by.why_not) == (True, "")


def test_an_erased_document_has_no_denials(desk: Desk) -> None:
    """Nothing of it counts, wherever it stood."""
    desk.accused()
    denial = denial_of(desk)
    evidence = evidence_of(desk.made.network)
    (document,) = {each.id for name, each in evidence.denials.items() if name == denial}
    events = [each for records in evidence.documents.values() for each in records.events]

    left: Evidence = fold_evidence(each for each in events if (each.document, each.number) != (document, 1))

    assert denial in evidence.denials
    assert denial not in left.denials
