"""Who would be decided otherwise by another rulebook: complete, confirmed, and by protected class."""

import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from evenhand.model.errors import BadInput, InternalFault, ProposalDisagrees
from evenhand.model.facts import Facts
from evenhand.model.outcome import Outcome
from evenhand.model.record import canonical_exact
from evenhand.model.ruling import Ruling
from evenhand.policy import Rulebook, rule, rule_many
from evenhand.policy.ruling import NO_RULING
from evenhand.workflows.evaluation import confirmations
from evenhand.workflows.evaluation.confirmations import confirm, confirm_decided
from evenhand.workflows.evaluation.requests import Request
from evenhand.workflows.evaluation.rulings import QuestionMemory, RuledRequest, ruled_on
from evenhand.workflows.rulebooks.replay import facts_of, ruling_of
from evenhand.workflows.rulebooks.shadow import Shadow, shadow
from tests.networks import DAY_1, DAY_3, MadeNetwork, empty_network, quiet


@pytest.fixture(scope="module")
def other(begun: MadeNetwork, tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    """Return a rulebook that holds from 49 % ownership instead of refusing from 50, and lets possible matches pass."""
    made = begun.copy(tmp_path_factory.mktemp("other") / "network")
    made.edit_rules(
        lambda text: text.replace(
            "principal.regime_share_bp.house >= 5000", "principal.regime_share_bp.house >= 4000"
        ).replace('Designation::"possible-match"', 'Designation::"asset-freeze"')
    )
    return Rulebook.load(made.folder / "rulebook")


@pytest.fixture(scope="module")
def found(begun: MadeNetwork, other: Rulebook) -> Shadow:
    return shadow(begun.network, other, DAY_3, quiet)


def test_the_same_rulebook_flips_nobody(begun: MadeNetwork) -> None:
    """The diagonal of the table holds every case."""
    same = shadow(begun.network, Rulebook.load(begun.folder / "rulebook"), DAY_1, quiet)

    assert same.flips == ()
    assert sum(same.table[outcome][outcome] for outcome in Outcome) == same.cases > 10


def test_a_rejected_row_is_on_hold_under_both_and_no_misfit_of_the_schema(tmp_path: Path) -> None:
    """The schema is the same: what keeps the case on hold is its row."""
    made = empty_network(tmp_path / "network")
    made.add("advertisers", id="odd", name="Odd One", country="Nowhere at all", verification="sworn")
    made.settings["intake"]["max_refused_share"] = "0.9"
    made.run()

    found = shadow(made.network, Rulebook.load(made.folder / "rulebook"), DAY_1, quiet)

    assert (found.rejected, found.unfit, found.misfits, found.flips) == (1, 0, (), ())


def test_every_flip_is_named_with_its_rules_and_the_largest_change_comes_first(found: Shadow) -> None:
    """Stricter and milder alike; nothing is left out."""
    flips = {(each.party_id, each.scope): each for each in found.flips}

    minor, namesake = flips["minor", "advertiser"], flips["namesake", "advertiser"]
    assert (minor.before, minor.after) == (Outcome.HOLD, Outcome.REFUSE)
    assert minor.rules_gained == ("house-owned",)
    assert (namesake.before, namesake.after, namesake.rules_lost) == (
        Outcome.HOLD, Outcome.ALLOW, ("possible-match-payer", "possible-match-review"),
    )  # fmt: skip
    steps = [abs(each.after.severity - each.before.severity) for each in found.flips]
    assert steps == sorted(steps, reverse=True)
    off_diagonal = sum(count for before, row in found.table.items() for after, count in row.items() if before != after)
    assert off_diagonal == len(found.flips)


def test_the_flips_are_counted_by_every_protected_attribute(found: Shadow) -> None:
    """Anyone who approves a release sees whom it moves; numbers stand by their power of ten."""
    assert set(found.groups) == {"nationality", "language", "script", "spend"}
    countries = {each.value: each for each in found.groups["nationality"] if each.attribute == "Advertiser.country"}
    assert sum(each.cases for each in countries.values()) == sum(
        1 for row in found.groups["script"] if row.attribute == "Advertiser.scripts" for _ in range(row.cases)
    )
    assert {each.value for each in found.groups["spend"] if each.attribute == "Advertiser.spend_micros"} <= {
        "0", "from 10^6", "from 10^7",
    }  # fmt: skip
    assert sum(each.stricter + each.milder for each in countries.values()) >= 2


BREAD = """
@id("bread-checked-first")
@title("Advertising for bread waits for a check")
@why("It needs one.")
@verdict("refuse")
@ground("contract")
@notice_days("14")
@effective_from("{day}")
@owner("policy-office")
forbid (principal is Advertiser, action == Action::"buy", resource is Campaign)
when {{ resource.content.contains(ContentKind::"commercial") && principal.verification < 2 }};
"""


def with_bread(begun: MadeNetwork, folder: Path, day: str) -> tuple[MadeNetwork, Rulebook]:
    """Return a network whose bakery has run its campaign, and a rulebook that refuses such campaigns from a day on."""
    made = begun.copy(folder / "network")
    made.row("campaigns", "c-bakery").update(spent="7", starts="2026-01-01")
    made.run(DAY_1)
    other = made.copy(folder / "other")
    other.edit_rules(lambda text: text + BREAD.format(day=day))
    return made, Rulebook.load(other.folder / "rulebook")


def test_a_campaign_without_a_decision_is_ruled_as_the_next_run_does(begun: MadeNetwork, tmp_path: Path) -> None:
    """The notice that it gets does not hide it: what the shadow names, the run refuses."""
    made, book = with_bread(begun, tmp_path, "2026-03-01")
    assert ("bakery", "campaign:c-bakery") not in {(each.party.id, each.scope) for each in made.decisions()}

    found = shadow(made.network, book, DAY_3, quiet)

    [flip] = found.flips
    assert (flip.party_id, flip.party_name, flip.scope, flip.seq) == (
        "bakery", "Morning Crust Bakery", "campaign:c-bakery", None,
    )  # fmt: skip
    assert (flip.before, flip.after, flip.rules_gained) == (Outcome.ALLOW, Outcome.REFUSE, ("bread-checked-first",))
    assert found.table[Outcome.ALLOW][Outcome.REFUSE] == 1
    assert sum(sum(row.values()) for row in found.table.values()) == found.cases
    scripts = [each for each in found.groups["script"] if each.attribute == "Advertiser.scripts"]
    assert sum(each.stricter for each in scripts) == 1
    made.edit_rules(lambda text: text + BREAD.format(day="2026-03-01"))
    made.run(DAY_3)
    ruled = made.last("bakery", "campaign:c-bakery")
    assert (ruled.outcome, ruled.reasons) == (Outcome.REFUSE, ("bread-checked-first",))
    assert ruled.effective_from > DAY_3


def test_a_rule_that_holds_later_is_named(begun: MadeNetwork, tmp_path: Path) -> None:
    """Nobody was ruled by it, and the table says nothing of that."""
    made, book = with_bread(begun, tmp_path, "2026-05-01")

    early, later = (shadow(made.network, book, at, quiet) for at in (DAY_3, DAY_3 + timedelta(days=90)))

    assert (early.later, later.later) == ({"bread-checked-first": "2026-05-01"}, {})
    assert "c-bakery" not in " ".join(each.scope for each in early.flips)
    assert "campaign:c-bakery" in {each.scope for each in later.flips}


def test_without_what_the_last_run_read_it_says_that_it_looked_at_no_campaign(
    begun: MadeNetwork, tmp_path: Path
) -> None:
    """`state/` may be deleted at any time; facts of a campaign without a decision are nowhere else."""
    made, book = with_bread(begun, tmp_path, "2026-03-01")
    shutil.rmtree(made.folder / "state")

    found = shadow(made.network, book, DAY_3, quiet)

    assert (found.is_without_campaigns, found.flips) == (True, ())


def test_a_proposal_that_cedar_does_not_confirm_stops_with_the_case(begun: MadeNetwork) -> None:
    """Law: every adopted decision is Cedar's own."""
    book = Rulebook.load(begun.folder / "rulebook")
    facts = [facts_of(each) for each in begun.decisions()]
    proposed = rule_many(facts, book)
    assert proposed == [ruling_of(each) for each in begun.decisions()]
    confirm(proposed, facts, book)

    with pytest.raises(ProposalDisagrees, match=r"SQL and Cedar rule one case differently.*says Cedar") as error:
        confirm(
            [*proposed[:-1], proposed[0]] if proposed[-1] != proposed[0] else [proposed[-1], *proposed[1:]], facts, book
        )
    assert '"principal"' in str(error.value)
    assert isinstance(error.value, InternalFault)
    assert not isinstance(error.value, BadInput)


def due_of(begun: MadeNetwork, book: Rulebook) -> list[tuple[Request, RuledRequest]]:
    """Return what a first run decides, as SQL or Cedar proposed it."""
    due = []
    for each in begun.decisions():
        stated = canonical_exact(facts_of(each))
        request = Request(each.case, each.party, each.scope, each.territories, stated, each.party.id)
        due.append((request, ruled_on(request, rule(stated, book), book, DAY_1)))
    return due


@pytest.mark.parametrize("kept", ["nothing", "rulings of Cedar", "facts that were asked"])
def test_what_cedar_was_asked_before_confirms_and_refutes_all_the_same(begun: MadeNetwork, kept: str) -> None:
    """An answer that is kept is no weaker than one that is asked for: SQL's word alone is never taken."""
    book = Rulebook.load(begun.folder / "rulebook")
    due = due_of(begun, book)
    asked = QuestionMemory()
    for request, ruled in due:
        if kept == "rulings of Cedar":
            asked.cedar[ruled.facts_sha256] = ruled.ruling
        if kept == "facts that were asked":
            asked.first[ruled.facts_sha256] = msgspec.json.decode(request.facts, type=Facts)
    wrong = [(request, replace(ruled, ruling=NO_RULING)) for request, ruled in due if ruled.ruling != NO_RULING]

    confirm_decided(due, book, asked)
    for each in wrong:
        with pytest.raises(ProposalDisagrees, match="says Cedar"):
            confirm_decided([*due, each], book, asked)


def test_facts_are_asked_in_the_place_of_many_once(begun: MadeNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cedar's time is what a confirmation costs."""
    book = Rulebook.load(begun.folder / "rulebook")
    (request, ruled), *_ = due_of(begun, book)
    others = [(request, replace(ruled, facts_sha256=name.encode())) for name in "abc"]
    first = msgspec.json.decode(request.facts, type=Facts)
    handed: list[int] = []

    def counted(batch: Sequence[Facts | bytes], rulebook: Rulebook) -> list[Ruling]:
        handed.append(len(batch))
        return rule_many(batch, rulebook)

    monkeypatch.setattr(confirmations, "rule_many", counted)
    confirm_decided(others, book, QuestionMemory(first=dict.fromkeys((b"a", b"b", b"c"), first)))

    assert handed == [1]
