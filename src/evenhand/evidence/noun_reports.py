"""Reports in a noun: "criticism in Lima that C", "Peru's accusations of C", "rejected the charge"; grammar alone."""

import re
from collections.abc import Sequence
from typing import Final

from evenhand.evidence.attributions import Attribution
from evenhand.evidence.statements import Statement
from evenhand.model.claims import Section, Span, Stance

_STANCES: Final[dict[str, Stance]] = {
    "accusation": "accuses", "allegation": "accuses", "charge": "accuses", "criticism": "accuses", "claim": "asserts",
    "complaint": "accuses", "denial": "denies", "assertion": "asserts", "threat": "threatens", "warning": "threatens",
    "demand": "requests", "call": "requests", "suspicion": "accuses", "concern": "accuses",
}  # fmt: skip
_NOUN: Final = "(?P<noun>accusation|allegation|charge|criticism|complaint|denial|assertion|suspicion|claim)s?"
_NAME: Final = r"(?:[^\W\d_a-z](?:[\w’'&-]|\.(?=\w|\s[a-z]))*\.?)"
_THAT: Final = re.compile(
    rf"\b{_NOUN}(?:\s+(?P<by>by|from|in|among)\s+(?P<who>[^,.;:“”\"\n]{{2,60}}?))?\s+that\s+(?P<content>[^;:\n“”\"]{{8,400}}?)"
    r"(?=[.;]\s|[.;]?$|\n|,\s+(?:said|according)|[“”])",
    re.IGNORECASE,
)
_OWNED: Final = re.compile(
    rf"\b(?P<who>{_NAME}(?:\s{_NAME}){{0,3}})(?:[’']s|(?<=s)[’'])?\s+(?P<noun>accusation|allegation|charge|claim)s?\s+"
    r"(?:of|that)\s+(?P<content>[^,;:\n“”\"]{4,300}?)(?=[.;,]|\s+(?:as|and|but|which|after|before)\s|$)"
)
_NUMBERS: Final = (
    "Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Eleven|Twelve|two|three|four|five|six|seven|eight|nine|ten"
    r"|\d{1,3}"
)
_SHORT_DENIAL: Final = re.compile(
    rf"\b(?P<who>(?:[Tt]he\s)?{_NAME}(?:\s{_NAME}){{0,4}}|[Tt]he\s[a-z]+(?:\s[a-z]+)?)\s+"
    r"(?P<cue>(?:has |have |had )?(?:again |strongly |firmly |also |flatly |repeatedly )*(?P<verb>denied|denies"
    r"|rejected|rejects|dismissed|dismisses|disputed|disputes|refuted|refutes))\s+"
    r"(?P<content>(?:the|this|that|these|those|any|all|such|both)\s+(?:[a-z]+\s)?(?:accusations?|allegations?|charges?"
    r"|claims?|criticisms?|reports?|suggestions?|wrongdoing|involvement|findings?|complaints?))\b"
)
# A counted source as subject of a plain report, which is read even where another reading of the sentence failed.
_COUNTED: Final = re.compile(
    r"(?:^|(?<=[.!?]\s))(?P<who>(?:(?:At least|More than|No fewer than|About|Some|Nearly|Up to|Around)\s)?"
    rf"(?:{_NUMBERS}|An?|Several|Dozens of)\s[^,.;:“”\"\n]{{3,90}}?)"
    r"(?:\s(?:contacted|interviewed|reached|surveyed|asked|questioned)\s(?:by\s)?[^,.;:“”\"\n]{2,60}?)?\s"
    r"(?P<cue>(?:also |later |then )?(?P<verb>said|confirmed|claimed|alleged|acknowledged|admitted|believed))\s"
    r"(?P<content>(?:that\s)?[^;:“”\"\n]{10,400}?)(?=[.!?](?:\s|$)|\n|$)",
    re.MULTILINE,
)
_LEMMAS: Final = {"deni": "deny", "reje": "reject", "dism": "dismiss", "disp": "dispute", "refu": "refute"}
REPORTING_WORDS: Final = frozenset(_STANCES)
LONGEST: Final = 6_000


