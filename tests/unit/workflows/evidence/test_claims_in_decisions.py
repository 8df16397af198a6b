"""Confirmed claims that a person linked to a party become facts, a decision on them gives words and denial."""

import shutil

import pytest
from msgspec.structs import replace

from evenhand.evidence.claims import read_article
from evenhand.model.claims import Speaker, Tally
from evenhand.model.decision import Party
from evenhand.model.errors import NotVerified
from evenhand.model.outcome import Outcome
from evenhand.model.statement import StatementOfReasons
from evenhand.workflows.complaints.staff_cases import _finding_authors
from evenhand.workflows.delivery.statements import statement_of
from evenhand.workflows.evidence.open_evidence import evidence_of
from evenhand.workflows.evidence_records.evidence_files import document_folder
from evenhand.workflows.evidence_records.party_tally import party_tallies
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.review.dry_run import dry_run
from evenhand.workflows.review.task_board import list_tasks
from evenhand.workflows.rulebooks.replay import replay
from tests.evidence_articles import SAID, TEXT, made_article
from tests.networks import DAY_2, DAY_3, SUFFIXES, TOOLS, MadeNetwork, quiet
from tests.unit.workflows.evidence.conftest import Desk

SECOND = """Coast Guild speaks of paid voices

PORT MEL (Gull Press) - Fishermen met on Monday, and The Coast Guild accused a station of running hidden campaigns.

A meeting is planned for spring, and the mayor will attend it with two lawyers from the capital.

Three clerks said the station had hidden who paid, and they named no sums and no dates.

Lantern Radio rejected the accusation of hidden campaigns once more in a letter to its listeners.
"""
"""Another report, by another agency, with another source."""


def second_article(*arguments: object) -> object:
    """Return what a reader makes of the second report."""
    said = {name: dict(each) for name, each in SAID.items()}
    said["1"]["speaker"] = Speaker(kind="named_organisation", name="The Coast Guild")
    said["2"]["speaker"] = Speaker(kind="named_person", name="Ilo Brandt", speaks_for="Coast Guild")
    return made_article(*arguments, said)  # type: ignore[arg-type]


def tally(desk: Desk, party: str = "lantern") -> Tally:
    """Return what the claims of a party come to."""
    return party_tallies(evidence_of(desk.made.network))[Party(kind="advertiser", id=party)].tally


def statements(made: MadeNetwork) -> list[StatementOfReasons]:
    """Return the statements of reasons in the ledger."""
    return [statement_of(each) for each in made.payloads("statement")]


def accuse_twice(desk: Desk) -> dict[str, str]:
    """Let two boards accuse the station in two reports."""
    ids = desk.accused()
    other = desk.confirm_all(desk.add(SECOND, read=second_article).document)  # type: ignore[arg-type]
    desk.link(other["1"])
    return ids


def test_a_person_and_the_body_spoken_for_are_one_source(desk: Desk) -> None:
    """Unnamed persons are counted as persons, denials as claims."""
    desk.accused()

    assert tally(desk) == Tally(independent_outlets=1, named_sources=1, anonymous_sources=2, denials=1)


def test_copies_of_one_report_count_once(desk: Desk) -> None:
    """The copy adds no outlet and no person; a report of its own adds both."""
    desk.accused()
    copy = desk.confirm_all(desk.add(TEXT.replace("\n\n", "\n \n")).document)
    for name in ("1", "3"):
        desk.link(copy[name])
    once = tally(desk)
    desk.link(desk.confirm_all(desk.add(SECOND, read=second_article).document)["3"])  # type: ignore[arg-type]

    assert (once.independent_outlets, once.anonymous_sources, len(once.same_origin[0])) == (1, 2, 2)
    assert (tally(desk).independent_outlets, tally(desk).anonymous_sources) == (2, 4)


