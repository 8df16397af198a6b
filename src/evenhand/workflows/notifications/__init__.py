"""What a network tells others of by itself: events found, queued, signed, sent, and sent again."""

from evenhand.workflows.notifications.derivation import derive_events
from evenhand.workflows.notifications.event_delivery import deliver_due
from evenhand.workflows.notifications.outbox_view import outbox_rows, outbox_state, replay
from evenhand.workflows.notifications.webhook_signatures import verify_webhook

__all__ = ["deliver_due", "derive_events", "outbox_rows", "outbox_state", "replay", "verify_webhook"]
