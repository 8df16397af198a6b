"""What people judged, laid over what screening found: cleared, made certain, left open, or open again.

Findings know nothing of it, and nothing of it is kept but the ledger's records, so that a run that has lost
`state/` comes to the same.

Source: `screening.md` §7, `pipeline.md` §4.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Literal

import msgspec

from evenhand.model.finding import Comparison, Finding
from evenhand.model.finding_sentences import BASE_RATE
from evenhand.model.judgement import Judgement
from evenhand.model.log import LogRecord
from evenhand.model.party import PartyKind
from evenhand.model.record import canonical, canonical_exact, sha256_hex
from evenhand.screening import SCORER
from evenhand.workflows.evaluation.findings import CountedFinding, FindingsMemory, Lists, PartyKey, ScreenedParty
from evenhand.workflows.evaluation.party_identity import replaced

Pair = tuple[PartyKind, str, str, str]
Effect = Literal["cleared", "confirmed", "unsure", "open again"]

PARTY_NAME = "party name"
CAME_BACK = "the entry, which left the list and came back"
MATCHES = frozenset({"listed", "state_media", "lookalike_domain"})

_NAMES = frozenset({"name", "alias", "previousName", "weakAlias", "tailNumber"})
_STRONGER = ("identifier.", "domain.", "account.", "birth")


class RecordedJudgement(msgspec.Struct, frozen=True):
    """A judgement and the index of its leaf."""

    seq: int
    judgement: Judgement


class JudgedMatch(msgspec.Struct, frozen=True):
    """What came of a pair's last judgement: the match as screening made it, and as it counts from now on."""

    recorded: RecordedJudgement
    effect: Effect
    match: Finding
    noticed: CountedFinding
    changed: tuple[str, ...] = ()


def pair_of(judgement: Judgement) -> Pair:
    """Return the pair that a judgement is about."""
    return judgement.party_kind, judgement.party_id, judgement.list, judgement.entity_id


def judgement_record(judgement: Judgement, lists: str) -> LogRecord:
    """Return the leaf of a judgement; a pair is judged once at an instant."""
    instant = f"{judgement.at:%Y-%m-%dT%H:%M:%SZ}"
    key = canonical_exact((*pair_of(judgement), instant, judgement.verdict == "lapsed")).decode()
    return LogRecord(
        kind="judgement",
        payload=canonical(judgement),
        subject=judgement.party_id,
        key=f"judgement:{key}",
        lists=lists,
    )


def used_by(finding: Finding, name: str) -> dict[str, tuple[str, str]]:
    """Return what a match of a party of this name rests on: by field, the hashes of our and of the listed values.

    Fields are the listed entry's. Of names only the two whole ones count, not the words in them, which the next
    scorer may pair otherwise. The party's own name always counts: an id may be given to somebody else.
    """
    whole = any(each.name == BASE_RATE for each in finding.because)
    values: dict[str, tuple[set[str], set[str]]] = {PARTY_NAME: ({name}, set())}
    for comparison in finding.because:
        if comparison.name == BASE_RATE or not (whole and comparison.source_field in _NAMES):
            ours, theirs = values.setdefault(comparison.source_field or comparison.name, (set(), set()))
            ours.add(comparison.ours)
            theirs.add(comparison.theirs)
    return {field: (_hash(ours), _hash(theirs)) for field, (ours, theirs) in sorted(values.items())}


def apply_judgements(
    memory: FindingsMemory, judgements: Mapping[Pair, list[RecordedJudgement]]
) -> tuple[FindingsMemory, tuple[JudgedMatch, ...]]:
    """Return what screening saw as it counts after the judgements, and what came of each that meets a match."""
    judged: dict[PartyKey, ScreenedParty] = {}
    effects = []
    for (kind, party_id, key, entity_id), known in judgements.items():
        party = judged.get((kind, party_id)) or memory.seen.get((kind, party_id))
        if party is None or not by_people(known):  # a person's own words can have been erased
            continue
        met = [
            judge_match(each, party, known, SCORER) if is_about(each.finding, key, entity_id) else None
            for each in party.noticed
        ]
        counted = (each if found is None else found.noticed for found, each in zip(met, party.noticed, strict=True))
        judged[kind, party_id] = msgspec.structs.replace(party, noticed=tuple(counted))
        effects += [found for found in met if found is not None]
    seen = {**memory.seen, **judged} if judged else memory.seen
    return FindingsMemory(memory.scorer, memory.versions, seen), tuple(effects)


def judge_match(
    noticed: CountedFinding, party: ScreenedParty, known: list[RecordedJudgement], scorer: str
) -> JudgedMatch:
    """Return what becomes of a match whose pair was judged, the last judgement counting.

    A `same` is not undone by other numbers or websites: the match would get milder by it. `changed` says so.
    """
    last, match = by_people(known)[-1], noticed.finding
    changed = (CAME_BACK,) if known[-1].judgement.verdict == "lapsed" else _changed(last, match, party.name, scorer)
    others = tuple(replaced(last.judgement.identity or {}, party.identity or {}))
    if changed or (others and last.judgement.verdict != "same"):
        changed = tuple(dict.fromkeys((*changed, *others)))
        return JudgedMatch(last, "open again", match, _open_again(noticed, last, changed), changed)
    match last.judgement.verdict:
        case "not-same":
            return JudgedMatch(last, "cleared", match, _cleared(noticed, last))
        case "same":
            return JudgedMatch(last, "confirmed", match, _confirmed(noticed, last), others)
        case _:
            return JudgedMatch(last, "unsure", match, noticed)


