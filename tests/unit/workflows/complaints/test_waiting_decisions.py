"""A restriction that waits for its day is reversed before it begins, as one that began already."""

from datetime import timedelta
from pathlib import Path

import pytest

from evenhand.model.complaint import Complaint
from evenhand.model.confirmed_fact import FactChange
from evenhand.model.outcome import Outcome
from evenhand.workflows.complaint_records.complaint_store import complaints_of
from evenhand.workflows.complaints.enforcement_points import Reach, points_of
from evenhand.workflows.evaluation.history import fold
from evenhand.workflows.operations.ledgers import read_ledger
from tests.commands import evenhand
from tests.networks import DAY_1, DAY_2, SUFFIXES, MadeNetwork, empty_network
from tests.settlements import FILED, SETTLED, reversed_complaint, settled

BEGUN = DAY_1 + timedelta(days=60)
COUNTRIES = {"west": "qm", "east": "qp"}
PARTIES = pytest.mark.parametrize("party", COUNTRIES)


@pytest.fixture(scope="module", params=["new", "allowed-before"])
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """Two outlets of two countries, each refused with notice on the second day: by its first decision, or a later one.

    Of each there is another one that rests on the same entry, by a website of the same domain.
    """
    made = empty_network(tmp_path_factory.mktemp("waiting") / "network")
    for party, country in COUNTRIES.items():
        for each, name in ((party, f"Vessari {party}"), (f"{party}-also", f"Ilverton {party}")):
            made.add("advertisers", id=each, name=name, domains=f"{each}.{party}.example", seats=f"dsp-{each}",
                     country=country.upper(), verification="register", prepaid="250.00")  # fmt: skip
            made.add("campaigns", id=f"c-{each}", advertiser_id=each, payer_id=each, budget="100", spent="40")
    if request.param == "allowed-before":
        made.run(DAY_1)
    for party, country in COUNTRIES.items():
        made.add("house-media", id=f"m-{party}", schema="Organization", name=f"Telewave {party}", country=country,
                 website=f"https://{party}.example", topic="typology:SC")  # fmt: skip
    made.run(DAY_2)
    return made


@pytest.fixture
def waiting(built: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    return built.copy(tmp_path / "network")


def reversed_in_notice(made: MadeNetwork, party: str) -> Complaint:
    decision = made.last(party)
    assert (decision.outcome, decision.effective_from > SETTLED) == (Outcome.REFUSE, True)
    change = FactChange(kind="judgement", list="house-media", entity_id=f"m-{party}", verdict="not-same")
    return reversed_complaint(made, party=party, changes=(change,))


def verdict(made: MadeNetwork, party: str) -> str:
    asked = evenhand("gate", "check", "--register", made.folder, "--advertiser", party, "--at", BEGUN.isoformat(),
                     "--json")  # fmt: skip
    return str(asked.json["outcome"])


@PARTIES
@pytest.mark.parametrize("with_run", [False, True])
def test_a_refusal_reversed_within_its_notice_never_begins(waiting: MadeNetwork, party: str, with_run: bool) -> None:
    """Nothing blocks yet: it was a traceback, and where no place had to follow no new decision was made."""
    complaint = reversed_in_notice(waiting, party)
    if with_run:
        waiting.run(FILED + timedelta(minutes=5))

    settlement = settled(waiting, complaint)

    assert (settlement.red, settlement.is_proved, settlement.complaint.state) == ((), True, "closed")
    new = waiting.last(party)
    assert (new.outcome, new.supersedes, new.decided_by.id) == (Outcome.ALLOW, complaint.decision, "cora")
    (letter,) = (waiting.folder / "out" / "reasons").glob(f"l-{new.id.removeprefix('d-')}.txt")
    assert "we told you about a restriction" in letter.read_text("utf-8")
    waiting.run(BEGUN)
    other = next(each for each in COUNTRIES if each != party)
    assert (verdict(waiting, party), verdict(waiting, other)) == ("allow", "refuse")


@PARTIES
def test_others_who_wait_on_the_same_mistake_are_looked_at_too(waiting: MadeNetwork, party: str) -> None:
    """Their restriction would begin while nobody looked."""
    complaint = settled(waiting, reversed_in_notice(waiting, party)).complaint

    opened = [each for each in complaints_of(waiting.network).by_id.values() if each.id != complaint.id]

    assert [(each.way, each.party_id) for each in opened] == [("same_mistake", f"{party}-also")]


@PARTIES
def test_the_places_of_a_refusal_that_waits_are_its_papers_and_what_the_gate_says_stays(
    waiting: MadeNetwork, party: str
) -> None:
    """The gate lets it through before and after; the table of decisions and the letter have to follow."""
    settlement = settled(waiting, reversed_in_notice(waiting, party))

    assert {each.kind for each in settlement.complaint.points} == {"letter", "public_record"}


@PARTIES
@pytest.mark.parametrize(("becomes", "keys"), [(Outcome.ALLOW, True), (Outcome.LIMIT, False)])
def test_no_key_is_held_to_an_outcome_that_may_wait_for_a_day_of_its_own(
    waiting: MadeNetwork, party: str, becomes: Outcome, keys: bool
) -> None:
    """A limit in place of a refusal that waits may have a notice too: whether it has is known once it is decided."""
    with read_ledger(waiting.network.ledger) as ledger:
        reach = Reach(waiting.network, ledger, fold(ledger), SETTLED, SUFFIXES)
        newest = next(each for each in reach.history.waiting(SETTLED) if each.party_id == party)
        points = points_of(reach, [newest], expected={newest.case: becomes})

    assert {"letter", "public_record"} <= {each.kind for each in points}
    assert any(each.kind == "register_key" for each in points) is keys
