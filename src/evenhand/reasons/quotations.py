"""What others said, in a statement of reasons: confirmed words alone, verbatim, attributed, the denial beside them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from evenhand.model.errors import FieldError, RecordIncomplete
from evenhand.model.evidence import QuotedClaim
from evenhand.model.finding import Finding
from evenhand.model.record import record_sha256
from evenhand.model.visible_text import on_one_line
from evenhand.reasons.language import ENGLISH, ISOLATE, ISOLATE_END, Words
from evenhand.reasons.wording import Wording

_MOST_SAID, _MOST_DENIALS = 3, 4
_LONGEST = 400  # characters of one quotation: a notice is one page
_OPEN, _CLOSE, _MARKS = '“«„"', '”»“"', 2  # marks around the whole are the notice's own
_POINTER = re.compile(
    r"\W*(?:(?:all|any|both|each|every|of|the|this|that|these|those|such|its|his|her|their|our|my) )*"
    r"(?:it|this|that|them|these|those|so|everything|all|accusations?|accounts?|allegations?|assertions?|charges?"
    r"|claims?|complaints?|criticisms?|findings?|reports?|statements?|suggestions?)\W*",
    re.IGNORECASE,
)
"""A noun or pronoun alone that points back to what was said before."""
_OPENERS = frozenset({
    "a", "an", "the", "this", "that", "these", "those", "its", "his", "her", "their", "our", "one", "two", "three",
    "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "some", "several", "many", "most",
    "both", "dozens", "hundreds", "thousands", "another", "other", "former", "current", "senior", "sources",
    "officials", "people", "residents", "witnesses",
})  # fmt: skip
"""Words that are written large because they open a sentence."""
_COUNTED = ("confirmed", "corrected")


def said_of(finding: Finding, wording: Wording) -> Iterator[str]:
    """Yield what others said of a party, each denial right after what it denies.

    In public no word and no name is given: only how many say it, and how many deny it.

    Raises:
        RecordIncomplete: a claim is not confirmed, or its words are not those of the document.
    """
    claims = [_checked(name, wording.case.claims) for name in _named(finding)]
    _check_beside(claims, finding.party_id)
    if wording.public:
        return
    shown, given = _shown(claims), dict[str, QuotedClaim]()
    loose = _loose(claims, shown)
    for each in shown:
        yield _sentence(each, wording, of_all=each.id in loose)
        if finding.party_id in each.not_named and not each.denial:
            who = wording.party(finding.party_id)
            yield wording.words.found["claim_linked" if _has_name(each, who) else "claim_not_named"].format(who=who)
        before = [speaker_in_sentence(given[name], wording.words) for name in each.denied_by if name in given]
        if before:
            yield wording.words.found["claim_denied_too"].format(speaker=wording.words.listed(before))
        given[each.id] = each
    if len(shown) < len(claims):
        yield wording.words.found["claims_further"].format(number=len(claims) - len(shown))


def _has_name(claim: QuotedClaim, who: str) -> bool:
    """Return whether what is quoted of a claim has the name of a party, which may lack its legal form there."""
    quoted = _plain(" ".join((*claim.words, _phrase(claim)))).casefold()
    name = _plain(who).strip(f"{_OPEN}{_CLOSE} \u00a0\u202f").casefold()
    shorter = name.rpartition(" ")[0]
    return name in quoted or (" " in shorter and shorter in quoted)


def check_quotations(text: str, findings: Iterable[Finding], wording: Wording) -> None:
    """Raise unless a notice that speaks of claims gives each as it stands in the document, its denials too.

    Blanks and line ends beside each other count as one blank.

    Raises:
        RecordIncomplete: it says which claim, and what is missing.
    """
    notice = _plain(text)
    for finding in (each for each in findings if each.kind == "claims"):
        if _plain(observation_of_claims(finding, wording)).casefold() in notice.casefold():
            claims = [_checked(name, wording.case.claims) for name in _named(finding)]
            shown = _shown(claims)
            loose = _loose(claims, shown)
            for each in shown:
                if not all(_plain(words) in notice for words in _required(each, wording, of_all=each.id in loose)):
                    what = "no denial beside the accusation" if each.denial else "words that are not the document's"
                    raise _refusal(each.id, "denied_by" if each.denial else "words", what)


def observation_of_claims(finding: Finding, wording: Wording) -> str:
    """Return the sentence with which a notice begins to speak of claims."""
    return wording.words.found["claims"].format(who=wording.party(finding.party_id))


def _shown(claims: list[QuotedClaim]) -> list[QuotedClaim]:
    """Return the claims that a notice gives: the first accusations, each with all that denies it, then other denials.

    INVARIANT: a denial is left out only after every accusation that is given has its own.
    """
    denials = {each.id: each for each in claims if each.denial}
    shown: list[QuotedClaim] = []
    for each in [each for each in claims if not each.denial][:_MOST_SAID]:
        shown += [each, *(denials.pop(name) for name in each.denied_by if name in denials)]
    left = max(_MOST_DENIALS - sum(each.denial for each in shown), 0)
    return shown + list(denials.values())[:left]


def _loose(claims: list[QuotedClaim], shown: list[QuotedClaim]) -> set[str]:
    """Return the denials of which nobody has said which accusation they deny, where there are several.

    To call one a denial of the accusation that happens to stand before it would say what is not on record.
    """
    if sum(not each.denial for each in claims) < 2:
        return set()
    tied = {name for each in shown if not each.denial for name in each.denied_by}
    return {each.id for each in shown if each.denial} - tied


def _named(finding: Finding) -> list[str]:
    return [source.removeprefix("claim:") for source in finding.sources if source.startswith("claim:")]


def _checked(name: str, claims: Mapping[str, QuotedClaim]) -> QuotedClaim:
    """Return a claim that may be given.

    Raises:
        RecordIncomplete: it is not at hand, not confirmed, or its words are not those of its places in the document.
    """
    claim = claims.get(name)
    if claim is None:
        raise _refusal(name, "claims", "a claim that is not at hand")
    if claim.state not in _COUNTED:
        raise _refusal(name, "state", f"a claim that is {claim.state}, not confirmed by a person")
    in_text = tuple(claim.text[start:end] for start, end in claim.spans)
    if claim.words != in_text or record_sha256(claim.words) != claim.sha256:
        raise _refusal(name, "words", "words that are not those of the document")
    return claim


def _check_beside(claims: list[QuotedClaim], party: str) -> None:
    """Refuse an accusation that the party itself denies in the same document without that denial beside it.

    Raises:
        RecordIncomplete: it names the accusation; nobody said that the denial is of something else.
    """
    own = [each for each in claims if each.denial and party in each.of]
    for accusation in (each for each in claims if not each.denial):
        known = {*accusation.denied_by, *accusation.apart}
        if any(each.document == accusation.document and each.id not in known for each in own):
            raise _refusal(accusation.id, "denied_by", "an accusation without the party's own denial beside it")


def _refusal(name: str, field: str, what: str) -> RecordIncomplete:
    return RecordIncomplete(f"the notice would give {what}:", where=name, errors=(FieldError(field, name),))


def _sentence(claim: QuotedClaim, wording: Wording, *, of_all: bool) -> str:
    """Return what is told of a claim: quoted where somebody spoke so, else what the report says that somebody did.

    Of a denial that only points back ("the accusation", "it") no words are given: it says no more than that it is
    denied. One `of_all` is told as being about all that stands before.
    """
    if claim.spoken:
        return _told("claim_denied" if claim.denial else "claim_said", claim, wording, of_all=of_all)
    if claim.denial and _points_back(claim):
        return _told("claim_denied_plainly", claim, wording, of_all=of_all)
    if _phrase(claim) and claim.speaker:
        return _told("claim_denied_reported" if claim.denial else "claim_reported", claim, wording, of_all=of_all)
    if claim.denial:
        plainly = _told("claim_denied_plainly", claim, wording, of_all=of_all)
        return f"{plainly} {_told('claim_denied_words', claim, wording, of_all=of_all)}"
    return _told("claim_accused", claim, wording, of_all=of_all)


def _told(form: str, claim: QuotedClaim, wording: Wording, *, of_all: bool) -> str:
    words = wording.words
    quoted = " … ".join(words.quoted(each, len(each) + 1) for each in _excerpts(claim))
    phrase = _phrase(claim)
    sentence = words.found[form].format(
        opening=words.found["claim_denial_of_these" if of_all else "claim_denial_of_this"],
        title=_title(claim, words), speaker=speaker_in_sentence(claim, words), words=quoted,
        phrase=words.given(phrase) if words.language == ENGLISH else words.quoted(phrase, len(phrase) + 1),
    )  # fmt: skip
    return sentence if claim.outlet else f"{sentence[:1].upper()}{sentence[1:]}"


def _title(claim: QuotedClaim, words: Words) -> str:
    """Return which report it is: whose, and of which day."""
    try:
        day = words.day(date.fromisoformat(claim.published)) if claim.published else ""
    except ValueError:
        day = words.given(claim.published)
    form = ("claim_outlet" if claim.outlet else "claim_report") + ("" if day else "_undated")
    return words.found[form].format(outlet=words.given(claim.outlet), day=day)


def speaker_in_sentence(claim: QuotedClaim, words: Words) -> str:
    """Return how a speaker is called within a sentence; an English name in another language stands in marks.

    In English an article or number that opened the report's sentence is written small.
    """
    if not claim.speaker:
        return words.found["claim_speaker"]
    if words.language != ENGLISH:
        return words.quoted(claim.speaker)
    first, blank, rest = on_one_line(claim.speaker).partition(" ")
    return words.given(f"{first.lower() if first.lower() in _OPENERS else first}{blank}{rest}")


def _phrase(claim: QuotedClaim) -> str:
    """Return what the report says that the speaker did, ``""`` where it does not in words that hold those of the claim.

    INVARIANT: it is the document's own text around the claim's places, so a notice invents no verb.
    """
    if claim.phrase is None or not claim.spans:
        return ""
    start, end = claim.phrase
    holds = 0 <= start <= claim.spans[0][0] and claim.spans[-1][1] <= end <= len(claim.text)
    return on_one_line(claim.text[start:end]).rstrip(" .,;:") if holds else ""


def _points_back(claim: QuotedClaim) -> bool:
    return _POINTER.fullmatch(_plain(" ".join(claim.words))) is not None


def _required(claim: QuotedClaim, wording: Wording, *, of_all: bool) -> Iterator[str]:
    """Yield what a notice must have of a claim: its words, or of a denial without words the sentence itself."""
    if claim.denial and not claim.spoken:
        yield _sentence(claim, wording, of_all=of_all)
        if _points_back(claim):
            return
    yield from (each.rstrip(" .,;:") for each in _excerpts(claim))


def _excerpts(claim: QuotedClaim) -> Iterator[str]:
    """Yield what is given of a claim: its words, of long ones the beginning up to a blank."""
    for each in claim.words:
        line = each[1:-1] if each[:1] in _OPEN and each[-1:] in _CLOSE and len(each) > _MARKS else each
        if len(line) > _LONGEST:
            line = line[:_LONGEST].rpartition(" ")[0] or line[:_LONGEST]
        # The comma before "he said" is no word of his; the notice's own sentence ends with a full stop behind the mark.
        yield line.removesuffix(",") if line.endswith((",", "..")) else line.removesuffix(".")


def _plain(text: str) -> str:
    """Return a text on one line without the marks that isolate a direction."""
    return on_one_line(text.replace(ISOLATE, "").replace(ISOLATE_END, ""))
