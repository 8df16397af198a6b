"""The audit of a network: the plan before the decisions, proof beside replay, one report for one ledger."""

import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import apsw
import msgspec
import pytest

from evenhand.model.audit import AuditPlan, FlipFound, FlipResult
from evenhand.model.audit_proof import NeutralityProof
from evenhand.model.errors import BadInput, PlanInvalid, ProofDisagrees
from evenhand.model.outcome import Outcome
from evenhand.model.record import sha256_hex
from evenhand.model.ruling import Ruling
from evenhand.workflows.audit.audit_plan import RegisteredPlan, register_plan
from evenhand.workflows.audit.audit_run import AuditRun, audit_by_plan, run_audit
from evenhand.workflows.audit.flips import Flips
from evenhand.workflows.audit.proof_and_replay import check_agreement
from evenhand.workflows.rulebooks.replay import Difference, Replayed
from tests.networks import DAY_1, DAY_2, DAY_3, TOOLS, MadeNetwork, empty_network, quiet

_CLAUSE = (
    '\n@id("clause")\n@title("No one from there")\n@verdict("refuse")\n@ground("contract")\n@notice_days("0")\n'
    '@sor_category("STATEMENT_CATEGORY_OTHER_VIOLATION_TC")\n@effective_from("2018-01-01")\n@owner("x")\n'
    '@why("A made-up rule.")\nforbid (principal is Advertiser, action, resource)\nwhen { principal.country == "QM" };\n'
)


class Audited(NamedTuple):
    """A network, the plan that was registered for its audit, and what the audit gave."""

    made: MadeNetwork
    plan: RegisteredPlan | None
    run: AuditRun


