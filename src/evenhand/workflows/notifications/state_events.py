"""Events of how a network is now: lists and register that grew old, matches that opened again, deadlines that are near.

Each id is over what makes the state, so that a state that lasts makes one event, however often it is looked at.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from evenhand.appeals.clocks import open_deadlines
from evenhand.gate import Gate
from evenhand.ledger import LogReader
from evenhand.lists import Versions
from evenhand.model.notification import NetworkEvent
from evenhand.model.record import canonical_exact, sha256_hex
from evenhand.store.event_outbox import KeptDeadline
from evenhand.store.network import Network
from evenhand.workflows.complaint_records.complaint_store import read_complaints
from evenhand.workflows.delivery.publication import COMPILED, REGISTER
from evenhand.workflows.evaluation.judged_findings import JudgedMatch, apply_judgements, used_by
from evenhand.workflows.evaluation.run_state import read_history, read_memory
from evenhand.workflows.notifications.event_records import instant_text, new_event
from evenhand.workflows.run.list_intake import age_warning, fresh_on

LONGEST_NOTICE = timedelta(days=2)
"""A deadline is near for the last quarter of its time, and for two days at most."""


def stale_lists(network: Network, origin: str, at: datetime) -> Iterator[NetworkEvent]:
    """Yield each configured list that is older than its setting allows; a list that is renewed can be so again."""
    kept = Versions(network.lists)
    for source in network.settings.lists:
        current = kept.current(source.key)
        if current is None or not age_warning(kept, source, at.date()):
            continue
        fresh = fresh_on(kept, source)
        since = None if fresh is None else fresh.isoformat()
        data = {
            "list": source.key, "version": current.sha256, "fresh_on": since, "max_age_days": source.oldest_days,
        }  # fmt: skip
        yield new_event(origin, "list.stale", (source.key, current.sha256, since), at, data)


def stale_register(network: Network, origin: str, at: datetime) -> Iterator[NetworkEvent]:
    """Yield that the gate's register is past its time.

    Raises:
        RegisterInvalid: there is one that cannot be read.
    """
    path = next((path for name in (COMPILED, REGISTER) if (path := network.out / name).exists()), None)
    if path is None:
        return
    opened = Gate(path, "use-last").opened
    if at >= opened.fresh_until:
        until = instant_text(opened.fresh_until)
        data = {"size": opened.log.size, "fresh_until": until, "stale": network.settings.gate.stale}
        yield new_event(origin, "register.stale", (opened.log.size, until), opened.fresh_until, data)


def reopened_matches(network: Network, ledger: LogReader, at: datetime) -> Iterator[NetworkEvent]:
    """Yield each match that a person decided and that is open again, as the last run saw it."""
    history = read_history(network.state, ledger.checkpoint, ledger.root)
    memory, _ = read_memory(network.state, ledger.checkpoint) if history.judgements else (None, 0)
    if memory is None:
        return
    _, effects = apply_judgements(memory, history.judgements)
    for each in effects:
        if each.effect == "open again":
            name = memory.seen[each.match.party_kind, each.match.party_id].name
            yield _reopened(ledger.origin, each, name, at)


def complaint_deadlines(network: Network, ledger: LogReader) -> list[KeptDeadline]:
    """Return the open deadlines of all complaints; cost: each entry of the ledger is read once."""
    return [
        KeptDeadline(
            complaint.id, deadline.clock, int(deadline.since.timestamp()), int(deadline.due_at.timestamp()),
            complaint.decision, complaint.party_id,
        )
        for complaint in read_complaints(ledger).by_id.values()
        for deadline in open_deadlines(complaint, network.settings.zone)
    ]  # fmt: skip


def near_deadlines(deadlines: Iterable[KeptDeadline], origin: str, at: datetime) -> Iterator[NetworkEvent]:
    """Yield each deadline that is near, or passed without having been near before; one that moves can be so again."""
    for each in deadlines:
        since, due = (datetime.fromtimestamp(seconds, UTC) for seconds in (each.since, each.due_at))
        if at < due - min(LONGEST_NOTICE, (due - since) / 4):
            continue
        data = {
            "complaint": each.complaint, "clock": each.clock, "due_at": instant_text(due), "late": at > due,
            "decision": each.decision, "party_id": each.party,
        }  # fmt: skip
        about = (each.complaint, each.clock, each.due_at)
        yield new_event(origin, "clock.near", about, at, data, party=each.party)


def _reopened(origin: str, judged: JudgedMatch, name: str, at: datetime) -> NetworkEvent:
    match = judged.match
    data = {
        "party_kind": match.party_kind, "party_id": match.party_id, "list": match.list, "entity": match.entity_id,
        "judgement": judged.recorded.seq, "verdict": judged.recorded.judgement.verdict,
        "changed": list(judged.changed),
    }  # fmt: skip
    rests_on = sha256_hex(canonical_exact(used_by(match, name)))
    pair = match.party_kind, match.party_id, match.list, match.entity_id
    return new_event(origin, "match.reopened", (judged.recorded.seq, *pair, rests_on), at, data, party=match.party_id)
