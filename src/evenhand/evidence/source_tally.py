"""How many persons without a name stand behind the claims of a document; nobody counts twice."""

from collections.abc import Iterable

from evenhand.model.claims import Claim


def count_anonymous(claims: Iterable[Claim]) -> int:
    """Return how many unnamed persons speak, of those whose number is known.

    The same words are the same persons, and "the official" is the one told of before. Who declines to speak is no
    source.
    """
    counted: dict[str, int] = {}
    for claim in claims:
        count = claim.source_count
        if count is None or count.n is None or claim.stance == "declines" or claim.section == "headline":
            continue
        words = " ".join(count.as_written.casefold().split())
        if words.endswith((" of them", " of these", " of those")):
            continue
        if words.split()[0] in {"the", "this", "that", "these", "those", "he", "she", "they"} and counted:
            continue
        counted[words] = count.n
    return sum(counted.values())
