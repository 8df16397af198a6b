"""What a person says of facts: tried before it is made, refused where it cannot be, recorded whole or not at all."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evenhand.model.confirmed_fact import ConfirmedFact, FactChange
from evenhand.model.decision import Party
from evenhand.model.errors import BadInput, NotFound, NotPermitted, StateRefused
from evenhand.model.judgement import Judgement
from evenhand.model.party import VerificationLevel
from evenhand.workflows.operations import open_ledger
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.people.signature_checks import verify_with_signatures
from evenhand.workflows.review.dry_run import check_answer, dry_run
from evenhand.workflows.review.fact_changes import check_changes, record_changes
from tests.confirmed import PAPER
from tests.networks import DAY_1, DAY_2, TOOLS, MadeNetwork, full_network, payloads_of
from tests.people import acting, write_staff

AT = DAY_1 + timedelta(hours=1)
OWNED = Party(kind="advertiser", id="owned")
NAMESAKE = Party(kind="advertiser", id="namesake")
NOT_SAME = FactChange(kind="judgement", list="house-sanctions", entity_id="s-mills", verdict="not-same")


NOBODY_KNOWN = Acting("p-1")


def held(share: int, owner: str = "morvane") -> FactChange:
    return FactChange(kind="share", owner_id=owner, share_ppm=share, documents=(PAPER,))


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """Every kind of outcome once; `owned` is refused for 30 % and 25 % of two listed payers."""
    made = full_network(tmp_path_factory.mktemp("changes") / "network")
    made.add("ownership", owner="owned", owned="civic", share="100 %", kind="ownership")
    made.run()
    return made


@pytest.fixture
def made(begun: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    return begun.copy(tmp_path / "network")


def say(
    made: MadeNetwork, party: Party, *changes: FactChange, at: Any = AT, who: Acting = NOBODY_KNOWN,
    second: Acting | None = None,
) -> tuple[int, ...]:  # fmt: skip
    why = "seen in the register"
    with open_ledger(made.folder / "ledger") as ledger:
        seqs = record_changes(ledger, made.network, party, changes, who, at, tools=TOOLS, why=why, second=second)
        ledger.publish(at)
    return seqs


def test_a_change_of_a_share_is_recorded_whole_and_counts_in_the_next_run(made: MadeNetwork) -> None:
    """Who, when, why, which documents, and what the tables said."""
    (seq,) = say(made, OWNED, held(100_000))

    fact = msgspec.json.decode(made.payloads("confirmed_fact")[0], type=ConfirmedFact)
    assert (fact.party_id, fact.owner_id, fact.share_ppm, fact.documents) == ("owned", "morvane", 100_000, (PAPER,))
    assert (fact.by, fact.at, fact.why, fact.signed) == ("p-1", AT, "seen in the register", None)
    assert len(fact.against) == 64
    made.run(DAY_2)
    decision = made.last("owned")
    assert decision.outcome == "hold"
    assert any(f"confirmed:{seq}" in finding.sources for finding in decision.findings)


def test_where_there_is_staff_a_fact_is_signed_by_both_and_an_unsigned_one_is_not_recorded(made: MadeNetwork) -> None:
    """The same bytes under both signatures; `ledger verify` finds whose they are."""
    write_staff(made.folder)
    size = made.size()
    with pytest.raises(NotPermitted, match="not signed"):
        say(made, OWNED, held(100_000), who=Acting("ana"))
    with pytest.raises(NotPermitted, match="two signatures of one person"):
        say(made, OWNED, held(100_000), who=acting("ana"), second=acting("ana"))
    assert made.size() == size

    say(made, OWNED, held(100_000), who=acting("ana"), second=acting("rob"))

    fact = msgspec.json.decode(made.payloads("confirmed_fact")[0], type=ConfirmedFact)
    assert fact.signed is not None
    assert fact.second is not None
    assert (fact.by, fact.signed.person, fact.second.person) == ("ana", "ana", "rob")
    assert verify_with_signatures(made.folder).problems == ()


def test_a_judgement_is_recorded_as_by_the_command_judge(made: MadeNetwork) -> None:
    """The same record, whichever way it came: what the match rests on is in it."""
    say(made, NAMESAKE, NOT_SAME)

    judgement = msgspec.json.decode(made.payloads("judgement")[0], type=Judgement)
    assert (judgement.party_id, judgement.verdict, judgement.by) == ("namesake", "not-same", "p-1")
    assert set(judgement.used) == {"name", "party name"}
    made.run(DAY_2)
    assert made.last("namesake").outcome == "allow"


def test_a_dry_run_says_what_the_next_run_decides_and_writes_nothing(begun: MadeNetwork, tmp_path: Path) -> None:
    """Per scope, for whom it owns too; then the facts are recorded, and it comes to the same."""
    before = _bytes(begun.folder)
    tried = dry_run(begun.network, OWNED, (held(0), held(0, "tulquist")), AT, TOOLS)
    assert _bytes(begun.folder) == before

    rows = {(each.party.id, each.scope): each for each in tried.rulings}
    assert set(rows) == {("owned", "advertiser"), ("owned", "campaign:c-owned"), ("civic", "advertiser"),
                         ("civic", "campaign:c-civic")}  # fmt: skip
    owned = rows["owned", "advertiser"]
    assert (owned.before, owned.after, owned.rules_after) == ("refuse", "allow", ("open-to-all",))
    assert rows["owned", "campaign:c-owned"].sentence == (
        "campaign c-owned would run (now refused); allowed by open-to-all"
    )
    made = begun.copy(tmp_path / "network")
    say(made, OWNED, held(0), held(0, "tulquist"))
    made.run(DAY_2)
    for (party, scope), row in rows.items():
        if scope == "advertiser":
            decision = made.last(party)
            assert (decision.outcome, decision.reasons) == (row.after, row.rules_after)


def test_a_dry_run_shows_scopes_that_stay_as_they_are(begun: MadeNetwork) -> None:
    """A person has to see that an answer alters nothing."""
    tried = dry_run(begun.network, NAMESAKE, (), AT, TOOLS)

    (row,) = tried.rulings
    assert (row.before, row.after) == ("hold", "hold")
    assert row.sentence.startswith("Dravik Mills (namesake) would be on hold (as now); on hold by ")


def test_a_judgement_about_an_owner_can_be_stated_for_whom_it_owns(begun: MadeNetwork) -> None:
    """The hold is the company's, the match its owner's."""
    change = FactChange(kind="judgement", list="house-sanctions", entity_id="s-tulq", verdict="not-same")

    tried = dry_run(begun.network, Party(kind="advertiser", id="minor"), (change,), AT, TOOLS)

    rows = {each.party.id: each for each in tried.rulings}
    assert (rows["minor"].before, rows["minor"].after) == ("hold", "allow")
    assert rows["tulquist"].after == "allow"


def test_a_release_against_the_rules_is_refused_with_the_rules_that_hold(begun: MadeNetwork) -> None:
    """Nobody is let through by a word: other facts, or another rule."""
    nothing = dry_run(begun.network, NAMESAKE, (), AT, TOOLS)
    with pytest.raises(StateRefused, match=r"do not release it: on hold by .*exception is a rule change"):
        check_answer(nothing, "release")
    check_answer(nothing, "keep")

    same = FactChange(kind="judgement", list="house-sanctions", entity_id="s-mills", verdict="same")
    listed = dry_run(begun.network, NAMESAKE, (same,), AT, TOOLS)
    check_answer(listed, "refuse")
    with pytest.raises(StateRefused, match="refused by"):
        check_answer(listed, "release", "advertiser")

    cleared = dry_run(begun.network, NAMESAKE, (NOT_SAME,), AT, TOOLS)
    check_answer(cleared, "release")
    with pytest.raises(StateRefused, match="allowed by open-to-all"):
        check_answer(cleared, "refuse")
    with pytest.raises(StateRefused, match="no such scope"):
        check_answer(cleared, "release", "campaign:c-none")


def _verified(**fields: Any) -> FactChange:
    return FactChange(kind="verification", **({"level": VerificationLevel.REGISTER, "documents": (PAPER,)} | fields))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (held(1_000_001), "not a share"),
        (held(-1), "not a share"),
        (held(800_000), "more than the whole"),
        (held(1, "nobody"), "no such owner"),
        (held(1, "owned"), "owns nor controls itself"),
        (held(1, ""), "lacks"),
        (FactChange(kind="share", owner_id="morvane", documents=(PAPER,)), "lacks"),
        (FactChange(kind="share", owner_id="morvane", share_ppm=1, control=True, documents=(PAPER,)), "has no"),
        (FactChange(kind="share", owner_id="morvane", share_ppm=1), "no document"),
        (FactChange(kind="share", owner_id="morvane", share_ppm=1, documents=("AB" * 32,)), "not a SHA-256"),
        (FactChange(kind="share", owner_id="morvane", share_ppm=1, documents=(PAPER, "paper.pdf")), "not a SHA-256"),
        (FactChange(kind="control", owner_id="owned", control=True, documents=(PAPER,)), "itself"),
        (FactChange(kind="control", owner_id="morvane", documents=(PAPER,)), "lacks"),
        (_verified(until=date(2026, 3, 1)), "that is over"),
        (_verified(level=None), "lacks"),
        (FactChange(kind="judgement", list="house-sanctions", entity_id="s-mills", verdict="lapsed"), "no judgement"),
        (FactChange(kind="judgement", list="house-sanctions", verdict="same"), "lacks"),
        (FactChange(kind="judgement", list="house-sanctions", entity_id="s-none", verdict="same"), "no match between"),
    ],
)
def test_a_change_that_cannot_be_is_refused_before_anything_is_written(
    begun: MadeNetwork, change: FactChange, words: str
) -> None:
    """Each with what was given and what is expected."""
    size = begun.size()

    with pytest.raises(BadInput, match=words):
        check_changes(begun.network, OWNED, (change,), AT, TOOLS)
    with pytest.raises(BadInput, match=words):
        say(begun, OWNED, _verified(), change)

    assert begun.size() == size


def test_a_party_without_a_row_and_a_fact_stated_twice_are_refused(begun: MadeNetwork) -> None:
    """Of who left the tables nothing is confirmed; one answer does not contradict itself."""
    with pytest.raises(NotFound, match="no advertiser of this id"):
        check_changes(begun.network, Party(kind="advertiser", id="gone"), (held(1),), AT, TOOLS)
    with pytest.raises(BadInput, match="about the same fact"):
        check_changes(begun.network, OWNED, (held(1), held(2)), AT, TOOLS)


def test_shares_above_the_whole_can_be_corrected_together(begun: MadeNetwork) -> None:
    """Nine tenths for the one when the other has less: both in one answer."""
    check_changes(begun.network, OWNED, (held(900_000), held(100_000, "tulquist")), AT, TOOLS)


def test_an_earlier_fact_that_no_longer_counts_is_named(made: MadeNetwork) -> None:
    """The later of two counts, and the person who says it sees the first."""
    (seq,) = say(made, OWNED, held(100_000))

    (sentence,) = check_changes(made.network, OWNED, (held(200_000),), AT + timedelta(hours=1), TOOLS)

    assert f"contradicts confirmed:{seq}" in sentence
    assert check_changes(made.network, OWNED, (held(100_000),), AT + timedelta(hours=1), TOOLS) == ()


def test_the_same_answer_at_the_same_second_is_one_record_and_another_is_refused(made: MadeNetwork) -> None:
    """Two people answer at once: the one who is second is told, and nothing is written twice."""
    first = say(made, OWNED, held(100_000))
    assert say(made, OWNED, held(100_000)) == first

    with pytest.raises(StateRefused, match="at this very second"):
        say(made, OWNED, held(200_000, "tulquist"), held(200_000))

    assert len(payloads_of(made.folder, "confirmed_fact")) == 1


def test_a_network_without_a_run_has_nothing_to_say_facts_of(made: MadeNetwork) -> None:
    """What was found is unknown, so that nobody can say what would follow."""
    (made.folder / "state" / "meta.json").unlink()

    with pytest.raises(NotFound, match="evenhand run"):
        dry_run(made.network, OWNED, (), AT, TOOLS)


def _bytes(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