def test_only_accusations_about_the_party_count(desk: Desk) -> None:
    """A request or a denial is no source against anybody, and neither is what the party accuses others of."""
    ids = desk.confirm_all(desk.add().document)
    for name in ("4", "5"):
        desk.link(ids[name])
    desk.link(ids["3"], relation="by")
    assert Party(kind="advertiser", id="lantern") not in party_tallies(evidence_of(desk.made.network))

    desk.link(ids["1"])

    assert (tally(desk).named_sources, tally(desk).anonymous_sources) == (1, 0)


def test_who_confirmed_a_claim_found_facts_of_the_decision(desk: Desk) -> None:
    """They cannot review a complaint about it."""
    ids = accuse_twice(desk)
    decided = evidence_of(desk.made.network).documents[document_of(desk, ids["3"])].decided
    desk.decide(ids["3"], "reject", by=Acting("ben"), overturns=decided[ids["3"]].number)
    decided = evidence_of(desk.made.network).documents[document_of(desk, ids["3"])].decided
    desk.decide(ids["3"], by=Acting("cleo"), beside=desk.denials(ids["3"]), overturns=decided[ids["3"]].number)
    desk.made.run(DAY_2)

    with read_ledger(desk.made.network.ledger) as ledger:
        assert {"ana", "ben", "cleo"} <= set(_finding_authors(ledger, desk.made.last("lantern")))


def document_of(desk: Desk, claim: str) -> str:
    """Return the document that a claim is of."""
    return next(each.id for each in evidence_of(desk.made.network).documents.values() if claim in each.decided)


def test_what_a_person_rejects_or_unlinks_counts_no_more(desk: Desk) -> None:
    """The tally is made anew from what stands."""
    ids = desk.accused()
    desk.link(ids["3"], relation=None)
    desk.decide(ids["4"], "reject")

    assert tally(desk) == Tally(independent_outlets=1, named_sources=1, anonymous_sources=0, denials=0)


def test_who_tells_of_another_s_accusation_is_no_further_source(desk: Desk) -> None:
    """One accusation in the words of two is one; where that of the other does not count, the teller's does."""
    text = (
        "Charity watchdog Clear Water accused Lantern Radio of stealing donations, "
        "the Bay Courier reported on Wednesday, citing an internal memo.\n"
    )

    def read(data: bytes, uri: str, media_type: str) -> object:
        return read_article(data, uri, media_type)

    claims = desk.document(desk.add(text, read=read).document).claims  # type: ignore[arg-type]  # it is a reader
    for each in claims:
        desk.decide(each.id)
        desk.link(each.id, although="made up")

    assert [each.claim.speaker.name for each in claims] == ["the Bay Courier", "Clear Water"]
    assert tally(desk).named_sources == 1
    desk.link(claims[1].id, relation=None)
    assert tally(desk).named_sources == 1


def test_an_official_document_is_one_that_an_office_published(desk: Desk) -> None:
    """A report about one is the outlet's."""
    said = {"1": {**SAID["1"], "speaker": Speaker(kind="document", name="The Harbour Board")}}

    def read(*arguments: object) -> object:
        return made_article(*arguments, said)  # type: ignore[arg-type]

    for text, official in ((TEXT, True), (SECOND.replace("Coast Guild", "Harbour Board"), False)):
        claim = desk.add(text, official=official, read=read).proposed[0]  # type: ignore[arg-type]
        desk.decide(claim)
        desk.link(claim)

    assert (tally(desk).official_documents, tally(desk).named_sources, tally(desk).independent_outlets) == (1, 1, 1)


def test_one_named_source_restricts_nobody(desk: Desk) -> None:
    """It is shown, and the decision stays as it was."""
    desk.accused()
    desk.made.run(DAY_2)

    assert desk.made.last("lantern").outcome is Outcome.ALLOW


