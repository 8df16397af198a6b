"""Who would be decided otherwise by another rulebook: complete, confirmed, and by protected class."""

from collections.abc import Iterable

import msgspec
import pytest

from evenhand.model.errors import BadInput, InternalFault, ProposalDisagrees
from evenhand.model.facts import Facts
from evenhand.model.outcome import Outcome
from evenhand.model.record import canonical_exact
from evenhand.model.ruling import Ruling
from evenhand.policy import Rulebook, rule_many
from evenhand.policy.ruling import NO_RULING
from evenhand.workflows.evaluation import rulings as run_rulings
from evenhand.workflows.evaluation.rulings import Asked, confirm
from evenhand.workflows.rulebooks.replay import facts_of, ruling_of
from evenhand.workflows.rulebooks.shadow import Shadow, shadow
from tests.networks import DAY_1, DAY_3, MadeNetwork, quiet


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


def test_a_proposal_that_cedar_does_not_confirm_stops_with_the_case(begun: MadeNetwork) -> None:
    """Law: every adopted decision is Cedar's own."""
    book = Rulebook.load(begun.folder / "rulebook")
    facts = [facts_of(each) for each in begun.decisions()]
    rulings = rule_many(facts, book)
    assert rulings == [ruling_of(each) for each in begun.decisions()]
    confirm(rulings, facts, book)

    with pytest.raises(ProposalDisagrees, match=r"SQL and Cedar rule one case differently.*says Cedar") as error:
        confirm([*rulings[:-1], rulings[0]] if rulings[-1] != rulings[0] else [rulings[-1], *rulings[1:]], facts, book)
    assert '"principal"' in str(error.value)
    assert isinstance(error.value, InternalFault)
    assert not isinstance(error.value, BadInput)


def test_what_cedar_was_asked_before_confirms_and_refutes_all_the_same(begun: MadeNetwork) -> None:
    """An answer that is kept is no weaker than one that is asked for: SQL's word alone is never taken."""
    book = Rulebook.load(begun.folder / "rulebook")
    facts = [canonical_exact(facts_of(each)) for each in begun.decisions()]
    rulings = rule_many(facts, book)
    wrong = [NO_RULING if one != NO_RULING else rulings[0] for one in rulings]
    read = [msgspec.json.decode(each, type=Facts) for each in facts]
    kept = Asked(cedar=dict(zip(facts, rulings, strict=True)))
    first = Asked(first=dict(zip(facts, read, strict=True)))

    for asked in (kept, first):
        confirm(rulings, facts, book, asked)
        with pytest.raises(ProposalDisagrees, match="says Cedar"):
            confirm([*rulings[:-1], wrong[-1]], facts, book, asked)


def test_facts_are_asked_in_the_place_of_many_once(begun: MadeNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cedar's time is what a confirmation costs."""
    book = Rulebook.load(begun.folder / "rulebook")
    facts = [canonical_exact(facts_of(each)) for each in begun.decisions()]
    first = msgspec.json.decode(facts[0], type=Facts)
    handed: list[int] = []

    def counted(batch: Iterable[Facts | bytes], rulebook: Rulebook) -> list[Ruling]:
        asked = list(batch)
        handed.append(len(asked))
        return rule_many(asked, rulebook)

    monkeypatch.setattr(run_rulings, "rule_many", counted)
    confirm(rule_many([facts[0]] * 3, book), [facts[0]] * 3, book, Asked(first={facts[0]: first}))

    assert handed == [1]
