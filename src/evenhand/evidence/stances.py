"""What a speaker does with the words: accuses, denies, requests, threatens and so on, from the words alone.

The cue's own stance comes first ("accused", "urged"); a cue that only reports ("said") leaves it to what is said.
Words: `content_stances.txt`.
"""

import re
from functools import lru_cache
from typing import Final, Literal

from evenhand.evidence.exonerations import clears
from evenhand.evidence.pattern_index import IndexedText
from evenhand.evidence.word_patterns import read_patterns
from evenhand.model.claims import SecondaryStance, Stance

_TABLE: Final = "content_stances.txt"
LONGEST: Final = 4_000
"""Of longer contents the beginning is read."""
_BEFORE: Final = 60
Party = Literal["body", "accused", "counsel", "accuser", "bystander"]
"""Who speaks: a body or its spokesperson, who is accused, who speaks for another, who accuses by office, or none."""
_MARKS: Final = '“”"«»„'
_HOPED: Final = re.compile(
    r"\b(?:hope[sd]?|wish|if|whether|unless|ask(?:s|ed)?)(?: that)?(?: the| these| those| his| her| their| all)? $"
)

_REJECTING: Final = frozenset({"reject", "dismiss", "refute", "rebut", "repudiate", "rubbish", "rejects", "dismisses"})
_MOCKING: Final = frozenset({"ridicule", "mock", "deride"})
_NAMING: Final = frozenset(
    {
        "call",
        "describe",
        "brand",
        "label",
        "term",
        "dub",
        "calls",
        "slam",
        "characterise",
        "characterize",
        "portray",
        "deem",
        "speak of",
        "talk of",
    }
)
_PLEAS: Final[dict[str, Stance]] = {"not_guilty": "denies", "guilty": "admits"}
_SAYING_NO: Final[tuple[Stance, ...]] = ("declines", "does_not_deny", "refuses")
_BY_WORDS: Final[tuple[Stance, ...]] = ("regrets", "hopes", "requests", "threatens", "admits", "praises", "accuses")


def find_stance(
    cue_stance: Stance, content: str, lemma: str | None = None, *, quoted: bool = True, party: Party = "body"
) -> Stance:
    """Return the stance of a claim: its cue's where that says one, else what the content says.

    "Rejected the charge" denies, "rejected the offer" refuses; `lemma` is the cue's. Words in marks deny where they
    say "we never", reported ones (not `quoted`) where they say "it never". `party` is whether who speaks is a side of
    the matter: "there is no list" denies from a body or the accused, not from a bystander.

    >>> find_stance("asserts", "“This is a lie. We urge them to stop,”")
    'denies'
    """
    words = _indexed(content)
    if by_cue := _by_cue(cue_stance, words, lemma, quoted):
        return by_cue
    if said_no := next((stance for stance in _SAYING_NO if words.holds(stance)), None):
        return said_no
    if _denies(words, quoted, party):
        return "denies"
    if words.holds("hypothetical"):
        return "accuses"
    found = [(start, stance) for stance in _BY_WORDS if (start := _first_said(stance, words)) is not None]
    stance = min(found)[1] if found else "asserts"
    is_told = party == "accuser" and stance == "asserts" and words.holds("deed_told")
    if not is_told and stance != "accuses":
        return stance
    # "We deleted it" tells of a deed of one's own, whatever the deed is.
    is_own = not is_told and quoted and words.holds("own_deed")
    return "asserts" if is_own or clears(words.text) else "accuses"


def _by_cue(cue_stance: Stance, words: IndexedText, lemma: str | None, quoted: bool) -> Stance | None:
    """Return the stance that a cue gives: its own, or one that depends on what it rejects, names or pleads."""
    if lemma in _REJECTING:
        return "refuses" if words.holds("offers") else "denies"
    if lemma in _MOCKING and words.holds("charge_opens"):
        return "denies"
    if lemma in _NAMING:
        return _named_as(words) or cue_stance
    if lemma == "tell" and not quoted and words.holds("told_to"):
        return "requests"
    if lemma == "plead" and (plea := next((plea for plea in _PLEAS if words.holds(plea)), None)):
        return _PLEAS[plea]
    if lemma == "ask" and quoted and words.text.rstrip(" ,”\"»’'").endswith("?"):
        return "asserts"
    return cue_stance if cue_stance != "asserts" else None


def _named_as(words: IndexedText) -> Stance | None:
    """Return what a speaker does who gives something a name: to scorn an accusation is to deny it."""
    if words.holds("untrue"):
        return "denies"
    if words.holds("scorns") or words.holds("accuses"):
        return "denies" if words.holds("charge_opens") else "accuses"
    return None


def _denies(words: IndexedText, quoted: bool, party: Party) -> bool:
    """Return whether words deny; what somebody hopes or asks to be untrue is no denial."""
    if any(not _HOPED.search(words.text[max(0, at - 24) : at]) for at in words.starts("denies")):
        return True
    if words.holds("own_no" if quoted else "reported_no"):
        # Who was never paid and is accused of nothing complains.
        return not (quoted and party in {"bystander", "body"} and words.holds("lack"))
    if party != "bystander" and words.holds("impersonal_no"):
        return True
    return quoted and party == "counsel" and words.holds("client_no")


def _first_said(stance: Stance, words: IndexedText) -> int | None:
    """Return where a content first says what a stance says; what it says that nobody did is no accusation."""
    if stance != "accuses":
        return words.first(stance)
    denied = read_patterns(_TABLE)["before_no_deed"]
    return next((at for at in words.starts(stance) if not denied.search(words.text[max(0, at - _BEFORE) : at])), None)


@lru_cache(maxsize=4)
def _indexed(content: str) -> IndexedText:
    return IndexedText(_TABLE, _plain(content))


def _plain(content: str) -> str:
    """Return a content in small letters, without marks, on one line."""
    plain = content[:LONGEST].lower()
    for mark in _MARKS:
        plain = plain.replace(mark, "") if mark in plain else plain
    return " ".join(plain.split())


def find_secondary(stance: Stance, content: str) -> tuple[SecondaryStance, ...]:
    """Return what else a claim does: asks for a review, says that equals were not treated equally, denies."""
    words = _indexed(content)
    review = stance in {"requests", "hopes"} and words.holds("review")
    innocent = stance != "denies" and (words.holds("denies") or words.holds("own_innocence"))
    found: list[tuple[SecondaryStance, bool]] = [
        ("requests_review", review or words.holds("hopes_for_review")),
        ("alleges_unequal_treatment", words.holds("unequal")),
        ("denies", innocent),
    ]
    return tuple(name for name, present in found if present)