def find_noun_reports(
    text: str, paragraphs: Sequence[Span], sections: Sequence[Section], known: Sequence[Statement]
) -> list[Statement]:
    """Return the statements that a noun reports and no statement known already holds.

    One within the content of a known statement is nested in it.
    """
    found: list[Statement] = []
    for paragraph, section in zip(paragraphs, sections, strict=True):
        start, end = paragraph[0], min(paragraph[1], paragraph[0] + LONGEST)
        beside = [statement for statement in known if statement.paragraph == paragraph]
        for match in _SHORT_DENIAL.finditer(text, start, end):
            if not any(_overlap(match.span("content"), statement) for statement in beside):
                found.append(Statement(_denial(match), section, paragraph))
        for match in _COUNTED.finditer(text, start, end):
            if not any(_overlap(match.span("content"), statement) for statement in beside):
                found.append(Statement(_plain_report(match), section, paragraph))
        for match in (*_OWNED.finditer(text, start, end), *_THAT.finditer(text, start, end)):
            report = _report(match, section, paragraph, beside)
            if report is not None and not any(other.first == report.first for other in found):
                found.append(report)
    return found


def _plain_report(match: re.Match[str]) -> Attribution:
    admitted = match["verb"] in {"acknowledged", "admitted"}
    stance: Stance = "admits" if admitted else "accuses" if match["verb"] == "alleged" else "asserts"
    return Attribution(
        form="indirect",
        content=(match.span("content"),),
        name=" ".join(match["who"].split()),
        speaker_span=match.span("who"),
        speaker_phrase=match.span("who"),
        speaker_form="noun",
        resolution="explicit",
        cue=match.span("cue"),
        cue_lemma={"said": "say", "admitted": "admit"}.get(
            match["verb"], match["verb"].removesuffix("d").removesuffix("e")
        ),
        stance=stance,
        frames="t",
    )


def _denial(match: re.Match[str]) -> Attribution:
    return Attribution(
        form="indirect",
        content=(match.span("content"),),
        name=" ".join(match["who"].split()),
        speaker_span=match.span("who"),
        speaker_phrase=match.span("who"),
        speaker_form="noun" if match["who"].split()[-1][0].islower() else "name",
        resolution="explicit",
        cue=match.span("cue"),
        cue_lemma=_LEMMAS[match["verb"][:4]],
        stance="denies",
        frames="n",
    )


def _report(match: re.Match[str], section: Section, paragraph: Span, beside: Sequence[Statement]) -> Statement | None:
    content = match.span("content")
    if any(cue and cue[0] == match.start("noun") for cue in (other.attribution.cue for other in beside)):
        return None
    holding = next((other for other in beside if other.first <= match.start("noun") and content[1] <= other.last), None)
    if holding is None and any(_overlap(content, other) for other in beside):
        return None
    noun = match["noun"].casefold()
    who = match.span("who") if match["who"] else None
    # "Criticism in Lima" is by somebody there, not by Lima.
    named = who is not None and match.groupdict().get("by") not in {"in", "among"}
    attribution = Attribution(
        form="nested" if holding else "indirect",
        content=(content,),
        name=" ".join(match["who"].split()) if named else "",
        speaker_span=who,
        speaker_phrase=who,
        speaker_form="name" if named else "none",
        resolution="explicit" if named else "none",
        cue=match.span("noun"),
        cue_lemma=noun,
        stance=_STANCES[noun],
        frames="t",
    )
    statement = Statement(attribution, section, paragraph)
    statement.parent = holding
    return statement


def _overlap(span: Span, statement: Statement) -> bool:
    return any(start < span[1] and span[0] < end for start, end in statement.attribution.content)
