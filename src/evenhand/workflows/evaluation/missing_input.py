"""What of a run's input could not be read or is not there any more, and whose decision rests on it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from evenhand.intake import Tables, is_made_id
from evenhand.intake.values.damaged_text import DAMAGED
from evenhand.model.outcome import Outcome
from evenhand.model.party import Advertiser, Payer
from evenhand.model.visible_text import visible
from evenhand.workflows.evaluation.history import CaseDecision, History
from evenhand.workflows.evaluation.namesake_owners import namesake_lines


class MissingInput(NamedTuple):
    """What is missing by the id of each party that it may matter to; `of_all` may matter to everybody."""

    by_party: Mapping[str, frozenset[str]]
    of_all: frozenset[str] = frozenset()

    def about(self, party_id: str) -> frozenset[str]:
        """Return what is missing that may matter to a party."""
        return self.by_party.get(party_id, frozenset()) | self.of_all

    def new_since(self, standing: CaseDecision) -> frozenset[str]:
        """Return what was not missing yet when a decision was made."""
        return self.about(standing.party_id) - frozenset(standing.unread)


_MOST_NAMED = 5
_MOST_SHOWN = 60
_KEYS = {
    "domains": ("website", "not screened by it"),
    "accounts": ("account", "not screened by it"),
    "seats": ("seat", "the gate finds no bid of theirs by it"),
    "bundles": ("app bundle", "the gate finds no bid of theirs by it"),
}
_OF_NOBODY_KNOWN = "row of an unknown party, "
NOTHING_MISSING = MissingInput({})


def missing_input(tables: Tables, history: History, at: datetime) -> MissingInput:
    """Return what was rejected of the tables, and who left them while a decision other than allow is in force.

    It matters to the party itself, to all whom it owns, directly or not, and to the advertisers that it pays for.
    """
    found: dict[str, set[str]] = {}
    for each in tables.unread:
        found.setdefault(each.party, set()).add(str(each))
    for standing in departed(tables, history, at):
        if not is_made_id(standing.party_id):
            found.setdefault(standing.party_id, set()).add(f"{standing.party_kind} {standing.party_id}: no row")
    of_all = frozenset(f"{_OF_NOBODY_KNOWN}{each}" for each in found.pop("", ()))
    return MissingInput(_spread(found, _dependents(tables)) if found else {}, of_all)


def own_unread(unread: Iterable[str]) -> list[str]:
    """Return, of what a decision was made without, what is of a known party: its own or one that it depends on."""
    return [each for each in unread if not each.startswith(_OF_NOBODY_KNOWN)]


def with_ended_rows(tables: Tables, history: History, at: datetime) -> Tables:
    """Return tables with an empty party for each row that had no readable id once and has one now, or is gone.

    Its hold ends by a decision like any other. So does the decision about any party without a row that people have
    reversed on a complaint: nothing is known of it any more that a rule could ask for, and what other rows still say
    of it keeps nothing.
    """
    ended = [each for each in departed(tables, history, at) if is_made_id(each.party_id) or history.is_to_change(each)]
    advertisers = (Advertiser(id=each.party_id, name=each.party_id) for each in ended if each.scope == "advertiser")
    payers = (Payer(id=each.party_id, name=each.party_id) for each in ended if each.scope == "payer")
    gone = {each.party_id for each in ended}
    return replace(
        tables, advertisers=(*tables.advertisers, *advertisers), payers=(*tables.payers, *payers),
        unread=tuple(each for each in tables.unread if each.party not in gone) if gone else tables.unread,
    )  # fmt: skip


def rejected_sentences(tables: Tables) -> tuple[str, ...]:
    """Return sentences on the parties whose rows or values were rejected: by these nobody has screened them."""
    payers = {each.id for each in tables.payers}
    counts = Counter("payer" if each in payers else "advertiser" for each in tables.unscreened)
    rejected = tuple(
        f"{count:,} {kind}{'' if count == 1 else 's'} rejected: on hold, not screened; correct the rows in"
        " out/rejected-input.csv"
        for kind, count in sorted(counts.items())
    )
    rejected += (
        *_damaged(tables), *_without_day(tables), *_without_keys(tables), *_of_unknown_content(tables),
    )  # fmt: skip
    ownerless = ", ".join(sorted(tables.ownerless)[:_MOST_NAMED])
    return rejected if not ownerless else (*rejected, (
        f"{len(tables.ownerless):,} with an owner whom nobody can screen, on hold unless a rule says more: {ownerless};"
        " name the owners (out/rejected-input.csv)"
    ))  # fmt: skip


def _damaged(tables: Tables) -> tuple[str, ...]:
    """Return a sentence on names that lost letters on their way: an export in the wrong encoding damages many."""
    damaged = [each for each in tables.refused if DAMAGED in each.expected]
    if not damaged:
        return ()
    count = "1 name is" if len(damaged) == 1 else f"{len(damaged):,} names are"
    first = f"{damaged[0].file}, line {damaged[0].line}: `{visible(damaged[0].value)[:_MOST_SHOWN]}`"
    return (
        f"{count} damaged, with letters lost or exchanged ({first}), and cannot be compared: {DAMAGED};"
        " all are in out/rejected-input.csv",
    )


def _without_day(tables: Tables) -> tuple[str, ...]:
    """Return a sentence on advertisers whose first day cannot be read: they count as new, which is the stricter."""
    lines = {
        each.line for each in tables.unread
        if (each.table, each.column) == ("advertisers", "first_seen") and each.party not in tables.unscreened
    }  # fmt: skip
    first = next((each for each in tables.refused if each.column == "first_seen" and each.line in lines), None)
    if first is None:
        return ()
    count = "1 advertiser has" if len(lines) == 1 else f"{len(lines):,} advertisers have"
    columns = (each for table in tables.understood if table.table == "advertisers" for each in table.columns)
    heading = next((each.heading for each in columns if each.column == "first_seen"), "first_seen")
    return (
        f"{count} no readable day under `{heading}` (line {first.line}: `{first.value}`): it counts as empty,"
        " and its client as new since the first decision; all are in out/rejected-input.csv",
    )


def _of_unknown_content(tables: Tables) -> tuple[str, ...]:
    """Return a sentence on campaigns whose content the rulebook does not know: no rule can answer for them."""
    held = [each for each in tables.campaigns if each.id in tables.unread_content]
    if not held:
        return ()
    count = "1 campaign has" if len(held) == 1 else f"{len(held):,} campaigns have"
    first = tables.unread_content[held[0].id][0]
    return (
        f"{count} content that the rulebook does not know (line {first.line}: `{visible(first.value)[:_MOST_SHOWN]}`):"
        " on hold unless ended; correct the cells in out/rejected-input.csv",
    )


def _without_keys(tables: Tables) -> Iterator[str]:
    """Yield a sentence on parties with a website, seat or the like that cannot be read, and no other of its kind."""
    for column, (noun, follows) in _KEYS.items():
        rejected = {
            (each.table, each.line): each for each in reversed(tables.unread)
            if each.column == column and each.party and each.party not in tables.unscreened
        }  # fmt: skip
        if not rejected:
            continue
        others = {each.id for each in (*tables.advertisers, *tables.payers) if getattr(each, column, ())}
        lost = [each for _, each in sorted(rejected.items()) if each.party not in others]
        if lost:
            count = "1 party has" if len(lost) == 1 else f"{len(lost):,} parties have"
            first = f"{lost[0].table}, line {lost[0].line}: `{visible(lost[0].value)[:_MOST_SHOWN]}`"
            yield (
                f"{count} no {noun} that can be read ({first}): {follows}; correct the cells in out/rejected-input.csv"
            )


def departed(tables: Tables, history: History, at: datetime) -> Iterator[CaseDecision]:
    """Yield the decisions other than allow that are in force about parties without a row in the tables."""
    there = {each.id for each in (*tables.advertisers, *tables.payers)}
    for standing in history.all_in_force(at):
        is_party = standing.scope in ("advertiser", "payer")
        if is_party and standing.outcome is not Outcome.ALLOW and standing.party_id not in there:
            yield standing


def _dependents(tables: Tables) -> dict[str, set[str]]:
    """Return by each party's id whom it owns or pays for."""
    ties: dict[str, set[str]] = {}
    for row in (*tables.ownership, *namesake_lines(tables)):
        ties.setdefault(row.owner, set()).add(row.owned)
    for advertiser in tables.advertisers:
        if advertiser.payer_id:
            ties.setdefault(advertiser.payer_id, set()).add(advertiser.id)
    for campaign in tables.campaigns:
        if campaign.payer_id:
            ties.setdefault(campaign.payer_id, set()).add(campaign.advertiser_id)
    return ties


def _spread(found: Mapping[str, Iterable[str]], ties: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    reached: dict[str, frozenset[str]] = {}
    for source, missing in found.items():
        seen, waiting = {source}, [source]
        while waiting:
            party = waiting.pop()
            reached[party] = reached.get(party, frozenset()) | frozenset(missing)
            further = set(ties.get(party, ())) - seen
            seen |= further
            waiting.extend(further)
    return reached
