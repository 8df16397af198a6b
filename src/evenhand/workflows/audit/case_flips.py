"""What becomes of one decided case when a protected attribute alone, or its party's name, is another."""

from collections.abc import Mapping
from typing import Any

import msgspec

from evenhand.model.audit import FlipFound
from evenhand.model.decision import Decision, Party
from evenhand.model.facts import Facts
from evenhand.policy import rule_many
from evenhand.policy.number_bands import named_entities
from evenhand.workflows.audit.decision_table import Equals
from evenhand.workflows.audit.flips import NEVER_SEEN, Flips, find_flips
from evenhand.workflows.audit.recorded_facts import FactReader
from evenhand.workflows.evaluation.findings import Progress
from evenhand.workflows.rulebooks.replay import facts_of, ruling_of

_KINDS = ("Advertiser", "Payer")


def naming_rules(case: Decision, reader: FactReader) -> tuple[str, ...]:
    """Return the rules that determined a decision and name its party: by them nobody else can be its equal."""
    own = {(kind, case.party.id) for kind in _KINDS}
    return tuple(
        name
        for policy in reader.active.policies
        if (name := policy.annotations.get("id", "")) in case.reasons and own & named_entities([policy])
    )


def case_flips(
    seq: int, case: Decision, reader: FactReader | None, seen: Mapping[str, set[bytes]], progress: Progress
) -> Flips:
    """Return what changes when each protected attribute of a case alone is set to every other value in `seen`.

    The name of the party is one of them: it is set to one that no rule names. Without its rulebook nothing is tried.

    Raises:
        ProposalDisagrees: SQL and Cedar rule a flip differently.
    """
    if reader is None:
        return Flips(find_flips([], {}, progress).result, (), frozenset())
    facts = facts_of(case)
    one = Equals(seq, case.party.id, reader.rulebook, reader.rulebook.name, facts, decisions=1)
    flips = find_flips([one], seen, progress)
    (renamed,) = rule_many([with_other_name(facts, case.party)], reader.rulebook)
    found = flips.result.found
    if renamed.outcome is not ruling_of(case).outcome:
        found = (
            FlipFound(
                advertiser=case.party.id, seq=seq, attribute=f"{facts.principal.type}.@id", value=case.party.id,
                changed_to=NEVER_SEEN, outcome=case.outcome.value, changed_outcome=renamed.outcome.value,
            ),
            *found,
        )  # fmt: skip
    result = msgspec.structs.replace(flips.result, tested=flips.result.tested + 1, found=found)
    return flips._replace(result=result)


def with_other_name(facts: Facts, party: Party) -> Facts:
    """Return the facts with the id of a party, as advertiser and as payer, set to one that nobody has."""

    def renamed(value: Any) -> Any:
        match value:
            case {"type": str() as kind, "id": party.id} if kind in _KINDS:
                return {"type": kind, "id": NEVER_SEEN}
            case dict():
                return {key: renamed(inner) for key, inner in value.items()}
            case list() | tuple():
                return [renamed(inner) for inner in value]
            case _:
                return value

    return msgspec.convert(renamed(msgspec.to_builtins(facts)), Facts)
