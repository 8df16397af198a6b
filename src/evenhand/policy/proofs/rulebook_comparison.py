"""Two rulebooks side by side: which rules differ, and where one is stricter or milder, for all facts."""

from collections.abc import Iterator, Mapping

from evenhand.model.certificate import Certificate
from evenhand.model.record import canonical_exact, sha256_hex
from evenhand.model.release import ActionComparison, Relation, RulebookDifference
from evenhand.policy.proofs.prover import Prover, prover_rulebook
from evenhand.policy.proofs.questions import Question
from evenhand.policy.rulebook.mapping_difference import mapping_changes
from evenhand.policy.rulebook.reading import RulebookContents
from evenhand.policy.syntax_tree import to_handle


def compare_rulebooks(old: RulebookContents, new: RulebookContents, at: str, *, second: bool) -> RulebookDifference:
    """Return how `new` differs from `old` under the rules in force on a day; `second` asks the second solver too.

    Rules are compared by id: as text for `amended`, in what they decide for `actions`; the mapping row by row, for it
    says which facts there are. Under two schemas facts mean two things, and every action is unknown.
    """
    before, after = _texts(old), _texts(new)
    actions, mapping = tuple(_actions(old, new, at, second)), mapping_changes(old, new)
    found = {
        "old": old.sha256, "new": new.sha256,
        "actions": [[each.action, each.relation] for each in actions],
    }  # fmt: skip
    if mapping:
        found["mapping"] = [[each.file, each.row, each.before, each.after] for each in mapping]
    return RulebookDifference(
        old_sha256=old.sha256,
        new_sha256=new.sha256,
        at=at,
        added=tuple(sorted(after.keys() - before.keys())),
        removed=tuple(sorted(before.keys() - after.keys())),
        amended=tuple(sorted(name for name in before.keys() & after.keys() if before[name] != after[name])),
        actions=actions,
        sha256=sha256_hex(canonical_exact(found)),
        mapping=mapping,
    )


def _texts(source: RulebookContents) -> Mapping[str, str]:
    return {policy.id: str(to_handle([policy])) for policy in source.policies}


def _actions(old: RulebookContents, new: RulebookContents, at: str, second: bool) -> Iterator[ActionComparison]:
    names = sorted({environment.action[1] for source in (old, new) for environment in source.schema.environments})
    if old.sha256 == new.sha256:
        yield from (ActionComparison(action=name, relation="equivalent") for name in names)
        return
    one, other = Prover(prover_rulebook(old), second), Prover(prover_rulebook(new), second)
    if one.rulebook.schema_sha256 != other.rulebook.schema_sha256:
        yield from (ActionComparison(action=name, relation="unknown", why="the schemas differ") for name in names)
        return
    for name in names:
        question = Question(property="no_milder", at=at, action=name)
        yield _compared(name, one.prove(question, other.rulebook), other.prove(question, one.rulebook))


def _compared(action: str, onward: Certificate, back: Certificate) -> ActionComparison:
    """Return what two answers come to: whether the new one is nowhere milder, and whether the old one is."""
    relations: dict[tuple[str, str], Relation] = {
        ("proved", "proved"): "equivalent",
        ("proved", "refuted"): "stricter",
        ("refuted", "proved"): "milder",
        ("refuted", "refuted"): "incomparable",
    }
    examples = (each.counterexample for each in (onward, back))
    return ActionComparison(
        action=action,
        relation=relations.get((onward.result, back.result), "unknown"),
        examples=tuple(each for each in examples if each is not None),
        why=onward.why or back.why,
    )
