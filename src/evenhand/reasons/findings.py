"""One finding in sentences: what was observed, and what was compared to see it."""

from collections.abc import Collection
from datetime import date, datetime

from msgspec.structs import replace

from evenhand.model.finding import (
    CONTENT_UNKNOWN,
    MEDIA,
    MEDIA_OWNER,
    MEDIA_PAYER,
    MEDIA_SOURCE,
    Comparison,
    Finding,
    further_entries,
)
from evenhand.model.finding_sentences import BASE_RATE, comparison_form
from evenhand.reasons.language import Words, cut
from evenhand.reasons.quotations import said_of
from evenhand.reasons.wording import Wording

_MOST_COMPARISONS = 3
_MOST_BETWEEN = 3
_MOST_OWNERS = 3
_LONGEST_COMPARED = 60
_LONGEST_HOLDER = 40
_LONGEST_VALUE = 180
_OF_ANOTHER = frozenset({"coordination.moments", "coordination.things"})
_POSSIBLY_OWNED = "possibly_owned_by_listed"
_LEFT_OUT = "…"  # in a way too long to be given whole


def observation(finding: Finding, wording: Wording, paths: Collection[str] | None = None) -> str:
    """Return what a finding says, in whole sentences; of a recorded one only the attributes in `paths`, if given."""
    who, words = wording.party(finding.party_id), wording.words
    if any(each.name == "confirmed.circumvention" for each in finding.because):
        return _circumvention(finding, who, words) if paths is None or finding.party_id in paths else ""
    if finding.kind == "recorded":
        kept = [_attribute(each, wording) for each in finding.because if _is_given(each, wording, paths)]
        return words.found["recorded"].format(who=who, what=words.writing["semicolon"].join(kept)) if kept else ""
    unknown = [each.ours for each in finding.because if each.name == CONTENT_UNKNOWN]
    if unknown:
        named = words.writing["comma"].join(words.given(cut(each, _LONGEST_VALUE)) for each in unknown)
        return _first_up(words.found["content_unknown"].format(what=named))
    uncertain = not finding.certain
    owner = _owner(finding, wording)
    sentence = words.found[_form(finding)].format(
        who=who,
        entry=wording.entry(finding),
        owner=words.party["owner"].format(name=owner) if owner else "",
        owner_last=words.party["owner_last"].format(name=owner) if owner else "",
        confirmed=_confirmed(finding, words),
        match=words.found["owner_may_be" if uncertain else "owner_is"],
        low=words.percent(finding.low),
        high=words.percent(finding.high),
    )
    unconfirmed = words.found["media_open" if finding.is_media_tie else "unconfirmed"].format(who=who)
    unconfirmed = unconfirmed if uncertain and finding.path else ""
    control = wording.control(finding) if finding.kind == "state_media" else ""
    return " ".join(filter(None, [_first_up(sentence), unconfirmed, control]))


def _is_given(comparison: Comparison, wording: Wording, paths: Collection[str] | None) -> bool:
    """Return whether an attribute on record is given; the source of what is said of an outlet goes with it.

    In public it stays out: it is the network's own text, and may name a person.
    """
    if comparison.source_field == MEDIA_SOURCE:
        return not wording.public and (paths is None or any(each.startswith(MEDIA) for each in paths))
    return paths is None or comparison.source_field in paths


def _form(finding: Finding) -> str:
    """Return the name of the sentence that says a finding; of owners none of whom is listed for certain, that."""
    match finding.kind:
        case "state_media" if finding.is_media_tie:
            return "media_paid" if finding.because[0].name == MEDIA_PAYER else "media_owned"
        case "listed" | "state_media" if not finding.certain:
            return "may_be"
        case "possibly_owned_by_listed" if not (finding.certain or finding.low):
            return "owned_by_possible"
        case kind:
            return kind


def _confirmed(finding: Finding, words: Words) -> str:
    """Return how much of a possible share is confirmed; of a share of zero, that none of it is."""
    return words.found["share_confirmed" if finding.low else "share_unconfirmed"].format(low=words.percent(finding.low))


def _circumvention(finding: Finding, who: str, words: Words) -> str:
    """Return that a party is another name: of an entry, or of a refused party, which no letter names."""
    entry = next((each.ours for each in finding.because if each.name == "confirmed.listed"), "")
    form = words.found["circumvention_listed" if entry else "circumvention"]
    return form.format(who=who, entry=words.given(entry))


def finding_text(finding: Finding, wording: Wording) -> str:
    """Return a finding whole: what it says, who confirmed it, through whom it leads, and what was compared."""
    parts = [observation(finding, wording), _further_owners(finding, wording), _through(finding, wording)]
    parts += said_of(finding, wording) if finding.kind == "claims" else ()
    if finding.is_judged:
        parts.append(wording.words.found["confirmed"])
    if finding.kind not in ("recorded", "rule_error") and not wording.hides(finding):
        parts.append(_compared(finding.because, wording))
    return " ".join(filter(None, parts))


def _attribute(comparison: Comparison, wording: Wording) -> str:
    """Return an attribute on record and its value; what has no words of ours is given as it is."""
    name, words = comparison.source_field.rpartition(".")[2], wording.words
    if comparison.name.startswith("confirmed."):
        name = "confirmed_fact"
    label = words.attributes.get(name) or words.given(name.replace("_", " "))
    value = _value(name, _named(comparison, wording).ours, words)
    return words.found["attribute"].format(label=label, value=value)


