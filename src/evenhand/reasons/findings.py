"""One finding in sentences: what was observed, and what was compared to see it."""

from collections.abc import Collection
from datetime import datetime

from evenhand.model.finding import Comparison, Finding
from evenhand.model.sentences import BASE_RATE, comparison_sentence
from evenhand.reasons.wording import Wording, day, listed, percent

_MOST_COMPARISONS = 3
_MOST_BETWEEN = 3
_LONGEST = 180

# Each word of a finding is the finding's own: what a list says is the list's, what is not confirmed is said to be so.
_OBSERVED = {
    "listed": "{who} is {entry}.",
    "state_media": "{who} is {entry}.",
    "owned_by_listed": "Owners who are listed hold {low} of {who}; one of them{owner} is {entry}.",
    "possibly_owned_by_listed": "Owners who are listed may hold up to {high} of {who}, of which {low} is on record;"
    " one of them{owner} is {entry}.",
    "controlled_by_listed": "{who} is on record as controlled by a listed party{owner}: {entry}.",
    "acts_for_listed": "{who} is on record as acting for a listed party{owner}: {entry}.",
    "lookalike_domain": "{who} uses a domain that resembles a domain of {entry}.",
    "coordination": "The advertising of {who} runs in step with that of other advertisers.",
    "claims": "Others have made statements about {who}.",
}
_MAY_BE = "{who} may be {entry}. Nobody has confirmed this yet."
_UNCONFIRMED = " Nobody has confirmed yet that this listed party is the one meant."
_NOT_RULED = "At least one of our rules could not be applied to the facts on record about {who}."

_ATTRIBUTES = {
    "payer_disclosed": "payer disclosed",
    "political": "political advertising",
    "verification": "level of verification",
    "designated_share_bp": "share of listed owners",
    "designated_control": "control by a listed party",
    "circumvention_confirmed": "return of a refused party, confirmed by a person",
    "union_established": "established in the European Union",
    "third_country_controlled": "controlled from outside the European Union",
    "taxpayer_funded": "funded by taxpayers",
    "editorially_independent": "editorially independent",
    "union_wide_rules": "vote under rules of the European Union",
    "window_opens": "time before a vote begins",
    "closes": "time before a vote ends",
    "cluster_size": "advertisers that act together",
}
_LEVELS = {"0": "none", "1": "declared only", "2": "document", "3": "register"}


def observation(finding: Finding, wording: Wording, paths: Collection[str] | None = None) -> str:
    """Return what a finding says, in whole sentences; of a recorded one only the attributes in `paths`, if given."""
    who = wording.party(finding.party_id)
    if finding.kind == "recorded":
        kept = [each for each in finding.because if paths is None or each.source_field in paths]
        return f"On record for {who}: {'; '.join(map(_attribute, kept))}." if kept else ""
    if finding.kind == "rule_error":
        return _first_up(_NOT_RULED.format(who=who))
    uncertain = not finding.certain
    form = _MAY_BE if uncertain and finding.kind in ("listed", "state_media") else _OBSERVED[finding.kind]
    said = form.format(
        who=who,
        entry=wording.entry(finding),
        owner=_owner(finding, wording),
        low=percent(finding.low),
        high=percent(finding.high),
    )
    if uncertain and finding.path:
        said += _UNCONFIRMED
    control = wording.control(finding) if finding.kind == "state_media" else ""
    return " ".join(filter(None, [_first_up(said), control]))


def finding_text(finding: Finding, wording: Wording) -> str:
    """Return a finding whole: what it says, who confirmed it, through whom it leads, and what was compared."""
    parts = [observation(finding, wording), _through(finding, wording)]
    if finding.certain and any(source.startswith("judgement:") for source in finding.sources):
        parts.append("A person has confirmed the match.")
    if finding.kind not in ("recorded", "rule_error") and not wording.hides(finding):
        parts.append(_compared(finding.because))
    return " ".join(filter(None, parts))


def _attribute(comparison: Comparison) -> str:
    name = comparison.source_field.rpartition(".")[2]
    value = comparison.ours
    if name == "verification":
        value = _LEVELS.get(value, value)
    if name == "designated_share_bp" and value.isdecimal():
        value = percent(int(value) * 100)
    return f"{_ATTRIBUTES.get(name, name.replace('_', ' '))}: {_cut(_as_day(value))}"


def _as_day(value: str) -> str:
    """Return the day of an instant in words; any other value as it is."""
    try:
        return day(datetime.fromisoformat(value).date()) if value[4:5] == "-" else value
    except ValueError:
        return value


def _owner(finding: Finding, wording: Wording) -> str:
    """Return who the listed owner at the end of the path is, between commas; ``""`` if nobody is named."""
    named = bool(finding.path) and finding.path[-1] != finding.party_id and finding.path[-1] in wording.case.names
    return f", {wording.party(finding.path[-1])}," if named else ""


def _through(finding: Finding, wording: Wording) -> str:
    """Return whom a holding leads through; of a long way the nearest parties, and that there are more."""
    between = [each for each in finding.path[:-1] if each != finding.party_id]
    told = [wording.party(each) for each in between[:_MOST_BETWEEN]]
    more = [] if len(between) <= _MOST_BETWEEN else ["further parties"]
    return f"The holding leads through {listed([*told, *more])}." if told else ""


def _compared(because: tuple[Comparison, ...]) -> str:
    """Return the weightiest comparisons in one sentence, those against first: they speak for the advertiser."""
    telling = (each for each in because if each.name != BASE_RATE)
    order = sorted(telling, key=lambda each: (each.effect == "for", -abs(each.weight)))
    sentences = [_cut(comparison_sentence(each)) for each in order[:_MOST_COMPARISONS]]
    return f"What we compared: {_in_quotes('; '.join(sentences))}." if sentences else ""


def _in_quotes(text: str) -> str:
    """Return a text with its backticks as quotation marks: a letter is no terminal."""
    pieces = text.split("`")
    return "".join(piece + ("“" if place % 2 == 0 else "”") for place, piece in enumerate(pieces[:-1])) + pieces[-1]


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _first_up(text: str) -> str:
    return text[:1].upper() + text[1:]