@pytest.fixture
def made(begun: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    """Return a network of its own that has run once."""
    return begun.copy(tmp_path / "network")


@pytest.fixture(scope="module")
def planned(begun: MadeNetwork, tmp_path_factory: pytest.TempPathFactory) -> Audited:
    """A network with a plan that was registered and an audit by it; copy it to go on from there."""
    made = begun.copy(tmp_path_factory.mktemp("planned") / "network")
    return Audited(made, register_plan(made.network, DAY_2, TOOLS), _run(made))


@pytest.fixture(scope="module")
def explored(begun: MadeNetwork, tmp_path_factory: pytest.TempPathFactory) -> Audited:
    """A network that was audited without a plan; copy it to go on from there."""
    made = begun.copy(tmp_path_factory.mktemp("explored") / "network")
    return Audited(made, None, _run(made, exploratory=True))


def _run(made: MadeNetwork, *, exploratory: bool = False) -> AuditRun:
    return run_audit(made.network, DAY_2, TOOLS, exploratory=exploratory)


def test_without_a_plan_there_is_no_audit_and_no_record(made: MadeNetwork) -> None:
    """Else somebody could look first and choose the questions afterwards."""
    before = made.size()

    with pytest.raises(
        BadInput, match="no plan of an audit is registered; register one first with `evenhand audit plan`"
    ):
        _run(made)

    assert made.size() == before


def test_an_exploratory_audit_says_so_first(explored: Audited) -> None:
    """Its record names no plan."""
    made, report = explored.made, explored.run.report

    assert report.first_line == "Exploratory audit: no plan was registered before the decisions were read."
    assert report.exploratory
    assert any("Answers to complaints are not tested" in each and "--numbers" in each for each in report.limits)
    assert [json.loads(each)["plan"] for each in made.payloads("audit_report")] == [None]


def test_a_plan_cannot_be_dated_back(made: MadeNetwork) -> None:
    """A day before the first decision would look as if nobody could have known any."""
    before = made.size()

    with pytest.raises(BadInput, match="--at: a plan cannot be dated back `2026-03-01T12:00Z`; expected") as refused:
        register_plan(made.network, DAY_1 - timedelta(days=1), TOOLS)

    assert "leave out --at" in str(refused.value)
    assert made.size() == before
    assert register_plan(made.network, DAY_1, TOOLS).is_new


def test_the_plan_says_what_is_compared_and_of_which_ledger(made: MadeNetwork) -> None:
    """Facts are what the rules read; a protected attribute is a group, or a fact where a law asks for it."""
    size = made.size()

    found = register_plan(made.network, DAY_2, TOOLS)

    assert found.plan == msgspec.json.decode(made.payloads("audit_plan")[0], type=AuditPlan)
    assert {"Advertiser.verification", "Advertiser.union_established", "facts_fit"} <= {*found.plan.facts}
    assert found.plan.groups == (
        "country", "languages", "owner_countries", "scripts", "size", "kind", "age",
    )  # fmt: skip
    assert found.plan.ledger is not None
    assert (found.plan.ledger.size, found.seq) == (size, size)
    assert found.plan.rulebooks == tuple({each.inputs.rulebook for each in made.decisions()})
    assert (found.plan.adverse, found.plan.favourable) == (("hold", "refuse"), ("allow", "label", "limit"))


def test_the_same_plan_twice_is_one_record(planned: Audited, tmp_path: Path) -> None:
    """Also after the report, which is no new decision."""
    made, first = planned.made.copy(tmp_path / "network"), planned.plan
    assert first is not None

    again = register_plan(made.network, DAY_3, TOOLS)

    assert (first.is_new, again.is_new, again.seq) == (True, False, first.seq)


def test_a_plan_is_made_from_leaves_alone(made: MadeNetwork) -> None:
    """No payload is opened: with all of them gone the plan is the same."""
    whole = register_plan(made.network, DAY_2, TOOLS).plan
    copy = MadeNetwork(made.folder, made.tables, made.lists, made.settings)
    database = apsw.Connection(str(copy.folder / "ledger" / "private" / "ledger.sqlite"))
    database.execute("DELETE FROM payload")
    database.close()

    assert register_plan(copy.network, DAY_3, TOOLS).plan == whole


def test_a_network_that_never_ran_has_nothing_to_plan(tmp_path: Path) -> None:
    """The message says what to do."""
    made = empty_network(tmp_path / "network")
    made.write()

    with pytest.raises(BadInput, match="no decision to audit; run `evenhand run` first"):
        register_plan(made.network, DAY_2, TOOLS)


def test_the_report_is_a_record_with_the_index_of_its_plan_and_its_own_hash(planned: Audited) -> None:
    """The files beside it are what the record is about."""
    made, plan, done = planned
    assert plan is not None

    (record,) = map(json.loads, made.payloads("audit_report"))
    raw = (made.folder / "out" / "audit" / "report.json").read_bytes()
    assert record["plan"] == plan.seq
    assert record["report_sha256"] == sha256_hex(raw)
    assert json.loads(raw)["first_line"].startswith(f"Audit by the plan at leaf {plan.seq} of ads.made-up.example/log")
    assert msgspec.json.decode((made.folder / "out" / "audit" / "plan.json").read_bytes(), type=AuditPlan) == plan.plan
    assert done.seq == made.size() - 1


def test_the_same_ledger_gives_the_same_report_and_the_same_record(planned: Audited, tmp_path: Path) -> None:
    """Byte for byte."""
    made, first = planned.made.copy(tmp_path / "network"), planned.run
    raw = (made.folder / "out" / "audit" / "report.json").read_bytes()

    again = _run(made)

    assert again.seq == first.seq
    assert (made.folder / "out" / "audit" / "report.json").read_bytes() == raw


def test_a_plan_after_an_audit_of_the_ledger_says_so(explored: Audited, tmp_path: Path) -> None:
    """Who has seen the answers chooses the questions otherwise."""
    made = explored.made.copy(tmp_path / "network")
    plan = register_plan(made.network, DAY_2, TOOLS)

    report = _run(made).report

    assert report.first_line == (
        f"Audit by the plan at leaf {plan.seq} of ads.made-up.example/log, which was registered after an audit of"
        f" decisions of this ledger (leaf {explored.run.seq})."
    )


def test_proof_and_replay_stand_side_by_side(explored: Audited) -> None:
    """What holds for all facts, what came of replaying those recorded, and what a law lets matter."""
    made, report = explored.made, explored.run.report

    assert report.proof is not None
    assert report.flips is not None
    assert {each.protected_class: each.result for each in report.proof.proofs} == dict.fromkeys(
        ("nationality", "language", "script", "spend", "identity"), "proved"
    )
    assert (report.proof.replayed, report.proof.different) == (len(made.decisions()), ())
    assert report.flips.found == ()
    assert report.flips.tested > 2 * report.proof.strata
    assert report.proof.rulebook == made.decisions()[-1].inputs.rulebook


def test_a_law_that_names_where_somebody_is_established_is_reported_and_no_finding(made: MadeNetwork) -> None:
    """Three months before a vote the law lets it decide for political advertising."""
    in_window = DAY_2.replace(month=4)
    made.run(in_window)

    report = run_audit(made.network, in_window, TOOLS, exploratory=True).report

    assert report.proof is not None
    assert {each.law for each in report.proof.by_law} == {"Regulation (EU) 2024/900, 5(2)"}
    assert {each.attribute for each in report.proof.by_law} == {
        "Advertiser.third_country_controlled", "Advertiser.union_established",
    }  # fmt: skip
    assert report.flips is not None
    assert report.flips.found == ()


def test_a_nationality_clause_is_found_by_flips_and_refuted(tmp_path: Path) -> None:
    """Proof and replay agree, and each advertiser that it decides is shown: as a flip, and as odd among equals."""
    made = empty_network(tmp_path / "network")
    made.edit_rules(lambda text: text + _CLAUSE, historic=True)
    for number in range(6):
        made.add(
            "advertisers", id=f"a{number}", name=f"Plum Garden {number}", country="QN", domains=f"a{number}.example"
        )
    made.add("advertisers", id="one", name="Pear Garden", country="QM", domains="one.example")
    made.run()

    report = _run(made, exploratory=True).report

    assert report.found
    assert report.proof is not None
    assert report.flips is not None
    assert ("one", "Advertiser.country", "QM", "refuse", "allow") in {
        (each.advertiser, each.attribute, each.value, each.outcome, each.changed_outcome) for each in report.flips.found
    }
    assert {each.protected_class: each.result for each in report.proof.proofs}["nationality"] == "refuted"
    assert [(each.advertiser, each.side) for each in report.inconsistent] == [("one", "adverse")]


def test_a_proof_that_replay_contradicts_stops_the_audit() -> None:
    """One of the two is wrong, and that is our fault, not the network's."""
    proof = NeutralityProof(protected_class="nationality", attributes=("A.country",), result="proved", by=("solver",))
    flip = FlipFound(
        advertiser="a", seq=7, attribute="A.country", value="QM", changed_to="QN", outcome="refuse",
        changed_outcome="allow",
    )  # fmt: skip
    flips = Flips(FlipResult(tested=1, found=(flip,)), (), frozenset({("rules", "A.country")}))

    with pytest.raises(ProofDisagrees, match=r"entry 7: outcomes are proved not to depend on A\.country"):
        check_agreement("rules", [proof], flips)
    check_agreement("other rules", [proof], flips)


def test_a_ruling_that_comes_out_otherwise_is_a_finding(made: MadeNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody decided otherwise than the rules say; the leaf is named."""
    ruling = Ruling(outcome=Outcome.ALLOW, decision="allow")
    other = Replayed(
        engine="sql", decisions=2, same=1, different=(Difference(seq=7, recorded=ruling, replayed=ruling),), erased=(),
        rulebook_missing=(),
    )  # fmt: skip
    monkeypatch.setattr("evenhand.workflows.audit.audit_run.replay", lambda *_: other)

    report = _run(made, exploratory=True).report

    assert report.proof is not None
    assert (report.proof.replayed, report.proof.different, report.found) == (2, (7,), True)


def test_erased_decisions_are_counted_and_never_equal(made: MadeNetwork) -> None:
    """The report says how many cannot be tested."""
    database = apsw.Connection(str(made.folder / "ledger" / "private" / "ledger.sqlite"))
    leaf = database.execute("SELECT seq FROM entry WHERE CAST(leaf AS TEXT) LIKE '%\"decision\"%' LIMIT 1").fetchall()
    database.execute("DELETE FROM payload WHERE seq = ?", leaf[0])
    database.close()

    report = _run(made, exploratory=True).report

    assert report.erased == 1
    assert "1 decisions erased, cannot be tested: their facts are gone." in report.limits


def test_decisions_by_rulebooks_that_are_gone_are_counted(made: MadeNetwork) -> None:
    """Each unknown rulebook is a sentence with the number of its decisions; the others are audited."""
    first = made.decisions()[0].inputs.rulebook
    made.edit_rules(lambda text: text + "\n// changed\n")
    made.add("advertisers", id="new", name="Pear Garden", country="QN", domains="new.example")
    made.run(DAY_2)
    shutil.rmtree(made.folder / "snapshots" / "rulebooks" / first.removeprefix("sha256:"))

    report = _run(made, exploratory=True).report

    under = [each.inputs.rulebook for each in made.decisions()].count(first)
    assert (
        f"{under} decisions are by rulebook {first[:19]}…, which the network has not kept: not compared."
        in report.limits
    )
    assert report.proof is not None
    assert report.proof.rulebook_missing == under


def test_where_no_rulebook_is_left_there_is_nothing_to_compare_by(made: MadeNetwork) -> None:
    """The message says what is missing and where it was."""
    shutil.rmtree(made.folder / "snapshots" / "rulebooks")
    rules = made.folder / "rulebook" / "house.cedar"
    rules.write_text(rules.read_text("utf-8") + "\n// changed\n", "utf-8")

    with pytest.raises(BadInput, match=r"no rulebook that decided is kept `sha256:.*restore `snapshots` from a backup"):
        _run(made, exploratory=True)


def test_rules_that_read_more_than_the_plan_need_a_new_one(made: MadeNetwork) -> None:
    """Those who differ in a fact that the plan does not know would be taken for equals."""
    register_plan(made.network, DAY_2, TOOLS)
    made.edit_rules(lambda text: text + _CLAUSE.replace('principal.country == "QM"', "principal.evidence.denied"))
    made.add("advertisers", id="new", name="Pear Garden", country="QN", domains="new.example")
    made.run(DAY_2)

    with pytest.raises(PlanInvalid, match=r"the plan lacks facts that rules read `Advertiser\.evidence\.denied`"):
        _run(made)


def test_a_plan_from_a_file_is_known_where_it_was_registered(made: MadeNetwork) -> None:
    """The ledger is read and nothing is written."""
    plan = register_plan(made.network, DAY_2, TOOLS)
    size = made.size()

    by_file = audit_by_plan(made.network, plan.plan, quiet)
    other = audit_by_plan(made.network, msgspec.structs.replace(plan.plan, q_watch="0.04"), quiet)

    assert f"leaf {plan.seq}" in by_file.report.first_line
    assert other.report.exploratory
    assert made.size() == size


def test_advertisers_that_a_new_rulebook_changed_nothing_for_are_counted_first(
    explored: Audited, tmp_path: Path
) -> None:
    """They have no decision under it, so nobody who was refused under it can be compared with them."""
    made, before = explored.made.copy(tmp_path / "network"), explored.run.report
    advertisers = {each.party.id for each in made.decisions() if each.scope == "advertiser"}
    rule = _CLAUSE.replace('principal.country == "QM"', "principal.verification < 1")
    made.edit_rules(lambda text: text + rule)
    made.add("advertisers", id="one", name="Pear Garden", country="QM", domains="one.example", verification="none")
    made.run(DAY_2)

    report = _run(made, exploratory=True).report

    changed = {each.party.id for each in made.decisions() if each.decided_at == DAY_2 and each.scope == "advertiser"}
    assert "one" in changed
    assert (before.unchanged, report.unchanged) == (0, len(advertisers - changed))
    assert report.limits[0] == (
        f"{report.unchanged} advertisers have no decision under the rulebook in force: what was decided about them"
        " before still stands, so nobody decided under it can be compared with them."
    )


def test_a_rulebook_that_changed_nothing_for_anybody_is_in_force_all_the_same(made: MadeNetwork) -> None:
    """Its record says so; no decision does."""
    advertisers = {each.party.id for each in made.decisions() if each.scope == "advertiser"}
    made.edit_rules(lambda text: text + "\n// changed\n")
    made.run(DAY_2)

    report = _run(made, exploratory=True).report

    assert not [each for each in made.decisions() if each.decided_at == DAY_2]
    assert report.unchanged == len(advertisers)