def _value(name: str, value: str, words: Words) -> str:
    if name == "verification" and value in words.levels:
        return words.levels[value]
    if name == "designated_share_bp" and value.isdecimal():
        return words.percent(int(value) * 100)
    if (day := _day(value)) is not None:
        return words.day(day)
    parts = cut(value, _LONGEST_VALUE).split(", ")
    return words.writing["comma"].join(words.values.get(part) or words.given(part) for part in parts)


def _day(value: str) -> date | None:
    """Return the day of an instant; None of any other value."""
    try:
        return datetime.fromisoformat(value).date() if value[4:5] == "-" else None
    except ValueError:
        return None


def _owner(finding: Finding, wording: Wording) -> str:
    """Return who the listed owner at the end of the path is; ``""`` if nobody is named."""
    named = bool(finding.path) and finding.path[-1] != finding.party_id and finding.path[-1] in wording.case.names
    return wording.party(finding.path[-1]) if named else ""


def _further_owners(finding: Finding, wording: Wording) -> str:
    """Return the entries of the other listed owners whose shares count, each with its list; of many the first few."""
    words, others = wording.words, further_entries(finding)
    entries = [wording.further_entry(*each) for each in others[:_MOST_OWNERS]]
    entries += [words.party["further"]] if len(others) > _MOST_OWNERS else []
    # Of the owners that make a share only possible, some are listed and some may be: which, the finding does not say.
    form = words.found["further_owners_may_be" if finding.kind == _POSSIBLY_OWNED else "further_owners"]
    return form.format(entries=words.writing["semicolon"].join(entries)) if entries else ""


def _through(finding: Finding, wording: Wording) -> str:
    """Return whom a holding leads through; of a long way the nearest parties, and that there are more."""
    if finding.because and finding.because[0].name == MEDIA_PAYER:
        return ""
    between = [each for each in finding.path[:-1] if each != finding.party_id]
    return wording.words.found["through"].format(parties=_parties(between, wording)) if between else ""


def _parties(ids: list[str], wording: Wording) -> str:
    """Return parties by name as a list in a sentence; of many the first few, and that there are more."""
    known = [each for each in ids if each != _LEFT_OUT]
    more = [wording.words.party["further"]] if len(ids) > len(known[:_MOST_BETWEEN]) else []
    return wording.words.listed([*map(wording.party, known[:_MOST_BETWEEN]), *more])


def _compared(because: tuple[Comparison, ...], wording: Wording) -> str:
    """Return the weightiest comparisons in one sentence, those against first: they speak for the advertiser."""
    words = wording.words
    telling = (each for each in because if each.name != BASE_RATE)
    order = sorted(telling, key=lambda each: (each.effect == "for", -abs(each.weight)))
    compared = [_comparison(each, wording) for each in order[:_MOST_COMPARISONS]]
    return words.found["compared"].format(what=words.writing["semicolon"].join(compared)) if compared else ""


def _comparison(comparison: Comparison, wording: Wording) -> str:
    """Return a comparison as part of a sentence; of the largest shares the owners as a list, nearest first."""
    words = wording.words
    if comparison.name != "ownership.heaviest_path":
        return words.comparison(_named(comparison, wording), _LONGEST_COMPARED)
    owners = comparison.ours.split(" < ")[1:]
    return comparison_form(comparison, words.compared).replace("`", "").format(ours=_parties(owners, wording))


def _named(comparison: Comparison, wording: Wording) -> Comparison:
    """Return a comparison of holdings with names where it has ids of parties; any other as it is.

    Another advertiser that somebody acts with is not named to them.
    """
    if comparison.name.startswith("coordination."):
        return _coordinated(comparison, wording.words)
    if comparison.name in (MEDIA_OWNER, MEDIA_PAYER):
        return replace(comparison, ours=_holder(comparison.ours, wording))
    if not comparison.name.startswith("ownership."):
        return comparison
    ours = comparison.ours if comparison.name == "ownership.stated" else _holder(comparison.ours, wording)
    return replace(comparison, ours=ours, theirs=_holder(comparison.theirs, wording))


def _coordinated(comparison: Comparison, words: Words) -> Comparison:
    """Return what was counted of two accounts as the language writes numbers, the other account without its name."""
    close, _, shared = comparison.ours.partition(" / ")
    ours = words.found["of_all"].format(some=close, all=shared) if shared else comparison.ours
    if comparison.name == "coordination.expected":
        ours = ours.replace("below", "<").replace(".", words.writing["decimal"])
    theirs = words.party["other"] if comparison.name in _OF_ANOTHER else comparison.theirs
    return replace(comparison, ours=ours, theirs=theirs)


def _holder(text: str, wording: Wording) -> str:
    """Return `id`, `id: share` or `id (name): share` with the party's name, the share as the language writes it."""
    who, colon, share = text.partition(": ")
    party_id, _, stated = who.partition(" (")
    name = cut(wording.holder(party_id, stated.removesuffix(")")), _LONGEST_HOLDER)
    return f"{name}: {_share(share, wording.words)}" if colon else name


def _share(text: str, words: Words) -> str:
    parts = text.split(" and an ")
    return words.listed([words.values.get(part) or part.replace(".", words.writing["decimal"]) for part in parts])


def _first_up(text: str) -> str:
    return text[:1].upper() + text[1:]
