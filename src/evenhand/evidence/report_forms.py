"""Set forms of short reports: patterns of "rejected the charge", "could not be reached", "court papers show that C"."""

import re
from typing import Final

from evenhand.evidence.word_patterns import read_words

# A full stop ends a name only behind a short form: "Inc.", "Ltd.".
_NAME: Final = (
    r"(?:[^\W\d_a-z](?:[\w’'&-]|\.(?=\w|\s[a-z]))*"
    r"(?:(?<=\b\w)\.|(?<=\b\w{2})\.|(?<=\b\w{3})\.|(?<=\b\w{4})\.)?)"
)
_NUMBERS: Final = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\\d{1,3}|(?:a|two|half a) dozen"
_NOUN: Final = r"(?!(?:in|to|at|of|for|on|by|that|was|were|is|are|has|have|had|but|and)\s)[a-z-]+"
_BODIES: Final = "|".join(
    sorted(
        read_words("speaker_words.txt")["bodies"]
        | read_words("speaker_words.txt")["state_bodies"]
        | read_words("speaker_words.txt")["bodies_plural"]
    )
)
# A name, "Peru's port ministry in Lima", "the Coast Gazette", "the board" or a pronoun.
_WHO: Final = (
    rf"(?P<who>{_NAME}(?:\s{_NAME}){{0,3}}[’']s\s{_NOUN}(?:\s{_NOUN}){{0,2}}(?:\s(?:in|to|at)\s{_NAME}(?:\s{_NAME}){{0,2}})?"
    rf"|(?:[Tt]he\s)?{_NAME}(?:\s{_NAME}){{0,3}}\s(?:{_BODIES})"
    rf"|(?:[Tt]he\s|[Ii]ts\s|[Tt]heir\s)?{_NAME}(?:\s(?:of\s|for\s|de\s|do\s|and\s|&\s)?{_NAME}){{0,4}}"
    rf"|(?:[Tt]he|[Ii]ts|[Tt]heir|[Hh]is|[Hh]er)\s{_NOUN}(?:\s{_NOUN})?[’']s\s{_NOUN}(?:\s{_NOUN}){{0,2}}"
    rf"|(?:[Tt]he|[Ii]ts|[Tt]heir)\s{_NOUN}(?:\s{_NOUN}){{0,2}}(?:\sof\s(?:the\s)?[a-z-]+)?|[Bb]oth|[Nn]either|[Ss]he|[Hh]e|[Tt]hey|[Ii]t"
    # "Public prosecutors", "Opposition councillors in the town": a bare plural that opens a sentence.
    rf"|(?:^|(?<=[.!?]\s))[^\W\d_a-z][\w-]+(?:\s{_NOUN}){{0,2}}(?<=s)(?:\s(?:in|at|from|of)\s(?:the\s)?[\w-]+)?)"
)
_DAY: Final = r"(?:\s(?:on\s)?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)?"
# "Lima, for its part, called on …": words between a speaker and a verb.
_FOR_ITS_PART: Final = (
    r"(?:,\s(?:for|on)\s(?:its|their|his|her)\s(?:own\s)?(?:part|side),|,\sin (?:turn|response|reply),)?"
)
_HAVE: Final = r"(?:has |have |had )?"
_HOW: Final = r"(?:again |strongly |firmly |also |flatly |repeatedly |immediately |quickly |publicly )*"
_CHARGES: Final = (
    "(?:accusations?|allegations?|charges?|claims?|criticisms?|reports?|suggestions?|wrongdoing|involvement|findings?"
    "|complaints?|protests?|accounts?|story|figures?|numbers?|conclusions?|version|notion|characteri[sz]ation|portrayal|demands?|proposals?|offers?|requests?|calls?|ruling|verdict|links?"
    "|connection)"
)
_CONTENT: Final = r"(?P<content>[^.;:“”\"\n]{3,200}?)(?=[.;,\n]|$)"


def _form(*parts: str, flags: int = 0) -> re.Pattern[str]:
    return re.compile("".join(parts), re.MULTILINE | flags)


