"""Are claims the same with other names? Names, states and "he" and "she" of a text are exchanged, and it is read again.

What changes between the two readings shows that a name decided; the rules must not know names.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from evenhand.evidence.claims import find_claims
from evenhand.evidence.name_exchanges import Exchange, exchanges
from evenhand.evidence.read_document import read_document
from evenhand.model.claims import Article, Claim
from evenhand.model.record import Record

FEWEST_IDENTICAL: Final = 0.998
"""The share of claims that must be the same after an exchange."""
MOST_DIFFERENCES: Final = 50
_OPENING: Final = re.compile(r"^([“\"‘«]?)The ")


class SwapDifference(Record, frozen=True, kw_only=True):
    """A claim that one of two readings has and the other has not, as the text before or after the exchange has it."""

    document: str
    before: str | None
    after: str | None


class SwapResult(Record, frozen=True, kw_only=True):
    """How many claims are the same after one exchange; `items` are those of the longer of the two readings.

    Only documents in which the exchange changed something are compared: `exchanged` is how many these are.
    """

    table: str
    exchanged: int
    items: int
    identical: int
    differences: tuple[SwapDifference, ...] = ()

    @property
    def share(self) -> float:
        """Return the share of claims that are the same, from 0 to 1; 0 where none was compared."""
        return self.identical / self.items if self.items else 0.0


class SwapAudit(Record, frozen=True, kw_only=True):
    """The results of all tables for some documents.

    `empty` are documents that were read and have no claims, `unread` those that were not read, each with the reason.
    """

    documents: int
    results: tuple[SwapResult, ...]
    empty: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """Return the share of claims that are the same over all tables, from 0 to 1; 0 where none was compared."""
        items = sum(result.items for result in self.results)
        return sum(result.identical for result in self.results) / items if items else 0.0

    @property
    def passes(self) -> bool:
        """Return whether at least `FEWEST_IDENTICAL` of the claims are the same; False where none was compared."""
        return self.share >= FEWEST_IDENTICAL


class _Read(NamedTuple):
    name: str
    text: str
    article: Article


def swap_names(documents: Sequence[tuple[str, bytes, str | None]]) -> SwapAudit:
    """Return how many claims of documents stay the same when the names in them are exchanged, table by table.

    Each document is its name, bytes and media type. The text that is read from it is exchanged, as plain text. What is
    not read (no text, another language than English) is not compared: that nothing changes in it shows nothing.
    """
    read, unread, results = list[_Read](), list[str](), list[SwapResult]()
    for name, data, media_type in documents:
        document, text = read_document(data, name, media_type)
        if document.language is None:
            unread.append(f"{name}: {next(reversed(document.notes), 'not read')}")
        else:
            read.append(_read(name, text))
    for table, exchange_of in exchanges():
        found = [_compare(each, exchange_of(each.text, each.article)) for each in read]
        results.append(
            SwapResult(
                table=table,
                exchanged=sum(result.exchanged for result in found),
                items=sum(result.items for result in found),
                identical=sum(result.identical for result in found),
                differences=tuple(each for result in found for each in result.differences)[:MOST_DIFFERENCES],
            )
        )
    return SwapAudit(
        documents=len(read), results=tuple(results), empty=tuple(each.name for each in read if not each.article.claims),
        unread=tuple(unread),
    )  # fmt: skip


def _read(name: str, text: str) -> _Read:
    document, text = read_document(text.encode("utf-8", "surrogatepass"), name, "text/plain")
    return _Read(name, text, find_claims(document, text))


def _compare(read: _Read, exchange: Exchange) -> SwapResult:
    """Return the comparison of one document before and after one exchange."""
    # The line's end tells that the stop of a last "U.S." ends the sentence too.
    text = exchange(read.text + "\n").removesuffix("\n")
    if text == read.text:
        return SwapResult(table="", exchanged=0, items=0, identical=0)
    swapped = _read(read.name, text)
    before = Counter(_item(claim, read.text, exchange) for claim in read.article.claims)
    after = Counter(_item(claim, swapped.text, str) for claim in swapped.article.claims)
    return SwapResult(
        table="",
        exchanged=1,
        items=max(before.total(), after.total()),
        identical=(before & after).total(),
        differences=tuple(_differences(read.name, before - after, after - before)),
    )


def _item(claim: Claim, text: str, exchange: Exchange) -> str:
    """Return what is compared of a claim as one line, its words as they are after the exchange."""
    words = [_exchanged(text[slice(*span)], exchange) for span in claim.content]
    reported_by = _exchanged(claim.reported_by.name, exchange) if claim.reported_by else ""
    parts = (
        claim.section, claim.form, claim.stance, ",".join(claim.secondary), claim.speaker.kind,
        _exchanged(claim.speaker.name, exchange), _exchanged(claim.speaker.speaks_for or "", exchange),
        claim.resolution,
        _exchanged(text[slice(*claim.cue)], exchange) if claim.cue else "", reported_by,
        f"sources {claim.source_count.n if claim.source_count else None}",
        f"on {claim.said_on.value if claim.said_on else None}", f"denies {len(claim.denies)}", " … ".join(words),
    )  # fmt: skip
    return " | ".join(parts)


def _exchanged(words: str, exchange: Exchange) -> str:
    """Return words as they are after an exchange; "America" is "The Bahamas" or "the Bahamas" by where it stands."""
    return _OPENING.sub(r"\1the ", exchange(words))


def _differences(name: str, gone: Mapping[str, int], new: Mapping[str, int]) -> Iterator[SwapDifference]:
    before, after = sorted(gone), sorted(new)
    for at in range(max(len(before), len(after))):
        yield SwapDifference(
            document=name,
            before=before[at] if at < len(before) else None,
            after=after[at] if at < len(after) else None,
        )
