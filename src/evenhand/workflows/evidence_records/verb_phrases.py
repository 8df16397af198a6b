"""Where a report says in its own words what a speaker did: from the verb of speech to the end of what is said."""

import re
from typing import Final

from evenhand.model.claims import Claim, Span

_LONGEST: Final = 380  # characters: a notice is one page
_MOST_BETWEEN: Final = 80
_NOT_FINITE: Final = re.compile(
    r"(?:^|\W)(?:be|been|being|was|were|is|are|am|to|not|never|n.t|did|does|do|will|would|can|could|may|might|must|should"
    r"|having|by|of|for|without|after|before|while)(?:\s+\w+ly)?\W*$",
    re.IGNORECASE,
)
"""Words before a verb with which it is passive, denied, only possible, or no verb of a sentence."""
_ENDS: Final = re.compile(r"[.!?“”«»\"\n;:(]")
_POINTS_AWAY: Final = re.compile(r"(?i)\b(?:it|them|him|her|he|she|they|its|their|his)\b")
_VERB: Final = re.compile(r"(?i)\w+(?:ed|s)$|^(?:said|told|wrote|spoke|claim|say|deny|accuse|held|blew|saw|found)$")


def verb_phrase(text: str, claim: Claim) -> Span | None:
    """Return where a claim stands as a phrase that can follow "reports that X": "accused Y of hiding who pays".

    None where the words are a quotation, the verb comes after them, is passive, denied or no finite one, or where a
    pronoun beside it would point to nobody in another sentence.
    """
    cue, content = claim.cue, claim.content
    if claim.form == "direct" or claim.negated or cue is None or claim.speaker_span is None or len(content) != 1:
        return None
    start, end = cue[0], content[0][1]
    between = text[cue[1] : content[0][0]]
    in_order = claim.speaker_span[1] <= start and cue[1] <= content[0][0]
    if not in_order or len(between) > _MOST_BETWEEN or end - start > _LONGEST or _ENDS.search(between):
        return None
    words = text[start : cue[1]].split()
    is_finite = any(_VERB.search(each) for each in words) and not any(each.endswith("ing") for each in words)
    if not is_finite or _NOT_FINITE.search(text[max(start - 24, 0) : start]) or _POINTS_AWAY.search(between):
        return None
    return start, end
