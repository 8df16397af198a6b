"""What must hold of quotations and speakers in every text, however its marks are mixed up."""

import random

from hypothesis import given
from hypothesis import strategies as st

from evenhand.evidence.attributions import Attribution, find_attributions
from evenhand.evidence.text_spans import lines

SENTENCES = (
    "“We sold nothing to them,” Maria Lim, the head of sales, said.",
    "“We sold nothing,” said the regulator’s spokeswoman. “We never will.”",
    "The ministry said on Thursday that the “worrying” list was lost.",
    "Twoville accused the outlets Alpha and Beta of meddling in the vote.",
    "In April, the Lakeside News reported that both were paid, according to two current and three former officials.",
    "She also said it was ‘a cause for concern’ (and more).",
    "“This goes on ... in the next paragraph.\n\n“And it ends here,” he told reporters.",
    "Oneham denied Twoville's accusations; its owner declined to comment.",
    "Peter Ode continued:\n\n«All of us voted for the text,» he added.",
)
MARKS = "“”\"„«»‘’'`‚.,:;—-()[]"
DOUBLES = {ord(mark): '"' for mark in "“”„‟"}


def read(text: str) -> list[Attribution]:
    return find_attributions(text, [span for span in lines(text) if text[slice(*span)].strip()])


def mutated(text: str, chance: random.Random) -> str:
    """Return a text of which some marks are deleted, doubled or exchanged, or which is cut."""
    letters = []
    for letter in text:
        if letter in MARKS and chance.random() < 0.4:
            letters.append(chance.choice(["", letter * 2, chance.choice(MARKS)]))
        elif chance.random() < 0.01:
            letters.append(chance.choice(["\n", "\ufffd", "\u0000", "\u200b", "\ud800", " "]))
        else:
            letters.append(letter)
    return "".join(letters)[chance.randrange(3) :]


PIECES = st.lists(
    st.one_of(st.sampled_from(SENTENCES), st.text(alphabet=MARKS + "aB. \n", max_size=8), st.text(max_size=4)),
    max_size=7,
).map(" ".join)


@given(PIECES, st.integers(0, 2**32))
def test_every_text_is_read_and_spans_stand_within_it(text: str, seed: int) -> None:
    """Marks deleted, doubled and exchanged: nothing raises, and what is said stands where the record says."""
    text = mutated(text, random.Random(seed))

    found = read(text)

    for each in found:
        spans = [*each.content, *each.inner_quotes, *each.elisions, *each.insertions]
        spans += [span for span in (each.cue, each.speaker_span, each.speaker_phrase, each.reported_by) if span]
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert each.resolved_by is None or 0 <= each.resolved_by < len(found)


@given(PIECES, st.integers(0, 2**32))
def test_curly_and_straight_marks_are_read_alike(text: str, seed: int) -> None:
    """The shape of a double mark changes no span."""
    text = mutated(text, random.Random(seed))

    assert read(text) == read(text.translate(DOUBLES))


@given(st.lists(st.sampled_from(SENTENCES), max_size=6).map("\n".join))
def test_names_exchanged_give_the_same_attributions(text: str) -> None:
    """No list of names is asked, so that a name of the same length changes nothing."""
    swapped = text.replace("Maria Lim", "Wanji Odu").replace("Twoville", "Zehnfeld").replace("Alpha", "Omega")

    assert [each.content for each in read(text)] == [each.content for each in read(swapped)]
    assert [each.speaker_span for each in read(text)] == [each.speaker_span for each in read(swapped)]
