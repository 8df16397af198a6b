"""Short reports that one form gives away: "rejected the charge", "could not be reached", "court papers show that C"."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from evenhand.evidence.attributions import Attribution
from evenhand.evidence.cue_words import cue_table
from evenhand.evidence.word_patterns import read_words
from evenhand.model.claims import Span, Stance

_NAME: Final = r"(?:[^\W\d_a-z](?:[\w’'&-]|\.(?=\w|\s[a-z]))*\.?)"
_NUMBERS: Final = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\\d{1,3}|(?:a|two|half a) dozen"
_NOUN: Final = r"(?!(?:in|to|at|of|for|on|by|that|was|were|is|are|has|have|had|but|and)\s)[a-z-]+"
# A name, "Peru's port ministry in Lima", "the Coast Gazette", "the board" or a pronoun.
_WHO: Final = (
    rf"(?P<who>{_NAME}(?:\s{_NAME}){{0,3}}[’']s\s{_NOUN}(?:\s{_NOUN}){{0,2}}(?:\s(?:in|to|at)\s{_NAME})?"
    rf"|(?:[Tt]he\s|[Ii]ts\s|[Tt]heir\s)?{_NAME}(?:\s(?:of\s|for\s|de\s|do\s|and\s|&\s)?{_NAME}){{0,4}}"
    rf"|(?:[Tt]he|[Ii]ts|[Tt]heir)\s{_NOUN}(?:\s{_NOUN}){{0,2}}(?:\sof\s(?:the\s)?[a-z-]+)?|[Bb]oth|[Nn]either|[Ss]he|[Hh]e|[Tt]hey|[Ii]t)"
)
_HAVE: Final = r"(?:has |have |had )?"
_HOW: Final = r"(?:again |strongly |firmly |also |flatly |repeatedly |immediately |quickly |publicly )*"
_CHARGES: Final = (
    "(?:accusations?|allegations?|charges?|claims?|criticisms?|reports?|suggestions?|wrongdoing|involvement|findings?"
    "|complaints?|protests?|account|story|figures?|demands?|proposals?|offers?|requests?|calls?|ruling|verdict|links?"
    "|connection)"
)
_CONTENT: Final = r"(?P<content>[^.;:“”\"\n]{3,200}?)(?=[.;,\n]|$)"
# Where a clause begins: forms that begin with their speaker are only tried there.
_OPENS: Final = re.compile(r"^|(?<=[.!?])\s|,\s(?:after|before)\s|\swhile\s", re.MULTILINE)

_OPENS_IN_LINE: Final = re.compile(r"[.!?]\s|,\s(?:after|before)\s")


def _form(*parts: str, flags: int = 0) -> re.Pattern[str]:
    return re.compile("".join(parts), re.MULTILINE | flags)


_SHORT_DENIAL: Final = _form(
    rf"\b{_WHO}\s+(?P<cue>{_HAVE}{_HOW}(?P<verb>denied|denies|rejected|rejects|dismissed|dismisses|disputed|disputes",
    r"|refuted|refutes|rubbished|rubbishes|repudiated|repudiates|(?:hit back|scoffed|scoffs) at",
    r"|(?:brushed|brushes) (?:off|aside)",
    r"|poured scorn on|(?:laughed|laughs|shrugged|shrugs) off))\s+(?P<content>(?:this|that|it|them)(?=[.,;])",
    r"|(?:the|this|that|these|those|such)\s[a-z]+(?=[.,;]|\sas\s)",
    rf"|(?:the|this|that|these|those|any|all|such|both)\s(?:[a-z]+\s)?{_CHARGES}\b)",
)
_AFTER: Final = _form(
    r"\b(?:after|before|when|while|as|because|since)\s(?P<who>(?:[\w’'.-]+\s){0,5}?[\w’'.-]+)\s",
    rf"(?P<cue>{_HAVE}(?:also )?(?P<verb>accused|blamed|criticised|criticized))\s",
    rf"(?P<target>[^,.;:“”\"\n]{{2,70}}?)\s(?:of|for)\s{_CONTENT}",
)
_SAID_THAT: Final = _form(
    r"(?P<who>(?:[\w’'.-]+\s){0,7}?[\w’'-]+)(?:,\s[^,.;:“”\"\n]{3,80},)?\s(?P<cue>(?P<verb>said|says))",
    r"(?:\s(?:by|in|on|through|via|without)\s[^,.;:“”\"\n]{2,60}?|,\s[^,.;:“”\"\n]{3,60},)\sthat\s",
    r"(?P<content>[^;:\n]{8,400}?)(?=[.!?](?:\s|$)|\n|$)",
)
_DISMISSED_AS: Final = _form(
    rf"(?P<who>[^,.;:“”\"\n]{{3,60}}?)\s(?P<cue>{_HAVE}{_HOW}(?P<verb>dismissed|dismisses|rejected|rejects))\s",
    r"(?P<content>as\s[“\"][^“”\"\n]{2,40}[”\"]\s[^.;:“”\"\n]{3,200}?)(?=[.;\n]|,\s|$)",
)
_PASSIVE_DENIAL: Final = _form(
    rf"(?P<content>\b(?i:the|this|that|these|those|all|both)\s(?:[a-z]+\s)?{_CHARGES})\s",
    r"(?P<cue>(?:was|were|has been|have been)\s(?:\w+\s){0,2}?(?P<verb>denied|rejected|dismissed|disputed|refuted))",
    r"\sby\s(?P<who>[^.,;:“”\"\n]{2,60}?)(?=[.,;]|\s(?:which|who|on|after|and)\s|$)",
)
_FEELING: Final = _form(
    rf"\b{_WHO},?\s(?:which\s|who\s|and\s|it\s)?(?P<cue>{_HAVE}(?:also )?expressed\s(?:\w+\s)?",
    r"(?P<verb>regret|sorrow|concern|outrage|anger|hope|gratitude|disappointment|dismay))\s(?:over|for|at|about|that)\s",
    _CONTENT,
)
_FEELINGS: Final[dict[str, Stance]] = {
    "regret": "regrets", "sorrow": "regrets", "hope": "hopes", "gratitude": "praises", "outrage": "accuses",
    "anger": "accuses", "disappointment": "accuses", "dismay": "accuses",
}  # fmt: skip
_AGAINST: Final = _form(
    rf"\b{_WHO}\s(?P<cue>{_HAVE}(?:also )?(?P<verb>warned|cautioned))\s[^.;:“”\"\n]{{2,60}}?\sagainst\s{_CONTENT}"
)
_CALLED_ON: Final = _form(
    rf"\b{_WHO},?\s(?P<cue>(?:{_HAVE}{_HOW}(?P<verb>called|calls)|(?:is|are|was|were) (?:now )?calling)",
    rf"\s(?:on|upon|for))\s{_CONTENT}",
)
_SHARED: Final = _form(
    r"\s(?:and|but)\s(?P<cue>(?:also |then )?(?P<verb>called for|called on|urged|demanded|accused|praised|thanked",
    r"|warned|apologi[sz]ed for|regretted|admitted|acknowledged|denied|rejected|hoped|criticised|criticized|condemned",
    rf"|threatened|welcomed))\s{_CONTENT}",
)
_SHARED_STANCES: Final[dict[str, Stance]] = {
    "called for": "requests", "called on": "requests", "apologised for": "regrets", "apologized for": "regrets",
}  # fmt: skip
_SAME: Final = _form(
    rf"(?P<who>(?:{_NUMBERS}|A|Another)\s[^,.;:“”\"\n]{{3,60}}?)(?:,[^,.]{{3,60}},)?\s",
    r"(?P<cue>(?P<verb>told|said|gave|confirmed)(?:\s[^,.]{2,40}?)?)\s",
    r"(?P<content>the same(?: account| story)?)(?=[.,;])",
    flags=re.IGNORECASE,
)
_DECLINE: Final = _form(
    rf"\b{_WHO.removesuffix(')')}|Neither\s[^.;:“”\"\n]{{2,80}}?)(?:,\s\d{{1,3}})?(?:,\s(?:which|who|of|from)\s[^,.;:“”\"\n]{{3,60}})?,?\s+",
    r"(?P<cue>(?:would (?:say|comment|discuss|answer)|did (?:say|comment|reply|respond)",
    r"|neither confirmed nor denied|would neither confirm nor deny",
    r"|could not (?:immediately )?be reached|(?:was|were) (?:not (?:immediately )?|un)available for comment",
    r"|had no (?:immediate )?comment|made no comment|offered no comment|refused to comment",
    r"|would not (?:comment|be drawn|discuss|say|answer)|did not say(?= (?:whether|when|who|why|how|what)\b)",
    r"|did(?: not|n[’']t) (?:immediately )?(?:reply|respond|return)|declined to [a-z]+|(?:has|have|had) not commented)",
    r"(?P<rest>\s[^.;:“”\"\n]{0,80})?)(?=[.;:\n]|$)",
)
_RELATIVE_DENIAL: Final = _form(
    r",\s(?P<content>an? (?:charge|claim|accusation|allegation|suggestion)|something|which)\s(?:that\s|which\s)?",
    rf"{_WHO}\s(?P<cue>{_HAVE}{_HOW}(?P<verb>denie[sd]|reject(?:s|ed)|dismiss(?:es|ed)|disput(?:es|ed)))\b",
)
_COUNTED: Final = _form(
    r"(?P<who>(?:(?:At least|More than|No fewer than|About|Some|Nearly|Up to|Around)\s)?",
    rf"(?:{_NUMBERS}|An?|Several|Dozens of)\s[^,.;:“”\"\n]{{3,90}}?)",
    r"(?:\s(?:contacted|interviewed|reached|surveyed|asked|questioned)\s(?:by\s)?[^,.;:“”\"\n]{2,60}?)?",
    r"(?:,\s[^,.;:“”\"\n]{3,60},)?\s",
    r"(?P<cue>(?:has |have |had )?(?:also |later |then )?(?P<verb>said|confirmed|claimed|alleged|acknowledged|admitted",
    r"|believed?|think|thought|called on|urged|den(?:y|ied)|demanded(?= that)|told(?=\s[^,.;:]{2,40}?\sthat\s)))",
    r"(?:(?<=told)\s[^,.;:]{2,40}?(?=\sthat\s))?\s(?P<content>(?:that\s)?[^;:“”\"\n]{10,400}?)(?=[.!?](?:\s|$)|\n|$)",
    flags=re.IGNORECASE,
)
_PLURAL: Final = _form(
    rf"(?P<who>(?:[\w-]+\s){{0,3}}?(?:{'|'.join(sorted(read_words('speaker_words.txt')['plural_sources']))}))",
    r"(?:\s(?:in|at|close to|with|from)\s[^,.;:“”\"\n]{2,60}?)?\s",
    r"(?P<cue>(?P<verb>say|believe|allege|claim|fear|warn|insist))\s(?P<content>(?:that\s)?[^;:“”\"\n]{10,400}?)(?=[.!?](?:\s|$)|\n|$)",
    flags=re.IGNORECASE,
)
_DOCUMENT: Final = _form(
    r"(?P<who>(?:(?:The|A|An|Its|Their|Internal|Leaked)\s)?(?:[\w’'-]+\s){0,4}?(?:",
    "|".join(sorted(read_words("speaker_words.txt")["documents"])),
    r"))(?P<by>\s(?:made public|seen|obtained|filed|reviewed|published|released|from|of|by|dated|leaked)",
    r"\s[^.;:“”\"\n]{2,60}?)?\s",
    r"(?P<cue>(?P<verb>shows?|showed|suggests?|suggested|reveals?|revealed|indicates?|indicated|says?|said|states?",
    r"|stated|found|concluded|alleges?|alleged|warns?|warned))\s(?P<content>(?:that\s)?[^;:\n]{10,400}?)(?=[.!?](?:\s|$)|\n|$)",
    flags=re.IGNORECASE,
)


_NO_PHRASE: Final = read_words("speaker_words.txt")["no_phrase"]
# Letters of which a form has some: looked for first, as most paragraphs have none of them.
_HINTS: Final[dict[re.Pattern[str], tuple[str, ...]]] = {
    _RELATIVE_DENIAL: (", a charge", ", a claim", ", an accus", ", an alleg", ", a sugg", ", which", ", something"),
    _SHORT_DENIAL: ("deny", "deni", "reject", "dismiss", "disput", "refut", "rubbish",
                    "repudiat", "hit back", "scoff", "brush", "scorn", "laugh", "shrug"),
    _DISMISSED_AS: ("ismissed as ", "ejected as ", "ismisses as ", "ejects as "),
    _PASSIVE_DENIAL: ("denied by", "rejected by", "dismissed by", "disputed by", "refuted by"),
    _DECLINE: ("comment", "either ", "declined", "not be ", "not repl", "not resp", "not ret", "not imm", "not say",
               "n’t r", "n't r", "would say", "would discuss", "would answer", "would not be d"),
    _FEELING: ("express",),
    _COUNTED: ("said", "confirmed", "claimed", "alleged", "knowledged", "admitted", "believe", "think", "thought",
               "demanded", "called on", "urged", "told", "den"),
    _DOCUMENT: ("show", "suggest", "reveal", "indicate", " say", " said", "state", "found", "conclude", "allege",
                "warn"),
    _PLURAL: (" say ", " believe ", " allege ", " claim ", " fear ", " warn ", " insist "),
    _AFTER: ("accused", "blamed", "criticised", "criticized"),
    _SAID_THAT: (" that ",),
    _AGAINST: ("against",),
    _CALLED_ON: ("called on", "called upon", "calls on", "calls upon", "called for", "calls for", "calling for",
                 "calling on"),
    _SAME: ("the same",),
}  # fmt: skip
_BEFORE_HINT: Final = 140
_BEHIND_HINT: Final = 260
_OPENED: Final = frozenset({_DISMISSED_AS, _COUNTED, _PLURAL, _DOCUMENT, _SAME, _SAID_THAT})


def find_plain_reports(text: str, span: Span) -> Iterator[Attribution]:
    """Yield the attributions of a part of a text that one form gives away, whatever else was read of the sentence."""
    openings: list[int] | None = None
    for pattern, hints in _hints_of(text):
        first = bisect_left(hints, (span[0], 0))
        given = [at for at, end in hints[first : bisect_left(hints, (span[1], 0), first)] if end <= span[1]]
        if not given:
            continue
        opened = pattern in _OPENED
        if opened and openings is None:
            openings = _openings(text, span)
        found = (
            (pattern.match(text, at, span[1]) for at in openings or () if at < given[-1])
            if opened
            else _near(pattern, given, text, span)
        )
        for match in filter(None, found):
            if _is_report(pattern, match):
                yield _report(pattern, match)


@lru_cache(maxsize=2)
def _hints_of(text: str) -> list[tuple[re.Pattern[str], list[Span]]]:
    """Return the forms of which a whole text has hints, with the places of these in order."""
    found = [
        (pattern, sorted(place for hint in hints for place in _places(text, hint))) for pattern, hints in _HINTS.items()
    ]
    return [(pattern, hints) for pattern, hints in found if hints]


def _openings(text: str, span: Span) -> list[int]:
    """Return where clauses begin; in a paragraph of one line without "while" a faster pattern finds the same."""
    if text.find("while", *span) >= 0 or text.find("\n", *span) >= 0:
        return [found.end() for found in _OPENS.finditer(text, *span)]
    behind = [found.end() for found in _OPENS_IN_LINE.finditer(text, *span)]
    return [span[0], *behind] if not span[0] or text[span[0] - 1] == "\n" else behind


def _is_report(pattern: re.Pattern[str], match: re.Match[str]) -> bool:
    """Return whether a match is what its form says: its speaker a phrase, and "would say" no refusal of one party."""
    if pattern is _DECLINE and re.match(r"(?:would|did) (?:say|comment|discuss|answer|reply|respond)\b", match["cue"]):
        return match["who"].casefold().startswith(("neither", "none of", "nobody"))
    return pattern not in {_AFTER, _SAID_THAT} or _is_phrase(match["who"])


def _near(pattern: re.Pattern[str], places: Sequence[int], text: str, span: Span) -> Iterator[re.Match[str]]:
    """Yield where a form stands around its hints; to try it everywhere would cost ten times as much."""
    last = span[0]
    for at in places:
        first, end = max(last, at - _BEFORE_HINT), min(span[1], at + _BEHIND_HINT)
        for match in pattern.finditer(text, first, end) if first < end else ():
            yield match
            last = match.end()


def _places(text: str, hint: str) -> Iterator[Span]:
    at = text.find(hint)
    while at >= 0:
        yield at, at + len(hint)
        at = text.find(hint, at + 1)


def _is_phrase(words: str) -> bool:
    """Return whether words can be one noun phrase: no verb, no new clause, no pronoun."""
    lower = words.split()
    if any(word in _NO_PHRASE or (word.endswith(("ed", "n't")) and word.islower()) for word in lower):
        return False
    return not any(word in {"he", "she", "they", "it", "we", "you", "i"} for word in words.casefold().split())


def _report(pattern: re.Pattern[str], match: re.Match[str]) -> Attribution:
    if pattern is _DECLINE:
        return _attribution(match, "declines", "decline", content=match.span("cue"))
    if pattern is _CALLED_ON:
        return _attribution(match, "requests", "call")
    if pattern is _FEELING:
        return _attribution(match, _FEELINGS.get(match["verb"], "asserts"), "express")
    if pattern in {_RELATIVE_DENIAL, _SHORT_DENIAL, _PASSIVE_DENIAL, _DISMISSED_AS}:
        return _attribution(match, "denies", _lemma(match["verb"]))
    cue = cue_table().get(match["verb"].casefold())
    return _attribution(match, cue.stance if cue else "asserts", cue.lemma if cue else match["verb"].casefold())


def find_shared_reports(text: str, span: Span) -> Iterator[Attribution]:
    """Yield what a second verb of a sentence reports: "praised the union and called for a hearing"; without speaker."""
    for match in _matches_behind_and(text, span):
        cue = cue_table().get(match["verb"].split()[0])
        stance = _SHARED_STANCES.get(match["verb"]) or (cue.stance if cue else "asserts")
        yield Attribution(
            form="indirect",
            content=(match.span("content"),),
            resolution="continuation",
            cue=match.span("cue"),
            cue_lemma=cue.lemma if cue else match["verb"],
            stance=stance,
            frames="n",
        )


def _matches_behind_and(text: str, span: Span) -> Iterator[re.Match[str]]:
    at = text.find("and", span[0] + 1, span[1])
    while at >= 0:
        match = _SHARED.match(text, at - 1, span[1])
        if match:
            yield match
        at = text.find("and", match.end() + 1 if match else at + 1, span[1])


_LEMMAS: Final = {
    "deni": "deny", "reje": "reject", "disp": "dispute", "refu": "refute", "rubb": "rubbish", "repu": "repudiate",
}  # fmt: skip


def _lemma(verb: str) -> str:
    return _LEMMAS.get(verb[:4].casefold(), "dismiss")


def _attribution(match: re.Match[str], stance: Stance, lemma: str, content: Span | None = None) -> Attribution:
    words = match["who"].split()
    pronoun = words[0].casefold() in {"he", "she", "they", "it"} and len(words) == 1
    return Attribution(
        form="indirect",
        content=(content or match.span("content"),),
        name="" if pronoun else " ".join(words),
        speaker_span=match.span("who"),
        speaker_phrase=match.span("who"),
        speaker_form="pronoun" if pronoun else "noun" if words[-1][:1].islower() else "name",
        resolution="none" if pronoun else "explicit",
        cue=match.span("cue"),
        cue_lemma=lemma,
        stance=stance,
        frames="n",
        target=match.span("target") if "target" in match.re.groupindex else None,
    )