SHORT_DENIAL: Final = _form(
    rf"\b{_WHO}{_FOR_ITS_PART}{_DAY}\s+(?P<cue>{_HAVE}{_HOW}(?P<verb>denied|denies|rejected|rejects|dismissed|dismisses|disputed|disputes",
    r"|refuted|refutes|rubbished|rubbishes|repudiated|repudiates|(?:hit back|scoffed|scoffs) at",
    r"|(?:brushed|brushes) (?:off|aside)",
    r"|poured scorn on|(?:laughed|laughs|shrugged|shrugs) off|contested|contests",
    r"|(?:took|takes) issue with|(?:disagreed|disagrees) with))\s+(?P<content>(?:this|that|it|them)(?=[.,;]|\sas\s)",
    r"|(?:the|this|that|these|those|such)\s[a-z]+(?=[.,;]|\sas\s)",
    rf"|(?:the|this|that|these|those|any|all|such|both)\s(?:[a-z]+\s)?{_CHARGES}\b)",
)
AFTER: Final = _form(
    r"\b(?:after|before|when|while|as|because|since)\s(?P<who>(?:[\w’'.-]+\s){0,5}?[\w’'.-]+)\s",
    rf"(?P<cue>{_HAVE}(?:also )?(?P<verb>accused|blamed|criticised|criticized))\s",
    rf"(?P<target>[^,.;:“”\"\n]{{2,70}}?)\s(?:of|for)\s{_CONTENT}",
)
SAID_THAT: Final = _form(
    r"(?P<who>(?:[\w’'.-]+\s){0,7}?[\w’'-]+)(?:,\s[^,.;:“”\"\n]{3,80},)?\s(?P<cue>(?P<verb>said|says))",
    r"(?:\s(?:by|in|on|through|via|without)\s[^,.;:“”\"\n]{2,60}?|,\s[^,.;:“”\"\n]{3,60},)\sthat\s",
    r"(?P<content>[^;:\n]{8,400}?)(?=[.!?](?:\s|$)|\n|$)",
)
DISMISSED_AS: Final = _form(
    rf"(?P<who>[^,.;:“”\"\n]{{3,60}}?)\s(?P<cue>{_HAVE}{_HOW}(?P<verb>dismissed|dismisses|rejected|rejects))\s",
    r"(?P<content>as\s[“\"][^“”\"\n]{2,40}[”\"]\s[^.;:“”\"\n]{3,200}?)(?=[.;\n]|,\s|$)",
)
PASSIVE_DENIAL: Final = _form(
    rf"(?P<content>\b(?i:the|this|that|these|those|all|both)\s(?:[a-z]+\s)?{_CHARGES})\s",
    r"(?P<cue>(?:was|were|has been|have been)\s(?:(?!not\b|never\b)\w+\s){0,2}?",
    r"(?P<verb>denied|rejected|dismissed|disputed|refuted))",
    r"\sby\s(?P<who>[^.,;:“”\"\n]{2,60}?)(?=[.,;]|\s(?:which|who|on|after|and)\s|$)",
)
FEELING: Final = _form(
    rf"\b{_WHO},?\s(?:which\s|who\s|and\s|it\s)?(?P<cue>{_HAVE}(?:also )?expressed\s(?:\w+\s)?",
    r"(?P<verb>regret|sorrow|concern|outrage|anger|hope|gratitude|disappointment|dismay))\s(?:over|for|at|about|that)\s",
    _CONTENT,
)
AGAINST: Final = _form(
    rf"\b{_WHO}\s(?P<cue>{_HAVE}(?:also )?(?P<verb>warned|cautioned))\s[^.;:“”\"\n]{{2,60}}?\sagainst\s{_CONTENT}"
)
CALLED_ON: Final = _form(
    rf"\b{_WHO}{_FOR_ITS_PART},?{_DAY}\s",
    rf"(?P<cue>(?:{_HAVE}{_HOW}(?P<verb>called|calls)|(?:is|are|was|were) (?:now )?calling)",
    rf"\s(?:on|upon|for))\s{_CONTENT}",
)
SHARED: Final = _form(
    r"\s(?:and|but)\s(?P<cue>(?:also |then )?(?P<verb>called for|called on|urged|demanded|accused|praised|thanked",
    r"|warned|apologi[sz]ed for|regretted|admitted|acknowledged|denied|rejected|hoped|criticised|criticized|condemned",
    rf"|threatened|welcomed))\s{_CONTENT}",
)
SAME: Final = _form(
    rf"(?P<who>(?:{_NUMBERS}|A|Another)\s[^,.;:“”\"\n]{{3,60}}?)(?:,[^,.]{{3,60}},)?\s",
    r"(?P<cue>(?P<verb>told|said|gave|confirmed)(?:\s[^,.]{2,40}?)?)\s",
    r"(?P<content>the same(?: account| story)?)(?=[.,;])",
    flags=re.IGNORECASE,
)
DECLINE: Final = _form(
    rf"\b{_WHO.removesuffix(')')}|Neither\s[^.;:“”\"\n]{{2,80}}?)(?:,\s\d{{1,3}})?(?:,\s(?:which|who|of|from)\s[^,.;:“”\"\n]{{3,60}})?,?\s+",
    r"(?P<cue>(?:would (?:say|comment|discuss|answer)|did (?:say|comment|reply|respond)",
    r"|(?:answered|returned|responded|replied|commented|reacted|agreed to comment|could be reached)(?=[\s.,;])",
    r"|neither confirmed nor denied|(?:would|could|can|will) neither confirm nor deny",
    r"|could not (?:immediately )?be (?:reached|contacted|located|found|traced)",
    r"|(?:was|were|is|are) (?:not (?:immediately )?|un)available for (?:comment|interview)",
    r"|(?:has|have|had) no (?:immediate |further |other )?comment",
    r"|(?:made|offered|gave|issued) no (?:comment|reply|answer)",
    r"|refused to (?:comment|discuss|answer|elaborate|be drawn)",
    r"|(?:would|will) not (?:comment|be drawn|discuss|say|answer|elaborate|confirm)",
    r"|did not say(?= (?:whether|when|who|why|how|what)\b)",
    r"|did(?: not|n[’']t) (?:immediately |directly )?(?:reply|respond|return|answer|comment|address|pick up)",
    r"|(?:does|do)(?: not|n[’']t) (?:comment|discuss)",
    r"|declined (?:to [a-z]+|(?:all |any |further )?(?:comment|requests?|interviews?)|an interview|several requests)",
    r"|(?:has|have|had)(?: not|n[’']t) (?:yet )?(?:commented|responded|replied|answered|returned|reacted)",
    r"|(?:has|have|had) yet to (?:comment|respond|reply|answer|react))",
    r"(?P<rest>\s[^.;:“”\"\n]{0,80}?)?)(?=[.;:\n]|,\s(?:but|and|while)\s|$)",
)
UNANSWERED: Final = _form(
    r"\b(?i:calls?|messages?|e-?mails?|letters?|requests?|questions?|inquir(?:y|ies)|texts?)",
    r"(?:,?\s(?:and\s)?(?:text\s)?(?:calls|messages|e-?mails|letters))*(?:\sfor\s(?:an?\s)?(?:comment|interview))?",
    r"(?:\s(?:sent|left|made|put|addressed|emailed))?\s(?:to|with|for)\s(?P<who>[^.,;:“”\"\n]{3,60}?)\s",
    r"(?P<content>(?P<cue>went unanswered",
    r"|(?:was|were|has been|have been) (?:not (?:immediately )?|un)(?:answered|returned)",
    r"|(?:was|were) ignored|remained? unanswered|received no (?:reply|answer|response)))",
)
FIRM: Final = _form(
    rf"\b{_WHO}{_FOR_ITS_PART},?\s(?P<cue>(?:(?:was|were|is|are) (?:also |always |\w+ly )?|remain(?:s|ed)? )",
    r"(?P<verb>adamant|insistent|emphatic|certain|convinced|confident|positive|unequivocal)(?:\sthat)?)\s",
    r"(?P<content>(?:that\s)?[^;:“”\"\n]{10,300}?)(?=[.!?](?:\s|$)|\n|$)",
)
RELATIVE_DENIAL: Final = _form(
    r",\s(?P<content>an? (?:charge|claim|accusation|allegation|suggestion)|something|which)\s(?:that\s|which\s)?",
    rf"{_WHO}\s(?P<cue>{_HAVE}{_HOW}(?P<verb>denie[sd]|reject(?:s|ed)|dismiss(?:es|ed)|disput(?:es|ed)))\b",
)
COUNTED: Final = _form(
    r"(?P<who>(?:(?:At least|More than|No fewer than|About|Some|Nearly|Up to|Around)\s)?",
    rf"(?:{_NUMBERS}|An?|Several|Dozens of)\s[^,.;:“”\"\n]{{3,90}}?)",
    r"(?:\s(?:contacted|interviewed|reached|surveyed|asked|questioned)\s(?:by\s)?[^,.;:“”\"\n]{2,60}?)?",
    rf"(?:,\s[^,.;:“”\"\n]{{3,60}},)?{_DAY}\s",
    r"(?P<cue>(?:has |have |had )?(?:also |later |then )?(?P<verb>said|confirmed|claimed|alleged|acknowledged|admitted",
    r"|believed?|think|thought|called (?:on|for)|urged|den(?:y|ied)|demanded(?= that)",
    r"|told(?=\s[^,.;:]{2,40}?\sthat\s)))",
    r"(?:(?<=told)\s[^,.;:]{2,40}?(?=\sthat\s))?\s(?:\w+ly\s(?=that\s))?(?P<content>(?:that\s)?[^;:“”\"\n]{10,400}?)(?=[.!?](?:\s|$)|\n|$)",
    flags=re.IGNORECASE,
)
PLURAL: Final = _form(
    rf"(?P<who>(?:[\w-]+\s){{0,3}}?(?:{'|'.join(sorted(read_words('speaker_words.txt')['plural_sources']))}))",
    r"(?:\s(?:in|at|close to|with|from)\s[^,.;:“”\"\n]{2,60}?)?\s",
    r"(?P<cue>(?P<verb>say|believe|allege|claim|fear|warn|insist))\s(?P<content>(?:that\s)?[^;:“”\"\n]{10,400}?)(?=[.!?](?:\s|$)|\n|$)",
    flags=re.IGNORECASE,
)
DOCUMENT: Final = _form(
    r"(?P<who>(?:(?:The|A|An|Its|Their|Internal|Leaked)\s)?(?:[\w’'-]+\s){0,4}?(?:",
    "|".join(sorted(read_words("speaker_words.txt")["documents"])),
    r"))(?P<by>\s(?:made public|seen|obtained|filed|reviewed|published|released|from|of|by|dated|leaked)",
    r"\s[^.;:“”\"\n]{2,60}?)?(?:,\s(?:which|that|dated|seen|obtained)\s[^,.;:“”\"\n]{3,80},)?\s",
    r"(?P<cue>(?P<verb>shows?|showed|suggests?|suggested|reveals?|revealed|indicates?|indicated|says?|said|states?",
    r"|stated|put|puts|estimates?|estimated|lists?|listed|records?|recorded|notes?|noted|found|concluded|alleges?|alleged|warns?|warned))\s(?P<content>(?:that\s)?[^;:\n]{10,400}?)(?=[.!?](?:\s|$)|\n|$)",
    flags=re.IGNORECASE,
)


