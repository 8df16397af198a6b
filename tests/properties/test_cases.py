"""What must hold of every history of decisions, and of every name that a network may hand in."""

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.model.decision import DecidedBy, Decision, Funds, Inputs, Party, Plan
from evenhand.model.finding import Comparison, Finding
from evenhand.model.judgement import Judgement, Verdict
from evenhand.model.listing import ListedEntity
from evenhand.model.outcome import Outcome
from evenhand.screening import SCORER
from evenhand.workflows.evaluation.findings import CountedFinding, FindingsMemory, ScreenedParty
from evenhand.workflows.evaluation.history import History
from evenhand.workflows.evaluation.judged_findings import RecordedJudgement, apply_judgements, pair_of, used_by
from evenhand.workflows.operations import verify_folder
from tests.networks import DAY_1, DAY_2, empty_network

START = datetime(2026, 1, 1, tzinfo=UTC)
DECISION = Decision(
    id="d-0", case="k-0", party=Party(kind="advertiser", id="made-up"), scope="advertiser", territories=(),
    outcome=Outcome.ALLOW, decision="allow", reasons=(), errors=(), instruct=(), grounds=(), findings=(), facts={},
    facts_sha256="", read_sha256="", inputs=Inputs(rulebook="", engine="", mapping="", lists={}, tables={}, scorer=""),
    plan=Plan(account_kept=True, campaigns=(), funds=Funds(prepaid_micros=0, currency="EUR", action="none"), tell=()),
    decided_at=START, effective_from=START, decided_by=DecidedBy(kind="run", id="test"),
)  # fmt: skip


@st.composite
def decided(draw: st.DrawFn) -> list[Decision]:
    """Decisions of one case in the order of the log: each later, some with notice, some with an end."""
    found, day = [], 0
    for number in range(draw(st.integers(1, 6))):
        day += draw(st.integers(0, 4))
        since = day + draw(st.sampled_from([0, 0, 1, 5, 30]))
        lasts = draw(st.sampled_from([None, None, None, 1, 6]))
        found.append(
            msgspec.structs.replace(
                DECISION,
                id=f"d-{number}",
                outcome=draw(st.sampled_from(Outcome)),
                decided_at=START + timedelta(days=day),
                effective_from=START + timedelta(days=since),
                until=None if lasts is None else START + timedelta(days=since + lasts),
            )
        )
    return found


def in_force(decisions: list[Decision], at: datetime) -> str | None:
    """Return the plain reading of `pipeline.md` §7: the last by sequence with effective_from ≤ at < until."""
    covering = [each for each in decisions if each.effective_from <= at and (each.until is None or at < each.until)]
    return covering[-1].id if covering else None


@given(decisions=decided(), settled=st.integers(0, 40))
def test_what_a_history_lets_go_never_changes_what_is_in_force(decisions: list[Decision], settled: int) -> None:
    """It forgets decisions to stay small; from the last one on, at every later instant, nobody can tell."""
    history = History()
    for seq, each in enumerate(decisions):
        history.add(seq, each)
    settled_at = decisions[-1].decided_at + timedelta(days=settled)
    history.settle(settled_at)

    for day in range(60):
        at = settled_at + timedelta(days=day)
        standing = history.in_force("k-0", at)
        assert (standing.id if standing is not None else None) == in_force(decisions, at)
    newest = history.newest("k-0")
    assert newest is not None
    assert (newest.id, newest.since) == (decisions[-1].id, decisions[0].decided_at)


@given(decisions=decided())
def test_between_two_announced_changes_nothing_changes(decisions: list[Decision]) -> None:
    """A register is fresh until `next_change`: what is in force must stay so up to then."""
    history = History()
    for seq, each in enumerate(decisions):
        history.add(seq, each)
    at = decisions[-1].decided_at

    change = history.next_change(at)
    last = at + timedelta(days=80) if change is None else change - timedelta(seconds=1)

    while at < last:
        assert in_force(decisions, at) == in_force(decisions, last)
        at += timedelta(hours=12)


NASTY = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=30).filter(str.strip)


