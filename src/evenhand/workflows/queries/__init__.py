"""What a network is asked: one party explained, names looked up, everything checked."""

from evenhand.workflows.queries.explanation import explain

__all__ = ["explain"]
