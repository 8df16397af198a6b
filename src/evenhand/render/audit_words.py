"""The sentences of an audit report: each says what was compared, with how many, and what does not follow from it."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from evenhand.model.audit import (
    GroupTest,
    Ratio,
    SpendTest,
    Verdict,
)
from evenhand.policy.attribute_words import attribute_words


class OutcomeWords(NamedTuple):
    """How a report calls an outcome against the advertiser: in a sentence, over a column, of one decision and many."""

    done: str
    heading: str
    decision: str
    decisions: str


REFUSED = OutcomeWords("refused", "Refused", "refused decision", "refused decisions")
JUDGED_SAME = OutcomeWords("judged to be the listed party", "Judged the same", "judgement `same`", "judgements `same`")

_DONE = {"refuse": "refused", "hold": "held", "limit": "limited", "label": "labelled"}


def outcome_words(adverse: Sequence[str]) -> OutcomeWords:
    """Return how outcomes that a plan calls adverse are named; those of somebody's own table by their value.

    >>> outcome_words(("hold", "refuse")).decisions
    'refused or held decisions'
    """
    if tuple(adverse) == ("same",):
        return JUDGED_SAME
    strictest_first = sorted(adverse, key=lambda value: list(_DONE).index(value) if value in _DONE else len(_DONE))
    done = " or ".join(_DONE.get(value, f"given `{value}`") for value in strictest_first)
    return OutcomeWords(done, upper_first(done), f"{done} decision", f"{done} decisions")


VERDICTS: dict[Verdict, str] = {
    "worse": "treated less well",
    "favoured": "refused less often",
    "watch": "to be watched",
    "explained": "explained",
    "not_shown": "not shown",
    "untestable": "cannot be tested",
}
PROVED = {
    "proved": "proved: no outcome depends on it, except where a law says so",
    "refuted": "refuted: an outcome can depend on it",
    "unknown": "not answered",
}


def value_word(value: str | None) -> str:
    """Return a value as the page shows it; no value is unknown."""
    return "unknown" if value is None or value == "" else value


def group_word(attribute: str, value: str | None) -> str:
    """Return a group in words.

    >>> group_word("country", "IE"), group_word("country", None)
    ('country `IE`', 'country unknown')
    """
    return f"{fact_word(attribute)} `{value}`" if value else f"{fact_word(attribute)} unknown"


_FACTS = {
    "facts_fit": "whether the facts fit the rulebook's schema",
    "Advertiser.@id": "whether a rule names the advertiser",
    "Payer.@id": "whether a rule names the payer",
}


def fact_word(name: str) -> str:
    """Return a fact in words; the column of somebody's own table is called as it is there.

    >>> fact_word("Advertiser.media.taxpayer_funded"), fact_word("strikes")
    ('whether taxpayers fund the news outlet', 'strikes')
    """
    known = _FACTS.get(name)
    return known or (attribute_words(name) if "." in name else name)


def attributes(names: Iterable[str]) -> str:
    """Return attributes of the schema as a sentence has them."""
    return listing(map(attribute_words, names))


def facts(names: Iterable[str]) -> str:
    """Return facts as a sentence has them."""
    return listing(map(fact_word, names))


def number(value: float | None) -> str:
    """Return a number with as many digits as a person can use.

    >>> number(14.9947), number(0.04), number(0.00004), number(None), number(0.0)
    ('14.99', '0.040', '4.0e-05', '–', '0')
    """
    if value is None:
        return "–"
    if value == math.inf:
        return "infinite"
    if value == 0:
        return "0"
    if abs(value) >= 1:
        return f"{value:,.2f}" if abs(value) < 1000 else f"{value:,.0f}"
    return f"{value:.3f}" if abs(value) >= 0.001 else f"{value:.1e}"


def ratio(value: Ratio) -> float | None:
    """Return a ratio of the report as a number."""
    return math.inf if value == "inf" else value if isinstance(value, (int, float)) else None


def share(part: int, whole: int) -> str:
    """Return a rate with its denominator.

    >>> share(80, 817), share(0, 0)
    ('80 of 817 (9.8 %)', '0 of 0')
    """
    return f"{part:,} of {whole:,}" + (f" ({100 * part / whole:.1f} %)" if whole else "")


def plural(count: int, one: str, several: str = "") -> str:
    """Return a count with its noun.

    >>> plural(1, "decision"), plural(2, "decision")
    ('1 decision', '2 decisions')
    """
    return f"{count:,} {one if count == 1 else several or one + 's'}"


def listing(names: Iterable[str]) -> str:
    """Return names as a sentence has them.

    >>> listing(["country", "language", "size"])
    'country, language and size'
    """
    several = list(names)
    return " and ".join([", ".join(several[:-1]), several[-1]] if len(several) > 1 else several)


def interval(test: GroupTest | SpendTest) -> str:
    """Return an odds ratio with its interval."""
    if test.odds_ratio is None:
        return "no odds ratio: nobody to compare with"
    low, high = number(ratio(test.ci_low)), number(ratio(test.ci_high))
    return f"odds ratio {number(ratio(test.odds_ratio))} (95 % interval {low} to {high})"


def upper_first(sentence: str) -> str:
    """Return a sentence with its first letter as a capital.

    >>> upper_first("refused or held")
    'Refused or held'
    """
    return sentence[:1].upper() + sentence[1:]