@settings(max_examples=4)
@given(name=NASTY, party=NASTY, rule=st.sampled_from(["hidden", "political", "namesake"]))
def test_whatever_a_party_is_called_the_run_ends_and_says_why(name: str, party: str, rule: str) -> None:
    """Ids and names go through facts, letters and keys; none may stop the run for everybody else."""
    with tempfile.TemporaryDirectory() as folder:
        made = empty_network(Path(folder, "network"))
        made.settings["intake"]["max_refused_share"] = "1"
        made.add("advertisers", id=f"p{party}", name=name, first_seen="2026-03-01")
        if rule == "namesake":
            made.row("house-sanctions", "s-none")["name"] = f"Ozmerel {name}".replace(";", " ")
        political = "yes" if rule == "political" else "no"
        payer = "" if rule == "hidden" else f"p{party}".strip()
        made.add("campaigns", id="c", advertiser_id=f"p{party}", payer_id=payer, political=political)

        first, second = made.run(DAY_1), made.run(DAY_2)

        assert first.decisions >= 1
        assert second.decisions == 0
        assert verify_folder(made.folder).ok


@pytest.mark.parametrize("at", [START, START + timedelta(days=3)])
def test_an_empty_history_says_nothing(at: datetime) -> None:
    """Nobody is refused because nobody was decided."""
    assert list(History().all_in_force(at)) == []
    assert History().next_change(at) is None


FIELDS = {"name.prior": "name", "name.token": "name", "country": "country", "schema": "schema", "birth": "birthDate",
          "identifier.equal": "taxNumber", "account.handle": "account"}  # fmt: skip
Because = tuple[Comparison, ...]
STRONGER = {"birthDate", "taxNumber", "account"}


@st.composite
def compared(draw: st.DrawFn) -> Because:
    """What a match may rest on: two whole names with a word of them, and at most one look at each other field."""
    names = [draw(st.sampled_from(("name.prior", "name.token"))), "name.prior"]
    others = draw(st.sets(st.sampled_from([each for each in FIELDS if not each.startswith("name.")])))
    return tuple(
        Comparison(
            name=name, ours=draw(st.sampled_from("ab")), theirs=draw(st.sampled_from("ab")),
            similarity=draw(st.sampled_from((0.5, 1.0))), weight=draw(st.sampled_from((0.5, 2.0))), effect="for",
            source_field=FIELDS[name],
        )
        for name in (*dict.fromkeys(names), *sorted(others))
    )  # fmt: skip


@st.composite
def two_matches(draw: st.DrawFn) -> tuple[Because, Because]:
    """The match that was judged and a later one of the pair: often the same with something new beside it."""
    seen, now = draw(compared()), draw(compared())
    if draw(st.booleans()):
        fields = {each.source_field for each in seen}
        now = (*seen, *(each for each in now if each.source_field not in fields))
    return seen, now


def match(because: Because) -> Finding:
    return Finding(party_kind="advertiser", party_id="a", kind="listed", list="house-a", entity_id="e", score=0.9,
                   certain=False, because=because)  # fmt: skip


def values(because: Because) -> dict[str, tuple[str, str]]:
    """Return the plain reading of `screening.md` §7: by field what was compared, of names the whole ones."""
    return {each.source_field: (each.ours, each.theirs) for each in because if each.name != "name.token"}


@given(pair=two_matches(), renamed=st.booleans(), word=st.sampled_from(["not-same", "same", "unsure"]))
def test_a_judgement_holds_exactly_while_what_the_match_used_stays(
    pair: tuple[Because, Because], renamed: bool, word: Verdict
) -> None:
    """And no stronger ground has come up, which bears out only a `same`; weights and words in names do not count."""
    seen, now = pair
    judgement = Judgement(
        party_kind="advertiser", party_id="a", list="house-a", entity_id="e", verdict=word, by="A. Reviewer", at=START,
        why="made up", used=used_by(match(seen), "a"), scorer=SCORER,
    )  # fmt: skip
    entity = ListedEntity(id="e", schema="Company", caption="a", properties={})
    name = "b" if renamed else "a"
    known = {pair_of(judgement): [RecordedJudgement(3, judgement)]}
    memory = FindingsMemory(
        SCORER, {}, {("advertiser", "a"): ScreenedParty("", (CountedFinding(match(now), entity),), name)}
    )

    counted, (effect,) = apply_judgements(memory, known)

    used, uses = values(seen), values(now)
    stays = not renamed and all(uses.get(field) == value for field, value in used.items())
    appeared = STRONGER & (uses.keys() - used.keys()) and word != "same"
    (noticed,) = counted.seen["advertiser", "a"].noticed
    assert (effect.effect != "open again") == (stays and not appeared)
    assert (noticed.finding.kind == "recorded") == (effect.effect == "cleared")
    assert noticed.finding.certain == (effect.effect in ("cleared", "confirmed"))
    assert apply_judgements(memory, known) == (counted, (effect,))
    assert memory.seen["advertiser", "a"].noticed == (CountedFinding(match(now), entity),)