# Letters of which a form has some: looked for first, as most paragraphs have none of them.
HINTS: Final[dict[re.Pattern[str], tuple[str, ...]]] = {
    RELATIVE_DENIAL: (", a charge", ", a claim", ", an accus", ", an alleg", ", a sugg", ", which", ", something"),
    SHORT_DENIAL: ("deny", "deni", "reject", "dismiss", "disput", "refut", "rubbish",
                    "repudiat", "hit back", "scoff", "brush", "scorn", "laugh", "shrug", "contest", "issue with",
                    "disagree"),
    DISMISSED_AS: ("ismissed as ", "ejected as ", "ismisses as ", "ejects as "),
    PASSIVE_DENIAL: ("denied by", "rejected by", "dismissed by", "disputed by", "refuted by"),
    UNANSWERED: ("answered", "returned", "ignored", "received no "),
    FIRM: ("adamant", "insistent", "emphatic", " certain ", "convinced ", " confident ", " positive ", "unequivocal"),
    DECLINE: ("comment", "either ", "declined", "not be ", "not repl", "not resp", "not ret", "not imm", "not say",
              "not discuss", "not answer", "not address", "not elab", "not pick", "not conf", "not yet", "yet to ",
              "not react", "available", "no reply", "no answer", "n’t r", "n't r", "n’t ans", "n't ans", "refused",
              "would say", "would discuss", "would answer", "would not be d"),
    FEELING: ("express",),
    COUNTED: ("said", "confirmed", "claimed", "alleged", "knowledged", "admitted", "believe", "think",
               "thought",
               "demanded", "called on", "called for", "urged", "told", "den"),
    DOCUMENT: ("show", "suggest", "reveal", "indicate", " say", " said", "state", "found", "conclude", "allege", "warn",
               " put the ", " puts the ", " lists ", " listed ", " notes ", " noted ", " estimates ", " records "),
    PLURAL: (" say ", " believe ", " allege ", " claim ", " fear ", " warn ", " insist "),
    AFTER: ("accused", "blamed", "criticised", "criticized"),
    SAID_THAT: (" that ",),
    AGAINST: ("against",),
    CALLED_ON: ("called on", "called upon", "calls on", "calls upon", "called for", "calls for", "calling for",
                 "calling on"),
    SAME: ("the same",),
}  # fmt: skip
OPENED: Final = frozenset({DISMISSED_AS, COUNTED, PLURAL, DOCUMENT, SAME, SAID_THAT})
