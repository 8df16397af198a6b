"""What advertising is about: the words of a cell as ids of a rulebook's schema, and those that it does not know."""

from collections.abc import Collection, Iterable, Mapping
from functools import partial

from evenhand.intake.clean_rows import Field
from evenhand.intake.row import Row
from evenhand.intake.sheet import Sheet
from evenhand.intake.values import cells
from evenhand.model.campaign import Campaign
from evenhand.model.run import Refused
from evenhand.model.text_matching import similarity_to

CONTENT = "content"
_MOST_NAMED = 20
Kinds = Collection[str] | None
"""The kinds of content that a rulebook's schema names; None where it names none, so that it takes every id."""


def content_field(kinds: Kinds) -> Field:
    """Return the field of kinds of content, in lower case, or as the schema writes them.

    A word that is none of them is listed, and stays: facts with it fit no schema that names kinds, so that every
    rulebook holds the campaign (docs/choices/0080).
    """
    known = None if kinds is None else {each.casefold(): each for each in kinds}
    return Field((CONTENT,), partial(_kinds_of, known=known))


def _kinds_of(row: Row, known: Mapping[str, str] | None) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for text in row.values_in(CONTENT):
        try:
            found[cells.code(text) if known is None else _known(text, known)] = None
        except cells.Unusable as unknown:
            row.left_out.append((CONTENT, text, str(unknown)))
            found[text.lower()] = None
    return tuple(found)


def _known(text: str, known: Mapping[str, str]) -> str:
    kind = known.get(text.casefold())
    if kind is not None:
        return kind
    near = max(known, key=similarity_to(text), default="")
    guess = f"; did you mean `{known[near]}`" if near and similarity_to(text)(near) else ""
    more = ", …" if len(known) > _MOST_NAMED else ""
    named = ", ".join(list(known.values())[:_MOST_NAMED])
    raise cells.Unusable(f"a kind of content that the rulebook knows: {named}{more}{guess}")


def unread_content(campaigns: Sheet[Campaign]) -> dict[str, tuple[Refused, ...]]:
    """Return by id the words of campaigns that no kind of content is."""
    by_line: dict[int, list[Refused]] = {}
    for each in _of_content(campaigns.refused):
        by_line.setdefault(each.line, []).append(each)
    lines = campaigns.lines.items() if by_line else ()
    return {id_: tuple(by_line[line]) for id_, line in lines if line in by_line}


def _of_content(refused: Iterable[Refused]) -> Iterable[Refused]:
    return (each for each in refused if each.column == CONTENT and each.what == "value")
