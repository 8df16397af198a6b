"""Who accuses whom in what is said: in "the League has sued the firm" the League accuses, and the firm is accused."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from evenhand.model.claims import Span

_AUXILIARY: Final = r"(?:has|have|had|will|would|may|could|did|does|also|later|again|once|never|not|\w+ly)"
_BE: Final = re.compile(r"\s(?:is|are|was|were|be|been|being|gets?|got)\b")
_ACCUSES: Final = re.compile(
    rf"(?P<before>\s(?:{_AUXILIARY}\s)*)(?:accus(?:es?|ed)|blam(?:es?|ed)|(?P<charges>charg(?:es?|ed))|sue[sd]?"
    r"|condemn(?:s|ed)?|critici[sz](?:es?|ed)|denounc(?:es?|ed)|indict(?:s|ed)?|sanction(?:s|ed)?|fine[sd]?"
    r"|prosecut(?:es?|ed)|convict(?:s|ed)?|rebuk(?:es?|ed)|attack(?:s|ed)?|faults?|faulted)(?=\s)"
)
_MEASURES: Final = (
    r"(?:(?:accusations?|actions?|allegations?|cases?|charges?|claims?|complaints?|indictments?|law ?suits?|measures"
    r"|penalt(?:y|ies)|proceedings|sanctions|suits?|warrants?)\s(?:[^\s,.;:]+\s){0,4}?against"
    r"|(?:fines?|sanctions|bans?|penalt(?:y|ies))\son|(?:inquir(?:y|ies)|investigations?|probes?)\sinto)\s"
)
_TAKES_MEASURES: Final = re.compile(
    rf"\s(?:{_AUXILIARY}\s)*(?:announced|began|brought|filed|imposed|issued|laid|launched|levell?ed|lodged|made|opened"
    rf"|placed|pressed|raised|started|submitted|took)\s(?:[^\s,.;:]+\s){{0,4}}?{_MEASURES}"
)
_MEASURE_FIRST: Final = re.compile(rf"(?:[^\s,.;:]+\s){{0,3}}{_MEASURES}", re.IGNORECASE)
_REPORTS: Final = re.compile(
    rf"\s(?:{_AUXILIARY}\s)*(?:alleg(?:es?|ed)|argue[sd]?|believe[sd]?|claim(?:s|ed)?|complain(?:s|ed)?"
    r"|conclude[sd]?|f(?:inds|ound)|insist(?:s|ed)?|ruled?|sa(?:ys?|id)|state[sd]?|suggest(?:s|ed)?|suspect(?:s|ed)?"
    r"|warn(?:s|ed)?)\s(?P<that>that\s)?"
)
_FINITE: Final = re.compile(
    r"[,;:]|\s(?:was|were|is|are|will|would|could|should|must|may|might|can|did|does|do|took|gave|made|sold|bought|paid"
    r"|hid|kept|knew|let|lied|ran|told|[a-z]{3,}ed)\b"
)
_OBJECT_END: Final = re.compile(
    r"[,;:.“”\"]|\s(?:for|over|with|as|in|on|at|after|before|because|by|when|while|since|to|last|this|yesterday|today"
    r"|and (?=[a-z]+(?:ed|on)\b)|(?:is|are|was|were|has|had)\b)"
)
_OF: Final = re.compile(r"\sof(?=\s(?:[^A-Z]|[A-Z](?![^,.;:]*?\sof\s)))")
_LONGEST: Final = 300  # code points of a clause that are looked at


class ReportedAccusation(NamedTuple):
    """Who accuses and who is accused in what somebody says; `accused` is None where it cannot be told."""

    accuser: Span
    accused: Span | None


def reported_accusation(text: str, content: Sequence[Span]) -> ReportedAccusation | None:
    """Return who accuses whom in what is said, None where its subject accuses nobody, or is accused itself.

    In the passive ("the firm was sued by the League"), and of what only looks like such a verb ("charged customers
    twice"), the subject is whom it is about, as everywhere else.
    """
    first, last = content[0][0], min(content[0][1], content[0][0] + _LONGEST)
    first += 5 * (text[first : first + 5].casefold() == "that ")
    first += len(text[first:last]) - len(text[first:last].lstrip("“„«\"' "))
    if measure := _MEASURE_FIRST.match(text, first, last):
        return ReportedAccusation((first, first), _object(text, measure.end(), last))
    finite = _FINITE.search(text, first, last)
    for pattern in (_ACCUSES, _TAKES_MEASURES, _REPORTS):
        found = pattern.search(text, first, last)
        if found is not None and (finite is None or found.start() <= finite.start()):
            return _read(text, found, pattern, (first, last))
    return None


def _read(text: str, found: re.Match[str], pattern: re.Pattern[str], clause: Span) -> ReportedAccusation | None:
    first, last = clause
    accuser = first, found.start()
    if pattern is _TAKES_MEASURES:
        return ReportedAccusation(accuser, _object(text, found.end(), last))
    if pattern is _REPORTS:
        verb = _FINITE.search(text, found.end(), last)
        is_named = verb is not None and text[verb.start()] == " "
        return ReportedAccusation(accuser, (found.end(), verb.start()) if verb and is_named else None)
    rest = text[found.end() : last]
    if _BE.search(text, first, found.end()) or rest.startswith((" by ", " of ")):
        return None
    if found["charges"] and " with " not in rest:
        return None
    if "blam" in found[0] and " on " in rest and " for " not in rest.partition(" on ")[0]:
        return ReportedAccusation(accuser, _object(text, found.end() + rest.index(" on ") + 4, last))
    accused = _object(text, found.end() + 1, last)
    end = _OF.search(text, *accused) if accused and "accus" in found[0] else None
    return ReportedAccusation(accuser, (accused[0], end.start()) if accused and end else accused)


def _object(text: str, first: int, last: int) -> Span | None:
    end = _OBJECT_END.search(text, first, last)
    stop = end.start() if end else last
    return (first, stop) if text[first:stop].strip() else None
