"""How many persons without a name stand behind the claims of a document; nobody counts twice."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from evenhand.model.claims import Claim

_BEHIND_HEAD: Final = re.compile(r"\s(?:of|in|at|from|for|with|who|close|familiar)\s.*")


def count_anonymous(claims: Iterable[Claim]) -> int:
    """Return how many unnamed persons speak, of those whose number is known.

    The same words are the same persons, and "the official" is the one told of before. Who declines to speak is no
    source.
    """
    counted: dict[str, int] = {}
    all_claims = list(claims)
    for at, claim in enumerate(all_claims):
        count = claim.source_count
        if count is None or count.n is None or claim.stance == "declines" or claim.section == "headline":
            continue
        words = " ".join(count.as_written.casefold().split())
        if words.startswith("one of the ") or words.endswith((" of them", " of these", " of those")):
            continue
        if words.split()[0] in {"the", "this", "that", "these", "those", "he", "she", "they"} and counted:
            continue
        if count.n == 1 and _is_named_next(words, all_claims[at + 1 : at + 3]):
            continue
        counted[words] = count.n
    return sum(counted.values())


def _is_named_next(words: str, following: Sequence[Claim]) -> bool:
    """Return whether "a prosecutor" is who the next sentence names: "Prosecutor Elise Vik said"."""
    noun = _BEHIND_HEAD.sub("", words).split()[-1]
    roles = (claim.speaker.role for claim in following if claim.speaker.kind == "named_person")
    return words.startswith(("a ", "an ")) and any(noun in role.casefold().split() for role in roles if role)
