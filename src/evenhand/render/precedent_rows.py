"""What was decided in cases like one that is explained, and what would alter its outcome, as lines for people."""

from collections.abc import Iterator

from evenhand.model.outcome import Outcome
from evenhand.model.run import FactChange, Precedent, Precedents
from evenhand.policy.attribute_words import attribute_words, value_words
from evenhand.render.wording import count, outcome_word

_OWN_WORDS = {
    "rulebook": "the rules in force",
    "action": "what was asked",
    "facts_fit": "whether the facts could be read",
    "Advertiser.@parents": "what lists and matches say of the advertiser",
    "Payer.@parents": "what lists and matches say of the payer",
    "context.at": "rules that depend on the date",
    "Advertiser.@id": "whether a rule names the advertiser",
    "Payer.@id": "whether a rule names the payer",
}
_PLAIN: dict[str | None, str] = {None: "nothing known", "true": "yes", "false": "no"}
_MOST_LEAVES, _MOST_FACTS, _MOST_CHANGES = 5, 3, 4


def precedent_rows(precedents: Precedents) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the rows of a case: decisions with the same facts and the nearest other, then what would alter it.

    >>> precedent_rows(Precedents(seq=9, searched=0))
    (('Precedents', ('no decision about another party to compare with',)),)
    """
    rows = [("Precedents", tuple(_precedents(precedents)))]
    if precedents.changes:
        rows.append(("To change it", tuple(map(_change, precedents.changes[:_MOST_CHANGES]))))
    return tuple(rows)


def _precedents(found: Precedents) -> Iterator[str]:
    if not found.searched:
        yield "no decision about another party to compare with"
        return
    if not found.same:
        yield f"none with the same facts among {count(found.searched, 'decision')}"
    for outcome in Outcome:
        several = [each for each in found.same if each.outcome == outcome]
        if several:
            yield _same(outcome, several)
    if found.nearest_other is not None:
        yield _nearest(found.nearest_other)


def _same(outcome: Outcome, several: list[Precedent]) -> str:
    kind = several[0].party_kind
    leaves = ", ".join(str(each.seq) for each in several[:_MOST_LEAVES])
    more = f" and {len(several) - _MOST_LEAVES} more" if len(several) > _MOST_LEAVES else ""
    return (
        f"{count(len(several), f'{kind}')} with the same facts: {outcome_word(outcome).lower()} (leaf {leaves}{more})"
    )


def _nearest(nearest: Precedent) -> str:
    outcome = outcome_word(Outcome(nearest.outcome)).lower()
    facts = [fact_in_words(path) for path in nearest.differs_in[:_MOST_FACTS]]
    more = [f"{len(nearest.differs_in) - _MOST_FACTS} more facts"] if len(nearest.differs_in) > _MOST_FACTS else []
    differs = f"differs in {'; '.join([*facts, *more])}" if facts else "same facts"
    return f"nearest that was {outcome}: {nearest.party_id} (leaf {nearest.seq}), {differs}"


def _change(change: FactChange) -> str:
    outcome = outcome_word(Outcome(change.outcome)).lower()
    value, other = (value_in_words(change.fact, text) for text in (change.value, change.changed_to))
    return f"{fact_in_words(change.fact)}: {other} instead of {value} ({outcome})"


def fact_in_words(path: str) -> str:
    """Return a fact that decisions are compared by in plain words.

    >>> fact_in_words("Payer.@id"), fact_in_words("Advertiser.country")
    ('whether a rule names the payer', "advertiser's country")
    """
    return _OWN_WORDS.get(path) or attribute_words(path)


def value_in_words(fact: str, text: str | None) -> str:
    """Return the value of such a fact as people write it.

    >>> value_in_words("Payer.designated_share_bp", "4096"), value_in_words("Payer.country", None)
    ('40.96 %', 'nothing known')
    """
    if text is None or text in _PLAIN:
        return _PLAIN[text]
    return value_words(fact, int(text)).strip("`") if text.isdigit() else text.replace(";", ", ")
