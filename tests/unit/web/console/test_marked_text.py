"""A saved text with its claims marked: nothing of the text is lost, whatever the spans are."""

from hypothesis import given
from hypothesis import strategies as st

from evenhand.model.claims import Document, DroppedLine, Span
from evenhand.render.marked_text import marked, text_blocks, text_parts

TEXT = st.text(alphabet="ab “”\n\r\u202e", max_size=60)


@st.composite
def text_and_places(draw: st.DrawFn) -> tuple[str, dict[str, list[Span]]]:
    """A text with spans of claims in it, which may lie in one another or cross."""
    text = draw(TEXT)
    at = st.integers(0, len(text))
    span = st.tuples(at, at).filter(lambda each: each[0] < each[1])
    spans = st.lists(span, min_size=1, max_size=3).map(sorted)
    return text, draw(st.dictionaries(st.sampled_from("123"), spans)) if text else {}


@given(text_and_places(), st.integers(0, 60), st.integers(0, 60))
def test_pieces_are_the_text_again_and_each_character_has_the_claims_of_its_spans(
    made: tuple[str, dict[str, list[Span]]], one: int, other: int
) -> None:
    """A mark that is one character off would put words into a claim that nobody said."""
    text, places = made
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    at = start

    for piece in marked(text, (start, end), places):
        assert text[at : at + len(piece.text)] == piece.text
        for place in range(at, at + len(piece.text)):
            expected = {name for name, spans in places.items() if any(s <= place < e for s, e in spans)}
            assert set(piece.claims) == expected
        assert set(piece.starts) == {name for name, spans in places.items() if spans[0][0] == at and piece.text}
        at += len(piece.text)
    assert at == end


@given(TEXT, st.integers(1, 20))
def test_parts_are_the_text_again_and_none_is_too_long(text: str, most: int) -> None:
    """A page of a long text shows no character twice and leaves none out."""
    parts = text_parts(text, most)

    assert "".join(text[start:end] for start, end in parts) == text
    assert all(end - start <= most for start, end in parts)


def test_a_line_that_was_left_out_but_has_a_claim_is_not_folded_away() -> None:
    """Who confirms a claim sees its words, though a rule took the line for one of the page."""
    text = "Menu\nHe denied it.\n\nMore\nShare\n"
    dropped = tuple(DroppedLine(line=line, text="", rule="menu") for line in (1, 2, 4, 5))
    document = Document(id="d", uri="u", media_type="text/plain", characters=len(text), extractor="e", body_lines=(2,),
                        dropped_lines=dropped)  # fmt: skip

    blocks = text_blocks(text, (0, len(text)), document, {"1": [(5, 7)]})

    assert [(each.left_out, [line.number for line in each.lines]) for each in blocks] == [
        (True, [1]), (False, [2]), (True, [4, 5]),
    ]  # fmt: skip
    assert blocks[2].lines[0].reason == "menu"
