"""Which accusations and denials of a document its own text may take back further on: "withdrew its accusation"."""

from collections.abc import Iterator
from typing import Final

from evenhand.model.claims import Claim, Span
from evenhand.workflows.evidence_records.accused_names import accused_names
from evenhand.workflows.evidence_records.claims_shown import OpenedDocument

_STANCES: Final = frozenset({"accuses", "denies"})


def corrected_claims(opened: OpenedDocument) -> tuple[str, ...]:
    """Return the accusations and denials that nobody rejected and that words of the same document may take back.

    Such words are of the claims whose speaker or accused their sentence names, a denial's speaker before them. Where it
    names none ("it withdrew its accusation") they may be of each. What a claim itself holds takes nothing of it back.
    """
    from evenhand.evidence.corrections import taken_back  # noqa: PLC0415  few runs have documents: 0.1 s

    claims = {each: opened.current(each) for each in opened.ids if opened.records.state_of(each) != "rejected"}
    by_text: dict[str, dict[str, Claim]] = {}
    for name, claim in claims.items():
        if claim.stance in _STANCES and claim.repeat_of is None:
            by_text.setdefault(opened.reading_of(name)[1].text, {})[name] = claim
    found = {
        name
        for text, its_claims in by_text.items()
        for words, sentence in taken_back(text)
        for name in _taken_back_by(text, its_claims, words, sentence)
    }
    return tuple(each for each in claims if each in found)


def _taken_back_by(text: str, claims: dict[str, Claim], words: Span, sentence: Span) -> Iterator[str]:
    outside = {name: each for name, each in claims.items() if not _holds(each, words)}
    named = [name for name, each in outside.items() if _is_named(text, each, words, sentence)]
    yield from named or outside


def _holds(claim: Claim, words: Span) -> bool:
    return any(start <= words[0] and words[1] <= end for start, end in claim.content)


def _is_named(text: str, claim: Claim, words: Span, sentence: Span) -> bool:
    from evenhand.evidence.text_spans import holds_words  # noqa: PLC0415  as above

    speaker = filter(None, (claim.speaker.name, claim.speaker.speaks_for))
    is_denial = claim.stance == "denies"
    # Who apologises, or takes a denial back, stands before the words; whom an accuser apologises to stands behind.
    names = speaker if is_denial else (*speaker, *accused_names(text, claim))
    within = text[sentence[0] : words[0] if is_denial else sentence[1]].casefold()
    plain = " ".join(within.split())
    return any(holds_words(plain, each.casefold().removeprefix("the ")) for each in names)