def by_people(known: Iterable[RecordedJudgement]) -> list[RecordedJudgement]:
    """Return the judgements that people made, without what runs wrote down when an entry left its list."""
    return [each for each in known if each.judgement.verdict != "lapsed"]


def lapses(
    judgements: Mapping[Pair, list[RecordedJudgement]], lists: Lists, at: datetime, by: str
) -> Iterator[Judgement]:
    """Yield the end of each judgement whose entry is not in its list any more; a list that is gone ends none."""
    present: dict[str, set[str]] = {}
    for (_, _, key, entity_id), known in judgements.items():
        last = known[-1].judgement
        if last.verdict == "lapsed" or key not in lists.versions:
            continue
        if key not in present:
            present[key] = {entity.id for entity in lists.entities(lists.versions[key])}
        if entity_id not in present[key]:
            yield msgspec.structs.replace(
                last, verdict="lapsed", by=by, at=at, why="the entry left the list", used={}, scorer=SCORER,
                identity=msgspec.UNSET, signed=None, second=None,
            )  # fmt: skip


def sentences(effects: Iterable[JudgedMatch]) -> Iterator[str]:
    """Yield a sentence for each judgement that no longer holds or is in doubt, and one that counts the cleared."""
    cleared = 0
    for effect in effects:
        finding = effect.noticed.finding
        cleared += effect.effect == "cleared"
        if effect.effect == "open again":
            yield (
                f"`{finding.party_id}` and `{finding.entity_id}` of `{finding.list}` open again after judgement "
                f"{effect.recorded.seq}: {', '.join(effect.changed)}"
            )
        elif effect.changed:
            yield (
                f"`{finding.party_id}` still counts as `{finding.entity_id}` of `{finding.list}` by judgement"
                f" {effect.recorded.seq}; replaced since: {', '.join(effect.changed)}; if the id is another company's"
                " now, judge the match again"
            )
    if cleared:
        yield f"{cleared} {'match' if cleared == 1 else 'matches'} cleared by judgements"


def is_about(finding: Finding, key: str, entity_id: str) -> bool:
    """Return whether a finding is a match with this entry of this list."""
    return finding.kind in MATCHES and (finding.list, finding.entity_id) == (key, entity_id)


def _changed(last: RecordedJudgement, finding: Finding, name: str, scorer: str) -> tuple[str, ...]:
    """Return what is no longer as it was judged, in words: values that were used, new names, stronger grounds.

    A `same` is not undone by stronger grounds, which only bear it out. After a change of scorer a field that is
    no longer compared has not changed.
    """
    before, now = last.judgement.used, used_by(finding, name)
    changed: dict[str, None] = {}
    for field in sorted(before.keys() & now.keys()):
        (ours, theirs), (our_now, their_now) = before[field], now[field]
        if ours != our_now:
            changed[PARTY_NAME if field in _NAMES | {PARTY_NAME} else f"party {field}"] = None
        if theirs != their_now:
            changed[f"listed {field}"] = None
    if last.judgement.scorer == scorer:
        changed |= dict.fromkeys(f"{field} no longer compared" for field in sorted(before.keys() - now.keys()))
    telling = _NAMES if last.judgement.verdict == "same" else _NAMES | _stronger(finding)
    changed |= dict.fromkeys(f"{field} newly compared" for field in sorted((now.keys() - before.keys()) & telling))
    return tuple(changed)


def _stronger(finding: Finding) -> set[str]:
    return {each.source_field or each.name for each in finding.because if each.name.startswith(_STRONGER)}


def _cleared(noticed: CountedFinding, by: RecordedJudgement) -> CountedFinding:
    """Return, in place of the match, that it was cleared: no rule reads it, and the next decision names the leaf."""
    finding = noticed.finding
    judgement_line = Comparison(
        name="judgement.not_same", ours=f"judgement:{by.seq}", theirs=finding.entity_id, similarity=1.0, weight=0.0,
        effect="against", source_field="judgement",
    )  # fmt: skip
    kept = msgspec.structs.replace(
        finding, kind="recorded", score=1.0, certain=True, because=(judgement_line,), sources=_sources(finding, by)
    )
    return CountedFinding(kept, noticed.entity)


def _confirmed(noticed: CountedFinding, by: RecordedJudgement) -> CountedFinding:
    finding = noticed.finding
    kind = finding.kind
    if kind == "lookalike_domain":
        kind = "state_media" if noticed.entity.values("controlTypology") else "listed"
    return CountedFinding(
        msgspec.structs.replace(finding, kind=kind, certain=True, sources=_sources(finding, by)), noticed.entity
    )


def _open_again(noticed: CountedFinding, by: RecordedJudgement, changed: tuple[str, ...]) -> CountedFinding:
    """Return the match with the old judgement and what changed; a person who said `not-same` is asked again.

    However strong the new ground is, it holds and does not refuse: a person's word stands against it.
    """
    finding = noticed.finding
    judgement_line = Comparison(
        name="judgement.open_again", ours=f"{by.judgement.verdict}, judgement:{by.seq}", theirs=", ".join(changed),
        similarity=0.0, weight=0.0, effect="for", source_field="judgement",
    )  # fmt: skip
    certain = finding.certain and by.judgement.verdict != "not-same"
    return CountedFinding(
        msgspec.structs.replace(finding, certain=certain, because=(*finding.because, judgement_line)), noticed.entity
    )


def _sources(finding: Finding, by: RecordedJudgement) -> tuple[str, ...]:
    return (*finding.sources, f"judgement:{by.seq}")


def _hash(values: set[str]) -> str:
    return sha256_hex(canonical_exact(sorted(values)))
