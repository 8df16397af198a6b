"""Which claim of the body a headline repeats: a headline is no claim of its own where the body says the same."""

from collections.abc import Sequence

import msgspec

from evenhand.evidence.claim_views import like_words, same_side
from evenhand.model.claims import Claim


def link_repeats(text: str, claims: Sequence[Claim]) -> list[Claim]:
    """Return the claims, those of the headline with `repeat_of` where one of the body says the same.

    The same is: by the same speaker and with a word in common, or with the same stance and two.
    """
    body = [claim for claim in claims if claim.section in {"lead", "body"} and claim.nested_in is None]
    return [
        msgspec.structs.replace(claim, repeat_of=_repeated(text, claim, body)) if claim.section == "headline" else claim
        for claim in claims
    ]


def _repeated(text: str, heading: Claim, body: Sequence[Claim]) -> str | None:
    for claim in body:
        common = like_words(text, heading, claim)
        if (same_side(heading, claim) and common) or (heading.stance == claim.stance and common > 1):
            return claim.id
    return None
