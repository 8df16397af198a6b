"""A mail about events: a subject, then a sentence each, in simple words and without names."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from evenhand.model.network import Settings
from evenhand.model.notification import EventDelivery, EventKind, MailMessage, MailRecipient
from evenhand.model.record import sha256_hex
from evenhand.model.visible_text import visible

_SUBJECTS: Mapping[EventKind, tuple[str, str]] = {
    "decision.changed": ("decision changed", "decisions changed"),
    "match.reopened": ("match open again", "matches open again"),
    "list.moved": ("list has a new version", "lists have new versions"),
    "list.stale": ("list is old", "lists are old"),
    "register.stale": ("register is old", "registers are old"),
    "clock.near": ("deadline is near", "deadlines are near"),
    "complaint.filed": ("complaint came in", "complaints came in"),
    "delivery.failed": ("delivery failed", "deliveries failed"),
}
_SENTENCES: Mapping[EventKind, str] = {
    "decision.changed": "Decision {decision} about {party_kind} {party_id} ({scope}): {outcome}; before: {was}. "
    "Effective from {effective_from}.",
    "match.reopened": "The match of {party_kind} {party_id} with {entity} of {list} is open again after judgement "
    "{judgement} ({verdict}). Changed: {changed}.",
    "list.moved": "{list} has a new version with {entries} entries, published on {published_on}.",
    "list.stale": "{list} is older than {max_age_days} days: its version is of {fresh_on}.",
    "register.stale": "The gate's register is past its time since {fresh_until}. A run makes a new one.",
    "clock.near": "Complaint {complaint}: the deadline `{clock}` ends at {due_at}.",
    "complaint.filed": "Complaint {complaint} about decision {decision} came in. Acknowledge it by {acknowledge_by}.",
    "delivery.failed": "Event {event} ({kind}) did not reach {target} in {attempts} attempts. The last answer: "
    "{answer}.",
}
_END = (
    "This mail names ids only. The paths are those of the console of {name}.\n"
    "Who gets which events is set in evenhand.toml, [[mail_to]].\n"
)


def events_mail(settings: Settings, to: MailRecipient, rows: Sequence[EventDelivery]) -> MailMessage:
    """Return the mail about these events to one recipient; the same events give the same mail."""
    name = visible(settings.network.name).strip()
    sender, mails = settings.mail.sender, "".join(each.event for each in rows)
    entries = "\n".join(_entry(each) for each in rows)
    return MailMessage(
        sender=sender,
        to=to.address,
        subject=f"Evenhand, {name}: {_counts(rows)}",
        text=f"{entries}\n--\n{_END.format(name=name)}",
        message_id=f"<{sha256_hex(f'{to.address} {mails}'.encode())[:32]}@{sender.rpartition('@')[2]}>",
    )


def _counts(rows: Sequence[EventDelivery]) -> str:
    counted = Counter(each.kind for each in rows)
    return ", ".join(f"{number} {_SUBJECTS[kind][number > 1]}" for kind, number in counted.items())


def _entry(row: EventDelivery) -> str:
    event: dict[str, Any] = msgspec.json.decode(row.body or b"{}")
    data = {name: _words(value) for name, value in event["data"].items()}
    before = f" Before that: {data['stages']}." if "stages" in data else ""
    return f"{_SENTENCES[row.kind].format_map(data)}{before}\n  {data['link']}\n"


def _words(value: object) -> str:
    """Return a value for people; an id comes from a table of the network and may hold anything."""
    if value is None:
        return "none"
    return visible(", ".join(value) if isinstance(value, list) else str(value))
