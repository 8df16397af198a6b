"""Rules as SQL: many requests are ruled at once, and every ruling that changes something is confirmed by Cedar."""

from evenhand.policy.sql.proposal import Proposer

__all__ = ["Proposer"]
