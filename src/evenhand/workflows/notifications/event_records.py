"""One event as it is sent: its id, a hash of what it is about, and its JSON, which names ids and nothing else."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from evenhand.model.network import Settings
from evenhand.model.notification import EventKind, NetworkEvent
from evenhand.model.record import canonical_exact, sha256_hex

_ID_DIGITS = 32
# Where a person looks at it, as a path below the address of the console.
_LINKS: Mapping[EventKind, str] = {
    "decision.changed": "/decisions/{decision}",
    "match.reopened": "/parties/{party_kind}/{party_id}",
    "list.moved": "/lists/{list}",
    "list.stale": "/lists/{list}",
    "register.stale": "/",
    "clock.near": "/complaints/{complaint}",
    "complaint.filed": "/complaints/{complaint}",
    "delivery.failed": "/",
}


def new_event(
    origin: str, kind: EventKind, about: tuple[object, ...], at: datetime, data: Mapping[str, Any], *,
    seq: int | None = None, party: str = "",
) -> NetworkEvent:  # fmt: skip
    """Return the event of the log `origin` that is `about` these values, which make its id; `at` is when it happened.

    Source of the form: Standard Webhooks 1.0.0, "Payload structure".
    """
    body = {
        "type": kind,
        "timestamp": instant_text(at),
        "data": {"network": origin, **data, "link": _link(kind, data)},
    }
    return NetworkEvent(
        id=f"evt_{sha256_hex(canonical_exact([origin, kind, *about]))[:_ID_DIGITS]}",
        kind=kind, body=canonical_exact(body), seq=seq, party=party,
    )  # fmt: skip


def receivers_of(settings: Settings, kind: EventKind, *, without: str = "") -> list[str]:
    """Return the receivers that want events of a kind, all but `without`."""
    return [each.target for each in settings.receivers if kind in each.events and each.target != without]


def instant_text(at: datetime) -> str:
    """Return an instant in UTC to the second.

    >>> instant_text(datetime(2026, 3, 2, 12, tzinfo=UTC))
    '2026-03-02T12:00:00Z'
    """
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _link(kind: EventKind, data: Mapping[str, Any]) -> str:
    # An id may hold anything; as one step of a path it leads nowhere else.
    return _LINKS[kind].format_map({name: quote(str(value), safe="") for name, value in data.items()})
