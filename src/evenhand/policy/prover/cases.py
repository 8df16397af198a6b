"""Each property as the claims that would break it: per request environment, and per attribute where it names some."""

from collections.abc import Callable, Iterator

from evenhand.policy.prover import alone as prove_alone
from evenhand.policy.prover import pairs as prove_pairs
from evenhand.policy.prover.asked import Asked, Case


def cases_of(asked: Asked) -> Iterator[Case]:
    """Yield what would break the property.

    Raises:
        BadInput: the question names a class, attribute or rule that there is not.
        NotEncodable: a rule has a part that no solver is given.
    """
    return _CASES[asked.question.property](asked)


_CASES: dict[str, Callable[[Asked], Iterator[Case]]] = {
    "neutral": prove_pairs.neutral,
    "not_by_association": prove_pairs.not_by_association,
    "not_by_anonymous": prove_pairs.not_by_anonymous,
    "never_errors": prove_alone.never_errors,
    "monotone": prove_pairs.monotone,
    "dead": prove_alone.dead,
    "shadowed": prove_pairs.shadowed,
    "complete": prove_alone.complete,
    "in_scope": prove_alone.in_scope,
    "equivalent": prove_pairs.equivalent,
    "no_milder": prove_pairs.no_milder,
}