def test_a_hold_on_two_named_sources_gives_their_words_and_the_denial(desk: Desk) -> None:
    """The letter says who is reported as saying what, and that it is denied; in public without names."""
    ids = accuse_twice(desk)
    desk.made.run(DAY_2)

    decision, (statement,) = desk.made.last("lantern"), statements(desk.made)
    assert (decision.outcome, decision.reasons) == (Outcome.HOLD, ("named-allegations",))
    assert {f"claim:{ids['1']}", f"claim:{ids['4']}"} < set(decision.findings[0].sources)
    said, denied = statement.facts.index("“running hidden campaigns”"), statement.facts.index("This is denied:")
    assert said < denied < statement.facts.index("“the accusation of hidden campaigns”")
    assert statement.facts_public is not None
    assert "denials on record: 2" in statement.facts_public
    assert "Ostan" not in statement.facts_public
    assert statement.automation.decision == "partial"


def test_a_hold_on_claims_is_not_released_by_another_fact(desk: Desk) -> None:
    """What would follow is tried with the claims; only what is wrong with them mends it."""
    ids = accuse_twice(desk)
    desk.made.run(DAY_2)
    party = Party(kind="advertiser", id="lantern")

    tried = dry_run(desk.made.network, party, [], DAY_2, TOOLS)
    assert {each.after for each in tried.rulings} == {Outcome.HOLD}

    (task,) = list_tasks(desk.made.network, DAY_2, SUFFIXES, kind="hold")
    assert task.about["tables"] == f"reject or unlink a claim that is wrong (evenhand evidence show DIR {ids['1']})"
    desk.at = DAY_2
    desk.link(ids["1"], relation=None)
    desk.link(ids["2"], relation=None)
    desk.made.run(DAY_3)
    assert desk.made.last("lantern").outcome is Outcome.ALLOW


def test_a_denial_that_is_confirmed_later_is_told(desk: Desk) -> None:
    """A notice never lacks a denial that is on record."""
    accuse_twice(desk)
    desk.made.run(DAY_2)
    desk.at = DAY_2
    reply = desk.add(TEXT.replace("strongly denied the accusation", "again denied the accusation")).document
    claim = next(each for each in desk.document(reply).claims if each.claim.stance == "denies")
    desk.decide(claim.id)
    desk.link(claim.id, relation="by")
    desk.made.run(DAY_3)

    assert len(statements(desk.made)) == 2
    assert "denials on record: 3" in statements(desk.made)[-1].facts


def test_a_run_refuses_words_that_were_changed_in_one_letter(desk: Desk) -> None:
    """Nothing is decided on a text that is not the one that a person confirmed."""
    ids = accuse_twice(desk)
    document = next(each.id for each in evidence_of(desk.made.network).documents.values() if ids["1"] in each.decided)
    (path,) = document_folder(desk.made.network, document).glob("reading-*.json")
    path.write_bytes(path.read_bytes().replace(b"hidden campaigns", b"hidden campaignz"))
    before = desk.made.size()

    with pytest.raises(NotVerified, match="was changed"):
        desk.made.run(DAY_2)
    assert desk.made.size() == before


def test_replay_gives_the_same_decision_after_a_newer_reading(desk: Desk) -> None:
    """Confirmed, read anew by another version, replayed: the same."""
    accuse_twice(desk)
    desk.made.run(DAY_2)

    def newer(*arguments: object) -> object:
        article = made_article(*arguments)  # type: ignore[arg-type]
        return replace(article, claims=tuple(replace(each, stance="asserts") for each in article.claims))

    desk.at = DAY_2
    desk.add(read=newer)  # type: ignore[arg-type]
    decisions = len(desk.made.decisions())
    desk.made.run(DAY_3)

    assert len(desk.made.decisions()) == decisions
    replayed = replay(desk.made.network, "cedar", quiet)
    assert (replayed.different, replayed.rulebook_missing) == ((), ())


def test_a_lost_state_changes_no_decision(desk: Desk) -> None:
    """All that counts is in the ledger."""
    accuse_twice(desk)
    desk.made.run(DAY_2)
    shutil.rmtree(desk.made.folder / "state")
    decisions = len(desk.made.decisions())
    desk.made.run(DAY_3)

    assert (len(desk.made.decisions()), tally(desk).named_sources) == (decisions, 2)
