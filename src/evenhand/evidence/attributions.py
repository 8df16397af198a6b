"""Who said what in a text: quotations in marks and reported speech, each with its speaker or without one."""

from collections.abc import Sequence

from evenhand.evidence.attribution_records import finished
from evenhand.evidence.carried_speech import carry_on
from evenhand.evidence.direct_speech import find_direct_speech
from evenhand.evidence.drafts import Attribution, Passage, Reading
from evenhand.evidence.indirect_speech import find_indirect_speech
from evenhand.evidence.quotation_marks import find_quotations
from evenhand.evidence.speakers import cues_of
from evenhand.evidence.speech_nouns import find_claims_in_nouns
from evenhand.evidence.words import behind_dateline, sentences_of, tokens
from evenhand.model.claims import Span


def find_attributions(text: str, paragraphs: Sequence[Span]) -> list[Attribution]:
    """Return what is said in a text by whom, in the order of its content.

    `paragraphs` are the spans to read, in order, of the text as saved. An attribution without speaker is a quotation
    whose speaker the rules do not tell. Cost is linear in the text; of a paragraph the first 20,000 characters are
    read as words. Never raises.
    """
    return finished(read_passages(text, paragraphs))


def read_passages(text: str, paragraphs: Sequence[Span]) -> Reading:
    """Return the sentences and cues of some paragraphs, with the drafts of who said what in them."""
    quotations = find_quotations(text, paragraphs)
    reading = Reading(text=text, quotations=quotations)
    held: list[list[int]] = [[] for _ in paragraphs]
    for number, quotation in enumerate(quotations):
        held[quotation.paragraph].append(number)
    for number, paragraph in enumerate(paragraphs):
        words = behind_dateline(tokens(text, paragraph, [(at, quotations[at]) for at in held[number]]))
        passage = Passage(number, paragraph, [(sentence, cues_of(sentence)) for sentence in sentences_of(text, words)])
        if held[number]:
            find_direct_speech(reading, passage)
        find_indirect_speech(reading, passage)
        find_claims_in_nouns(passage)
        if held[number]:
            carry_on(reading, passage)
        reading.passages.append(passage)
    return reading


__all__ = ["Attribution", "find_attributions", "finished", "read_passages"]
